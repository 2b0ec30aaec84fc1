package io.github.dl4jinit.ntk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AnalyticNtkTest {
    private static final INDArray PAIR = Nd4j.createFromArray(new double[][] {{1, 0, 2, -1}, {0.5, -1, 1, 1}});

    /** Worked out for this project by another program; they are not in a paper. */
    @ParameterizedTest
    @CsvSource({
        "relu, 2, 0, 1, 3, 1.11876, 1.625, 6, 1.576500, 3.25",
        "relu, 2, 0, 3, 3, 1.51703, 1.625, 12, 3.228251, 6.5",
        "relu, 2, 0, 10, 3, 1.957718, 1.625, 33, 8.450057, 17.875",
        "erf, 1.5, .05, 1, .970468, .316261, .813887, 2.345868, .589643, 1.797002",
        "erf, 1.5, .05, 3, .659993, .263728, .639789, 3.316955, .817014, 2.958534",
        "erf, 1.5, .05, 10, .602024, .341473, .601935, 8.659359, 1.995192, 8.297832"
    })
    void testVectors_areMet(
            String activation,
            double w2,
            double b2,
            int depth,
            double kxx,
            double kxy,
            double kyy,
            double txx,
            double txy,
            double tyy) {
        AnalyticNtk kernels =
                activation.equals("erf") ? AnalyticNtk.erf(depth, w2, b2) : AnalyticNtk.relu(depth, w2, b2);
        assertKernel(kernels.nngp(PAIR, PAIR), kxx, kxy, kyy, 5e-6);
        assertKernel(kernels.ntk(PAIR, PAIR), txx, txy, tyy, 1e-6);
    }

    private static void assertKernel(INDArray kernel, double xx, double xy, double yy, double tolerance) {
        assertThat(kernel.shape()).containsExactly(2, 2);
        assertThat(kernel.getDouble(0, 0)).isCloseTo(xx, within(tolerance));
        assertThat(kernel.getDouble(0, 1)).isCloseTo(xy, within(tolerance));
        assertThat(kernel.getDouble(1, 0)).isCloseTo(xy, within(tolerance));
        assertThat(kernel.getDouble(1, 1)).isCloseTo(yy, within(tolerance));
    }

    /** A linear network of one hidden layer: Theta = 2 sigma_w^4 x.x'/n. */
    @Test
    void linear_isKnownByHand() {
        INDArray ntk = AnalyticNtk.linear(1, 1.5, 0).ntk(PAIR, PAIR);
        assertKernel(ntk, 2 * 2.25 * 6 / 4, 2 * 2.25 * 1.5 / 4, 2 * 2.25 * 3.25 / 4, 1e-12);
        assertThat(AnalyticNtk.leakyRelu(1, 1, 1.5, 0).ntk(PAIR, PAIR)).isEqualTo(ntk);
    }

    /** No hidden layer: f = W x + b, so that the parametrizations differ in what is trained. */
    @Test
    void standard_ofOneLayer_isTheGramMatrixAndOne() {
        AnalyticNtk kernels = AnalyticNtk.relu(0, 2, 0.1);
        assertKernel(kernels.standard(true).ntk(PAIR, PAIR), 7, 2.5, 4.25, 1e-12);
        assertKernel(kernels.standard(false).ntk(PAIR, PAIR), 6, 1.5, 3.25, 1e-12);
        assertKernel(kernels.ntk(PAIR, PAIR), 3.1, 0.85, 1.725, 1e-12);
        assertThat(kernels.standard(true).nngp(PAIR, PAIR)).isEqualTo(kernels.nngp(PAIR, PAIR));
    }

    /** Without biases every layer of width n contributes n / sigma_w^2 times what it does in the other parametrization. */
    @Test
    void standard_ofEqualWidths_isAMultiple() {
        INDArray x = Nd4j.randn(org.nd4j.linalg.api.buffer.DataType.DOUBLE, 5, 8);
        INDArray ntk = AnalyticNtk.relu(3, 2, 0).ntk(x, x);
        INDArray standard = AnalyticNtk.relu(3, 2, 0).standard(false, 8, 8, 8).ntk(x, x);
        assertThat(standard.sub(ntk.mul(4)).amaxNumber().doubleValue()).isLessThan(1e-10);
    }

    @Test
    void anyActivation_takesTheClosedFormsAndAgreesWithThemElsewhere() {
        INDArray known = AnalyticNtk.relu(3, 2, 0.1).ntk(PAIR, PAIR);
        assertThat(AnalyticNtk.of(Activation.RELU.getActivationFunction(), 3, 2, 0.1)
                        .ntk(PAIR, PAIR))
                .isEqualTo(known);
        INDArray elsewhere = AnalyticNtk.of(Activation.TANH.getActivationFunction(), 3, 1.5, 0.05)
                .ntk(PAIR, PAIR);
        INDArray erf = AnalyticNtk.erf(3, 1.5, 0.05).ntk(PAIR, PAIR);
        assertThat(elsewhere.sub(erf).amaxNumber().doubleValue())
                .as("tanh is near erf, but not the same")
                .isBetween(0.05, 1.5);
    }

    @Test
    void rowsAndColumns_mayDiffer() {
        INDArray x = Nd4j.randn(org.nd4j.linalg.api.buffer.DataType.FLOAT, 6, 3);
        INDArray all = AnalyticNtk.erf(2, 1.5, 0.1).ntk(x, x);
        INDArray part = AnalyticNtk.erf(2, 1.5, 0.1).ntk(x.getRows(0, 1, 2, 3), x.getRows(4, 5));
        assertThat(part.shape()).containsExactly(4, 2);
        assertThat(part.getDouble(1, 1)).isCloseTo(all.getDouble(1, 5), within(1e-12));
    }

    @Test
    void badInput_isRefused() {
        AnalyticNtk kernels = AnalyticNtk.relu(2, 2, 0);
        assertThatThrownBy(() -> kernels.ntk(Nd4j.ones(2, 3, 4, 4), Nd4j.ones(2, 3, 4, 4)))
                .hasMessageContaining("reshape");
        assertThatThrownBy(() -> kernels.ntk(Nd4j.ones(2, 3), Nd4j.ones(2, 4))).hasMessageContaining("3 and 4");
        assertThatThrownBy(() -> kernels.ntk(Nd4j.ones(2, 3), Nd4j.valueArrayOf(new long[] {2, 3}, Double.NaN)))
                .hasMessageContaining("row 0");
        assertThatThrownBy(() -> AnalyticNtk.relu(-1, 2, 0)).hasMessageContaining("-1");
        assertThatThrownBy(() -> AnalyticNtk.relu(1, 0, 0)).hasMessageContaining("sigmaW2");
        assertThatThrownBy(() -> AnalyticNtk.relu(1, 2, -1)).hasMessageContaining("sigmaB2");
        assertThatThrownBy(() -> kernels.standard(true, 5)).hasMessageContaining("2 hidden layers");
    }
}
