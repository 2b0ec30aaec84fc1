package io.github.dl4jinit.trainer.pde;

import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A function of one number with its first two derivatives. ND4J has no second ones, and its first ones of swish, GELU and mish
 * overflow for large inputs.
 *
 * @param value f
 * @param slope f', continuous
 * @param bend f''; it may jump where two pieces meet (ELU, softsign), and is there the one of the right piece
 */
record SmoothFunction(DoubleUnaryOperator value, DoubleUnaryOperator slope, DoubleUnaryOperator bend)
        implements SmoothMap {

    /** ND4J's constants: all but one are of single precision, in double precision, too. */
    private static final double GELU_LOGISTIC = 1.702f;

    private static final double GELU_CUBIC = 0.044715;

    private static final double RATIONAL_SCALE = 1.7159f;

    private static final double RATIONAL_QUARTIC = 1.41645f;

    static @Nullable SmoothFunction of(IActivation activation) {
        if (activation instanceof ActivationIdentity) {
            return new SmoothFunction(z -> z, z -> 1, z -> 0);
        } else if (activation instanceof ActivationTanH) {
            return new SmoothFunction(Math::tanh, z -> tanhSlope(z), z -> -2 * Math.tanh(z) * tanhSlope(z));
        } else if (activation instanceof ActivationSigmoid) {
            return new SmoothFunction(
                    SmoothFunction::sigmoid, SmoothFunction::sigmoidSlope, SmoothFunction::sigmoidBend);
        } else if (activation instanceof ActivationSoftPlus) {
            return new SmoothFunction(SmoothFunction::softplus, SmoothFunction::sigmoid, SmoothFunction::sigmoidSlope);
        } else if (activation instanceof ActivationSwish) {
            return gated(1);
        } else if (activation instanceof ActivationGELU) {
            return activation.equals(new ActivationGELU(true)) ? preciseGelu() : gated(GELU_LOGISTIC);
        } else if (activation instanceof ActivationMish) {
            return mish();
        } else if (activation instanceof ActivationCube) {
            return new SmoothFunction(z -> z * z * z, z -> 3 * z * z, z -> 6 * z);
        } else if (activation instanceof ActivationRationalTanh) {
            return rationalTanh();
        } else if (activation instanceof ActivationSoftSign) {
            return new SmoothFunction(
                    z -> z / (1 + Math.abs(z)),
                    z -> Math.pow(1 + Math.abs(z), -2),
                    z -> (z < 0 ? 2 : -2) * Math.pow(1 + Math.abs(z), -3));
        } else if (activation.equals(new ActivationELU(1))) {
            return new SmoothFunction(
                    z -> z < 0 ? Math.expm1(z) : z, z -> z < 0 ? Math.exp(z) : 1, z -> z < 0 ? Math.exp(z) : 0);
        }
        return null;
    }

    private static double tanhSlope(double z) {
        double t = Math.tanh(z);
        return 1 - t * t;
    }

    private static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    private static double sigmoidSlope(double z) {
        return sigmoid(z) * sigmoid(-z);
    }

    private static double sigmoidBend(double z) {
        return sigmoidSlope(z) * (sigmoid(-z) - sigmoid(z));
    }

    private static double softplus(double z) {
        return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }

    /** z sigmoid(k z). */
    private static SmoothFunction gated(double k) {
        return new SmoothFunction(
                z -> z * sigmoid(k * z),
                z -> sigmoid(k * z) + k * z * sigmoidSlope(k * z),
                z -> 2 * k * sigmoidSlope(k * z) + k * k * z * sigmoidBend(k * z));
    }

    /** z (1 + tanh u) / 2 with u = sqrt(2 / pi) (z + (c z)^3): so ND4J has it, and not with c z^3 as it is published. */
    private static SmoothFunction preciseGelu() {
        double scale = Math.sqrt(2 / Math.PI);
        double cubic = Math.pow(GELU_CUBIC, 3);
        DoubleUnaryOperator u = z -> scale * (z + cubic * z * z * z);
        DoubleUnaryOperator slopeOfU = z -> scale * (1 + 3 * cubic * z * z);
        return new SmoothFunction(
                z -> z / 2 * (1 + Math.tanh(u.applyAsDouble(z))),
                z -> (1 + Math.tanh(u.applyAsDouble(z))) / 2
                        + z / 2 * tanhSlope(u.applyAsDouble(z)) * slopeOfU.applyAsDouble(z),
                z -> {
                    double at = u.applyAsDouble(z);
                    double du = slopeOfU.applyAsDouble(z);
                    return tanhSlope(at) * (du + z / 2 * (6 * scale * cubic * z - 2 * Math.tanh(at) * du * du));
                });
    }

    /** z tanh(softplus(z)). */
    private static SmoothFunction mish() {
        DoubleUnaryOperator tanh = z -> Math.tanh(softplus(z));
        DoubleUnaryOperator slope = z -> tanhSlope(softplus(z)) * sigmoid(z);
        return new SmoothFunction(
                z -> z * tanh.applyAsDouble(z),
                z -> tanh.applyAsDouble(z) + z * slope.applyAsDouble(z),
                z -> slope.applyAsDouble(z) * (2 + z * (sigmoid(-z) - 2 * tanh.applyAsDouble(z) * sigmoid(z))));
    }

    /** 1.7159 sign(z) (1 - 1 / P(a)) with a = 2 |z| / 3 and P = 1 + a + a^2 + 1.41645 a^4. */
    private static SmoothFunction rationalTanh() {
        DoubleUnaryOperator p = a -> 1 + a + a * a + RATIONAL_QUARTIC * a * a * a * a;
        DoubleUnaryOperator slope = a -> 1 + 2 * a + 4 * RATIONAL_QUARTIC * a * a * a;
        DoubleUnaryOperator bend = a -> 2 + 12 * RATIONAL_QUARTIC * a * a;
        double factor = 2.0 / 3;
        return new SmoothFunction(
                z -> RATIONAL_SCALE * Math.signum(z) * (1 - 1 / p.applyAsDouble(factor * Math.abs(z))),
                z -> {
                    double a = factor * Math.abs(z);
                    return RATIONAL_SCALE * factor * slope.applyAsDouble(a) / Math.pow(p.applyAsDouble(a), 2);
                },
                z -> {
                    double a = factor * Math.abs(z);
                    double q = p.applyAsDouble(a);
                    double d = slope.applyAsDouble(a);
                    return RATIONAL_SCALE
                            * factor
                            * factor
                            * Math.signum(z)
                            * (bend.applyAsDouble(a) - 2 * d * d / q)
                            / (q * q);
                });
    }

    @Override
    public Jet forward(Jet z) {
        INDArray dz = z.derivative();
        return new Jet(
                map(value, z.value()), dz == null ? null : map(slope, z.value()).muli(dz));
    }

    @Override
    public Jet backward(Jet z, Jet gradient) {
        INDArray slopes = map(slope, z.value());
        INDArray byZ = slopes.mul(gradient.value());
        INDArray dz = z.derivative();
        INDArray h = gradient.derivative();
        if (dz == null || h == null) {
            return new Jet(byZ, null);
        }
        return new Jet(byZ.addi(map(bend, z.value()).muli(dz).muli(h)), slopes.muli(h));
    }

    private static INDArray map(DoubleUnaryOperator function, INDArray z) {
        double[] numbers = z.dup('c').data().asDouble();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = function.applyAsDouble(numbers[i]);
        }
        return Nd4j.createFromArray(numbers).reshape('c', z.shape());
    }
}
