package io.github.dl4jinit.audit;

import io.github.dl4jinit.gain.Gains;
import io.github.dl4jinit.gain.GaussianMoments;
import io.github.dl4jinit.gain.MeanField;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;

/**
 * Tells where an activation and a weight variance do not belong together in a deep network.
 *
 * <p>The measure is chi_1 of {@link MeanField} without bias: the factor by which a chain of such layers multiplies the mean square of a
 * gradient at each step, once the signal has settled. Between 0.8 and 1.25 nothing is said: tanh with Glorot's variance has 1.0, ReLU with
 * it 0.5. The bounds are ours.
 */
final class GainAdvice {
    private static final double LOW = 0.8;
    private static final double HIGH = 1.25;

    private record Question(IActivation activation, double weightVariance) {}

    /** Deep networks ask the same question many times, and an answer takes a hundred integrations. */
    private final Map<Question, Optional<String>> answers = new HashMap<>();

    /**
     * Advice for a hidden layer, or null.
     *
     * @param layer the layer
     * @param fanIn the number of terms in one of its sums
     * @param variance the variance that its weights will have
     */
    @Nullable
    String of(BaseLayer layer, double fanIn, double variance) {
        IActivation activation = layer.getActivationFn();
        // Behind an identity the signal is shaped elsewhere, by normalization or an activation layer.
        if (layer instanceof BaseOutputLayer || activation == null || activation instanceof ActivationIdentity) {
            return null;
        }
        return answers.computeIfAbsent(new Question(activation, variance * fanIn), GainAdvice::answer)
                .orElse(null);
    }

    private static Optional<String> answer(Question question) {
        try {
            double chi = chi(question.activation(), question.weightVariance());
            if (chi >= LOW && chi <= HIGH) {
                return Optional.empty();
            }
            return Optional.of(String.format(
                    Locale.ROOT,
                    "with %s, each layer like this multiplies the mean square of a gradient by %.2f (fanIn Var[w] = %.2f): %s",
                    question.activation(),
                    chi,
                    question.weightVariance(),
                    remedy(question.activation())));
        } catch (IllegalArgumentException | ArithmeticException noScalarGain) {
            // Softmax, randomized and parametric ReLU, or an activation that overflows: there is no number to advise
            // by.
            return Optional.empty();
        }
    }

    /** chi where the signal settles; where it explodes, at the variance 1 that a standardized input has. */
    private static double chi(IActivation activation, double weightVariance) {
        MeanField field = new MeanField(activation, weightVariance, 0);
        return Double.isInfinite(field.fixedPoint()) ? field.chi(1) : field.chi1();
    }

    private static String remedy(IActivation activation) {
        double gain = Gains.of(activation);
        double chi = gain * gain * GaussianMoments.of(activation, 0, 1).slopeSquare();
        if (chi < LOW || chi > HIGH) {
            return "no variance keeps both signal and gradient; a deep network wants another activation or normalization";
        }
        return activation instanceof ActivationReLU && Math.abs(gain * gain - 2) < 1e-9
                ? ".weightInit(VarianceScaling.heNormal()) keeps it"
                : String.format(
                        Locale.ROOT,
                        ".weightInit(new VarianceScaling(%.4f, Fan.IN, Law.NORMAL)) keeps it",
                        gain * gain);
    }
}
