package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.scheme.OnesOrthogonal;
import io.github.dl4jinit.scheme.WeightShape;
import java.util.Arrays;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DeepNarrowTest {

    /** The second route: Gram-Schmidt on the columns of J + epsilon I, written out. */
    private static double[][] basis(int n, double epsilon) {
        double[][] q = new double[n][n];
        for (int k = 0; k < n; k++) {
            double[] v = new double[n];
            Arrays.fill(v, 1);
            v[k] += epsilon;
            for (int pass = 0; pass < 2; pass++) {
                for (int j = 0; j < k; j++) {
                    double product = 0;
                    for (int i = 0; i < n; i++) {
                        product += v[i] * q[j][i];
                    }
                    for (int i = 0; i < n; i++) {
                        v[i] -= product * q[j][i];
                    }
                }
            }
            double norm = Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
            for (int i = 0; i < n; i++) {
                q[k][i] = v[i] / norm;
            }
        }
        return q;
    }

    @ParameterizedTest
    @CsvSource({"10, 4, 0.1", "4, 10, 0.1", "7, 1, 0.01", "1, 6, 2", "5, 5, 0.3"})
    void weights_areTheProductOfTheBases(int outputs, int inputs, double epsilon) {
        INDArray weights = Nd4j.create(DataType.DOUBLE, new long[] {inputs, outputs}, 'f');
        new OnesOrthogonal(epsilon).fill(WeightShape.dense(inputs, outputs), weights);
        double[][] left = basis(outputs, epsilon);
        double[][] right = basis(inputs, epsilon);
        for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < outputs; j++) {
                double expected = 0;
                for (int k = 0; k < Math.min(inputs, outputs); k++) {
                    expected += left[k][j] * right[k][i];
                }
                assertThat(weights.getDouble(i, j)).isCloseTo(expected, within(1e-11));
            }
        }
    }

    /** Measured elsewhere for 10 x 4 and epsilon 0.1, with the other sign of the last column. */
    @Test
    void sumsOfRowsAndColumns_areNearlyAlike() {
        INDArray weights = Nd4j.create(DataType.FLOAT, new long[] {4, 10}, 'f');
        OnesOrthogonal.defaults().fill(WeightShape.dense(4, 10), weights);
        assertThat(weights.sum(0).minNumber().doubleValue()).isGreaterThan(0.60);
        assertThat(weights.sum(0).maxNumber().doubleValue()).isLessThan(0.67);
        assertThat(weights.sum(1).minNumber().doubleValue()).isGreaterThan(1.52);
        assertThat(weights.sum(1).maxNumber().doubleValue()).isLessThan(1.64);
    }

    /** A hundred layers of width 3: dead with He (probability above 0.99), not at all here. */
    @Test
    void deepNarrowNetwork_livesOn_whereItsPositiveSignalIsPassedOn() {
        int[] widths = new int[101];
        Arrays.fill(widths, 3);
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.RELU, widths);
        network.getParam("4_b").assign(-3);
        InitReport report = DeepNarrow.defaults().initialize(network);
        assertThat(report.layers()).hasSize(101).allMatch(line -> line.note().isEmpty());
        INDArray inputs = Nd4j.rand(DataType.FLOAT, 20, 3);
        assertThat(network.feedForward(inputs).get(100)).isEqualTo(inputs);
        assertThat(network.getParam("4_b").amaxNumber().doubleValue()).isZero();
    }

    @Test
    void convolution_hasItAtTheCentre() {
        MultiLayerNetwork network = Networks.convolutional(DataType.DOUBLE);
        assertThat(DeepNarrow.defaults().initialize(network).layers())
                .extracting(LayerReport::note)
                .contains("", "normalizes: it has a gain and a shift, no weights");
        INDArray kernel = network.getParam("0_W");
        INDArray dense = Nd4j.create(DataType.DOUBLE, new long[] {2, 4}, 'f');
        OnesOrthogonal.defaults().fill(WeightShape.dense(2, 4), dense);
        for (int o = 0; o < 4; o++) {
            for (int i = 0; i < 2; i++) {
                for (int tap = 0; tap < 9; tap++) {
                    assertThat(kernel.getDouble(o, i, tap / 3, tap % 3))
                            .isEqualTo(tap == 4 ? dense.getDouble(i, o) : 0.0);
                }
            }
        }
    }

    @Test
    void badEpsilon_isRefused() {
        assertThatThrownBy(() -> DeepNarrow.builder().epsilon(0).build()).hasMessageContaining("epsilon");
        assertThatThrownBy(() -> OnesOrthogonal.defaults()
                        .fill(WeightShape.embedding(5, 3), Nd4j.create(DataType.FLOAT, new long[] {5, 3}, 'f')))
                .hasMessageContaining("embedding");
    }
}
