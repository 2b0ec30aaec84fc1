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
record SignalMoments(double mean, double variance) {

    static final SignalMoments STANDARD = new SignalMoments(0, 1);

    double square() {
        return mean * mean + variance;
    }

    SignalMoments through(IActivation activation) {
        if (activation instanceof ActivationSoftmax || !(variance > 0)) {
            return this; // Softmax is no function of one number, and the last.
        }
        GaussianMoments moments = GaussianMoments.of(activation, mean, variance);
        return new SignalMoments(moments.value(), Math.max(0, moments.square() - moments.value() * moments.value()));
    }

    /** Of independent signals. */
    static SignalMoments sum(List<SignalMoments> signals) {
        return new SignalMoments(
                signals.stream().mapToDouble(SignalMoments::mean).sum(),
                signals.stream().mapToDouble(SignalMoments::variance).sum());
    }

    /** Of signals side by side, each as wide as the others. */
    static SignalMoments mixture(List<SignalMoments> signals) {
        double mean =
                signals.stream().mapToDouble(SignalMoments::mean).average().orElse(0);
        double square =
                signals.stream().mapToDouble(SignalMoments::square).average().orElse(0);
        return new SignalMoments(mean, square - mean * mean);
    }
}
