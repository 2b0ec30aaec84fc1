package io.github.dl4jinit.contract;

import io.github.dl4jinit.initializer.EveryInitializer;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.report.LayerReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * What became of one tool on one network.
 *
 * @param outcome how it ended
 * @param words what it said
 */
record CoverageCell(Outcome outcome, String words) {

    enum Outcome {
        /** It did all of its work. */
        DONE,
        /** It left layers alone, and said why. */
        SKIPPED,
        /** It refused the network, and said why. */
        REFUSED,
        /** DL4J itself, without this library, cannot compute or train this network. */
        DL4J_FAILS,
        /** Nothing of these. */
        WRONG
    }

    /** All tools on one network. */
    static Map<String, CoverageCell> row(CoveredNetwork network) {
        return row(network, tool -> true);
    }

    /** Some of the tools on one network. */
    static Map<String, CoverageCell> row(CoveredNetwork network, IntPredicate chosen) {
        Map<String, Supplier<CoverageCell>> work = new LinkedHashMap<>();
        CoveredTools.schemes().forEach((name, scheme) -> work.put(name, () -> drawn(network, scheme)));
        EveryInitializer.byName().forEach((name, tool) -> work.put(name, () -> initialized(network, tool)));
        CoveredTools.others().forEach((name, tool) -> work.put(name, () -> used(network, tool)));
        Map<String, CoverageCell> cells = new LinkedHashMap<>();
        int tool = 0;
        for (Map.Entry<String, Supplier<CoverageCell>> entry : work.entrySet()) {
            if (chosen.test(tool++)) {
                cells.put(entry.getKey(), entry.getValue().get());
            }
        }
        if (cells.values().stream().anyMatch(cell -> cell.outcome() == Outcome.WRONG)) {
            String dl4j = network.whyDl4jFails();
            cells.replaceAll((name, cell) -> cell.or(dl4j));
        }
        return cells;
    }

    /** What fails where DL4J itself fails is DL4J's; what changed something of the user's is ours. */
    private CoverageCell or(@Nullable String dl4j) {
        return outcome == Outcome.WRONG && dl4j != null && !words.contains("changed")
                ? new CoverageCell(Outcome.DL4J_FAILS, dl4j)
                : this;
    }

    private static CoverageCell drawn(CoveredNetwork network, IWeightInit scheme) {
        try {
            INDArray parameters = network.build(scheme).params();
            boolean finite = parameters == null
                    || parameters.isEmpty()
                    || Double.isFinite(parameters.sumNumber().doubleValue());
            return finite ? new CoverageCell(Outcome.DONE, "") : new CoverageCell(Outcome.WRONG, "not finite");
        } catch (RuntimeException failure) {
            return refused(failure);
        }
    }

    private static CoverageCell refused(Throwable failure) {
        return InitializerContract.whyUnclear(failure)
                .map(why -> new CoverageCell(Outcome.WRONG, why))
                .orElse(new CoverageCell(Outcome.REFUSED, String.valueOf(failure.getMessage())));
    }

    private static CoverageCell initialized(CoveredNetwork network, NetworkInitializer initializer) {
        InitializerContract.Result result;
        try {
            result = InitializerContract.of(initializer).examine(network::build, network.batch());
        } catch (RuntimeException unclear) {
            return new CoverageCell(Outcome.WRONG, "threw " + unclear);
        }
        if (!result.violations().isEmpty()) {
            return new CoverageCell(Outcome.WRONG, String.join("; ", result.violations()));
        }
        if (result.report() == null) {
            return new CoverageCell(Outcome.REFUSED, String.valueOf(result.refusal()));
        }
        List<String> reasons = new ArrayList<>();
        for (LayerReport line : result.report().layers()) {
            if (line.outcome() == LayerReport.Outcome.SKIPPED) {
                reasons.add(line.layer() + ": " + line.note());
            }
        }
        return new CoverageCell(reasons.isEmpty() ? Outcome.DONE : Outcome.SKIPPED, String.join("; ", reasons));
    }

    private static CoverageCell used(CoveredNetwork network, CoveredTools.Tool tool) {
        Model model = network.build();
        MultiDataSet batch = network.batch();
        Untouched before = Untouched.of(model, batch);
        CoverageCell cell;
        try {
            tool.work().accept(model, batch);
            cell = new CoverageCell(Outcome.DONE, "");
        } catch (RuntimeException | AssertionError failure) {
            cell = refused(failure);
        }
        List<String> changes = before.changes(tool.changes().toArray(Untouched.Part[]::new));
        return changes.isEmpty() ? cell : new CoverageCell(Outcome.WRONG, "changed " + changes + "; " + cell.words());
    }
}
