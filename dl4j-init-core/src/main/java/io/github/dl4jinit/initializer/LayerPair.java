package io.github.dl4jinit.initializer;

import io.github.dl4jinit.network.Chain;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.report.InitReport.BridgeLine;
import io.github.dl4jinit.report.InitReport.PairLine;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Two layers of a chain that are turned together, or the one in its middle, and what is known about them so far. */
final class LayerPair {

    private final LayerView first;
    private final LayerView last;
    private final boolean middle;
    private Outcome outcome = Outcome.CONVERGED;
    private String note = "";
    private @Nullable BridgeLine before;
    private @Nullable BridgeLine after;

    private LayerPair(LayerView first, LayerView last, boolean middle) {
        this.first = first;
        this.last = last;
        this.middle = middle;
    }

    /** From the ends to the middle. */
    static List<LayerPair> of(Chain chain) {
        List<LayerView> layers = chain.layers();
        List<LayerPair> pairs = new ArrayList<>();
        for (int first = 0, last = layers.size() - 1; first <= last; first++, last--) {
            pairs.add(new LayerPair(layers.get(first), layers.get(last), first == last));
        }
        return pairs;
    }

    LayerView first() {
        return first;
    }

    LayerView last() {
        return last;
    }

    boolean isMiddle() {
        return middle;
    }

    Outcome outcome() {
        return outcome;
    }

    /** Why the pair stalled, or "". */
    String obstacle() {
        return outcome == Outcome.STALLED ? note : "";
    }

    void before(BridgeLine report, String remark) {
        this.before = report;
        this.note = remark;
    }

    void stalled(String reason) {
        this.outcome = Outcome.STALLED;
        this.note = reason;
    }

    void after(BridgeLine report) {
        this.after = report;
    }

    PairLine report() {
        return new PairLine(
                first.name(),
                last.name(),
                outcome,
                Objects.requireNonNull(before),
                Objects.requireNonNull(after),
                note);
    }
}
