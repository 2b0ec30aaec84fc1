package io.github.dl4jinit.examples.study.sinl;

import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.Architecture;
import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.compare.NetworkSpec;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.study.ResultPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.activations.Activation;

/**
 * The numbers of {@link SinlStudy} as tables and pictures. Cells that are not trained yet are shown as such.
 *
 * @param grid what was compared
 * @param outcomes what came out, by cell
 */
record ResultTables(Grid grid, Map<GridCell, CellOutcome> outcomes) {

    private static final String ABSENT = "-";

    private static final List<List<String>> DUELS = List.of(
            List.of("din", "none"),
            List.of("lsuv", "din"),
            List.of("sinl", "din"),
            List.of("sinl-isometric", "din"),
            List.of("balance", "lsuv"),
            List.of("sinl-balanced", "balance"),
            List.of("sinl-balanced", "lsuv"),
            List.of("sinl-balanced", "bn"));

    /** Adds everything to a page. */
    void addTo(ResultPage page) {
        for (LabelledData task : grid.data()) {
            page.heading(task.name());
            addTables(page, task);
            for (Activation activation : grid.activations()) {
                page.chart(file(task.name(), activation.name(), "depth"), byDepth(task, activation));
            }
            for (NetworkSpec network : grid.networks(task)) {
                if (network.depth() >= 10 || network.architecture() == Architecture.CONV) {
                    page.chart(
                            file(task.name(), network.name(), "objective"),
                            byEpoch(task, network, "Objective", "nats", "", Trace::objective, 1, 4));
                    page.chart(
                            file(task.name(), network.name(), "accuracy"),
                            byEpoch(task, network, "Test accuracy", "share", "%", Trace::accuracy, 100, 100));
                }
            }
        }
        page.heading("One against another")
                .paragraph(
                        "Networks in which the first start reaches a lower objective after the last epoch than the second"
                                + " with at least nine in ten of the seeds - networks in which neither does - networks in which the second"
                                + " does; both at their own learning rates.")
                .table(new Duels(grid, outcomes).table(DUELS));
        page.heading("MultiLayerNetwork and ComputationGraph")
                .paragraph(
                        "The same cell, rate and seed as either kind of network: the largest difference between any two"
                                + " numbers of the two trainings, objectives and accuracies after every epoch.")
                .table(agreement());
    }

    /** Adds the tables alone. */
    void addAsVariants(ResultPage page) {
        for (LabelledData task : grid.data()) {
            page.heading("Variants of the balanced start: " + task.name());
            addTables(page, task);
        }
    }

    private void addTables(ResultPage page, LabelledData task) {
        page.paragraph("Test accuracy in % after the last epoch, median over the seeds (so many in the last column).")
                .table(table(task, o -> percent(o.median(Trace::lastAccuracy))))
                .paragraph("Objective (training loss in nats) after the last epoch, median over the seeds.")
                .table(table(task, o -> loss(o.median(Trace::lastObjective))))
                .paragraph("Speed: mean of the objective over all epochs, median over the seeds; less is faster.")
                .table(table(task, o -> loss(o.median(Trace::meanObjective))))
                .paragraph("Learning rates that the search chose; a star marks the edge of its grid.")
                .table(table(task, o -> o.choice().rate() + (o.choice().atEdge() ? "*" : "")));
    }

    private static String file(String... parts) {
        return String.join("-", parts).toLowerCase(Locale.ROOT);
    }

    private CellOutcome outcome(LabelledData task, NetworkSpec network, Scheme method) {
        return outcomes.getOrDefault(new GridCell(task, network, method), CellOutcome.NONE);
    }

    private Table table(LabelledData task, Function<CellOutcome, String> text) {
        List<String> head = new ArrayList<>(List.of("network"));
        grid.methods().forEach(method -> head.add(method.title()));
        head.add("seeds");
        List<List<String>> rows = new ArrayList<>();
        for (NetworkSpec network : grid.networks(task)) {
            List<CellOutcome> row = grid.methods().stream()
                    .map(method -> outcome(task, network, method))
                    .toList();
            List<String> cells = new ArrayList<>(List.of(network.title()));
            row.forEach(o -> cells.add(o.traces().isEmpty() ? ABSENT : text.apply(o)));
            cells.add(seeds(row));
            rows.add(cells);
        }
        return new Table(head, rows);
    }

