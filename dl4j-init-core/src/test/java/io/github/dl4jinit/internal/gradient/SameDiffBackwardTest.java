package io.github.dl4jinit.internal.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.LayerExample;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.network.OwnSameDiff;
import io.github.dl4jinit.ntk.EmpiricalNtk;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * That all derivatives are those of DL4J's own forward pass, by central differences. DL4J's backward pass of layers and vertices on
 * SameDiff is twice too large, and so was everything that was made of it: kernels 4 times, or 16 with two such layers.
 */
class SameDiffBackwardTest {

    private static final double STEP = 1e-6;

    static Stream<LayerExample> layers() {
        InputType five = InputType.feedForward(5);
        return Stream.concat(
                LayerDerivativeTest.examples()
                        // An example has no row of its own behind this one.
                        .filter(example -> example.type() != SpaceToBatchLayer.class),
                Stream.of(
                        new LayerExample("own SameDiff layer", OwnSameDiff.Dense::new, five),
                        new LayerExample("own lambda", OwnSameDiff.Square::new, five),
                        new LayerExample("own lambda that returns its input", OwnSameDiff.Nothing::new, five)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void everyLayer_hasTheDerivativesOfItsForwardPass(LayerExample example) {
        MultiLayerNetwork network = LayerDerivativeTest.hidden(example);
        INDArray features = example.features(1);
        check(network, features, example.takesIndices());
        if (!example.facts().takesLoss()) {
            checkLoss(network, features);
        }
    }

    /** DL4J's lambda vertices cannot be printed before they are in a network. */
    /** The kernel was 16 times too large. */
    @Test
    void twoSameDiffLayers_haveTheKernelOfTheirDerivatives() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder().nIn(5).nOut(5).build())
                .layer(new OwnSameDiff.Square())
                .layer(new OwnSameDiff.Dense())
                .layer(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(4)
                        .nOut(2)
                        .build())
                .build());
        checkKernel(network, Networks.normal(1, DataType.DOUBLE, 2, 5), EmpiricalNtk.Method.values());
    }

    static Stream<Named<Supplier<GraphVertex>>> vertices() {
        return Stream.of(
                Named.of("lambda", OwnSameDiff.Product::new),
                Named.of("attention", SameDiffBackwardTest::attention),
                Named.of("frozen attention", () -> new FrozenVertex(attention())));
    }

