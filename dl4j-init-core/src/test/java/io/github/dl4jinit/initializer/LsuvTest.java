package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class LsuvTest {

    /** Features of mean 3 and standard deviation 5, which no scheme that sees only shapes can know of. */
    private static DataSet shifted(DataType type, int examples, long inputs) {
        return new DataSet(
                Networks.normal(7, type, examples, inputs).muli(5).addi(3), Networks.oneHot(7, type, examples));
    }

    /**
     * The second route: a forward pass in plain Java, from the parameter table alone, that knows nothing of our sweep.
     *
     * @return the variance of every layer's pre-activation
     */
    private static double[] variances(MultiLayerNetwork network, INDArray features) {
        double[][] signal = features.castTo(DataType.DOUBLE).toDoubleMatrix();
        double[] variances = new double[network.getnLayers()];
        for (int layer = 0; layer < variances.length; layer++) {
            double[][] weights =
                    network.getParam(layer + "_W").castTo(DataType.DOUBLE).toDoubleMatrix();
            double[] bias =
                    network.getParam(layer + "_b").castTo(DataType.DOUBLE).toDoubleVector();
            double[][] next = new double[signal.length][bias.length];
            double sum = 0;
            for (int n = 0; n < signal.length; n++) {
                for (int j = 0; j < bias.length; j++) {
                    double z = bias[j];
                    for (int i = 0; i < weights.length; i++) {
                        z += signal[n][i] * weights[i][j];
                    }
                    next[n][j] = z;
                    sum += z;
                }
            }
            double mean = sum / (signal.length * bias.length);
            for (double[] row : next) {
                for (int j = 0; j < row.length; j++) {
                    variances[layer] += (row[j] - mean) * (row[j] - mean) / (signal.length * bias.length);
                    row[j] = Math.tanh(row[j]);
                }
            }
            signal = next;
        }
        return variances;
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void everyLayer_hasUnitVariance_byAnIndependentForwardPass(DataType type) {
        MultiLayerNetwork network = Networks.dense(type, Activation.TANH, 20, 30, 25, 40, 10);
        DataSet batch = shifted(type, 200, 20);
        InitReport report = Lsuv.defaults().initialize(network, batch);
        double[] variances = variances(network, batch.getFeatures());
        assertThat(report.converged()).isTrue();
        assertThat(report.layers()).hasSize(5);
        for (int layer = 0; layer < 5; layer++) {
            assertThat(variances[layer]).as("layer %d", layer).isCloseTo(1, within(1e-4));
            assertThat(report.layers().get(layer).varianceAfter()).isCloseTo(variances[layer], within(1e-4));
            assertThat(report.layers().get(layer).iterations()).isEqualTo(1);
        }
    }

    private static org.assertj.core.data.Offset<Double> within(double tolerance) {
        return org.assertj.core.api.Assertions.within(tolerance);
    }

    /** The negative control: the check above sees an LSUV that leaves the first layer out, as a published one does. */
    @Test
    void skippingTheFirstLayer_isSeenByTheIndependentForwardPass() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 20, 30, 25);
        DataSet batch = shifted(DataType.DOUBLE, 200, 20);
        Lsuv.builder().except("layer0").build().initialize(network, batch);
        double[] variances = variances(network, batch.getFeatures());
        assertThat(variances[0]).isGreaterThan(2);
        assertThat(variances[1]).isCloseTo(1, within(0.01));
    }

    @Test
    void graph_runsInOrderOfExecution_notOfDeclaration() {
        ComputationGraph graph = Networks.residual(DataType.DOUBLE);
        DataSet batch = shifted(DataType.DOUBLE, 100, 5);
        InitReport report = Lsuv.defaults().initialize(graph, batch);
        assertThat(report.layers()).extracting(LayerReport::layer).containsExactly("a", "b", "c", "out");
        INDArray a = Nd4j.math().tanh(affine(graph, "a", batch.getFeatures()));
        INDArray b = Nd4j.math().tanh(affine(graph, "b", a));
        INDArray c = Nd4j.math().tanh(affine(graph, "c", b));
        assertUnit(affine(graph, "a", batch.getFeatures()));
        assertUnit(affine(graph, "b", a));
        assertUnit(affine(graph, "c", b));
        assertUnit(affine(graph, "out", a.add(c)));
    }

    private static INDArray affine(ComputationGraph graph, String layer, INDArray input) {
        return input.mmul(graph.getParam(layer + "_W")).addiRowVector(graph.getParam(layer + "_b"));
    }

    private static void assertUnit(INDArray response) {
        assertThat(response.varNumber().doubleValue() * (response.length() - 1) / response.length())
                .isCloseTo(1, within(1e-6));
    }

    @Test
    void graph_withSeveralInputsAndOutputs() {
        ComputationGraph graph = Networks.twoInputs(DataType.DOUBLE);
        MultiDataSet batch = Networks.multiBatches(DataType.DOUBLE, 50).get(0);
        InitReport report = Lsuv.defaults().initialize(graph, batch);
        assertThat(report.layers()).hasSize(4).allMatch(line -> line.outcome() == Outcome.CONVERGED);
        INDArray left = Nd4j.math().tanh(affine(graph, "l", batch.getFeatures(0)));
        INDArray right = Nd4j.math().tanh(affine(graph, "r", batch.getFeatures(1)));
        assertUnit(affine(graph, "one", Nd4j.concat(1, left, right)));
        assertUnit(affine(graph, "two", left));
    }

    @Test
    void biasesThatAreNotZero_areKeptAndCounted() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder().nIn(6).nOut(50).build())
                .layer(Networks.softmax(50))
                .build());
        INDArray bias = Networks.normal(3, DataType.DOUBLE, 50).muli(0.5);
        network.getParam("0_b").assign(bias);
        DataSet batch = shifted(DataType.DOUBLE, 300, 6);
        InitReport report = Lsuv.defaults().initialize(network, batch);
        assertThat(network.getParam("0_b")).isEqualTo(bias);
        assertThat(report.layers().get(0).iterations()).isGreaterThan(1);
        assertThat(report.converged()).isTrue();
        assertThat(variances(network, batch.getFeatures())[0]).isCloseTo(1, within(0.01));
    }

    @Test
    void ownWeights_areOnlyScaled() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8);
        INDArray before = network.getParam("0_W").dup();
        Lsuv.builder().orthogonalStart(false).build().initialize(network, shifted(DataType.DOUBLE, 64, 5));
        INDArray ratio = network.getParam("0_W").div(before);
        assertThat(ratio.maxNumber().doubleValue() - ratio.minNumber().doubleValue())
                .isLessThan(1e-12);
        assertThat(ratio.maxNumber().doubleValue()).isNotCloseTo(1, within(0.1));
    }

    @Test
    void targetVariance_isReached() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8);
        DataSet batch = shifted(DataType.DOUBLE, 64, 5);
        Lsuv.builder().targetVariance(2.5).tolerance(1e-9).build().initialize(network, batch);
        assertThat(variances(network, batch.getFeatures())[0]).isCloseTo(2.5, within(1e-8));
    }

    @Test
    void runningTwice_changesNothingMore() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.RELU, 5, 8, 9);
        DataSet batch = shifted(DataType.DOUBLE, 64, 5);
        Lsuv.defaults().initialize(network, batch);
        INDArray once = network.params().dup();
        Lsuv.defaults().initialize(network, batch);
        assertThat(network.params()).isEqualTo(once);
        InitReport report = Lsuv.builder().orthogonalStart(false).build().initialize(network, batch);
        assertThat(network.params()).isEqualTo(once);
        assertThat(report.layers()).allMatch(line -> line.iterations() == 0);
    }

    @Test
    void sameSeed_sameBits_andTheGeneratorIsLeftAlone() {
        DataSet batch = shifted(DataType.FLOAT, 64, 5);
        MultiLayerNetwork first = Networks.dense(DataType.FLOAT, Activation.RELU, 5, 8, 9);
        Nd4j.getRandom().setSeed(1);
        Lsuv.defaults().initialize(first, batch);
        double next = Nd4j.getRandom().nextDouble();
        MultiLayerNetwork second = Networks.dense(DataType.FLOAT, Activation.RELU, 5, 8, 9);
        Nd4j.getRandom().setSeed(2);
        Lsuv.defaults().initialize(second, batch);
        Nd4j.getRandom().setSeed(1);
        assertThat(Nd4j.getRandom().nextDouble()).isEqualTo(next);
        assertThat(second.params()).isEqualTo(first.params());
        MultiLayerNetwork otherSeed = Networks.init(Networks.base(DataType.FLOAT)
                .seed(77)
                .list()
                .layer(new DenseLayer.Builder().nIn(5).nOut(8).build())
                .layer(new DenseLayer.Builder().nIn(8).nOut(9).build())
                .layer(Networks.softmax(9))
                .build());
        Lsuv.defaults().initialize(otherSeed, batch);
        assertThat(otherSeed.params()).isNotEqualTo(first.params());
    }

    @Test
    void frozenLayers_areNeverChanged() {
        MultiLayerNetwork network = new TransferLearning.Builder(
                        Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8, 9))
                .setFeatureExtractor(0)
                .build();
        INDArray frozen = network.getParam("0_W").dup();
        InitReport report = Lsuv.defaults().initialize(network, shifted(DataType.DOUBLE, 64, 5));
        assertThat(network.getParam("0_W")).isEqualTo(frozen);
        assertThat(report.layers().get(0).outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(report.layers().get(0).note()).isEqualTo("frozen");
        assertThat(report.layers().get(1).outcome()).isEqualTo(Outcome.CONVERGED);
    }

    @Test
    void onlyAndExcept_selectLayers() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8, 9);
        INDArray first = network.getParam("0_W").dup();
        InitReport report = Lsuv.builder().only("layer1").build().initialize(network, shifted(DataType.DOUBLE, 64, 5));
        assertThat(report.layers())
                .extracting(LayerReport::outcome)
                .containsExactly(Outcome.SKIPPED, Outcome.CONVERGED, Outcome.SKIPPED);
        assertThat(network.getParam("0_W")).isEqualTo(first);
        assertThatThrownBy(() ->
                        Lsuv.builder().except("conv9").build().initialize(network, shifted(DataType.DOUBLE, 64, 5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no layer with parameters is named [conv9]; the network has [layer0, layer1, layer2]");
    }

    @Test
    void deadLayer_isANamedOutcome() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.RELU, 5, 8, 9);
        network.getParam("0_b").assign(-1e9);
        InitReport report = Lsuv.defaults().initialize(network, shifted(DataType.DOUBLE, 64, 5));
        LayerReport behind = report.layers().get(1);
        assertThat(behind.outcome()).isEqualTo(Outcome.STALLED);
        assertThat(behind.note()).contains("dead layer");
        assertThat(report.converged()).isFalse();
    }

    @Test
    void biasesThatVaryTooMuch_areANamedOutcome() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8);
        network.getParam("0_b").assign(Networks.normal(1, DataType.DOUBLE, 8).muli(10));
        LayerReport line = Lsuv.defaults()
                .initialize(network, shifted(DataType.DOUBLE, 64, 5))
                .layers()
                .get(0);
        assertThat(line.outcome()).isEqualTo(Outcome.STALLED);
        assertThat(line.iterations()).isEqualTo(10);
        assertThat(line.note()).contains("biases vary more");
    }

    @Test
    void constantFeatures_andBatchOfOne_areNamedOutcomes() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8, 9);
        DataSet constant = new DataSet(Nd4j.ones(DataType.DOUBLE, 10, 5), null);
        assertThat(Lsuv.defaults().initialize(network, constant).layers()).allSatisfy(line -> {
            assertThat(line.outcome()).isEqualTo(Outcome.STALLED);
            assertThat(line.note()).contains("are alike but for");
        });
        assertThat(Lsuv.defaults()
                        .initialize(network, shifted(DataType.DOUBLE, 1, 5))
                        .layers())
                .allSatisfy(line -> assertThat(line.note()).contains("one example"));
        DataSet zero = new DataSet(Nd4j.zeros(DataType.DOUBLE, 10, 5), null);
        InitReport report = Lsuv.defaults().initialize(network, zero);
        assertThat(report.layers()).allMatch(line -> line.outcome() == Outcome.STALLED);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void settings_areChecked(double value) {
        assertThatThrownBy(() -> Lsuv.builder().targetVariance(value).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("target variance must be finite and > 0, got " + value);
        assertThatThrownBy(() -> Lsuv.builder().tolerance(value).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tolerance must be finite and > 0, got " + value);
    }

    @Test
    void maxIterations_isChecked() {
        assertThatThrownBy(() -> Lsuv.builder().maxIterations(0).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxIterations must be >= 1, got 0");
    }

    private static void assertRefused(DataSet batch, String... words) {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8);
        INDArray before = network.params().dup();
        assertThatThrownBy(() -> Lsuv.defaults().initialize(network, batch)).hasMessageContainingAll(words);
        assertThat(network.params()).isEqualTo(before);
    }

    @Test
    void badBatches_areRefused_andNothingIsLost() {
        INDArray nan = Nd4j.ones(DataType.DOUBLE, 3, 5);
        nan.putScalar(1, 2, Double.NaN);
        INDArray infinite = Nd4j.ones(DataType.DOUBLE, 3, 5);
        infinite.putScalar(1, 2, Double.NEGATIVE_INFINITY);
        assertRefused(new DataSet(nan, null), "features of input 0 hold NaN or infinite values");
        assertRefused(new DataSet(infinite, null), "features of input 0 hold NaN or infinite values");
        assertRefused(new DataSet(Nd4j.empty(DataType.DOUBLE), null), "features of input 0 are empty");
        assertRefused(new DataSet(Nd4j.ones(DataType.DOUBLE, 3, 6), null), "a width of 6", "needs 5");
    }

    @Test
    void wrongNumberOfInputs_isRefused() {
        ComputationGraph graph = Networks.twoInputs(DataType.DOUBLE);
        assertThatThrownBy(() -> Lsuv.defaults().initialize(graph, shifted(DataType.DOUBLE, 4, 5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the network has 2 input(s), the batch has 1 array(s) of features");
    }

    @Test
    void overflowingWeights_areRefused_withTheLayerAndARemedy() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.IDENTITY, 5, 8, 9);
        network.getParam("0_W").assign(1e30f);
        INDArray before = network.params().dup();
        assertThatThrownBy(() -> Lsuv.builder()
                        .orthogonalStart(false)
                        .except("layer0")
                        .build()
                        .initialize(network, new DataSet(Nd4j.ones(4, 5).muli(1e10), null)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("layer 1 'layer1' (DenseLayer)")
                .hasMessageContaining("start from new weights");
        assertThat(network.params()).isEqualTo(before);
    }

    @Test
    void uninitializedNetworks_areRefused() {
        MultiLayerNetwork network = new MultiLayerNetwork(
                Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8).getLayerWiseConfigurations());
        ComputationGraph graph =
                new ComputationGraph(Networks.residual(DataType.FLOAT).getConfiguration());
        for (Model model : List.of(network, graph)) {
            assertThatThrownBy(() -> Lsuv.defaults().initialize(model, shifted(DataType.FLOAT, 4, 5)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the network has no parameters yet: call init() on it first");
        }
    }

    @Test
    void twoThreadsWithTwoNetworks_doNotMix() throws InterruptedException {
        DataSet batch = shifted(DataType.FLOAT, 64, 5);
        MultiLayerNetwork alone = Networks.dense(DataType.FLOAT, Activation.RELU, 5, 80, 90);
        Lsuv.defaults().initialize(alone, batch);
        List<MultiLayerNetwork> networks = new Random(0)
                .ints(4)
                .mapToObj(i -> Networks.dense(DataType.FLOAT, Activation.RELU, 5, 80, 90))
                .toList();
        List<Thread> threads = networks.stream()
                .map(network -> new Thread(() -> Lsuv.defaults().initialize(network, batch.copy())))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(networks).allSatisfy(network -> assertThat(network.params()).isEqualTo(alone.params()));
    }
}
