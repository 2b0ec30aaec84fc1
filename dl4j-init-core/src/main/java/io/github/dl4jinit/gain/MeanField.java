package io.github.dl4jinit.gain;

import io.github.dl4jinit.internal.gaussian.ScalarActivation;
import io.github.dl4jinit.internal.number.Bounds;
import org.apiguardian.api.API;
import org.nd4j.linalg.activations.IActivation;

/**
 * The signal of a wide, deep, plain network, layer by layer: how its variance moves, where it settles and how gradients grow there.
 *
 * <p>q_(l+1) = sigma_w^2 E[f(sqrt(q_l) z)^2] + sigma_b^2, z ~ N(0, 1); q* is its fixed point; chi_1 = sigma_w^2 E[f'(sqrt(q*) z)^2].
 *
 * <p>q is the variance of the pre-activations of one layer, for weights of variance sigma_w^2 / fanIn and biases of variance sigma_b^2.
 * chi_1 is the factor by which one layer multiplies the mean square of a gradient on its way down: below 1 gradients vanish (ordered
 * phase), above 1 they explode (chaotic phase). The slope of the map, {@link #stability()}, tells whether a signal that starts beside q*
 * comes back to it (below 1) or leaves it (above 1).
 *
 * <p>Use it to predict a fully connected or convolutional network without normalization or skip connections, of width well above depth.
 *
 * <p>Source: B. Poole et al., "Exponential expressivity in deep neural networks through transient chaos" (2016); S. S.
 * Schoenholz et al., "Deep information propagation" (2017), for the depth scale. Which of several fixed
 * points is meant is our choice: see {@link #fixedPoint()}.
 *
 * @param activation any elementwise activation
 * @param weightVariance sigma_w^2, finite and above zero
 * @param biasVariance sigma_b^2, finite, zero or above
 */
@API(status = API.Status.STABLE, since = "0.1")
public record MeanField(IActivation activation, double weightVariance, double biasVariance) {
    /** Outside of these the signal counts as dead or as exploded. */
    private static final double LEAST_Q = 1e-10;

    private static final double MOST_Q = 1e12;
    private static final double SAME = 1e-12;

    /** Checks the variances. */
    public MeanField {
        Bounds.positive("variance", weightVariance);
        Bounds.notNegative("bias variance", biasVariance);
    }

    /**
     * The variance one layer on.
     *
     * @param q the variance of a layer's pre-activations, finite and above zero
     * @return the variance of the next layer's pre-activations
     */
    public double next(double q) {
        Bounds.positive("variance", q);
        return next(new ScalarActivation(activation), q);
    }

    private double next(ScalarActivation f, double q) {
        return weightVariance * f.meanSquare(q) + biasVariance;
    }

    /**
     * The variance at which the signal settles when it starts with variance 1.
     *
     * <p>Where every variance is a fixed point (ReLU with sigma_w^2 = 2) this is 1. A signal that keeps shrinking below 1e-10 has the
     * fixed point 0, one that keeps growing above 1e12, or until the activation overflows, has infinity.
     *
     * <p>The map is looked at where it starts and then at every doubling or halving, and the first crossing of the diagonal seen there is
     * refined; two crossings between neighbours of that grid go unseen. A signal that starts on an unstable fixed point stays there in
     * theory only: ask {@link #stability()}.
     *
     * @return q*, zero, or infinity
     */
    public double fixedPoint() {
        ScalarActivation f = new ScalarActivation(activation);
        double first = next(f, 1);
        if (Math.abs(first - 1) <= SAME) {
            return 1;
        }
        boolean grows = first > 1;
        double factor = grows ? 2 : 0.5;
        double near = 1;
        double far = factor;
        while (grows ? growsAt(f, far) : next(f, far) <= far) {
            near = far;
            far *= factor;
            if (far < LEAST_Q) {
                return 0;
            }
            if (far > MOST_Q) {
                return Double.POSITIVE_INFINITY;
            }
        }
        // Bisection: the map may touch the diagonal at a small angle, where faster methods lose their footing.
        while (Math.abs(far - near) > SAME * near) {
            double middle = near + (far - near) / 2;
            if (growsAt(f, middle) == grows) {
                near = middle;
            } else {
                far = middle;
            }
        }
        return near;
    }

    /** Above variance 1, where the activation did not overflow, an overflow is growth: the moments lie outside of what doubles hold. */
    private boolean growsAt(ScalarActivation f, double q) {
        try {
            return next(f, q) > q;
        } catch (ArithmeticException overflow) {
            if (q > 1) {
                return true;
            }
            throw overflow;
        }
    }

    /**
     * The factor by which one layer multiplies the mean square of a gradient when its pre-activations have variance q.
     *
     * @param q the variance, finite and above zero
     * @return sigma_w^2 E[f'(sqrt(q) z)^2]
     */
    public double chi(double q) {
        return weightVariance * GaussianMoments.of(activation, 0, q).slopeSquare();
    }

    /**
     * {@link #chi} where the signal has settled. For a signal that dies it is the limit at small q.
     *
     * @return chi_1
     * @throws ArithmeticException if the signal explodes, so that there is no such place
     */
    public double chi1() {
        return chi(settled());
    }

    /**
     * The slope of the map from one layer's variance to the next: the factor by which one layer multiplies a small deviation of the
     * variance from q.
     *
     * @param q the variance, finite and above zero
     * @return d/dq of {@link #next}: sigma_w^2 E[f(sqrt(q) z)^2 (z^2 - 1)] / (2 q), right also where f jumps
     */
    public double stability(double q) {
        Bounds.positive("variance", q);
        ScalarActivation f = new ScalarActivation(activation);
        // The derivative of the Gaussian density with respect to its variance, in place of that of f.
        return weightVariance * f.meanSquare(q, y -> (y * y / q - 1) / (2 * q));
    }

    /**
     * {@link #stability(double)} where the signal has settled: below 1 it comes back to its variance after a deviation, above 1 it
     * leaves it, and no deep network stays there. For a signal that dies it is the limit at small q.
     *
     * @return the slope of the map at q*
     * @throws ArithmeticException if the signal explodes, so that there is no such place
     */
    public double stability() {
        return stability(settled());
    }

    private double settled() {
        double q = fixedPoint();
        if (Double.isInfinite(q)) {
            throw new ArithmeticException(
                    "the signal explodes for sigma_w^2 = " + weightVariance + ", sigma_b^2 = " + biasVariance
                            + ": there is no fixed point; ask for chi(q) or stability(q) at a q of your choice, or lower sigma_w^2");
        }
        return Math.max(q, LEAST_Q);
    }

    /**
     * The number of layers over which the mean square of a gradient changes by a factor of e.
     *
     * @return 1 / |ln chi_1|, infinity on the critical line
     * @throws ArithmeticException if the signal explodes
     */
    public double depthScale() {
        return 1 / Math.abs(Math.log(chi1()));
    }
}
