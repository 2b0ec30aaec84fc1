package io.github.dl4jinit.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.FlowNode.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;

class ResidualBlockTest {

    private static final ElementWiseVertex ADD = new ElementWiseVertex(ElementWiseVertex.Op.Add);

    private static DenseLayer dense() {
        return new DenseLayer.Builder().nIn(4).nOut(4).build();
    }

    private static ConvolutionLayer convolution(int stride) {
        return new ConvolutionLayer.Builder(3, 3).stride(stride, stride).nOut(2).build();
    }

    private static List<ResidualBlock> blocks(Model model) {
        try (NetworkCopy view = NetworkCopy.of(model)) {
            return view.residualBlocks();
        }
    }

    private static List<String> names(List<LayerView> layers) {
        return layers.stream().map(LayerView::name).toList();
    }

    @Test
    void identityShortcut() {
        List<ResidualBlock> blocks = blocks(Networks.residual(DataType.FLOAT));
        assertThat(blocks).hasSize(1);
        ResidualBlock block = blocks.get(0);
        assertThat(block.split()).isEqualTo("a");
        assertThat(block.add()).isEqualTo("add");
        assertThat(block.identity()).isTrue();
        assertThat(block.shortcut()).isEmpty();
        assertThat(block.branches()).hasSize(1);
        assertThat(names(block.branches().get(0))).containsExactly("b", "c");
    }

