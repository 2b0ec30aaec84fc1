package io.github.dl4jinit.internal.measure;

import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * When an output counts as saturated: at most 1 % away from a bound of the activation function.
 *
 * <p>A bound is a finite limit of f at minus or plus infinity. Of a function with two, 1 % of the distance between them; of a
 * function with one, 1 % of its distance from f(0): tanh beyond +-0.98, the logistic function outside 0.01 .. 0.99, ELU below
 * -0.99. Where f(0) is the bound itself (ReLU), an output counts if it is the bound: an inactive unit. Ours: the sources judge
 * saturation by eye.
 *
 * @param lower the limit at minus infinity, or NaN
 * @param upper the limit at plus infinity, or NaN
 * @param lowerReach the distance from it that still counts as saturated
 * @param upperReach the distance from it that still counts as saturated
 */
public record Saturation(double lower, double upper, double lowerReach, double upperReach) {

    private static final double NEAR = 0.01;
    private static final double FAR = 1e6;
    private static final double LESS_FAR = 1e4;
    private static final double SAME = 1e-3;

    /**
     * The bounds of an activation function.
     *
     * @param activation the function
     * @return its bounds, or empty if it has none or is no function of one number
     */
    public static Optional<Saturation> of(IActivation activation) {
        if (activation instanceof ActivationSoftmax) {
            return Optional.empty();
        }
        double[] f = values(activation, -FAR, -LESS_FAR, 0, LESS_FAR, FAR);
        double lower = limit(f[0], f[1]);
        double upper = limit(f[4], f[3]);
        if (Double.isNaN(lower) && Double.isNaN(upper)) {
            return Optional.empty();
        }
        boolean both = !Double.isNaN(lower) && !Double.isNaN(upper);
        double width = Math.abs(upper - lower);
        return Optional.of(new Saturation(
                lower,
                upper,
                NEAR * (both ? width : Math.abs(f[2] - lower)),
                NEAR * (both ? width : Math.abs(f[2] - upper))));
    }

    private static double[] values(IActivation activation, double... z) {
        INDArray output = activation.getActivation(Nd4j.createFromArray(z).reshape(1, z.length), false);
        return output.castTo(DataType.DOUBLE).reshape(z.length).toDoubleVector();
    }

    private static double limit(double far, double lessFar) {
        boolean settled = Double.isFinite(far) && Math.abs(far - lessFar) <= SAME;
        return settled ? far : Double.NaN;
    }

    /**
     * Whether no bound is the value at 0, as that of ReLU is: half of all units lie there in the best of networks.
     *
     * @return false if the function reaches a bound at 0
     */
    public boolean isFlat() {
        return lowerReach != 0 && upperReach != 0;
    }

    /**
     * Whether an output is saturated.
     *
     * @param output of the function
     * @return true if it is near a bound
     */
    public boolean holds(double output) {
        return Math.abs(output - lower) <= lowerReach || Math.abs(output - upper) <= upperReach;
    }
}
