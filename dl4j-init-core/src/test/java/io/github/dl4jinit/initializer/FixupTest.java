package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.listener.InitializingListener;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class FixupTest {

    private static final int WIDTH = 100;

    private static DenseLayer layer() {
        return new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).build();
    }

    /** A stem, then blocks whose branches have this many layers, named "block-layer". */
    private static ComputationGraph blocks(DataType type, int blocks, int layers) {
        ComputationGraphConfiguration.GraphBuilder graph = Networks.base(type)
                .activation(Activation.RELU)
                .graphBuilder()
                .addInputs("in")
                .addLayer("stem", layer(), "in");
        String signal = "stem";
        for (int block = 0; block < blocks; block++) {
            String branch = signal;
            for (int i = 0; i < layers; i++) {
                graph.addLayer(block + "-" + i, layer(), branch);
                branch = block + "-" + i;
            }
            graph.addVertex("add" + block, new ElementWiseVertex(ElementWiseVertex.Op.Add), signal, branch);
            signal = "add" + block;
        }
        return Networks.init(graph.addLayer("out", Networks.softmax(WIDTH), signal)
                .setOutputs("out")
                .build());
    }

    /** 10,000 weights each: a standard error of 1.4 %; a factor of one power of 4 less or more would be off by 40 %. */
    private static double scale(ComputationGraph graph, String layer) {
        return graph.getParam(layer + "_W").castTo(DataType.DOUBLE).varNumber().doubleValue() * WIDTH / 2;
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void branches_ofTwoLayers_byHand(DataType type) {
        ComputationGraph graph = blocks(type, 4, 2);
        InitReport report = Fixup.defaults().initialize(graph);
        assertThat(report.converged()).isTrue();
        assertThat(scale(graph, "stem")).isCloseTo(1, within(0.07));
        for (int block = 0; block < 4; block++) {
            // L^(-1/2) on the weights is 1/L on their variance.
            assertThat(scale(graph, block + "-0")).isCloseTo(0.25, within(0.02));
            assertThat(graph.getParam(block + "-1_W").amaxNumber().doubleValue())
                    .isZero();
        }
        assertThat(graph.getParam("out_W").amaxNumber().doubleValue()).isZero();
    }

    @Test
    void branches_ofThreeLayers_byHand() {
        ComputationGraph graph = blocks(DataType.DOUBLE, 4, 3);
        Fixup.defaults().initialize(graph);
        // L^(-1/4) on the weights.
        assertThat(scale(graph, "2-0")).isCloseTo(0.5, within(0.04));
        assertThat(scale(graph, "2-1")).isCloseTo(0.5, within(0.04));
        assertThat(graph.getParam("2-2_W").amaxNumber().doubleValue()).isZero();
    }

    private static INDArray answer(Map<String, INDArray> answers, String vertex) {
        return Objects.requireNonNull(answers.get(vertex));
    }

    /** What it is for: whatever the depth, the network is its stem, and says nothing yet. */
    @Test
    void theNetwork_isItsShortcuts() {
        ComputationGraph graph = blocks(DataType.DOUBLE, 30, 2);
        Fixup.defaults().initialize(graph);
        INDArray features = Networks.normal(1, DataType.DOUBLE, 5, WIDTH);
        Map<String, INDArray> answers = graph.feedForward(features, false);
        assertThat(answer(answers, "add29")).isEqualTo(answer(answers, "stem"));
        assertThat(answer(answers, "out")
                        .sub(1.0 / Networks.CLASSES)
                        .amaxNumber()
                        .doubleValue())
                .isLessThan(1e-15);
    }

    /** The negative control: an initializer that knows of no branches lets the same network grow. */
    @Test
    void autoInit_grows() {
        ComputationGraph graph = blocks(DataType.DOUBLE, 30, 2);
        INDArray features = Networks.normal(1, DataType.DOUBLE, 5, WIDTH);
        AutoInit.defaults().initialize(graph);
        Map<String, INDArray> answers = graph.feedForward(features, false);
        assertThat(answer(answers, "add29").norm2Number().doubleValue())
                .isGreaterThan(3 * answer(answers, "stem").norm2Number().doubleValue());
    }

    @Test
    void branchesOfOneLayer_areZero_andNestedBlocksCountTheInnermost() {
        ComputationGraph graph = Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", layer(), "in")
                .addLayer("b", layer(), "a")
                .addLayer("c", layer(), "b")
                .addVertex("inner", new ElementWiseVertex(ElementWiseVertex.Op.Add), "b", "c")
                .addLayer("d", layer(), "inner")
                .addVertex("outer", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "d")
                .addLayer("out", Networks.softmax(WIDTH), "outer")
                .setOutputs("out")
                .build());
        InitReport report = Fixup.defaults().initialize(graph);
        assertThat(report.layers())
                .extracting(LayerReport::note)
                .containsExactly(
                        "in no branch: He",
                        "in a branch of 3, 2 blocks: He times 0.8409",
                        "last of a branch of 1: zero",
                        "last of a branch of 3: zero",
                        "output layer: zero");
    }

    @Test
    void listener_andDeterminism() {
        DataSet batch = Networks.batches(DataType.FLOAT, 6, WIDTH).get(0);
        ComputationGraph byHand = blocks(DataType.FLOAT, 2, 2);
        Fixup.defaults().initialize(byHand);
        byHand.fit(batch);
        ComputationGraph graph = blocks(DataType.FLOAT, 2, 2);
        graph.setListeners(new InitializingListener(Fixup.defaults()));
        graph.fit(batch);
        assertThat(graph.params()).isEqualTo(byHand.params());
    }

    @Test
    void frozenLayers_areSkipped() {
        ComputationGraph graph = new TransferLearning.GraphBuilder(blocks(DataType.DOUBLE, 2, 2))
                .setFeatureExtractor("stem")
                .build();
        INDArray before = graph.getParam("stem_W").dup();
        InitReport report = Fixup.defaults().initialize(graph);
        assertThat(graph.getParam("stem_W")).isEqualTo(before);
        assertThat(report.layers().get(0).note()).isEqualTo("frozen");
    }

    @Test
    void networksWithoutBlocks_areLeftAsTheyAre_andSaidToBe() {
        for (Model model :
                List.of(Networks.dense(DataType.DOUBLE, Activation.RELU, 5, 8), Networks.twoInputs(DataType.FLOAT))) {
            INDArray before = model.params().dup();
            InitReport report = Fixup.defaults().initialize(model);
            assertThat(report.layers()).isNotEmpty().allSatisfy(line -> {
                assertThat(line.outcome()).isEqualTo(Outcome.SKIPPED);
                assertThat(line.note()).contains("no residual block");
            });
            assertThat(model.params()).isEqualTo(before);
        }
    }
}
