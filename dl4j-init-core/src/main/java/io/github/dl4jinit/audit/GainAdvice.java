package io.github.dl4jinit.audit;

import io.github.dl4jinit.gain.Gains;
import io.github.dl4jinit.gain.GaussianMoments;
import io.github.dl4jinit.gain.MeanField;
import io.github.dl4jinit.internal.gaussian.ScalarActivation;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * Tells where an activation and a weight variance do not belong together in a deep network.
 *
 * <p>The measure is chi_1 of {@link MeanField} without bias: the factor by which a chain of such layers multiplies the mean square of a
 * gradient at each step, once the signal has settled. Between 0.8 and 1.25 nothing is said: tanh with Glorot's variance has 1.0, ReLU with
 * it 0.5. A variance is recommended only if chi_1 is within 10 % of 1 there and the signal's variance settles at a stable place: first the
 * one that is critical for a small signal, where f is smooth at 0 and f(0) = 0; then the one for which variance 1 is a fixed point, as He's
 * for ReLU. All bounds are ours.
 */
final class GainAdvice {
    private static final double LOW = 0.8;
    private static final double HIGH = 1.25;
    private static final double CLOSE = 0.1;
    /** Room for rounding: ReLU with He's variance has a slope of exactly 1. */
    private static final double STABLE = 1 + 1e-6;

    private static final double SMALL_SIGNAL = 1e-10;

    private record Question(IActivation activation, double weightVariance) {}

    /** Deep networks ask the same question many times, and each takes a hundred integrations. */
    private final Map<Question, Optional<String>> known = new HashMap<>();

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
        // After an identity the signal is shaped elsewhere, by normalization or an activation layer.
        if (layer instanceof BaseOutputLayer || activation == null || activation instanceof ActivationIdentity) {
            return null;
        }
        return known.computeIfAbsent(new Question(activation, variance * fanIn), GainAdvice::advise)
                .orElse(null);
    }

    private static Optional<String> advise(Question question) {
        try {
            double chi = chi(question.activation(), question.weightVariance());
            if (chi >= LOW && chi <= HIGH) {
                return Optional.empty();
            }
            return Optional.of(String.format(
                    Locale.ROOT,
                    "with %s, each layer like this multiplies the mean square of a gradient by %.2f (fanIn Var[w] = %.2f): %s",
                    ScalarActivation.name(question.activation()),
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
        double forVarianceOne = gain * gain;
        double forSmallSignal =
                1 / GaussianMoments.of(activation, 0, SMALL_SIGNAL).slopeSquare();
        List<Double> candidates = isSmoothAtZero(activation)
                ? List.of(forSmallSignal, forVarianceOne)
                : List.of(forVarianceOne, forSmallSignal);
        for (double variance : candidates) {
            if (keeps(activation, variance)) {
                return String.format(
                        Locale.ROOT,
                        "%s brings it to %.2f where the signal settles",
                        line(variance),
                        chi(activation, variance));
            }
        }
        MeanField field = new MeanField(activation, forVarianceOne, 0);
        double chi = field.chi(1);
        double stability = field.stability(1);
        return String.format(
                Locale.ROOT,
                "the gain for variance 1 (fanIn Var[w] = %.4f) gives %.2f, and multiplies a deviation of the signal's variance by %.2f: %s",
                forVarianceOne,
                chi,
                stability,
                chi >= LOW && chi <= HIGH && stability > STABLE
                        ? "use Lsuv or normalization"
                        : "use normalization or another activation");
    }

    /** Without a kink at 0 the activation is linear for a small signal, and the critical variance does not depend on which side it is. */
    private static boolean isSmoothAtZero(IActivation activation) {
        GaussianMoments small = GaussianMoments.of(activation, 0, SMALL_SIGNAL);
        return Math.abs(small.slopeSquare() - small.slope() * small.slope()) < 1e-6 * small.slopeSquare();
    }

    private static boolean keeps(IActivation activation, double weightVariance) {
        if (!Double.isFinite(weightVariance)) {
            return false; // The activation is flat at 0.
        }
        MeanField field = new MeanField(activation, weightVariance, 0);
        return Double.isFinite(field.fixedPoint())
                && Math.abs(field.chi1() - 1) <= CLOSE
                && field.stability() <= STABLE;
    }

    private static String line(double weightVariance) {
        if (Math.abs(weightVariance - 1) < 1e-4) {
            return ".weightInit(VarianceScaling.lecunNormal())";
        }
        if (Math.abs(weightVariance - 2) < 1e-9) {
            return ".weightInit(VarianceScaling.heNormal())";
        }
        return String.format(Locale.ROOT, ".weightInit(new VarianceScaling(%.4f, Fan.IN, Law.NORMAL))", weightVariance);
    }
}
