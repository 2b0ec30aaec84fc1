package io.github.dl4jinit.internal.gaussian;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationPReLU;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An activation as a function of one number, with its derivative and its expectations under a Gaussian, in double precision.
 *
 * <p>The value is what {@link IActivation#getActivation} returns at inference, the derivative is what {@link IActivation#backprop} returns
 * for a gradient of one. Most activations overwrite their input in both, so each call gets arrays of its own. Activations that are not such
 * a function are refused.
 */
public final class ScalarActivation {
    private static final double[] PROBES = {-1.7, -0.4, 0.3, 1.9};
    private static final double SAME = 1e-6;

    private final IActivation activation;

    /**
     * Checks an activation.
     *
     * @param activation any function of one number, a user's own included
     * @throws IllegalArgumentException if it is none: softmax, randomized ReLU, parametric ReLU, or not elementwise
     */
    public ScalarActivation(IActivation activation) {
        this.activation = activation;
        refuseKnown(activation);
        requireElementwise();
    }

    /**
     * The function, at inference.
     *
     * @param z where
     * @return its values, in the same order
     * @throws ArithmeticException if one is not finite
     */
    public double[] values(double[] z) {
        return finite("value", z, apply(in -> activation.getActivation(in, false), z));
    }

    /**
     * The derivative, as DL4J's backward pass has it.
     *
     * @param z where
     * @return its values, in the same order
     * @throws ArithmeticException if one is not finite
     */
    public double[] slopes(double[] z) {
        double[] ones = new double[z.length];
        Arrays.fill(ones, 1);
        return finite(
                "derivative", z, apply(in -> activation.backprop(in, row(ones)).getFirst(), z));
    }

    /**
     * The first two moments of the value and of the derivative.
     *
     * @param mean the mean of z, finite
     * @param variance the variance of z, finite and above zero
     * @return E[f(z)], E[f(z)^2], E[f'(z)], E[f'(z)^2]
     * @throws ArithmeticException if one does not converge
     */
    public double[] moments(double mean, double variance) {
        return GaussianQuadrature.expectations(
                z -> {
                    double[] values = values(z);
                    double[] slopes = slopes(z);
                    return new double[][] {values, squares(values), slopes, squares(slopes)};
                },
                mean,
                variance);
    }

    /**
     * E[f(z)^2] alone, for z of mean zero: it needs no derivative, which overflows earlier than the value does.
     *
     * @param variance the variance of z, finite and above zero
     * @return the mean square
     * @throws ArithmeticException if it does not converge
     */
    public double meanSquare(double variance) {
        return GaussianQuadrature.expectations(z -> new double[][] {squares(values(z))}, 0, variance)[0];
    }

    /**
     * E[w(z) f(z)^2], for z of mean zero.
     *
     * @param variance the variance of z, finite and above zero
     * @param w the weighting function
     * @return the weighted mean square
     * @throws ArithmeticException if it does not converge
     */
    public double meanSquare(double variance, DoubleUnaryOperator w) {
        return GaussianQuadrature.expectations(
                z -> {
                    double[] product = squares(values(z));
                    for (int i = 0; i < z.length; i++) {
                        product[i] *= w.applyAsDouble(z[i]);
                    }
                    return new double[][] {product};
                },
                0,
                variance)[0];
    }

    private static double[] squares(double[] x) {
        double[] squares = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            squares[i] = x[i] * x[i];
        }
        return squares;
    }

    /**
     * The name of an activation in messages.
     *
     * @param activation any activation
     * @return what it calls itself, or its class if it does not
     */
    public static String name(IActivation activation) {
        String own = activation.toString();
        Class<?> type = activation.getClass();
        boolean unnamed = own.startsWith(type.getName() + "@");
        return !unnamed ? own : type.getSimpleName().isEmpty() ? type.getName() : type.getSimpleName();
    }

    private double[] apply(UnaryOperator<INDArray> function, double[] z) {
        try {
            INDArray result = function.apply(row(z));
            return result.castTo(DataType.DOUBLE).reshape(z.length).toDoubleVector();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "activation " + name(activation) + " has no scalar gain: it cannot be applied to a [1, " + z.length
                            + "] array outside a network; give the gain of a fixed elementwise function in its place",
                    e);
        }
    }

    /** Always double, whatever the default data type is. */
    private static INDArray row(double[] z) {
        return Nd4j.createFromArray(z).reshape(1, z.length);
    }

    private double[] finite(String what, double[] z, double[] result) {
        for (int i = 0; i < z.length; i++) {
            if (!Double.isFinite(result[i])) {
                throw new ArithmeticException(String.format(
                        Locale.ROOT,
                        "the %s of activation %s is %s at z = %s: choose a smaller variance (the integration reaches 14 standard deviations)",
                        what,
                        name(activation),
                        result[i],
                        z[i]));
            }
        }
        return result;
    }

    private static void refuseKnown(IActivation activation) {
        if (activation instanceof ActivationRReLU r) {
            double meanSquare = (r.getL() * r.getL() + r.getL() * r.getU() + r.getU() * r.getU()) / 3;
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s has no scalar gain: its slope is random in training; use new ActivationLReLU(%s), which has the same second moment",
                    activation,
                    Math.sqrt(meanSquare)));
        }
        if (activation instanceof ActivationPReLU) {
            throw new IllegalArgumentException(
                    "prelu has no scalar gain: its slopes are one array of parameters per layer; "
                            + "use new ActivationLReLU(slope) with the slope that the parameters start at (DL4J's PReLULayer: 0)");
        }
        if (activation instanceof ActivationSoftmax) {
            throw new IllegalArgumentException("softmax has no scalar gain: each output depends on all inputs; "
                    + "it belongs before the loss, where a gain of 1 (Activation.IDENTITY) is the usual choice");
        }
    }

    private void requireElementwise() {
        double[] together = values(PROBES);
        for (int i = 0; i < PROBES.length; i++) {
            double alone = values(new double[] {PROBES[i]})[0];
            if (Math.abs(alone - together[i]) > SAME * Math.max(1, Math.abs(alone))) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "activation %s has no scalar gain: at z = %s it gives %s alone and %s beside other numbers, so it is random or not"
                                + " elementwise; give the gain of a fixed elementwise function in its place",
                        name(activation),
                        PROBES[i],
                        alone,
                        together[i]));
            }
        }
    }
}
