package io.github.dl4jinit.gain;

import io.github.dl4jinit.internal.gaussian.ScalarActivation;
import io.github.dl4jinit.internal.number.Bounds;
import org.apiguardian.api.API;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;

/**
 * What an activation makes of a Gaussian pre-activation: the first two moments of its value and of its derivative.
 *
 * <p>For z ~ N(mean, variance): E[f(z)], E[f(z)^2], E[f'(z)], E[f'(z)^2].
 *
 * <p>All six are plain numbers, in double precision whatever ND4J's default type is. They are computed by adaptive integration, to a
 * relative accuracy of about 1e-13 when the activation itself is computed in double precision, kinks and jumps included. A feature much
 * narrower than a sixtieth of a standard deviation, such as a spike, may lie between all points that are looked at, and is then not seen.
 *
 * <p>Use them to choose a gain or to follow a signal through depth ({@link MeanField}). The derivative is the one that DL4J's
 * backward pass multiplies by: where DL4J's backward pass disagrees with its forward pass (ELU with another alpha than 1, the
 * precise GELU), the moments of the derivative describe the gradient that DL4J computes, not the mathematical one. The
 * derivative of a jump, a Dirac impulse, is not seen by a backward pass and not counted here.
 *
 * <p>Source: the moments of the mean-field theory of B. Poole, S. Lahiri, M. Raghu, J. Sohl-Dickstein, S. Ganguli,
 * "Exponential expressivity in deep neural networks through transient chaos" (2016) and S. S. Schoenholz, J. Gilmer, S.
 * Ganguli, J. Sohl-Dickstein, "Deep information propagation" (2017), with a mean added. The way of integrating is ours.
 *
 * @param mean the mean of z
 * @param variance the variance of z
 * @param value E[f(z)]
 * @param square E[f(z)^2]
 * @param slope E[f'(z)]
 * @param slopeSquare E[f'(z)^2]
 */
@API(status = API.Status.STABLE, since = "0.1")
public record GaussianMoments(
        double mean, double variance, double value, double square, double slope, double slopeSquare) {
    /**
     * The moments of an activation.
     *
     * @param activation any elementwise activation
     * @param mean the mean of z, finite
     * @param variance the variance of z, finite and above zero
     * @return the moments
     * @throws IllegalArgumentException if the activation is no function of one number (softmax, randomized ReLU, parametric ReLU)
     * @throws ArithmeticException if the activation is not finite, grows too fast or is nowhere smooth
     */
    public static GaussianMoments of(IActivation activation, double mean, double variance) {
        Bounds.finite("mean", mean);
        Bounds.positive("variance", variance);
        double[] moments = new ScalarActivation(activation).moments(mean, variance);
        return new GaussianMoments(mean, variance, moments[0], moments[1], moments[2], moments[3]);
    }

    /**
     * The moments of one of DL4J's activations with its default settings.
     *
     * @param activation the activation
     * @param mean the mean of z, finite
     * @param variance the variance of z, finite and above zero
     * @return the moments
     * @see #of(IActivation, double, double)
     */
    public static GaussianMoments of(Activation activation, double mean, double variance) {
        return of(activation.getActivationFunction(), mean, variance);
    }
}
