package io.github.dl4jinit.gain;

import io.github.dl4jinit.internal.gaussian.ScalarActivation;
import org.apiguardian.api.API;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;

/**
 * The factor that weights need so that a layer with this activation keeps the size of the signal.
 *
 * <p>gain = 1 / sqrt(E[f(z)^2]), z ~ N(0, 1).
 *
 * <p>A plain number. Weights of variance gain^2 / fanIn after the activation then give pre-activations of mean square 1 again.
 * ReLU: sqrt(2). Identity: 1. Tanh: 1.5925.
 *
 * <p>Use it, squared, as the scale of {@code VarianceScaling} with fan-in, or as the gain of {@code Orthogonal} in a network of a few
 * layers. It keeps the forward signal, and in depth only if variance 1 is a stable fixed point ({@link MeanField#stability()} up to 1:
 * not so for Swish, GELU and Mish). Whether the gradient is kept as well is what chi in {@link MeanField} says: exactly 1 for ReLU and
 * its leaky relatives, above 1 for activations that are odd and saturate (tanh 1.18, a factor of thousands in fifty layers), far below 1
 * for the sigmoid. For depth take {@link CriticalLine}, or {@code Lsuv}. Other libraries use 5/3 for tanh, a round number of another
 * origin.
 *
 * <p>Source: the condition of K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers" (2015), for ReLU; for other
 * activations the fixed point q = 1 without bias of the length map of B. Poole et al., "Exponential expressivity in deep neural networks
 * through transient chaos" (2016).
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class Gains {
    private Gains() {}

    /**
     * The gain of any elementwise activation.
     *
     * @param activation the activation, a user's own included
     * @return 1 / sqrt(E[f(z)^2]) for z ~ N(0, 1)
     * @throws IllegalArgumentException if the activation is no function of one number, or is zero everywhere
     */
    public static double of(IActivation activation) {
        double square = new ScalarActivation(activation).meanSquare(1);
        if (square == 0) {
            throw new IllegalArgumentException("activation " + ScalarActivation.name(activation)
                    + " has no gain: it is zero for every standard Gaussian input");
        }
        return 1 / Math.sqrt(square);
    }

    /**
     * The gain of one of DL4J's activations with its default settings.
     *
     * @param activation the activation
     * @return 1 / sqrt(E[f(z)^2]) for z ~ N(0, 1)
     * @throws IllegalArgumentException for SOFTMAX and RRELU, which are no functions of one number
     */
    public static double of(Activation activation) {
        return of(activation.getActivationFunction());
    }
}
