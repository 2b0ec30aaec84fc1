package io.github.dl4jinit.gain;

import io.github.dl4jinit.internal.gaussian.ScalarActivation;
import io.github.dl4jinit.internal.number.Bounds;
import java.util.Locale;
import org.apiguardian.api.API;
import org.nd4j.linalg.activations.IActivation;

/**
 * A point of the critical line: the variances of weights and biases at which gradients keep their size and the signal settles at q*.
 *
 * <p>sigma_w^2 = 1 / E[f'(sqrt(q*) z)^2], sigma_b^2 = q* - sigma_w^2 E[f(sqrt(q*) z)^2], z ~ N(0, 1).
 *
 * <p>Weights are then drawn with variance sigma_w^2 / fanIn, or orthogonal with gain sigma_w; biases with variance sigma_b^2. q* is the
 * variance of every pre-activation.
 *
 * <p>Use it for very deep plain networks with a smooth activation (tanh): a small q*, for instance one over the depth, keeps the
 * activation near its linear part. ReLU and its leaky relatives have one critical weight variance and no bias for every q*. An activation
 * whose output exceeds its input at this q* has no such point; {@link #at} then throws.
 *
 * <p>Source: S. S. Schoenholz, J. Gilmer, S. Ganguli, J. Sohl-Dickstein, "Deep information propagation" (2017), chi_1 = 1. One over
 * the depth for q* is what the demonstration code of L. Xiao et al., "Dynamical isometry and a mean field theory of CNNs" (2018) takes.
 *
 * @param q the variance of the pre-activations, q*, above zero
 * @param weightVariance sigma_w^2, above zero
 * @param biasVariance sigma_b^2, zero or above
 */
@API(status = API.Status.STABLE, since = "0.1")
public record CriticalLine(double q, double weightVariance, double biasVariance) {
    /** Below this part of q* the bias variance is rounding: DL4J holds the slope of leaky ReLU in single precision in the backward pass. */
    private static final double ROUNDING = 1e-7;

    /** Checks the variances. */
    public CriticalLine {
        Bounds.positive("variance", q);
        Bounds.positive("variance", weightVariance);
        Bounds.notNegative("bias variance", biasVariance);
    }

    /**
     * The point of an activation's critical line with a given q*.
     *
     * @param activation any elementwise activation
     * @param q the wanted variance of the pre-activations, finite and above zero
     * @return the variances
     * @throws IllegalArgumentException if there is no critical point with this q*
     */
    public static CriticalLine at(IActivation activation, double q) {
        GaussianMoments moments = GaussianMoments.of(activation, 0, q);
        double weightVariance = 1 / moments.slopeSquare();
        double biasVariance = q - weightVariance * moments.square();
        if (!(biasVariance >= -ROUNDING * q)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "activation %s has no critical point with q = %s: sigma_w^2 = %s would need sigma_b^2 = %s; try another q, or use Gains.of",
                    ScalarActivation.name(activation),
                    q,
                    weightVariance,
                    biasVariance));
        }
        return new CriticalLine(q, weightVariance, Math.abs(biasVariance) <= ROUNDING * q ? 0 : biasVariance);
    }
}
