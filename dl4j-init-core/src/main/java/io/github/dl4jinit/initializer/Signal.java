package io.github.dl4jinit.initializer;

import io.github.dl4jinit.gain.GaussianMoments;
import java.util.List;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/**
 * Mean and variance of a signal over its units, its inputs and the draws of the weights.
 *
 * @param mean the mean
 * @param variance the variance
 */
record Signal(double mean, double variance) {

    static final Signal STANDARD = new Signal(0, 1);

    double square() {
        return mean * mean + variance;
    }

    Signal through(IActivation activation) {
        if (activation instanceof ActivationSoftmax || !(variance > 0)) {
            return this; // Softmax is no function of one number, and the last.
        }
        GaussianMoments moments = GaussianMoments.of(activation, mean, variance);
        return new Signal(moments.value(), Math.max(0, moments.square() - moments.value() * moments.value()));
    }

    /** Of independent signals. */
    static Signal sum(List<Signal> signals) {
        return new Signal(
                signals.stream().mapToDouble(Signal::mean).sum(),
                signals.stream().mapToDouble(Signal::variance).sum());
    }

    /** Of signals side by side, each as wide as the others. */
    static Signal mixture(List<Signal> signals) {
        double mean = signals.stream().mapToDouble(Signal::mean).average().orElse(0);
        double square = signals.stream().mapToDouble(Signal::square).average().orElse(0);
        return new Signal(mean, square - mean * mean);
    }
}
