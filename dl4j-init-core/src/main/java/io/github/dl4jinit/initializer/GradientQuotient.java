package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.gradient.LossGradient;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * How much a gradient changes when it is followed: {@code GQ(p) = (1 / N) sum |(g - H g) / (g + eps sgn g) - 1|}, and its derivative.
 *
 * <p>With d the denominators, q the terms inside the bars and s = sgn(q) / N, the derivative is {@code H (u + H w) + D_g (H w)}, where
 * {@code w = -s / d}, {@code u = s (1 / d - (g - H g) / d^2)}, and D_g (H w), the third derivative of the loss along g and w, is a
 * central difference of Hessian-vector products along g.
 */
final class GradientQuotient {

    /** Relative to g. A second difference of rounded gradients: near the fourth root of the rounding unit. */
    private static final double STEP = 1e-4;

    private final LossGradient loss;
    private final INDArray counted;
    private final double count;
    private final double epsilon;

    /** @param counted 1 for each parameter that takes part, else 0 */
    GradientQuotient(LossGradient loss, INDArray counted, double epsilon) {
        this.loss = loss;
        this.counted = counted;
        this.count = counted.sumNumber().doubleValue();
        this.epsilon = epsilon;
    }

    private record Terms(INDArray gradient, INDArray difference, INDArray denominators, INDArray quotients) {}

    private Terms terms(INDArray parameters) {
        INDArray gradient = loss.at(parameters).muli(counted);
        INDArray difference = gradient.sub(hessian(parameters, gradient));
        INDArray denominators = gradient.add(sign(gradient).muli(epsilon));
        return new Terms(
                gradient,
                difference,
                denominators,
                difference.div(denominators).subi(1).muli(counted));
    }

    double value(INDArray parameters) {
        return terms(parameters).quotients().norm1Number().doubleValue() / count;
    }

    INDArray derivative(INDArray parameters) {
        Terms terms = terms(parameters);
        INDArray d = terms.denominators();
        INDArray signs = sign(terms.quotients()).muli(counted).divi(count);
        INDArray w = signs.div(d).negi();
        INDArray u = signs.mul(d.sub(terms.difference())).divi(d).divi(d);
        INDArray derivative = hessian(parameters, u.add(hessian(parameters, w)));
        double length = terms.gradient().norm2Number().doubleValue();
        if (length == 0) {
            return derivative;
        }
        INDArray along = terms.gradient().mul(STEP / length);
        INDArray third = hessian(parameters.add(along), w).sub(hessian(parameters.sub(along), w));
        return derivative.addi(third.muli(length / (2 * STEP))).muli(counted);
    }

    private INDArray hessian(INDArray parameters, INDArray vector) {
        return loss.hessianVector(parameters, vector).muli(counted);
    }

    /** With sgn(0) = 1, so that no denominator is 0. */
    private static INDArray sign(INDArray values) {
        return Transforms.sign(values, true).addi(values.eq(0).castTo(values.dataType()));
    }
}