    private static String seeds(List<CellOutcome> row) {
        int least = row.stream().mapToInt(o -> o.traces().size()).min().orElse(0);
        int most = row.stream().mapToInt(o -> o.traces().size()).max().orElse(0);
        return least == most ? String.valueOf(least) : least + " to " + most;
    }

    private LineChart byDepth(LabelledData task, Activation activation) {
        List<Integer> depths = grid.depths();
        return new LineChart(
                task.name() + ", " + activation.name().toLowerCase(Locale.ROOT)
                        + ": test accuracy after the last epoch",
                "hidden layers",
                "median, band from worst to best seed",
                "%",
                Scale.LINEAR,
                100,
                depths.stream().map(String::valueOf).toList(),
                curves(method -> IntStream.range(0, depths.size())
                        .mapToObj(i -> point(
                                i,
                                outcome(
                                        task,
                                        new NetworkSpec(Architecture.MLP, depths.get(i), grid.width(), activation),
                                        method),
                                Trace::lastAccuracy,
                                100))
                        .toList()));
    }

    private LineChart byEpoch(
            LabelledData task,
            NetworkSpec network,
            String what,
            String measure,
            String unit,
            Function<Trace, List<Double>> quantity,
            double factor,
            double ceiling) {
        int epochs = outcomes.values().stream()
                .flatMap(o -> o.traces().stream())
                .mapToInt(trace -> trace.objective().size())
                .max()
                .orElse(0);
        return new LineChart(
                what + ": " + task.name() + ", " + network.title(),
                "epoch",
                measure,
                unit,
                Scale.LINEAR,
                ceiling,
                List.of(),
                curves(method -> IntStream.range(0, epochs)
                        .mapToObj(epoch -> point(
                                epoch,
                                outcome(task, network, method),
                                trace -> quantity.apply(trace).get(epoch),
                                factor))
                        .toList()));
    }

    private List<Curve> curves(Function<Scheme, List<Point>> points) {
        return IntStream.range(0, grid.methods().size())
                .mapToObj(i -> new Curve(
                        grid.methods().get(i).title(),
                        i,
                        points.apply(grid.methods().get(i))))
                .toList();
    }

    private static Point point(double x, CellOutcome outcome, ToDoubleFunction<Trace> quantity, double factor) {
        if (outcome.traces().isEmpty()) {
            return new Point(x, Double.NaN);
        }
        MedianAndRange spread = outcome.spread(quantity);
        return new Point(x, factor * spread.low(), factor * spread.median(), factor * spread.high());
    }

    private Table agreement() {
        List<List<String>> rows = new ArrayList<>();
        for (LabelledData task : grid.data()) {
            List<MatchedPair> compared = outcomes.entrySet().stream()
                    .filter(e -> e.getKey().data().equals(task))
                    .flatMap(e -> e.getValue().twins().stream())
                    .toList();
            String largest = compared.isEmpty()
                    ? ABSENT
                    : String.valueOf(compared.stream()
                            .mapToDouble(MatchedPair::disagreement)
                            .max()
                            .orElseThrow());
            rows.add(List.of(task.name(), String.valueOf(compared.size()), largest));
        }
        return new Table(List.of("data", "trainings compared", "largest difference"), rows);
    }

    private static String percent(double share) {
        return Double.isFinite(share) ? String.format(Locale.ROOT, "%.1f", 100 * share) : "lost";
    }

    private static String loss(double loss) {
        return Double.isFinite(loss) ? String.format(Locale.ROOT, "%.3f", loss) : "lost";
    }

    /** Every method with what it is, for the page's settings. */
    String methods() {
        return grid.methods().stream()
                .map(method -> method.title() + ": " + method.description())
                .collect(Collectors.joining("; "));
    }
}
