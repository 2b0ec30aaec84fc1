package io.github.dl4jinit.internal.gaussian;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;

/**
 * What an activation makes of the covariances of Gaussian pre-activations: the step of a kernel through one layer.
 *
 * <p>For (u, v) jointly Gaussian with mean 0, variances q and q', covariance k: E[f(u) f(v)] and E[f'(u) f'(v)].
 *
 * <p>All are plain numbers in double precision. Covariances that exceed sqrt(q q') by rounding count as equal to it. A variance of 0 is
 * a pre-activation that is always 0.
 *
 * <p>Piecewise linear activations with one kink and erf have closed forms ({@link #rectified}, {@link #erf}); {@link #of} takes them
 * where it knows that they fit, and else sums a series in Hermite polynomials.
 *
 * <p>Source: Y. Cho, L. K. Saul, "Kernel methods for deep learning" (2009), for ReLU; C. K. I. Williams, "Computing with infinite
 * networks" (1997), for erf. How others are computed is ours: see {@link #of}.
 */
public sealed interface KernelMap permits Rectified, Erf, HermiteMap {
    /**
     * The map of any elementwise activation of DL4J's or of a user's.
     *
     * <p>E[f(u) f(v)] = sum of a_k(q) a_k(q') rho^k, rho the correlation and a_k the coefficients of f(sqrt(q) z) in normalized Hermite
     * polynomials. What the omitted terms can add is bounded by |rho|^(n+1) times the root of the omitted squares; a pair whose
     * bound exceeds 1e-10 of its size, nearly parallel inputs of an activation with a kink, is integrated in two dimensions instead.
     * Ours: a two-dimensional Gauss-Hermite rule, the usual way, has no such bound and errs in the second digit at kinks.
     *
     * <p>Cost: some tens of milliseconds for each different variance, next to nothing for each pair, and tenths of a second for each
     * pair that is integrated in two dimensions.
     *
     * @param activation any elementwise activation
     * @return its map; in closed form for identity, ReLU and leaky ReLU
     * @throws IllegalArgumentException if the activation is no function of one number
     */
    static KernelMap of(IActivation activation) {
        if (activation instanceof ActivationIdentity) {
            return rectified(1, 1);
        }
        if (activation.getClass() == ActivationReLU.class) {
            ActivationReLU relu = (ActivationReLU) activation;
            boolean plain = isZero(relu.getThreshold()) && relu.getMax() == null;
            if (plain) {
                return rectified(relu.getNegativeSlope() == null ? 0 : relu.getNegativeSlope(), 1);
            }
        }
        if (activation instanceof ActivationLReLU leaky) {
            return rectified(leaky.getAlpha(), 1);
        }
        return new HermiteMap(activation);
    }

    /**
     * A line with a kink at zero: ReLU is (0, 1), leaky ReLU (alpha, 1), the identity (1, 1), the absolute value (-1, 1).
     *
     * @param negative slope below zero, finite
     * @param positive slope above zero, finite
     * @return its map
     */
    static KernelMap rectified(double negative, double positive) {
        return new Rectified(negative, positive);
    }

    /** The map of the error function, erf(z) = 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to z, which DL4J does not have. */
    static KernelMap erf() {
        return new Erf();
    }

    /**
     * E[f(u)^2].
     *
     * @param q the variance, at least 0
     * @return the mean square of the activation
     */
    double square(double q);

    /**
     * Maps the covariances of every row with every column.
     *
     * @param rows variances of the u
     * @param columns variances of the v
     * @param covariances one row for each u
     * @return the expectations, of the shape of the covariances
     */
    PairMoments moments(double[] rows, double[] columns, double[][] covariances);

    private static boolean isZero(@Nullable Double number) {
        return number == null || number == 0;
    }
}
