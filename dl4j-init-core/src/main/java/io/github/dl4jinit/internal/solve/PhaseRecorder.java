package io.github.dl4jinit.internal.solve;

import io.github.dl4jinit.internal.split.SplitNetwork;
import io.github.dl4jinit.report.TrainPhase;
import io.github.dl4jinit.report.TrainPhase.Kind;
import io.github.dl4jinit.report.TrainReport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.DataSet;

/** Records the phases of a training. The loss after updates is known only when the next basis has been computed. */
public final class PhaseRecorder {

    private final SplitNetwork network;
    private final List<TrainPhase> phases = new ArrayList<>();
    private final long start = System.nanoTime();
    private double updateSeconds;
    private @Nullable DataSet updatedOn;

    /**
     * Starts the clock.
     *
     * @param network whose iterations and epochs are recorded
     */
    public PhaseRecorder(SplitNetwork network) {
        this.network = network;
    }

    /**
     * Makes updates and measures their time.
     *
     * @param batch what they look at
     * @param updates makes them
     */
    public void update(DataSet batch, Runnable updates) {
        long from = System.nanoTime();
        updates.run();
        updateSeconds += secondsSince(from);
        updatedOn = batch;
    }

    /**
     * Ends the last updates, if there were any.
     *
     * @param loss of the network as it stands, on the basis that the next solve starts from
     */
    public void found(double loss) {
        if (updatedOn != null) {
            write(Kind.UPDATES, loss, null, List.of(), updateSeconds);
            updatedOn = null;
            updateSeconds = 0;
        }
    }

    /**
     * Ends the last updates, if no solve followed.
     *
     * @param lossOn the loss of the network on the batch that they looked at
     */
    public void close(ToDoubleFunction<DataSet> lossOn) {
        if (updatedOn != null) {
            found(lossOn.applyAsDouble(updatedOn));
        }
    }

    /**
     * Records a solve.
     *
     * @param loss after it
     * @param rank of the basis; null if it was not measured
     * @param steps of a line search, if there was one
     * @param seconds it took
     */
    public void solved(double loss, @Nullable NumericalRank rank, List<Double> steps, double seconds) {
        write(Kind.SOLVE, loss, rank, steps, seconds);
    }

    private void write(Kind kind, double loss, @Nullable NumericalRank rank, List<Double> steps, double seconds) {
        phases.add(new TrainPhase(
                kind,
                network.epochs(),
                network.iterations(),
                loss,
                rank == null ? null : rank.rank(),
                rank == null ? null : rank.condition(),
                steps,
                seconds));
    }

    /**
     * Wall time.
     *
     * @param nanoTime when it started
     * @return seconds until now
     */
    public static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    /**
     * The report of the training so far.
     *
     * @param trainer the name of its class
     * @return all phases, and the wall time since the start
     */
    public TrainReport report(String trainer) {
        return new TrainReport(trainer, phases, secondsSince(start));
    }
}
