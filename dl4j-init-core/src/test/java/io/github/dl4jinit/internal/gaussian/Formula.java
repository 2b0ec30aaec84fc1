package io.github.dl4jinit.internal.gaussian;

import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.activations.Activation;

/**
 * Every activation of DL4J that is a function of one number, written by hand from its definition: the second route.
 *
 * @param f the function
 * @param slope its derivative
 */
public record Formula(DoubleUnaryOperator f, DoubleUnaryOperator slope) {
    private static final double SELU_SCALE = 1.0507009873554805;
    private static final double SELU_ALPHA = 1.6732632423543772;
    /** DL4J holds these in single precision. */
    private static final double HARD_SIGMOID_SLOPE = 0.2f;

    private static final double GELU_SLOPE = 1.702f;

    private static final double LEAKY_BACKWARD_SLOPE = 0.01f;

    public static Formula of(Activation activation) {
        return switch (activation) {
            case CUBE -> new Formula(z -> z * z * z, z -> 3 * z * z);
            case ELU -> new Formula(z -> z >= 0 ? z : Math.expm1(z), z -> z >= 0 ? 1 : Math.exp(z));
            case HARDSIGMOID ->
                new Formula(
                        z -> Math.min(1, Math.max(0, HARD_SIGMOID_SLOPE * z + 0.5)),
                        z -> Math.abs(HARD_SIGMOID_SLOPE * z) < 0.5 ? HARD_SIGMOID_SLOPE : 0);
            case HARDTANH -> new Formula(z -> Math.min(1, Math.max(-1, z)), z -> Math.abs(z) < 1 ? 1 : 0);
            case IDENTITY -> new Formula(z -> z, z -> 1);
            case LEAKYRELU -> new Formula(z -> z >= 0 ? z : 0.01 * z, z -> z >= 0 ? 1 : LEAKY_BACKWARD_SLOPE);
            case RATIONALTANH -> new Formula(Formula::rationalTanh, Formula::rationalTanhSlope);
            case RELU -> new Formula(z -> Math.max(0, z), z -> z > 0 ? 1 : 0);
            case RELU6 -> new Formula(z -> Math.min(6, Math.max(0, z)), z -> z > 0 && z < 6 ? 1 : 0);
            case SIGMOID -> new Formula(Formula::sigmoid, z -> sigmoid(z) * sigmoid(-z));
            case SOFTPLUS -> new Formula(z -> Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), Formula::sigmoid);
            case SOFTSIGN -> new Formula(z -> z / (1 + Math.abs(z)), z -> 1 / ((1 + Math.abs(z)) * (1 + Math.abs(z))));
            case TANH -> new Formula(Math::tanh, z -> 1 / (Math.cosh(z) * Math.cosh(z)));
            case RECTIFIEDTANH ->
                new Formula(z -> Math.max(0, Math.tanh(z)), z -> z > 0 ? 1 / (Math.cosh(z) * Math.cosh(z)) : 0);
            case SELU ->
                new Formula(
                        z -> SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z)),
                        z -> SELU_SCALE * (z > 0 ? 1 : SELU_ALPHA * Math.exp(z)));
            case SWISH -> new Formula(z -> z * sigmoid(z), z -> sigmoid(z) * (1 + z * sigmoid(-z)));
            case THRESHOLDEDRELU -> new Formula(z -> z > 1 ? z : 0, z -> z > 1 ? 1 : 0);
            case GELU ->
                new Formula(
                        z -> z * sigmoid(GELU_SLOPE * z),
                        z -> sigmoid(GELU_SLOPE * z) * (1 + GELU_SLOPE * z * sigmoid(-GELU_SLOPE * z)));
            case MISH -> new Formula(z -> z * Math.tanh(Math.log1p(Math.exp(z))), Formula::mishSlope);
            case RRELU, SOFTMAX -> throw new IllegalArgumentException(activation + " is no function of one number");
        };
    }

    private static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    /** 1.7159 times the rational approximation of tanh at 2z/3. */
    private static double rationalTanh(double z) {
        double y = Math.abs(2 * z / 3);
        return 1.7159 * Math.signum(z) * (1 - 1 / (1 + y + y * y + 1.41645 * y * y * y * y));
    }

    private static double rationalTanhSlope(double z) {
        double y = Math.abs(2 * z / 3);
        double bottom = 1 + y + y * y + 1.41645 * y * y * y * y;
        return 1.7159 * 2 / 3 * (1 + 2 * y + 4 * 1.41645 * y * y * y) / (bottom * bottom);
    }

    private static double mishSlope(double z) {
        double tanh = Math.tanh(Math.log1p(Math.exp(z)));
        return tanh + z * (1 - tanh * tanh) * sigmoid(z);
    }
}
