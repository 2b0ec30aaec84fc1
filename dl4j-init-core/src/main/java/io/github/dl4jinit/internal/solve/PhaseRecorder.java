package io.github.dl4jinit.internal.solve;

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

/** Records the phases of a training. The loss after updates is known only when the next basis has been computed. */
public final class PhaseRecorder {

    private final SplitNetwork network;
    private final List<Phase> phases = new ArrayList<>();
    private final long start = System.nanoTime();
    private double updateSeconds;
    private @Nullable DataSet updatedOn;

    public PhaseRecorder(SplitNetwork network) {
        this.network = network;
    }

    /** Makes updates on a batch and measures their time. */
    public void update(DataSet batch, Runnable updates) {
        long from = System.nanoTime();
        updates.run();
        updateSeconds += secondsSince(from);
        updatedOn = batch;
    }

    /** Records the last updates, if there were any, with the loss on the basis that the next solve starts from. */
    public void found(double loss) {
        if (updatedOn != null) {
            write(Kind.UPDATES, loss, null, List.of(), updateSeconds);
            updatedOn = null;
            updateSeconds = 0;
        }
    }

    /** Records the last updates, if no solve followed, with the loss on their batch. */
    public void close(ToDoubleFunction<DataSet> lossOn) {
        if (updatedOn != null) {
            found(lossOn.applyAsDouble(updatedOn));
        }
    }

    /** Records a solve with the loss after it; the rank is null if it was not measured. */
    public void solved(double loss, @Nullable NumericalRank rank, List<Double> steps, double seconds) {
        write(Kind.SOLVE, loss, rank, steps, seconds);
    }

    private void write(Kind kind, double loss, @Nullable NumericalRank rank, List<Double> steps, double seconds) {
        Solve solve = rank == null ? new Solve(null, null, steps) : new Solve(rank.rank(), rank.condition(), steps);
        phases.add(new Phase(
                kind, new Clock(network.training().epochs(), network.training().iterations(), seconds), loss, solve));
    }

    /** Seconds since a time of {@code System.nanoTime()}. */
    public static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    public TrainReport report(String trainer) {
        return new TrainReport(trainer, phases, secondsSince(start));
    }
}
