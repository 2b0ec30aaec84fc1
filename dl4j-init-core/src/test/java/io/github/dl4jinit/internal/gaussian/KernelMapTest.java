package io.github.dl4jinit.internal.gaussian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.gain.GaussianMoments;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

class KernelMapTest {
    private static double[] pair(KernelMap map, double q1, double q2, double rho) {
        PairMoments moments =
                map.moments(new double[] {q1}, new double[] {q2}, new double[][] {{rho * Math.sqrt(q1 * q2)}});
        return new double[] {moments.value(0, 0), moments.slope(0, 0)};
    }

    /** The series, and the integration in two dimensions for |rho| near 1, against the closed form of ReLU. */
    @ParameterizedTest
    @CsvSource({"0", "0.5", "-0.7", "0.93", "0.97", "0.999", "0.9999999", "1", "-0.98", "-1"})
    void anyActivation_meetsTheClosedFormOfRelu(double rho) {
        double[] closed = pair(KernelMap.of(new ActivationReLU()), 1.3, 0.6, rho);
        double[] numeric = pair(new HermiteMap(new ActivationReLU()), 1.3, 0.6, rho);
        assertThat(numeric[0]).isCloseTo(closed[0], within(1e-9));
        assertThat(numeric[1]).isCloseTo(closed[1], within(1e-9));
    }

    /** Against a plain sum over a grid: trapezoid rule, which converges fast for smooth functions of a Gaussian. */
    @ParameterizedTest
    @EnumSource(names = {"TANH", "SIGMOID", "SOFTPLUS", "SWISH", "MISH", "GELU", "CUBE"})
    void smoothActivation_meetsThePlainDoubleSum(Activation activation) {
        Formula formula = Formula.of(activation);
        for (double rho : new double[] {-0.9, 0.2, 0.8}) {
            double[] numeric = pair(KernelMap.of(activation.getActivationFunction()), 0.8, 2.1, rho);
            assertThat(numeric[0]).isCloseTo(plain(formula.f(), 0.8, 2.1, rho), within(1e-8));
            assertThat(numeric[1]).isCloseTo(plain(formula.slope(), 0.8, 2.1, rho), within(1e-7));
        }
    }

    private static double plain(DoubleUnaryOperator f, double q1, double q2, double rho) {
        double step = 0.05;
        double sum = 0;
        for (double x = -10; x <= 10; x += step) {
            for (double y = -10; y <= 10; y += step) {
                double z = rho * x + Math.sqrt(1 - rho * rho) * y;
                sum += f.applyAsDouble(Math.sqrt(q1) * x)
                        * f.applyAsDouble(Math.sqrt(q2) * z)
                        * Math.exp(-(x * x + y * y) / 2);
            }
        }
        return sum * step * step / (2 * Math.PI);
    }

    /** Price's theorem: the slope moment is the derivative of the value moment by the covariance, kinks or not. */
    @ParameterizedTest
    @EnumSource(names = {"HARDTANH", "SELU", "ELU", "RELU6", "SOFTSIGN", "RATIONALTANH", "LEAKYRELU"})
    void slopes_areTheDerivativeOfValues(Activation activation) {
        KernelMap map = KernelMap.of(activation.getActivationFunction());
        for (double rho : new double[] {-0.6, 0.4, 0.9}) {
            double h = 1e-4;
            double difference = (pair(map, 1.5, 1.5, rho + h)[0] - pair(map, 1.5, 1.5, rho - h)[0]) / (2 * h * 1.5);
            assertThat(pair(map, 1.5, 1.5, rho)[1]).isCloseTo(difference, within(2e-6));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TANH", "HARDTANH", "SELU", "RELU"})
    void equalInputs_haveTheMomentsOfOne(Activation activation) {
        GaussianMoments moments = GaussianMoments.of(activation, 0, 0.7);
        double[] pair = pair(KernelMap.of(activation.getActivationFunction()), 0.7, 0.7, 1);
        assertThat(pair[0]).isCloseTo(moments.square(), within(1e-9));
        assertThat(pair[1]).isCloseTo(moments.slopeSquare(), within(1e-9));
        assertThat(KernelMap.of(activation.getActivationFunction()).square(0.7))
                .isCloseTo(moments.square(), within(1e-12));
    }

    @Test
    void zeroVariance_isTheValueAtZero() {
        double[] pair = pair(KernelMap.of(Activation.SIGMOID.getActivationFunction()), 0, 1, 0);
        assertThat(pair[0]).isCloseTo(0.5 * 0.5, within(1e-12));
        assertThat(pair[1])
                .isCloseTo(0.25 * GaussianMoments.of(Activation.SIGMOID, 0, 1).slope(), within(1e-12));
    }

    @Test
    void noFunctionOfOneNumber_isRefused() {
        assertThatThrownBy(() -> KernelMap.of(new ActivationSoftmax()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("softmax");
    }
}