    private static AttentionVertex attention() {
        return new AttentionVertex.Builder()
                .nInKeys(3)
                .nInValues(3)
                .nInQueries(3)
                .nOut(4)
                .nHeads(2)
                .headSize(2)
                .projectInput(true)
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vertices")
    void everyVertex_hasTheDerivativesOfItsForwardPass(Supplier<GraphVertex> supplier) {
        GraphVertex vertex = supplier.get();
        boolean lambda = vertex instanceof OwnSameDiff.Product;
        String[] sources = lambda ? new String[] {"a", "b"} : new String[] {"a", "b", "c"};
        GraphBuilder builder = Networks.base(DataType.DOUBLE).graphBuilder().addInputs("in");
        for (String source : sources) {
            builder.addLayer(source, new SimpleRnn.Builder().nIn(2).nOut(3).build(), "in");
        }
        ComputationGraph graph = new ComputationGraph(builder.addVertex("vertex", vertex, sources)
                .addLayer("pool", new GlobalPoolingLayer(), "vertex")
                .addLayer(
                        "out",
                        new OutputLayer.Builder(LossFunction.MSE)
                                .activation(Activation.IDENTITY)
                                .nIn(lambda ? 3 : 4)
                                .nOut(2)
                                .build(),
                        "pool")
                .setOutputs("out")
                .build());
        graph.init();
        INDArray features = Networks.normal(1, DataType.DOUBLE, 2, 2, 4);
        check(graph, features, false);
        checkKernel(graph, features, EmpiricalNtk.Method.AUTO);
        // DL4J itself cannot go back through a frozen vertex on SameDiff.
        if (!(vertex instanceof FrozenVertex)) {
            checkLoss(graph, features);
        }
    }

    /** By all parameters, and by the input. */
    static void check(Model network, INDArray features, boolean indices) {
        INDArray output = output(network, features);
        INDArray weights = Networks.normal(3, DataType.DOUBLE, output.shape());
        INDArray start = network.params().dup().reshape(network.params().length());
        INDArray direction = learned(network, Networks.normal(4, DataType.DOUBLE, start.length()));
        double slope = slope(start, direction, at -> {
            network.params().assign(at);
            return output(network, features).mul(weights).sumNumber().doubleValue();
        });
        network.params().assign(start);
        assertSame("by the Jacobian", jacobian(network, features, weights).mul(direction), slope);
        if (!indices) {
            INDArray across = Networks.normal(5, DataType.DOUBLE, features.shape());
            double bySignal = slope(
                    features,
                    across,
                    at -> output(network, at).mul(weights).sumNumber().doubleValue());
            assertSame("by the input", byInput(network, features, weights).mul(across), bySignal);
        }
    }

    /** Running statistics are none. */
    private static INDArray learned(Model network, INDArray direction) {
        try (NetworkCopy copy = NetworkCopy.of(network)) {
            INDArray learned = copy.trained();
            return learned == null ? direction : direction.mul(learned);
        }
    }

    private static INDArray output(Model network, INDArray features) {
        return network instanceof ComputationGraph graph
                ? graph.outputSingle(features.dup())
                : ((MultiLayerNetwork) network).output(features.dup());
    }

    private static double slope(INDArray start, INDArray direction, ToDoubleFunction<INDArray> function) {
        INDArray step = direction.mul(STEP);
        return (function.applyAsDouble(start.add(step)) - function.applyAsDouble(start.sub(step))) / (2 * STEP);
    }

    private static void assertSame(String what, INDArray products, double expected) {
        assertThat(products.sumNumber().doubleValue())
                .as(what)
                .isCloseTo(
                        expected,
                        Offset.offset(1e-6
                                * (Math.abs(expected) + products.norm2Number().doubleValue() + 1e-2)));
    }

    /** The weighted sum of the outputs' gradients. */
    private static INDArray jacobian(Model network, INDArray features, INDArray weights) {
        try (NetworkFunction function = NetworkFunction.copyOf(network, true, DataType.DOUBLE)) {
            INDArray sum = Nd4j.zeros(DataType.DOUBLE, function.params().length());
            List<INDArray> done = new ArrayList<>();
            function.jacobians(new INDArray[] {features}, jacobian -> {
                INDArray row = weights.slice(done.size()).dup('c').reshape(1, jacobian.size(0));
                sum.addi(row.mmul(jacobian).reshape(sum.length()));
                done.add(jacobian);
            });
            return sum;
        }
    }

    /** The kernel is the product of the Jacobian with itself. */
    private static void checkKernel(Model network, INDArray features, EmpiricalNtk.Method... methods) {
        INDArray jacobian = byDifferences(network, features);
        INDArray expected = jacobian.mmul(jacobian.transpose());
        double size = expected.amaxNumber().doubleValue();
        for (EmpiricalNtk.Method method : methods) {
            INDArray kernel =
                    EmpiricalNtk.builder(network).method(method).build().fullKernel(features, features);
            assertThat(kernel.sub(expected).amaxNumber().doubleValue())
                    .as("%s", method)
                    .isCloseTo(0, Offset.offset(1e-6 * size));
        }
    }

    /** [n outputs, parameters], of outputs that have no activation function. */
    private static INDArray byDifferences(Model network, INDArray features) {
        INDArray start = network.params().dup().reshape(network.params().length());
        List<INDArray> columns = new ArrayList<>();
        for (long i = 0; i < start.length(); i++) {
            INDArray step = Nd4j.zeros(DataType.DOUBLE, start.length()).putScalar(i, STEP);
            network.params().assign(start.add(step));
            INDArray above = output(network, features);
            network.params().assign(start.sub(step));
            INDArray column = above.sub(output(network, features)).divi(2 * STEP);
            columns.add(learned(network, step).getDouble(i) == 0 ? column.muli(0) : column);
        }
        network.params().assign(start);
        return Nd4j.concat(
                1,
                columns.stream()
                        .map(column -> column.dup('c').reshape('c', column.length(), 1))
                        .toArray(INDArray[]::new));
    }

    static void checkLoss(Model network, INDArray features) {
        INDArray start = network.params().dup().reshape(network.params().length());
        INDArray direction = learned(network, Networks.normal(4, DataType.DOUBLE, start.length()));
        INDArray labels =
                Networks.normal(6, DataType.DOUBLE, output(network, features).shape());
        try (NetworkCopy copy = NetworkCopy.of(network);
                LossGradient loss = LossGradient.of(copy, new MultiDataSet(features.dup(), labels))) {
            assertSame("of the loss", loss.at(start).mul(direction), slope(start, direction, loss::loss));
        }
    }

    private static INDArray byInput(Model network, INDArray features, INDArray weights) {
        Recording.Mode mode = new Recording.Mode(DataType.DOUBLE, false, Recording.End.OUTPUT);
        try (NetworkCopy copy = NetworkCopy.of(network);
                Recording recording = Recording.of(copy, new MultiDataSet(features.dup(), null), mode)) {
            return Objects.requireNonNull(
                    recording.pullBack(new INDArray[] {weights}, (step, delta, gradients) -> {})[0]);
        }
    }

    /** Without this library. When this fails, DL4J has been mended and the correction must go. */
    @Test
    void dl4jsOwnBackwardPass_isTwiceTheDerivative() {
        MultiLayerNetwork network = new LayerExample("", OwnSameDiff.Square::new, InputType.feedForward(5)).alone();
        Layer square = network.getLayer(0);
        INDArray input = Networks.normal(1, DataType.DOUBLE, 2, 5);
        square.setInput(input, LayerWorkspaceMgr.noWorkspaces());
        square.activate(false, LayerWorkspaceMgr.noWorkspaces());
        INDArray back = square.backpropGradient(Nd4j.ones(DataType.DOUBLE, 2, 5), LayerWorkspaceMgr.noWorkspaces())
                .getSecond();
        assertThat(back.equalsWithEps(input.mul(2 * 2), 1e-12)).isTrue();
    }

    /** An output layer on SameDiff differentiates its own loss, and must not be corrected. */
    @Test
    void outputLayerOnSameDiff_isRightAsItIs() {
        // DL4J divides the penalty of a network that ends in such a layer by the size of the batch.
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .l2(0)
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(5).build())
                .layer(new OwnSameDiff.Dense())
                .layer(new OwnSameDiff.Output())
                .build());
        INDArray features = Networks.normal(1, DataType.DOUBLE, 3, 3);
        INDArray start = network.params().dup().reshape(network.params().length());
        INDArray labels = Networks.normal(2, DataType.DOUBLE, 3, 4);
        try (NetworkCopy copy = NetworkCopy.of(network);
                LossGradient loss = LossGradient.of(copy, new MultiDataSet(features, labels))) {
            INDArray direction = Networks.normal(4, DataType.DOUBLE, start.length());
            assertSame("of the loss", loss.at(start).mul(direction), slope(start, direction, loss::loss));
        }
    }
}
