package io.github.dl4jinit.trainer;

import io.github.dl4jinit.internal.split.SplitNetwork;
import io.github.dl4jinit.report.TrainReport;
import io.github.dl4jinit.report.TrainReport.Clock;
import io.github.dl4jinit.report.TrainReport.Kind;
import io.github.dl4jinit.report.TrainReport.Phase;
import io.github.dl4jinit.report.TrainReport.Solve;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.DataSet;

/** Writes down the phases of a training. The loss behind updates is known only when the next basis has been computed. */
final class Journal {

    private final SplitNetwork network;
    private final List<Phase> phases = new ArrayList<>();
    private final long start = System.nanoTime();
    private double updateSeconds;
    private @Nullable DataSet updatedOn;

    Journal(SplitNetwork network) {
        this.network = network;
    }

    void update(DataSet batch, Runnable updates) {
        long from = System.nanoTime();
        updates.run();
        updateSeconds += secondsSince(from);
        updatedOn = batch;
    }

    /** The loss of the network as it stands, on the basis that the next solve starts from. */
    void found(double loss) {
        if (updatedOn != null) {
            write(Kind.UPDATES, loss, Solve.NONE, updateSeconds);
            updatedOn = null;
            updateSeconds = 0;
        }
    }

    /** Writes down the last updates, if no solve followed. */
    void close(ToDoubleFunction<DataSet> lossOn) {
        if (updatedOn != null) {
            found(lossOn.applyAsDouble(updatedOn));
        }
    }

    void solved(double loss, @Nullable Integer rank, @Nullable Double condition, List<Double> steps, double seconds) {
        write(Kind.SOLVE, loss, new Solve(rank, condition, steps), seconds);
    }

    private void write(Kind kind, double loss, Solve solve, double seconds) {
        phases.add(new Phase(kind, new Clock(network.epochs(), network.iterations(), seconds), loss, solve));
    }

    static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    TrainReport report(String trainer) {
        return new TrainReport(trainer, phases, secondsSince(start));
    }
}
