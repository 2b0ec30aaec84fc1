package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.listener.InitializingListener;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class AutoInitTest {

    private static final int DRAWS = 30;
    private static final int WIDTH = 100;

    private static NeuralNetConfiguration.Builder base(Activation activation, long seed) {
        return new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.DOUBLE)
                .activation(activation);
    }

    private static MultiLayerNetwork dense(Activation activation, long seed) {
        NeuralNetConfiguration.ListBuilder list = base(activation, seed).list();
        for (int i = 0; i < 5; i++) {
            list.layer(new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).build());
        }
        return Networks.init(list.layer(Networks.softmax(WIDTH)).build());
    }

    private static ComputationGraph residual(Activation activation, long seed) {
        return Networks.init(base(activation, seed)
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).build(), "in")
                .addLayer("b", new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).build(), "a")
                .addLayer(
                        "c",
                        new DenseLayer.Builder()
                                .nIn(WIDTH)
                                .nOut(WIDTH)
                                .activation(Activation.IDENTITY)
                                .build(),
                        "b")
                .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "c")
                .addLayer("d", new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).build(), "add")
                .addLayer("out", Networks.softmax(WIDTH), "d")
                .setOutputs("out")
                .build());
    }

    private static INDArray inputs(long seed) {
        return Networks.normal(seed, DataType.DOUBLE, 60, WIDTH).muli(3).addi(2);
    }

    /** By forward passes of many draws: each layer's mean square response, and its standard error. */
    private static double[][] meanSquares(
            BiFunction<Activation, Long, ? extends Model> build, Activation activation, AutoInit init) {
        double[][] draws = new double[DRAWS][];
        for (int draw = 0; draw < DRAWS; draw++) {
            Model model = build.apply(activation, (long) draw);
            init.initialize(model);
            double[] squares = new double[model instanceof ComputationGraph ? 5 : 6];
            try (NetworkCopy view = NetworkCopy.of(model)) {
                view.sweep(new MultiDataSet(new INDArray[] {inputs(draw)}, null), (layer, response) -> {
                    double norm = response.values().norm2Number().doubleValue();
                    squares[layer.position()] = norm * norm / response.values().length();
                });
            }
            draws[draw] = squares;
        }
        double[][] result = new double[draws[0].length][2];
        for (int layer = 0; layer < result.length; layer++) {
            int column = layer;
            double[] values =
                    Arrays.stream(draws).mapToDouble(row -> row[column]).toArray();
            double mean = Arrays.stream(values).average().orElseThrow();
            double variance =
                    Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum() / (DRAWS - 1);
            result[layer] = new double[] {mean, Math.sqrt(variance / DRAWS)};
        }
        return result;
    }

    /**
     * The analytic moments against Monte Carlo: over 30 draws of weights and inputs of mean 2 and deviation 3, each response has mean square
     * 1 within 4.5 standard errors, which are measured along, and within 15 %, so that the standard errors cannot hide much.
     */
    @ParameterizedTest
    @EnumSource(names = {"TANH", "RELU", "ELU", "SIGMOID"})
    void meanSquares_areOne_byMonteCarlo(Activation activation) {
        double[][] measured = meanSquares(AutoInitTest::dense, activation, new AutoInit(2, 9));
        for (int layer = 0; layer < 5; layer++) {
            assertThat(measured[layer][0]).as("layer %d", layer).isCloseTo(1, within(4.5 * measured[layer][1]));
            assertThat(measured[layer][0]).as("layer %d", layer).isCloseTo(1, within(0.15));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TANH", "RELU"})
    void residualAdd_byMonteCarlo(Activation activation) {
        for (double[] layer : meanSquares(AutoInitTest::residual, activation, new AutoInit(2, 9))) {
            assertThat(layer[0]).isCloseTo(1, within(4.5 * layer[1]));
        }
    }

    /** The negative control: told standardized inputs, the first layer is thirteen times too large. */
    @Test
    void wrongInputMoments_areSeen() {
        double[][] measured = meanSquares(AutoInitTest::dense, Activation.TANH, AutoInit.defaults());
        assertThat(measured[0][0]).isCloseTo(13, within(4.5 * measured[0][1]));
        assertThat(Math.abs(measured[0][0] - 1)).isGreaterThan(20 * measured[0][1]);
    }

    /** Each activation alone, off the centre, against a million draws. */
    @ParameterizedTest
    @EnumSource(names = {"TANH", "RELU", "LEAKYRELU", "SOFTPLUS", "SWISH", "CUBE"})
    void throughAnActivation_byMonteCarlo(Activation activation) {
        Random random = new Random(1);
        int count = 1_000_000;
        INDArray z = Nd4j.createFromArray(random.doubles(count)
                .map(x -> 0.4 + Math.sqrt(0.7) * random.nextGaussian())
                .toArray());
        INDArray f = activation.getActivationFunction().getActivation(z, false);
        SignalMoments signal = new SignalMoments(0.4, 0.7).through(activation.getActivationFunction());
        double variance = f.varNumber().doubleValue();
        assertThat(signal.mean()).isCloseTo(f.meanNumber().doubleValue(), within(5 * Math.sqrt(variance / count)));
        assertThat(signal.variance()).isCloseTo(variance, within(0.02 * variance));
    }

    @Test
    void batch_givesTheMoments() {
        MultiLayerNetwork told = dense(Activation.TANH, 1);
        MultiLayerNetwork measured = dense(Activation.TANH, 1);
        INDArray features = inputs(1);
        double mean = features.meanNumber().doubleValue();
        double variance = features.sub(mean).norm2Number().doubleValue();
        variance = variance * variance / features.length();
        new AutoInit(mean, variance).initialize(told);
        AutoInit.defaults().initialize(measured, new DataSet(features, null));
        assertThat(measured.params().sub(told.params()).amaxNumber().doubleValue())
                .isLessThan(1e-12);
    }

    @Test
    void theListener_initializes_andBiasesAreZero() {
        MultiLayerNetwork byHand = Networks.dense(DataType.FLOAT, Activation.RELU, 5, 8);
        byHand.getParam("0_b").assign(3);
        DataSet batch = Networks.batches(DataType.FLOAT, 20, 5).get(0);
        AutoInit.defaults().initialize(byHand, batch);
        assertThat(byHand.getParam("0_b").amaxNumber().doubleValue()).isZero();
        byHand.fit(batch);
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.RELU, 5, 8);
        network.getParam("0_b").assign(3);
        network.setListeners(new InitializingListener(AutoInit.defaults()));
        network.fit(batch);
        assertThat(network.params()).isEqualTo(byHand.params());
    }

    @Test
    void whatIsAssumed_isReported() {
        InitReport convolutional = AutoInit.defaults().initialize(Networks.convolutional(DataType.FLOAT));
        assertThat(convolutional.layers()).hasSize(4);
        assertThat(convolutional.layers().get(1).outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(convolutional.layers().get(2).note()).contains("moments taken as unchanged by");
        InitReport recurrent = AutoInit.defaults().initialize(Networks.recurrent(DataType.FLOAT, false));
        assertThat(recurrent.layers().get(0).outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(recurrent.layers().get(2).note()).contains("mean 0, variance 1 assumed after");
        InitReport graph = AutoInit.defaults().initialize(Networks.twoInputs(DataType.DOUBLE));
        assertThat(graph.layers()).hasSize(4).allMatch(line -> line.outcome() == Outcome.CONVERGED);
    }

    @Test
    void convolutions_haveTheTrueFanIn() {
        MultiLayerNetwork network = Networks.init(base(Activation.RELU, 3)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(200).build())
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(50).build())
                .layer(Networks.softmax(0))
                .setInputType(InputType.convolutional(8, 8, 20))
                .build());
        AutoInit.defaults().initialize(network);
        // E relu(z)^2 = 1/2; 36,000 and 90,000 weights: standard errors of 0.7 and 0.5 %.
        assertThat(network.getParam("0_W").varNumber().doubleValue() * 180).isCloseTo(1, within(0.03));
        assertThat(network.getParam("1_W").varNumber().doubleValue() * 1800).isCloseTo(2, within(0.05));
    }

    @Test
    void frozenLayers_andBadInput() {
        MultiLayerNetwork network = new TransferLearning.Builder(
                        Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8, 7))
                .setFeatureExtractor(0)
                .build();
        INDArray frozen = network.getParam("0_W").dup();
        AutoInit.defaults().initialize(network);
        assertThat(network.getParam("0_W")).isEqualTo(frozen);
        INDArray before = network.params().dup();
        for (INDArray bad : List.of(
                Nd4j.zeros(DataType.DOUBLE, 4, 5), Nd4j.valueArrayOf(new long[] {4, 5}, Double.NaN, DataType.DOUBLE))) {
            assertThatThrownBy(() -> AutoInit.defaults().initialize(network, new DataSet(bad, null)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("features of input 0");
        }
        assertThatThrownBy(() -> new AutoInit(Double.NaN, 1)).hasMessageContaining("inputMean must be finite");
        assertThatThrownBy(() -> new AutoInit(0, 0))
                .hasMessageContaining("inputVariance must be finite and > 0, got 0");
        assertThat(network.params()).isEqualTo(before);
    }
}
