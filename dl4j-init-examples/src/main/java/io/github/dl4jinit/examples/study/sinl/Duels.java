package io.github.dl4jinit.examples.study.sinl;

import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.NetworkSpec;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.data.LabelledData;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.activations.Activation;

/**
 * One start against another, network by network and seed by seed: in how many networks it reaches the lower objective with at
 * least nine of ten seeds. With ten seeds and no difference that happens by chance in 2 of 100 networks, to either side.
 *
 * @param grid what was compared
 * @param outcomes what came out, by cell
 */
record Duels(Grid grid, Map<GridCell, CellOutcome> outcomes) {

    private static final double MOST = 0.9;

    /**
     * Counts networks of each activation, over all data.
     *
     * @param pairs names of methods: which, against which; a pair that is not in the grid is left out
     * @return a row for each pair; its cells are better - undecided - worse
     */
    Table table(List<List<String>> pairs) {
        List<String> head = new ArrayList<>(List.of("start", "against"));
        grid.activations().forEach(activation -> head.add(activation.name().toLowerCase(Locale.ROOT)));
        List<List<String>> rows = new ArrayList<>();
        Map<String, Scheme> methods =
                grid.methods().stream().collect(Collectors.toMap(Scheme::name, Function.identity()));
        for (List<String> pair : pairs) {
            Scheme one = methods.get(pair.get(0));
            Scheme other = methods.get(pair.get(1));
            if (one != null && other != null) {
                List<String> row = new ArrayList<>(List.of(one.title(), other.title()));
                grid.activations().forEach(activation -> row.add(count(one, other, activation)));
                rows.add(row);
            }
        }
        return new Table(head, rows);
    }

    private String count(Scheme one, Scheme other, Activation activation) {
        int[] counts = new int[3];
        for (LabelledData task : grid.data()) {
            for (NetworkSpec network : grid.networks(task)) {
                if (network.activation() == activation) {
                    counts[verdict(traces(task, network, one), traces(task, network, other))]++;
                }
            }
        }
        return counts[0] + " - " + counts[1] + " - " + counts[2];
    }

    private List<Trace> traces(LabelledData task, NetworkSpec network, Scheme method) {
        return outcomes.getOrDefault(new GridCell(task, network, method), CellOutcome.NONE)
                .traces();
    }

    /** 0 for better, 1 for undecided, 2 for worse. */
    private static int verdict(List<Trace> one, List<Trace> other) {
        if (one.isEmpty() || one.size() != other.size()) {
            return 1;
        }
        if (wins(one, other) >= MOST * one.size()) {
            return 0;
        }
        return wins(other, one) >= MOST * one.size() ? 2 : 1;
    }

    private static long wins(List<Trace> one, List<Trace> other) {
        return IntStream.range(0, one.size())
                .filter(i -> one.get(i).lastObjective() < other.get(i).lastObjective())
                .count();
    }
}