    /** As in a ResNet: a projection with a stride, batch normalization, the activation behind the add. */
    @Test
    void projection_andABlockBehindABlock() {
        List<ResidualBlock> blocks = blocks(Networks.init(Networks.base(DataType.FLOAT)
                .convolutionMode(ConvolutionMode.Same)
                .graphBuilder()
                .addInputs("in")
                .addLayer("stem", convolution(1), "in")
                .addLayer("1a", convolution(2), "stem")
                .addLayer("1b", convolution(1), "1a")
                .addLayer("1n", new BatchNormalization(), "1b")
                .addLayer("1p", convolution(2), "stem")
                .addVertex("1add", ADD, "1n", "1p")
                .addLayer("1act", new ActivationLayer(Activation.RELU), "1add")
                .addLayer("2a", convolution(1), "1act")
                .addLayer("2b", convolution(1), "2a")
                .addVertex("2add", ADD, "1act", "2b")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "2add")
                .addLayer("out", Networks.softmax(2), "pool")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(8, 8, 3))
                .build()));
        assertThat(blocks).extracting(ResidualBlock::split).containsExactly("stem", "1act");
        assertThat(blocks).extracting(ResidualBlock::identity).containsExactly(false, true);
        assertThat(names(blocks.get(0).shortcut())).containsExactly("1p");
        assertThat(names(blocks.get(0).branches().get(0))).containsExactly("1a", "1b", "1n");
        assertThat(names(blocks.get(1).branches().get(0))).containsExactly("2a", "2b");
    }

    @Test
    void innerBlocks_countForTheOuterOne() {
        List<ResidualBlock> blocks = blocks(Networks.init(Networks.base(DataType.FLOAT)
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", dense(), "in")
                .addLayer("b", dense(), "a")
                .addLayer("c", dense(), "b")
                .addVertex("inner", ADD, "b", "c")
                .addVertex("outer", ADD, "inner", "a")
                .addLayer("out", Networks.softmax(4), "outer")
                .setOutputs("out")
                .build()));
        assertThat(blocks).extracting(ResidualBlock::add).containsExactly("inner", "outer");
        assertThat(names(blocks.get(1).branches().get(0))).containsExactly("b", "c");
    }

    @Test
    void threeOperands_haveTwoBranches() {
        List<ResidualBlock> blocks = blocks(Networks.init(Networks.base(DataType.FLOAT)
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", dense(), "in")
                .addLayer("b", dense(), "a")
                .addLayer("c", dense(), "a")
                .addLayer("d", dense(), "c")
                .addVertex("add", ADD, "d", "b", "a")
                .addLayer("out", Networks.softmax(4), "add")
                .setOutputs("out")
                .build()));
        assertThat(blocks.get(0).identity()).isTrue();
        assertThat(blocks.get(0).branches().stream().map(ResidualBlockTest::names))
                .containsExactly(List.of("b"), List.of("c", "d"));
    }

    /** The negative controls: none of these is a residual block. */
    @Test
    void addsOfSeparateInputs_otherVerticesAndChains_haveNone() {
        assertThat(blocks(Networks.init(Networks.base(DataType.FLOAT)
                        .graphBuilder()
                        .addInputs("x", "y")
                        .addLayer("a", dense(), "x")
                        .addLayer("b", dense(), "y")
                        .addVertex("add", ADD, "a", "b")
                        .addLayer("c", dense(), "add")
                        .addVertex("merge", new MergeVertex(), "add", "c")
                        .addVertex("max", new ElementWiseVertex(ElementWiseVertex.Op.Max), "c", "add")
                        .addLayer("out", Networks.softmax(8), "merge")
                        .addLayer("out2", Networks.softmax(4), "max")
                        .setOutputs("out", "out2")
                        .build())))
                .isEmpty();
        assertThat(blocks(Networks.dense(DataType.FLOAT, Activation.RELU, 4, 4)))
                .isEmpty();
    }

    @Test
    void flow_ofAChain_namesWhatEachStepDoes() {
        try (NetworkCopy view = NetworkCopy.of(Networks.init(Networks.base(DataType.FLOAT)
                .list()
                .layer(convolution(1))
                .layer(new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX).build())
                .layer(new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.SUM).build())
                .layer(new ActivationLayer(Activation.TANH))
                .layer(new DropoutLayer(0.5))
                .layer(Networks.softmax(2 * 4))
                .setInputType(InputType.convolutional(8, 8, 1))
                .build()))) {
            assertThat(view.flow())
                    .extracting(FlowNode::kind)
                    .containsExactly(
                            Kind.INPUT,
                            Kind.LAYER,
                            Kind.SELECTION,
                            Kind.OTHER,
                            Kind.ACTIVATION,
                            Kind.SELECTION,
                            Kind.LAYER);
            assertThat(view.flow().stream().skip(1))
                    .extracting(step -> step.sources().get(0))
                    .containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(view.layers()).extracting(LayerView::output).containsExactly(false, true);
        }
    }

    /** The second route: all paths of random graphs, walked one by one. */
    @Test
    void randomGraphs_agreeWithAWalkOfAllPaths() {
        Random random = new Random(5);
        int found = 0;
        for (int trial = 0; trial < 300; trial++) {
            List<FlowNode> flow = randomFlow(random);
            List<ResidualBlock> blocks = ResidualBlock.in(flow);
            List<String> adds = new ArrayList<>();
            for (FlowNode step : flow) {
                if (step.kind() == Kind.ADD) {
                    Set<Integer> common = new TreeSet<>(upstream(step.sources().get(0), flow));
                    common.retainAll(upstream(step.sources().get(1), flow));
                    if (!common.isEmpty()) {
                        adds.add(step.name());
                        int split = ((TreeSet<Integer>) common).last();
                        ResidualBlock block = blocks.get(adds.size() - 1);
                        assertThat(block.split()).isEqualTo(flow.get(split).name());
                        List<Set<Integer>> paths = new ArrayList<>();
                        step.sources().forEach(operand -> paths.add(onPaths(split, operand, flow)));
                        assertThat(names(block.shortcut()))
                                .isIn(layersOn(paths.get(0), flow), layersOn(paths.get(1), flow));
                        assertThat(block.shortcut().size()
                                        + block.branches().get(0).size())
                                .isEqualTo(layersOn(paths.get(0), flow).size()
                                        + layersOn(paths.get(1), flow).size());
                        assertThat(block.shortcut())
                                .hasSizeLessThanOrEqualTo(
                                        block.branches().get(0).size());
                        assertThat(block.identity()).isEqualTo(step.sources().contains(split));
                        found++;
                    }
                }
            }
            assertThat(blocks).extracting(ResidualBlock::add).isEqualTo(adds);
        }
        assertThat(found).isGreaterThan(500);
    }

    private static List<FlowNode> randomFlow(Random random) {
        List<FlowNode> flow = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            if (i < 2) {
                flow.add(new FlowNode("input" + i, Kind.INPUT, List.of(), null, null));
            } else if (random.nextInt(3) == 0) {
                flow.add(new FlowNode("add" + i, Kind.ADD, List.of(random.nextInt(i), random.nextInt(i)), null, null));
            } else if (random.nextInt(3) == 0) {
                flow.add(new FlowNode("other" + i, Kind.OTHER, List.of(random.nextInt(i)), null, null));
            } else {
                LayerView layer = new LayerView(i, "layer" + i, "Test", null, false, List.of(), "a test");
                flow.add(new FlowNode(layer.name(), Kind.LAYER, List.of(random.nextInt(i)), layer, null));
            }
        }
        return flow;
    }

    private static Set<Integer> upstream(int step, List<FlowNode> flow) {
        Set<Integer> all = new HashSet<>(Set.of(step));
        flow.get(step).sources().forEach(source -> all.addAll(upstream(source, flow)));
        return all;
    }

    /** Every step but the first on any path from the split down to the operand. */
    private static Set<Integer> onPaths(int split, int operand, List<FlowNode> flow) {
        Set<Integer> steps = new TreeSet<>();
        if (operand == split) {
            return steps;
        }
        for (int source : flow.get(operand).sources()) {
            if (upstream(source, flow).contains(split)) {
                steps.addAll(onPaths(split, source, flow));
                steps.add(operand);
            }
        }
        return steps;
    }

    private static List<String> layersOn(Set<Integer> steps, List<FlowNode> flow) {
        return steps.stream()
                .filter(i -> flow.get(i).layer() != null)
                .map(i -> flow.get(i).name())
                .toList();
    }
}
