package io.github.dl4jinit.examples.compare;

import java.util.List;

/**
 * What one training gave. Losses are mean cross entropies in nats; accuracies are shares from 0 to 1.
 *
 * @param network name of the network
 * @param scheme name of the scheme
 * @param seed the seed
 * @param outcome how it ended
 * @param note what went wrong, empty if nothing did
 * @param start variance of each hidden layer's output before training
 * @param epochs one entry for the start (epoch 0) and one after each epoch, up to and with the one that diverged
 */
public record RunResult(
        String network,
        String scheme,
        long seed,
        Outcome outcome,
        String note,
        List<LayerVariance> start,
        List<EpochResult> epochs) {

    /** How a training ended. */
    public enum Outcome {
        /** All epochs were trained and every number is finite. */
        FINISHED,
        /** The loss became NaN or infinite; training stopped there. It counts as worse than any finite result. */
        DIVERGED,
        /** The initializer or the training threw an exception; the note says which. */
        FAILED
    }

    /**
     * The spread of a layer's output over the units and over the first training examples.
     *
     * @param layer name of the layer
     * @param variance its variance after the activation function
     */
    public record LayerVariance(String layer, double variance) {}

    /**
     * The state after an epoch, measured in inference mode.
     *
     * @param epoch passes made over the training data
     * @param trainLoss loss on the first 1,000 training examples, or all if there are fewer
     * @param testLoss loss on the test part
     * @param testAccuracy share of test examples whose class is right
     */
    public record EpochResult(int epoch, double trainLoss, double testLoss, double testAccuracy) {}

    /** Copies the lists. */
    public RunResult {
        start = List.copyOf(start);
        epochs = List.copyOf(epochs);
    }

    boolean finished() {
        return outcome == Outcome.FINISHED;
    }

    /**
     * The training loss after an epoch.
     *
     * @param epoch from 0
     * @return the loss; infinite from the epoch on in which the run was lost
     */
    public double trainLoss(int epoch) {
        return kept(epoch) ? epochs.get(epoch).trainLoss() : Double.POSITIVE_INFINITY;
    }

    /**
     * The test loss after an epoch.
     *
     * @param epoch from 0
     * @return the loss; infinite from the epoch on in which the run was lost
     */
    public double testLoss(int epoch) {
        return kept(epoch) ? epochs.get(epoch).testLoss() : Double.POSITIVE_INFINITY;
    }

    /**
     * The test accuracy after an epoch.
     *
     * @param epoch from 0
     * @return the accuracy; minus infinity from the epoch on in which the run was lost
     */
    public double testAccuracy(int epoch) {
        return kept(epoch) ? epochs.get(epoch).testAccuracy() : Double.NEGATIVE_INFINITY;
    }

    private boolean kept(int epoch) {
        return epoch < epochs.size() && Double.isFinite(epochs.get(epoch).trainLoss());
    }
}
