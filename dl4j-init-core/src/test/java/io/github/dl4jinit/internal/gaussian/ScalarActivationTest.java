package io.github.dl4jinit.internal.gaussian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.gain.Gains;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationPReLU;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

class ScalarActivationTest {
    /** Off every kink of every activation. */
    private static final double[] POINTS = {
        -9.9, -3.3, -2.4, -1.1, -0.7, -0.1, 0.1, 0.3, 0.9, 1.1, 2.4, 2.6, 5.7, 6.3, 9.9
    };

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SOFTMAX", "RRELU"})
    void valuesAndSlopes_everyActivation_areTheHandWrittenOnes(Activation activation) {
        ScalarActivation f = new ScalarActivation(activation.getActivationFunction());
        double[] values = f.values(POINTS);
        double[] slopes = f.slopes(POINTS);
        Formula formula = Formula.of(activation);
        for (int i = 0; i < POINTS.length; i++) {
            double z = POINTS[i];
            assertThat(values[i])
                    .as("f(%s)", z)
                    .isCloseTo(formula.f().applyAsDouble(z), within(1e-6 * Math.max(1, Math.abs(values[i]))));
            assertThat(slopes[i])
                    .as("f'(%s)", z)
                    .isCloseTo(formula.slope().applyAsDouble(z), within(1e-6 * Math.max(1, Math.abs(slopes[i]))));
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SOFTMAX", "RRELU"})
    void slopes_everyActivation_agreeWithFiniteDifferences(Activation activation) {
        assertThat(largestSlopeError(new ScalarActivation(activation.getActivationFunction())))
                .isLessThan(1e-7);
    }

    /** Two defects of DL4J 1.0.0-M2.1 that docs/dl4j-notes.md tells of: when this fails, they are mended, and the notes must follow. */
    @Test
    void slopes_twoActivationsOfDl4j_disagreeWithTheirOwnForwardPass() {
        assertThat(largestSlopeError(new ScalarActivation(new ActivationELU(0.3))))
                .isGreaterThan(0.6);
        assertThat(largestSlopeError(new ScalarActivation(new ActivationGELU(true))))
                .isBetween(5e-5, 2e-4);
    }

    /** The forward pass of the precise GELU cubes its constant: 0.044715^3 where 0.044715 is meant. */
    @Test
    void values_preciseGelu_areNotThoseOfGelu() {
        double value = new ScalarActivation(new ActivationGELU(true)).values(new double[] {-1.5})[0];
        assertThat(value).isCloseTo(tanhGelu(-1.5, Math.pow(0.044715, 3)), within(1e-9));
        assertThat(value).isNotCloseTo(tanhGelu(-1.5, 0.044715), within(0.02));
    }

    /** At inference RReLU is max(z, mean slope), in training its derivative is 1 everywhere: another two defects of DL4J in the notes. */
    @Test
    void rrelu_ofDl4j_isNoLeakyRelu() {
        ActivationRReLU rrelu = new ActivationRReLU();
        double cutoff = (1.0 / 8 + 1.0 / 3) / 2;
        INDArray inference = rrelu.getActivation(row(-2, -0.1, 0.1, 0.5), false);
        assertThat(inference.toDoubleVector())
                .containsExactly(new double[] {cutoff, cutoff, cutoff, 0.5}, within(1e-12));
        rrelu.getActivation(row(-2, -0.1, 0.1, 0.5), true);
        assertThat(rrelu.backprop(row(-2, -0.1, 0.1, 0.5), row(1, 1, 1, 1))
                        .getFirst()
                        .toDoubleVector())
                .containsExactly(1, 1, 1, 1);
    }

    /** In single precision, as networks run: these quotients of exponentials overflow at pre-activations that networks do meet. */
    @ParameterizedTest
    @CsvSource({"MISH, 22.1, 22.4", "GELU, 26, 26.3", "SWISH, 44.2, 44.6", "SOFTPLUS, 88.6, 89"})
    void backprop_singlePrecision_isNotANumberFromHereOn(Activation activation, float last, float first) {
        assertThat(slopeInFloat(activation, last)).isCloseTo(1, within(1e-3f));
        assertThat(slopeInFloat(activation, first)).isNaN();
    }

    private static float slopeInFloat(Activation activation, float z) {
        INDArray in = Nd4j.createFromArray(new float[] {z}).reshape(1, 1);
        INDArray one = Nd4j.createFromArray(new float[] {1}).reshape(1, 1);
        return activation.getActivationFunction().backprop(in, one).getFirst().getFloat(0);
    }

    private static INDArray row(double... z) {
        return Nd4j.createFromArray(z).reshape(1, z.length);
    }

    private static double tanhGelu(double z, double cubic) {
        return 0.5 * z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + cubic * z * z * z)));
    }

    private static double largestSlopeError(ScalarActivation f) {
        double largest = 0;
        for (double z : POINTS) {
            double h = 1e-5;
            double[] v = f.values(new double[] {z + h, z - h, z + 2 * h, z - 2 * h});
            double difference = (8 * (v[0] - v[1]) - (v[2] - v[3])) / (12 * h);
            largest = Math.max(largest, Math.abs(difference - f.slopes(new double[] {z})[0]));
        }
        return largest;
    }

    @Test
    void construction_noFunctionOfOneNumber_saysWhyAndNamesTheRemedy() {
        assertThatThrownBy(() -> new ScalarActivation(Activation.SOFTMAX.getActivationFunction()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("depends on all inputs")
                .hasMessageContaining("Activation.IDENTITY");
        // (1/64 + 1/24 + 1/9) / 3 = 0.05613, the mean square of U(1/8, 1/3)
        assertThatThrownBy(() -> new ScalarActivation(new ActivationRReLU()))
                .hasMessageContaining("random in training")
                .hasMessageContaining("new ActivationLReLU(0.2369");
        assertThatThrownBy(() -> new ScalarActivation(new ActivationPReLU(Nd4j.zeros(3), null)))
                .hasMessageContaining("new ActivationLReLU(slope)");
        assertThatThrownBy(() -> new ScalarActivation(new Elementwise(z -> Math.random(), z -> 0)))
                .hasMessageContaining("elementwise")
                .hasMessageContaining("random or not");
        assertThatThrownBy(() -> new ScalarActivation(new Elementwise(
                        z -> {
                            throw new IllegalStateException("only inside a network");
                        },
                        z -> 0)))
                .hasMessageContaining("outside a network")
                .hasRootCauseMessage("only inside a network");
    }

    @Test
    void everything_leavesGeneratorAndDefaultTypeAlone() {
        Random random = Nd4j.getRandom();
        random.setSeed(7);
        double expected = random.nextDouble();
        var type = Nd4j.dataType();

        random.setSeed(7);
        for (Activation activation : Activation.values()) {
            if (activation != Activation.SOFTMAX && activation != Activation.RRELU) {
                Gains.of(activation);
            }
        }
        assertThat(random.nextDouble()).isEqualTo(expected);
        assertThat(Nd4j.dataType()).isEqualTo(type);
    }
}
