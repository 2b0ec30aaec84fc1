package io.github.dl4jinit.examples.study;

import java.lang.management.ManagementFactory;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/**
 * A clock of a training that stands still while the network is looked at. It counts the processor time of its thread: with one
 * OpenMP thread, what the training takes on a quiet machine, whatever else runs on this one.
 */
public final class TrainingClock extends BaseTrainingListener {

    private final int every;
    private final double target;
    private final DoubleSupplier quality;
    private final DoubleConsumer epochEnd;
    private long start = now();
    private double reached = Double.POSITIVE_INFINITY;
    private int updates;

    /**
     * A clock that waits for a quality.
     *
     * @param every updates between two looks
     * @param target the quality to wait for
     * @param quality looks at the network; higher is better
     * @param epochEnd looks at the network after each epoch, when so many seconds have passed
     */
    public TrainingClock(int every, double target, DoubleSupplier quality, DoubleConsumer epochEnd) {
        this.every = every;
        this.target = target;
        this.quality = quality;
        this.epochEnd = epochEnd;
    }

    private static long now() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private double seconds() {
        return (now() - start) / 1e9;
    }

    /** When the quality was first there, infinite if never. */
    public double reached() {
        return reached;
    }

    private void outside(Runnable look) {
        long from = now();
        look.run();
        start += now() - from;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
        updates++;
        if (updates % every == 0) {
            look(seconds());
        }
    }

    @Override
    public void onEpochEnd(Model model) {
        double at = seconds();
        look(at);
        outside(() -> epochEnd.accept(at));
    }

    private void look(double at) {
        if (reached == Double.POSITIVE_INFINITY) {
            outside(() -> {
                if (quality.getAsDouble() >= target) {
                    reached = at;
                }
            });
        }
    }
}
