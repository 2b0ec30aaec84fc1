package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.initializer.Sinl.Convention;
import io.github.dl4jinit.initializer.Sinl.Signal;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.listener.InitializingListener;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The balanced variant, checked on responses and products of weights that are formed here from the parameter table. */
class SinlBalancedTest {

    private static DataSet batch(DataType type, int examples, int inputs) {
        INDArray features = Networks.normal(3, type, examples, inputs);
        return new DataSet(features.addi(0.7), Networks.oneHot(3, type, examples));
    }

    private static Sinl wholly() {
        return Sinl.builder()
                .convention(Convention.ISOMETRIC)
                .unitResponses(true)
                .orthogonalStart(false)
                .floor(0)
                .build();
    }

    /** What every layer's weights and biases make of its input, layer by layer. */
    private static List<INDArray> responses(MultiLayerNetwork network, INDArray features, Activation activation) {
        List<INDArray> responses = new ArrayList<>();
        INDArray signal = features.castTo(DataType.DOUBLE);
        for (int layer = 0; layer < network.getnLayers(); layer++) {
            INDArray response = signal.mmul(network.getParam(layer + "_W").castTo(DataType.DOUBLE))
                    .addiRowVector(network.getParam(layer + "_b").castTo(DataType.DOUBLE));
            responses.add(response.dup());
            signal = activation.getActivationFunction().getActivation(response, false);
        }
        return responses;
    }

    private static void assertBalanced(INDArray response, double precision) {
        assertThat(response.mean(0).amaxNumber().doubleValue()).isLessThan(precision);
        assertThat(Math.sqrt(response.mul(response).meanNumber().doubleValue())).isCloseTo(1, within(precision));
    }

    private static double[] composite(MultiLayerNetwork network, int first, int last) {
        INDArray product = network.getParam(first + "_W");
        for (int layer = first + 1; layer <= last; layer++) {
            product = product.mmul(network.getParam(layer + "_W"));
        }
        return Svd.thin(product).s().toDoubleVector();
    }

