package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.initializer.LayerFusion.FusedEstimate;
import io.github.dl4jinit.listener.InitializingListener;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class LayerFusionTest {

    private static DataSet inputs(INDArray features) {
        return new DataSet(features, null);
    }

    /** Trained weights, with biases that are not zero, as training leaves them. */
    private static MultiLayerNetwork trained(DataType type, Activation activation, int... widths) {
        MultiLayerNetwork network = Networks.dense(type, activation, widths);
        for (int i = 0; i < network.getnLayers(); i++) {
            INDArray bias = network.getParam(i + "_b");
            bias.assign(Networks.normal(i, type, bias.length()).muli(0.5).reshape(bias.shape()));
        }
        return network;
    }

    /** The best affine map by the normal equations, solved by Gauss-Jordan elimination: columns are outputs, the last row is the bias. */
    private static double[][] bestAffine(INDArray x, INDArray y) {
        INDArray ones = Nd4j.hstack(x, Nd4j.ones(DataType.DOUBLE, x.rows(), 1));
        double[][] a = ones.transpose().mmul(ones).toDoubleMatrix();
        double[][] b = ones.transpose().mmul(y).toDoubleMatrix();
        int n = a.length;
        for (int i = 0; i < n; i++) {
            double pivot = a[i][i];
            for (int row = 0; row < n; row++) {
                if (row != i) {
                    double factor = a[row][i] / pivot;
                    for (int k = 0; k < n; k++) {
                        a[row][k] -= factor * a[i][k];
                    }
                    for (int k = 0; k < b[0].length; k++) {
                        b[row][k] -= factor * b[i][k];
                    }
                }
            }
        }
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < b[0].length; k++) {
                b[i][k] /= a[i][i];
            }
        }
        return b;
    }

    private static double distance(MultiLayerNetwork fused, double[][] best) {
        INDArray found = Nd4j.vstack(
                fused.getParam("0_W").castTo(DataType.DOUBLE).dup('c'),
                fused.getParam("0_b").castTo(DataType.DOUBLE).reshape(1, best[0].length));
        INDArray expected = Nd4j.createFromArray(best);
        return found.sub(expected).norm2Number().doubleValue()
                / expected.norm2Number().doubleValue();
    }

    private static INDArray preActivations(MultiLayerNetwork network, Activation activation, INDArray x) {
        INDArray z = x.mmul(network.getParam("0_W")).addiRowVector(network.getParam("0_b"));
        INDArray f = activation.getActivationFunction().getActivation(z, false);
        return f.mmul(network.getParam("1_W")).addiRowVector(network.getParam("1_b"));
    }

    /**
     * Correlated Gaussian inputs: Stein's closed form is the Monte Carlo optimum up to its sampling error, which falls as
     * 1 / sqrt(n): below 2 % at 60,000 examples.
     */
    @ParameterizedTest
    @EnumSource(names = {"RELU", "TANH", "SIGMOID"})
    void gaussian_isTheMonteCarloOptimum(Activation activation) {
        MultiLayerNetwork larger = trained(DataType.DOUBLE, activation, 6, 9, 5);
        INDArray x = Networks.normal(1, DataType.DOUBLE, 60_000, 6)
                .mmul(Networks.normal(2, DataType.DOUBLE, 6, 6)
                        .muli(0.3)
                        .addi(Nd4j.eye(6).castTo(DataType.DOUBLE)))
                .addi(0.3);
        double[][] best = bestAffine(x, preActivations(larger, activation, x));
        MultiLayerNetwork fused = Networks.dense(DataType.DOUBLE, activation, 6, 5);
        LayerFusion.of(larger, "layer0", "layer1").initialize(fused, inputs(x));
        assertThat(distance(fused, best)).isLessThan(0.02);
        // The other estimate is this optimum.
        LayerFusion.of(larger, "layer0", "layer1").estimate(FusedEstimate.DATA).initialize(fused, inputs(x));
        assertThat(distance(fused, best)).isLessThan(1e-8);
        // The negative control: the product of the weights, as if there were no activation.
        fused.getParam("0_W").assign(larger.getParam("0_W").mmul(larger.getParam("1_W")));
        assertThat(distance(fused, best)).isGreaterThan(0.2);
    }

    /** No other affine map has a smaller error: neither Stein's, nor small changes of the optimum. */
    @Test
    void data_hasTheLeastError_onInputsThatAreNotGaussian() {
        MultiLayerNetwork larger = trained(DataType.DOUBLE, Activation.RELU, 6, 9, 5);
        INDArray x = Networks.normal(1, DataType.DOUBLE, 500, 6);
        x.muli(x).muli(x);
        INDArray y = preActivations(larger, Activation.RELU, x);
        MultiLayerNetwork fused = Networks.dense(DataType.DOUBLE, Activation.RELU, 6, 5);
        LayerFusion.of(larger, "layer0", "layer1").initialize(fused, inputs(x));
        double gaussian = error(fused, x, y);
        LayerFusion.of(larger, "layer0", "layer1").estimate(FusedEstimate.DATA).initialize(fused, inputs(x));
        double least = error(fused, x, y);
        assertThat(least).isLessThan(gaussian);
        INDArray weights = fused.getParam("0_W").dup();
        for (int seed = 0; seed < 5; seed++) {
            fused.getParam("0_W")
                    .assign(weights.add(
                            Networks.normal(seed, DataType.DOUBLE, 6, 5).muli(0.01)));
            assertThat(error(fused, x, y)).isGreaterThan(least);
        }
    }

    private static double error(MultiLayerNetwork fused, INDArray x, INDArray y) {
        INDArray answers = x.mmul(fused.getParam("0_W")).addiRowVector(fused.getParam("0_b"));
        return answers.sub(y).norm2Number().doubleValue();
    }

    /** Without a non-linearity between them nothing is lost, and all other layers are copies: the networks have the same output. */
    @ParameterizedTest
    @EnumSource(FusedEstimate.class)
    void linearLayers_areFusedExactly(FusedEstimate estimate) {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            MultiLayerNetwork larger = trained(type, Activation.IDENTITY, 6, 7, 9, 8);
            MultiLayerNetwork smaller = Networks.dense(type, Activation.IDENTITY, 6, 7, 8);
            INDArray x = Networks.normal(1, type, 100, 6);
            InitReport report = LayerFusion.of(larger, "layer1", "layer2")
                    .estimate(estimate)
                    .initialize(smaller, inputs(x));
            assertThat(report.layers()).extracting(LayerReport::position).containsExactly(0, 1, 2);
            assertThat(smaller.output(x).sub(larger.output(x)).amaxNumber().doubleValue())
                    .isLessThan(type == DataType.FLOAT ? 1e-5 : 1e-12);
        }
    }

    private static MultiLayerNetwork convolutions(Activation activation, boolean fused) {
        NeuralNetConfiguration.ListBuilder list =
                Networks.base(DataType.DOUBLE).activation(activation).list();
        if (!fused) {
            list.layer(new ConvolutionLayer.Builder(3, 3).nOut(6).build());
        }
        return Networks.init(list.layer(new ConvolutionLayer.Builder(fused ? 3 : 1, fused ? 3 : 1)
                        .nOut(4)
                        .build())
                .layer(new OutputLayer.Builder()
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(7, 7, 2))
                .build());
    }

    @Test
    void aConvolutionAndOneOfOneTap_becomeAConvolution() {
        INDArray images = Networks.normal(1, DataType.DOUBLE, 30, 2, 7, 7);
        MultiLayerNetwork larger = convolutions(Activation.IDENTITY, false);
        larger.getParam("0_b").assign(0.4);
        MultiLayerNetwork smaller = convolutions(Activation.IDENTITY, true);
        LayerFusion.of(larger, "layer0", "layer1").initialize(smaller, inputs(images));
        assertThat(smaller.output(images)
                        .sub(larger.output(images))
                        .amaxNumber()
                        .doubleValue())
                .isLessThan(1e-12);
        // With an activation between, it still is nearer than the start that it replaces.
        MultiLayerNetwork curved = convolutions(Activation.TANH, false);
        MultiLayerNetwork fused = convolutions(Activation.TANH, true);
        double before = fused.feedForward(images)
                .get(1)
                .sub(curved.feedForward(images).get(2))
                .norm2Number()
                .doubleValue();
        LayerFusion.of(curved, "layer0", "layer1").initialize(fused, inputs(images));
        double after = fused.feedForward(images)
                .get(1)
                .sub(curved.feedForward(images).get(2))
                .norm2Number()
                .doubleValue();
        assertThat(after).isLessThan(0.3 * before);
    }

    /** DATA fuses a convolution and the dense layer behind it into one dense layer on the flattened image. */
    @Test
    void aConvolutionAndADenseLayer_becomeADenseLayer() {
        MultiLayerNetwork larger = Networks.init(Networks.base(DataType.DOUBLE)
                .activation(Activation.IDENTITY)
                .list()
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(3).build())
                .layer(new DenseLayer.Builder().nOut(5).build())
                .layer(Networks.softmax(5))
                .setInputType(InputType.convolutional(4, 4, 2))
                .build());
        MultiLayerNetwork smaller = Networks.init(Networks.base(DataType.DOUBLE)
                .activation(Activation.IDENTITY)
                .list()
                .layer(new DenseLayer.Builder().nOut(5).build())
                .layer(Networks.softmax(5))
                .setInputType(InputType.convolutional(4, 4, 2))
                .build());
        INDArray images = Networks.normal(1, DataType.DOUBLE, 120, 2, 4, 4);
        InitReport report = LayerFusion.of(larger, "layer0", "layer1")
                .estimate(FusedEstimate.DATA)
                .initialize(smaller, inputs(images));
        assertThat(report.layers().get(0).note())
                .contains("relative mean square error")
                .contains("32 inputs");
        INDArray others = Networks.normal(2, DataType.DOUBLE, 20, 2, 4, 4);
        assertThat(smaller.output(others)
                        .sub(larger.output(others))
                        .amaxNumber()
                        .doubleValue())
                .isLessThan(1e-11);
    }

    private static ComputationGraph graph(boolean fused) {
        var builder = Networks.base(DataType.DOUBLE).graphBuilder().addInputs("in");
        if (!fused) {
            builder.addLayer("a", new DenseLayer.Builder().nIn(5).nOut(7).build(), "in");
        }
        return Networks.init(builder.addLayer(
                        "b", new DenseLayer.Builder().nIn(fused ? 5 : 7).nOut(4).build(), fused ? "in" : "a")
                .addLayer("out", Networks.softmax(4), "b")
                .setOutputs("out")
                .build());
    }

    @Test
    void graphs_andTheListener() {
        DataSet batch = Networks.batches(DataType.DOUBLE, 40, 5).get(0);
        LayerFusion fusion = LayerFusion.of(graph(false), "a", "b");
        ComputationGraph byHand = graph(true);
        fusion.initialize(byHand, batch);
        byHand.fit(batch);
        ComputationGraph listened = graph(true);
        listened.setListeners(new InitializingListener(fusion));
        listened.fit(batch);
        assertThat(listened.params()).isEqualTo(byHand.params());
    }

    @Test
    void whatCannotBeFused_isRefused_andNothingChanges() {
        MultiLayerNetwork larger = trained(DataType.DOUBLE, Activation.TANH, 6, 7, 9, 8);
        MultiLayerNetwork smaller = Networks.dense(DataType.DOUBLE, Activation.TANH, 6, 7, 8);
        INDArray before = smaller.params().dup();
        INDArray source = larger.params().dup();
        DataSet batch = inputs(Networks.normal(1, DataType.DOUBLE, 20, 6));
        assertThatThrownBy(() -> LayerFusion.of(larger, "layer1", "none").initialize(smaller, batch))
                .hasMessageContaining("no layer with parameters named 'none'");
        assertThatThrownBy(() -> LayerFusion.of(larger, "layer0", "layer2").initialize(smaller, batch))
                .hasMessageContaining("does not follow");
        // Fused there, the shapes of the others do not fit.
        assertThatThrownBy(() -> LayerFusion.of(larger, "layer0", "layer1").initialize(smaller, batch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("layer0");
        assertThatThrownBy(() -> LayerFusion.of(larger, "layer1", "layer2").initialize(larger, batch))
                .hasMessageContaining("one layer with parameters less");
        INDArray nan = Nd4j.valueArrayOf(new long[] {20, 6}, Double.NaN, DataType.DOUBLE);
        assertThatThrownBy(() -> LayerFusion.of(larger, "layer1", "layer2").initialize(smaller, inputs(nan)))
                .hasMessageContaining("NaN");
        MultiLayerNetwork recurrent = Networks.recurrent(DataType.DOUBLE, false);
        assertThatThrownBy(() -> LayerFusion.of(recurrent, "layer0", "layer1").initialize(smaller, batch))
                .hasMessageContaining("cannot be fused: recurrent");
        assertThat(smaller.params()).isEqualTo(before);
        assertThat(larger.params()).isEqualTo(source);
    }
}
