package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.initializer.Sinl.Convention;
import io.github.dl4jinit.initializer.Sinl.Order;
import io.github.dl4jinit.initializer.Sinl.Signal;
import io.github.dl4jinit.internal.linalg.LeastSquares;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.listener.InitializingListener;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.InitReport.PairLine;
import io.github.dl4jinit.report.InitReport.StageTime;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
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

class SinlTest {

    private static DataSet batch(DataType type, int examples, int inputs) {
        return new DataSet(Networks.normal(3, type, examples, inputs), Networks.oneHot(3, type, examples));
    }

    private static Layers layers(int inputs) {
        return new Layers(inputs);
    }

    /** Short for dense layers of the tests' graphs. */
    private record Layers(int inputs) {
        DenseLayer to(int outputs) {
            return new DenseLayer.Builder().nIn(inputs).nOut(outputs).build();
        }
    }

    /** The second route: activations by hand, least squares instead of normal equations, singular values of that. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void bridge_isFittedToActivations_byAnIndependentForwardPass(DataType type) {
        double precision = type == DataType.FLOAT ? 1e-5 : 1e-10;
        MultiLayerNetwork network = Networks.dense(type, Activation.TANH, 6, 9, 8, 7);
        DataSet batch = batch(type, 50, 6);
        InitReport report = Sinl.builder().orthogonalStart(false).build().initialize(network, batch);
        INDArray one = tanh(batch.getFeatures().castTo(DataType.DOUBLE), network, 0);
        INDArray two = tanh(one, network, 1);
        INDArray three = tanh(two, network, 2);
        INDArray four = affine(three, network, 3);
        assertFitted(report.pairs().get(0), batch.getFeatures().castTo(DataType.DOUBLE), four, precision);
        assertFitted(report.pairs().get(1), one, affine(two, network, 2), precision);
        assertThat(report.layers().get(2).varianceAfter())
                .isCloseTo(populationVariance(affine(two, network, 2)), within(precision));
    }

    private static INDArray affine(INDArray input, MultiLayerNetwork network, int layer) {
        return input.mmul(network.getParam(layer + "_W").castTo(DataType.DOUBLE));
    }

    private static INDArray tanh(INDArray input, MultiLayerNetwork network, int layer) {
        return Nd4j.math().tanh(affine(input, network, layer));
    }

    private static double populationVariance(INDArray values) {
        return values.varNumber().doubleValue() * (values.length() - 1) / values.length();
    }

    private static void assertFitted(PairLine pair, INDArray input, INDArray response, double precision) {
        INDArray solution = LeastSquares.solve(input, response).solution();
        double[] s = Svd.thin(solution).s().toDoubleVector();
        for (int k = 0; k < s.length; k++) {
            assertThat(pair.after().singularValues().get(k)).isCloseTo(s[k], within(precision));
        }
        INDArray rest = input.mmul(solution).subi(response);
        assertThat(pair.after().residual())
                .isCloseTo(
                        rest.norm2Number().doubleValue()
                                / response.norm2Number().doubleValue(),
                        within(precision))
                .isGreaterThan(0.01);
    }

    @Test
    void defaults_arePrinted_inward_uncentred_onOrthogonalWeights() {
        assertSettings(
                Sinl.defaults(),
                Convention.PRINTED,
                1.0,
                Signal.ACTIVATIONS,
                false,
                0.0,
                1e-10,
                0.01,
                true,
                Order.INWARD,
                true,
                false);
        assertSettings(
                Sinl.balanced(),
                Convention.ISOMETRIC,
                0.25,
                Signal.ACTIVATIONS,
                true,
                0.0,
                1e-10,
                0.01,
                true,
                Order.OUTWARD,
                true,
                true);
        Sinl isometric = Sinl.builder().convention(Convention.ISOMETRIC).build();
        assertThat(isometric.centred()).isTrue();
        assertThat(isometric.order()).isEqualTo(Order.OUTWARD);
    }

    private static void assertSettings(Sinl sinl, Object... expected) {
        Object[] settings = {
            sinl.convention(),
            sinl.gamma(),
            sinl.signal(),
            sinl.centred(),
            sinl.ridge(),
            sinl.rankCutoff(),
            sinl.floor(),
            sinl.orthogonalStart(),
            sinl.order(),
            sinl.refresh(),
            sinl.unitResponses()
        };
        assertThat(settings).containsExactly(expected);
    }

    @Test
    void settings_areChecked() {
        assertThatThrownBy(() -> Sinl.builder().gamma(1.5).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("gamma must be >= 0 and <= 1, got 1.5");
        assertThatThrownBy(() -> Sinl.builder().ridge(-1).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ridge must be finite and >= 0, got -1.0");
        assertThatThrownBy(() -> Sinl.builder().rankCutoff(1).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rank cut-off must be >= 0 and < 1, got 1.0");
        assertThatThrownBy(() -> Sinl.builder().floor(Double.NaN).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("floor must be >= 0 and < 1, got NaN");
    }

    @ParameterizedTest
    @EnumSource
    void sameSeed_sameBits(Convention convention) {
        Sinl sinl = Sinl.builder().convention(convention).build();
        INDArray first = null;
        for (int i = 0; i < 3; i++) {
            Nd4j.getRandom().setSeed(i);
            MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.SIGMOID, 30, 60, 50, 40, 20);
            sinl.initialize(network, batch(DataType.FLOAT, 45, 30));
            first = first == null ? network.params() : first;
            assertThat(network.params()).isEqualTo(first);
            assertThat(network.params().sumNumber().doubleValue()).isFinite();
        }
    }

    @Test
    void orthogonalStart_replacesWeights_butNotBiases() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 6, 7, 8);
        network.params().assign(5);
        Sinl.defaults().initialize(network, batch(DataType.DOUBLE, 30, 6));
        assertThat(network.getParam("1_b").meanNumber().doubleValue()).isEqualTo(5);
        assertThat(Svd.thin(network.getParam("1_W")).s().toDoubleVector())
                .containsExactly(new double[] {1, 1, 1, 1, 1, 1, 1}, within(1e-12));
    }

    @Test
    void graph_isCutAtBranchesAndMerges() {
        ComputationGraph graph = Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", layers(5).to(6), "in")
                .addLayer("drop", new DropoutLayer(0.5), "a")
                .addLayer("b", layers(6).to(7), "drop")
                .addLayer("left1", layers(7).to(8), "b")
                .addLayer("act", new ActivationLayer(Activation.SIGMOID), "left1")
                .addLayer("left2", layers(8).to(8), "act")
                .addLayer("left3", layers(8).to(4), "left2")
                .addLayer("right", layers(7).to(5), "b")
                .addVertex("both", new MergeVertex(), "left3", "right")
                .addLayer("out", Networks.softmax(9), "both")
                .setOutputs("out")
                .build());
        InitReport report = Sinl.defaults().initialize(graph, batch(DataType.DOUBLE, 40, 5));
        assertThat(report.pairs())
                .extracting(PairLine::name)
                .containsExactlyInAnyOrder("a - b", "left1 - left3", "left2", "right", "out");
        assertThat(report.layers())
                .extracting(line -> line.layer() + ": " + line.note())
                .containsExactlyInAnyOrder(
                        "a: first of 2 after the network's input 'in'",
                        "b: ",
                        "left1: first of 3 after the branch at 'b' (DenseLayer)",
                        "left2: ",
                        "left3: ",
                        "right: first of 1 after the branch at 'b' (DenseLayer)",
                        "out: first of 1 after 'both' (MergeVertex)");
    }

    @Test
    void graphWithoutBranches_isTheSameAsAChain() {
        MultiLayerNetwork chain = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 6, 7, 8);
        ComputationGraph graph = chain.toComputationGraph();
        Sinl sinl = Sinl.builder()
                .convention(Convention.ISOMETRIC)
                .orthogonalStart(false)
                .build();
        sinl.initialize(chain, batch(DataType.DOUBLE, 40, 5));
        sinl.initialize(graph, batch(DataType.DOUBLE, 40, 5));
        assertThat(graph.params()).isEqualTo(chain.params());
    }

    /** An output that is also used further on is a branch: the user reads it, so its space must stay. */
    @Test
    void outputThatIsUsed_isABranch() {
        ComputationGraph graph = Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", Networks.softmax(5), "in")
                .addLayer("b", Networks.softmax(3), "a")
                .setOutputs("a", "b")
                .build());
        MultiDataSet batch = new MultiDataSet(
                new INDArray[] {Networks.normal(1, DataType.DOUBLE, 20, 5)},
                new INDArray[] {Networks.oneHot(1, DataType.DOUBLE, 20), Networks.oneHot(2, DataType.DOUBLE, 20)});
        assertThat(Sinl.defaults().initialize(graph, batch).pairs())
                .extracting(PairLine::name)
                .containsExactly("a", "b");
    }

    @Test
    void layersThatAreNoLinearMap_areSkippedWithTheReason() {
        MultiLayerNetwork network = Networks.denseThenRecurrent(DataType.DOUBLE);
        INDArray recurrent = network.getLayer(1).params().dup();
        DataSet batch = Networks.series(DataType.DOUBLE, 6, 4, 5, true).get(0);
        InitReport report = Sinl.defaults().initialize(network, batch);
        LayerReport lstm = report.layers().get(1);
        assertThat(lstm.outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(lstm.note()).startsWith("recurrent: its output depends on its own past");
        assertThat(network.getLayer(1).params()).isEqualTo(recurrent);

        MultiLayerNetwork words = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new EmbeddingLayer.Builder().nIn(9).nOut(5).build())
                .layer(layers(5).to(6))
                .layer(Networks.softmax(6))
                .build());
        INDArray indices = Nd4j.createFromArray(0.0, 1, 2, 3, 4, 5, 6, 7, 8).reshape(9, 1);
        report = Sinl.defaults().initialize(words, new DataSet(indices, Networks.oneHot(1, DataType.DOUBLE, 9)));
        assertThat(report.layers().get(0).note()).isEqualTo("an embedding looks up rows: its input has no directions");
        assertThat(report.pairs()).extracting(InitReport.PairLine::name).containsExactly("layer1 - layer2");
        assertThat(report.layers().get(1).note()).isEqualTo("first of 2 after 'layer0' (EmbeddingLayer)");
    }

    /** Padded steps hold huge numbers here: if they counted, the bridge would be theirs. */
    @Test
    void maskedSteps_doNotCount() {
        MultiLayerNetwork network = timeDistributed();
        MultiLayerNetwork clean = timeDistributed();
        INDArray mask = Networks.mask(DataType.DOUBLE, 7, 5);
        INDArray features = Networks.normal(1, DataType.DOUBLE, 7, 4, 5);
        INDArray padded = features.dup();
        for (int n = 0; n < 7; n++) {
            for (int t = 0; t < 5; t++) {
                for (int c = 0; mask.getDouble(n, t) == 0 && c < 4; c++) {
                    padded.putScalar(new long[] {n, c, t}, 1e3 * (c + 1) * (n - 3));
                    features.putScalar(new long[] {n, c, t}, 0);
                }
            }
        }
        INDArray labels = Networks.oneHotSeries(1, DataType.DOUBLE, 7, 5);
        Sinl sinl = Sinl.builder().convention(Convention.ISOMETRIC).build();
        sinl.initialize(network, new DataSet(padded, labels, mask, mask));
        sinl.initialize(clean, new DataSet(features, labels, mask, mask));
        assertThat(network.params().sub(clean.params()).amaxNumber().doubleValue())
                .isLessThan(1e-10);
        sinl.initialize(network, new DataSet(padded, labels));
        assertThat(network.params().sub(clean.params()).amaxNumber().doubleValue())
                .as("the control")
                .isGreaterThan(1e-3);
    }

    private static MultiLayerNetwork timeDistributed() {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .activation(Activation.TANH)
                .list()
                .layer(new DenseLayer.Builder().nOut(6).build())
                .layer(new DenseLayer.Builder().nOut(7).build())
                .layer(new org.deeplearning4j.nn.conf.layers.RnnOutputLayer.Builder()
                        .nOut(Networks.CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(org.deeplearning4j.nn.conf.inputs.InputType.recurrent(4))
                .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "constant", "one", "empty"})
    void uselessBatch_isRefused_andNothingIsTouched(String kind) {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 6, 7);
        INDArray before = network.params().dup();
        DataSet batch = batch(DataType.FLOAT, 8, 5);
        INDArray features =
                switch (kind) {
                    case "NaN" -> batch.getFeatures().putScalar(3, 2, Double.NaN);
                    case "constant" -> batch.getFeatures().assign(0.3);
                    case "one" -> batch.getFeatures().getRow(0, true);
                    default -> Nd4j.empty(DataType.FLOAT);
                };
        String message =
                switch (kind) {
                    case "NaN" -> "features of input 0 hold NaN or infinite values";
                    case "constant" -> "SINL needs at least two different examples, got 8 that do not differ";
                    case "one" -> "SINL needs at least two different examples, got 1 that do not differ";
                    default -> "features of input 0 are empty";
                };
        assertThatThrownBy(() -> Sinl.defaults().initialize(network, new DataSet(features, batch.getLabels())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
        assertThat(network.params()).isEqualTo(before);
    }

    @Test
    void explodingNetwork_isRefused_andNothingIsTouched() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.IDENTITY, 5, 6, 7);
        network.params().assign(1e30);
        INDArray before = network.params().dup();
        Sinl sinl = Sinl.builder().orthogonalStart(false).build();
        assertThatThrownBy(() -> sinl.initialize(network, batch(DataType.FLOAT, 20, 5)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("layer 1 'layer1' (DenseLayer): its response to this batch is not finite");
        assertThat(network.params()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void linearSignal_passesOverActivationLayers(boolean asGraph) {
        INDArray expected = afterLinear(Activation.IDENTITY, asGraph, Signal.LINEAR);
        assertThat(afterLinear(Activation.SIGMOID, asGraph, Signal.LINEAR)).isEqualTo(expected);
        assertThat(afterLinear(Activation.SIGMOID, asGraph, Signal.ACTIVATIONS))
                .as("the control")
                .isNotEqualTo(expected);
    }

    private static INDArray afterLinear(Activation between, boolean asGraph, Signal signal) {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .activation(Activation.IDENTITY)
                .list()
                .layer(layers(5).to(6))
                .layer(new ActivationLayer(between))
                .layer(layers(6).to(7))
                .layer(Networks.softmax(7))
                .build());
        Model model = asGraph ? network.toComputationGraph() : network;
        Sinl sinl = Sinl.builder().signal(signal).orthogonalStart(false).build();
        sinl.initialize(model, batch(DataType.DOUBLE, 30, 5));
        return model.params();
    }

    @Test
    void deadLayer_isAStalledPair_andIsNotTurned() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.RELU, 5, 6, 7);
        network.getParam("0_b").assign(-1e6);
        INDArray before = network.params().dup();
        InitReport report = Sinl.builder()
                .orthogonalStart(false)
                .convention(Convention.ISOMETRIC)
                .gamma(0)
                .build()
                .initialize(network, batch(DataType.DOUBLE, 20, 5));
        assertThat(report.converged()).isFalse();
        assertThat(report.pairs().get(0).outcome()).isEqualTo(Outcome.STALLED);
        assertThat(report.pairs().get(0).note()).startsWith("its response does not depend on its input");
        assertThat(report.layers())
                .extracting(LayerReport::outcome)
                .containsExactly(Outcome.STALLED, Outcome.CONVERGED, Outcome.STALLED);
        assertThat(network.params().sub(before).amaxNumber().doubleValue()).isLessThan(1e-12);
    }

    @Test
    void listener_initializesAsByHand_chain() {
        MultiLayerNetwork byHand = Networks.dense(DataType.DOUBLE, Activation.SIGMOID, 5, 6, 7);
        MultiLayerNetwork byListener = Networks.dense(DataType.DOUBLE, Activation.SIGMOID, 5, 6, 7);
        DataSet batch = batch(DataType.DOUBLE, 30, 5);
        byHand.setParams(
                Networks.dense(DataType.DOUBLE, Activation.SIGMOID, 5, 6, 7).params());
        assertSameAfterFit(byHand, byListener, batch, () -> byHand.fit(batch), () -> byListener.fit(batch));
    }

    @Test
    void listener_initializesAsByHand_graph() {
        ComputationGraph byHand = Networks.residual(DataType.DOUBLE);
        ComputationGraph byListener = Networks.residual(DataType.DOUBLE);
        DataSet batch = batch(DataType.DOUBLE, 30, 5);
        assertSameAfterFit(byHand, byListener, batch, () -> byHand.fit(batch), () -> byListener.fit(batch));
    }

    private static void assertSameAfterFit(
            Model byHand, Model byListener, DataSet batch, Runnable fitByHand, Runnable fitByListener) {
        Sinl sinl = Sinl.builder().convention(Convention.ISOMETRIC).build();
        InitializingListener listener = new InitializingListener(sinl);
        byListener.setListeners(listener);
        Nd4j.getRandom().setSeed(9);
        fitByListener.run();
        sinl.initialize(byHand, batch);
        Nd4j.getRandom().setSeed(9);
        fitByHand.run();
        assertThat(byListener.params()).isEqualTo(byHand.params());
        assertThat(listener.report().orElseThrow().pairs()).isNotEmpty();
    }

    @Test
    void report_hasPairsAndTimes_inTextAndJson() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 6, 7);
        InitReport report = Sinl.defaults().initialize(network, batch(DataType.FLOAT, 30, 5));
        assertThat(report.stages())
                .extracting(StageTime::stage)
                .containsExactlyInAnyOrder("base weights", "forward", "bridge", "svd", "rotation", "report");
        double sum = report.stages().stream().mapToDouble(StageTime::seconds).sum();
        assertThat(sum).isPositive().isLessThanOrEqualTo(report.seconds());
        assertThat(report.toText())
                .contains("layer0 - layer2")
                .contains("to isometry")
                .contains("svd ");
        assertThat(report.toJson()).contains("\"singularValues\"").contains("\"stages\"");
    }

    @Test
    void oneInstance_severalThreads() {
        Sinl sinl = Sinl.defaults();
        List<MultiLayerNetwork> networks = java.util.stream.IntStream.range(0, 4)
                .mapToObj(i -> Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 6, 7))
                .toList();
        networks.parallelStream().forEach(network -> sinl.initialize(network, batch(DataType.DOUBLE, 30, 5)));
        networks.forEach(network ->
                assertThat(network.params()).isEqualTo(networks.get(0).params()));
    }
}