    @Test
    void linear_nestedComposites_areIsometriesUpToAFactor() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.IDENTITY, 10, 9, 8, 8, 8);
        DataSet batch = batch(DataType.DOUBLE, 60, 10);
        assertThat(composite(network, 1, 3)[0] / composite(network, 1, 3)[7])
                .as("the control")
                .isGreaterThan(2);

        wholly().initialize(network, batch);

        for (int first = 0; first < 3; first++) {
            double[] s = composite(network, first, 4 - first);
            assertThat(Arrays.stream(s).map(value -> value / s[0]).boxed())
                    .allSatisfy(ratio -> assertThat(ratio).isCloseTo(1, within(1e-10)));
        }
        responses(network, batch.getFeatures(), Activation.IDENTITY)
                .forEach(response -> assertBalanced(response, 1e-10));
    }

    @ParameterizedTest
    @CsvSource({"SIGMOID, FLOAT", "SIGMOID, DOUBLE", "TANH, DOUBLE", "RELU, FLOAT"})
    void everyResponse_isCentredAndOfUnitDeviation(Activation activation, DataType type) {
        MultiLayerNetwork network = Networks.dense(type, activation, 10, 9, 8, 8, 8);
        DataSet batch = batch(type, 60, 10);

        InitReport report = Sinl.balanced().initialize(network, batch);

        double precision = type == DataType.FLOAT ? 1e-5 : 1e-10;
        responses(network, batch.getFeatures(), activation).forEach(response -> assertBalanced(response, precision));
        assertThat(report.layers())
                .allSatisfy(layer -> assertThat(layer.varianceAfter()).isCloseTo(1, within(precision)));
    }

    /** The control of the one above: what the signal of sigmoids comes to without it. */
    @Test
    void isometric_alone_leavesSigmoidsOffCentre() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.SIGMOID, 10, 9, 8, 8, 8);
        DataSet batch = batch(DataType.DOUBLE, 60, 10);
        Sinl.builder().convention(Convention.ISOMETRIC).build().initialize(network, batch);
        assertThat(responses(network, batch.getFeatures(), Activation.SIGMOID)
                        .get(2)
                        .mean(0)
                        .amaxNumber()
                        .doubleValue())
                .isGreaterThan(0.1);
    }

    @Test
    void gammaZero_scalesAndCentresOnly() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 6, 7, 5, 5);
        List<INDArray> before = new ArrayList<>();
        for (int layer = 0; layer < 4; layer++) {
            before.add(network.getParam(layer + "_W").dup());
        }
        Sinl.builder()
                .convention(Convention.ISOMETRIC)
                .unitResponses(true)
                .gamma(0)
                .orthogonalStart(false)
                .build()
                .initialize(network, batch(DataType.DOUBLE, 60, 6));
        for (int layer = 0; layer < 4; layer++) {
            INDArray ratio = network.getParam(layer + "_W").div(before.get(layer));
            assertThat(ratio.maxNumber().doubleValue() - ratio.minNumber().doubleValue())
                    .isLessThan(1e-10);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void computationGraph_getsTheSameWeights(DataType type) {
        MultiLayerNetwork chain = Networks.dense(type, Activation.SIGMOID, 6, 8, 7, 5);
        ComputationGraph graph = chain.toComputationGraph();
        // DL4J's conversion forgets the seed.
        graph.getConfiguration().getDefaultConfiguration().setSeed(12345);
        DataSet batch = batch(type, 40, 6);
        Sinl.balanced().initialize(chain, batch);
        Sinl.balanced().initialize(graph, batch);
        assertThat(graph.params()).isEqualTo(chain.params());
    }

    @Test
    void convolutions_areCentredChannelByChannel() {
        MultiLayerNetwork network = Networks.convolutional(DataType.DOUBLE);
        INDArray features = Networks.normal(3, DataType.DOUBLE, 30, 2, 6, 6).addi(0.5);
        DataSet batch = new DataSet(features, Networks.oneHot(3, DataType.DOUBLE, 30));
        Sinl.balanced().initialize(network, batch);
        INDArray bias = network.getParam("0_b");
        assertThat(bias.amaxNumber().doubleValue()).isGreaterThan(1e-3);
        INDArray activations = network.feedForwardToLayer(0, features).get(1);
        // tanh of a response of mean 0 is not of mean 0, but its inverse is.
        INDArray response = Transforms.atanh(activations);
        assertThat(response.mean(0, 2, 3).amaxNumber().doubleValue()).isLessThan(1e-10);
        assertThat(response.mul(response).meanNumber().doubleValue()).isCloseTo(1, within(1e-10));
    }

    @Test
    void layersWithoutBias_areScaledOnly() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder().nIn(5).nOut(6).hasBias(false).build())
                .layer(Networks.softmax(6))
                .build());
        DataSet batch = batch(DataType.DOUBLE, 40, 5);
        Sinl.balanced().initialize(network, batch);
        INDArray response = batch.getFeatures().mmul(network.getParam("0_W"));
        INDArray deviations = response.subRowVector(response.mean(0));
        assertThat(deviations.mul(deviations).meanNumber().doubleValue()).isCloseTo(1, within(1e-10));
    }

    @Test
    void onTheFirstMinibatch_isTheSameAsByHand() {
        MultiLayerNetwork byHand = Networks.dense(DataType.FLOAT, Activation.SIGMOID, 6, 8, 7);
        MultiLayerNetwork listening = byHand.clone();
        DataSet batch = batch(DataType.FLOAT, 40, 6);
        Sinl.balanced().initialize(byHand, batch);
        byHand.fit(batch);
        listening.setListeners(new InitializingListener(Sinl.balanced()));
        listening.fit(batch);
        assertThat(listening.params()).isEqualTo(byHand.params());
    }

    @Test
    void linearSignal_isRefused() {
        assertThatThrownBy(() ->
                        Sinl.builder().unitResponses(true).signal(Signal.LINEAR).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ACTIVATIONS");
    }
}
