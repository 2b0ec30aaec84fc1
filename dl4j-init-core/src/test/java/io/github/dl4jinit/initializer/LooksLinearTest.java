package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import io.github.dl4jinit.scheme.Orthogonal;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class LooksLinearTest {

    private static MultiLayerNetwork deep(DataType type) {
        int[] widths = new int[51];
        Arrays.fill(widths, 20);
        widths[0] = 10;
        return Networks.dense(type, Activation.RELU, widths);
    }

    /** The second route: a forward pass in plain Java; the norm of each example after each layer over that of the input. */
    private static double largestDeviation(MultiLayerNetwork network, INDArray inputs, int layers) {
        double[][] h = inputs.castTo(DataType.DOUBLE).toDoubleMatrix();
        double largest = 0;
        for (int layer = 0; layer < layers; layer++) {
            double[][] w =
                    network.getParam(layer + "_W").castTo(DataType.DOUBLE).toDoubleMatrix();
            for (int n = 0; n < h.length; n++) {
                double[] next = new double[w[0].length];
                double before = norm(h[n]);
                for (int j = 0; j < next.length; j++) {
                    for (int i = 0; i < w.length; i++) {
                        next[j] += w[i][j] * h[n][i];
                    }
                    next[j] = Math.max(0, next[j]);
                }
                h[n] = next;
                largest = Math.max(largest, Math.abs(norm(next) / before - 1));
            }
        }
        return largest;
    }

    private static double norm(double[] x) {
        return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
    }

    @ParameterizedTest
    @CsvSource({"DOUBLE, 1e-12", "FLOAT, 1e-5"})
    void norms_areKeptThroughFiftyReluLayers(DataType type, double precision) {
        MultiLayerNetwork network = deep(type);
        network.getParam("7_b").assign(2);
        assertThat(LooksLinear.defaults().initialize(network).layers())
                .extracting(LayerReport::note)
                .startsWith("mirrored outputs", "mirrored inputs and outputs")
                .endsWith("mirrored inputs and outputs", "mirrored inputs");
        assertThat(largestDeviation(network, Networks.normal(3, type, 30, 10), 50))
                .isLessThan(precision);
        assertThat(network.getParam("7_b").amaxNumber().doubleValue()).isZero();
    }

    /** The whole network is linear: the pre-activation of its output is that of the sum of two inputs. */
    @Test
    void network_looksLinear() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .activation(Activation.RELU)
                .list()
                .layer(new DenseLayer.Builder().nIn(6).nOut(20).build())
                .layer(new DenseLayer.Builder().nOut(30).build())
                .layer(new DenseLayer.Builder().nOut(12).build())
                .layer(new DenseLayer.Builder()
                        .nOut(5)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(Networks.softmax(5))
                .setInputType(InputType.feedForward(6))
                .build());
        LooksLinear.defaults().initialize(network);
        INDArray a = Networks.normal(1, DataType.DOUBLE, 9, 6);
        INDArray b = Networks.normal(2, DataType.DOUBLE, 9, 6);
        INDArray sum = network.feedForward(a.add(b)).get(4);
        INDArray parts =
                network.feedForward(a).get(4).add(network.feedForward(b).get(4));
        assertThat(sum.sub(parts).amaxNumber().doubleValue()).isLessThan(1e-12);
        assertThat(sum.norm2Number().doubleValue()).isGreaterThan(1);
    }

    /** The negative control: orthogonal weights with He's gain keep norms on average only. */
    @Test
    void orthogonalWeights_doNotKeepEachNorm() {
        int[] widths = new int[51];
        Arrays.fill(widths, 20);
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.RELU, widths);
        for (int layer = 0; layer < 50; layer++) {
            new Orthogonal(Math.sqrt(2)).init(20, 20, new long[] {20, 20}, 'f', network.getParam(layer + "_W"));
        }
        assertThat(largestDeviation(network, Networks.normal(3, DataType.DOUBLE, 30, 20), 50))
                .isGreaterThan(0.3);
    }

    @Test
    void convolutions_keepTheNormOfAnImage() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .activation(Activation.RELU)
                .convolutionMode(ConvolutionMode.Same)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(8).build())
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(8).build())
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(12).build())
                .layer(new DenseLayer.Builder().nOut(7).build())
                .layer(Networks.softmax(7))
                .setInputType(InputType.convolutional(5, 5, 3))
                .build());
        assertThat(LooksLinear.defaults().initialize(network).layers())
                .extracting(LayerReport::note)
                .containsExactly(
                        "mirrored outputs",
                        "mirrored inputs and outputs",
                        "mirrored inputs and outputs",
                        "its 7 units cannot be paired: give it an even number",
                        "orthogonal");
        INDArray image = Networks.normal(1, DataType.DOUBLE, 1, 3, 5, 5);
        assertThat(network.feedForward(image).get(3).norm2Number().doubleValue())
                .isCloseTo(image.norm2Number().doubleValue(), within(1e-12));
    }

    @Test
    void otherActivations_areOrthogonal_andRecurrentLayersSkipped() {
        assertThat(LooksLinear.defaults()
                        .initialize(Networks.dense(DataType.FLOAT, Activation.TANH, 4, 6))
                        .layers())
                .extracting(LayerReport::note)
                .containsExactly("orthogonal", "orthogonal");
        assertThat(LooksLinear.defaults()
                        .initialize(Networks.recurrent(DataType.FLOAT, false))
                        .count(Outcome.SKIPPED))
                .isEqualTo(2);
    }
}
