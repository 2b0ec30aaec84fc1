package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.listener.InitializingListener;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class BoxTest {

    private static final Pattern BOXES = Pattern.compile("box \\[(\\S+), (\\S+)] to \\[(\\S+), (\\S+)].*");

    /** The box that a line of the report states for the layer's outputs. */
    private static ValueRange stated(LayerReport line) {
        Matcher matcher = BOXES.matcher(line.note());
        assertThat(matcher.matches()).as(line.note()).isTrue();
        return new ValueRange(Double.parseDouble(matcher.group(3)), Double.parseDouble(matcher.group(4)));
    }

    private static void assertInside(@Nullable INDArray given, ValueRange box) {
        INDArray values = Objects.requireNonNull(given);
        double slack = 1e-5 * (1 + Math.abs(box.low()) + Math.abs(box.high()));
        assertThat(values.minNumber().doubleValue()).isGreaterThanOrEqualTo(box.low() - slack);
        assertThat(values.maxNumber().doubleValue()).isLessThanOrEqualTo(box.high() + slack);
    }

    private static INDArray uniform(long seed, DataType type, double low, double high, long... shape) {
        java.util.Random random = new java.util.Random(seed);
        INDArray array = Nd4j.create(DataType.DOUBLE, shape);
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, low + (high - low) * random.nextDouble());
        }
        return array.castTo(type);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void plainNetwork_ofAnyWidths_staysInItsBoxes_andEveryCutPlaneMeetsTheBox(DataType type) {
        MultiLayerNetwork network = Networks.dense(type, Activation.RELU, 3, 10, 1, 7, 7, 20);
        InitReport report = Box.defaults().initialize(network);
        assertThat(report.initializer()).isEqualTo("Box, plain");
        assertThat(report.converged()).isTrue();
        assertThat(report.count(Outcome.CONVERGED)).isEqualTo(5);
        assertThat(report.layers().get(5).note()).isEqualTo("an output layer stays as it is");
        INDArray inputs = uniform(1, type, 0, 1, 2000, 3);
        List<INDArray> activations = network.feedForward(inputs);
        for (int layer = 0; layer < 5; layer++) {
            assertInside(activations.get(layer + 1), stated(report.layers().get(layer)));
            INDArray w = network.getParam(layer + "_W");
            INDArray b = network.getParam(layer + "_b");
            for (int j = 0; j < w.columns(); j++) {
                double most = b.getDouble(j);
                double least = b.getDouble(j);
                for (int i = 0; i < w.rows(); i++) {
                    most += Math.max(0, w.getDouble(i, j));
                    least += Math.min(0, w.getDouble(i, j));
                }
                double rounding = (type == DataType.FLOAT ? 1e-5 : 1e-12) * (most - least);
                assertThat(most).isBetween(1 - rounding, 1 + rounding);
                assertThat(least).isLessThanOrEqualTo(rounding);
            }
        }
        assertThat(report.toText()).contains("box [0, 1] to [0, 1]").doesNotContain("variance");
    }

    /** A lift to the width, then blocks of one layer, as in the paper; every layer is a ReLU. */
    private static ComputationGraph residual(long seed, int layers, int width, Activation activation) {
        GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.DOUBLE)
                .weightInit(VarianceScaling.heNormal())
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                        "lift",
                        new DenseLayer.Builder()
                                .nIn(2)
                                .nOut(width)
                                .activation(Activation.RELU)
                                .build(),
                        "in");
        String last = "lift";
        for (int i = 1; i < layers; i++) {
            graph.addLayer(
                            "d" + i,
                            new DenseLayer.Builder()
                                    .nIn(width)
                                    .nOut(width)
                                    .activation(activation)
                                    .build(),
                            last)
                    .addVertex("add" + i, new ElementWiseVertex(ElementWiseVertex.Op.Add), last, "d" + i);
            last = "add" + i;
        }
        return Networks.init(graph.addLayer(
                        "out",
                        new OutputLayer.Builder(LossFunction.MSE)
                                .nIn(width)
                                .nOut(1)
                                .activation(Activation.IDENTITY)
                                .build(),
                        last)
                .setOutputs("out")
                .build());
    }

    private static INDArray square() {
        INDArray grid = Nd4j.create(DataType.DOUBLE, 36, 2);
        for (int i = 0; i < 36; i++) {
            int row = i / 6;
            grid.putScalar(i, 0, row / 5.0);
            grid.putScalar(i, 1, i % 6 / 5.0);
        }
        return grid;
    }

    /**
     * The image of the unit square, computed from the parameters alone, in plain Java. {@link #residualGraph_staysInItsBox}
     * compares it with DL4J's own forward pass.
     */
    private static INDArray image(Map<String, INDArray> parameters, int layers) {
        double[][] h = square().toDoubleMatrix();
        for (int layer = 0; layer < layers; layer++) {
            String name = layer == 0 ? "lift" : "d" + layer;
            double[][] w = Objects.requireNonNull(parameters.get(name + "_W")).toDoubleMatrix();
            double[] b = Objects.requireNonNull(parameters.get(name + "_b")).toDoubleVector();
            for (double[] point : h) {
                double first = Math.max(0, point[0] * w[0][0] + point[1] * w[1][0] + b[0]);
                double second = Math.max(0, point[0] * w[0][1] + point[1] * w[1][1] + b[1]);
                point[0] = first + (layer == 0 ? 0 : point[0]);
                point[1] = second + (layer == 0 ? 0 : point[1]);
            }
        }
        return Nd4j.createFromArray(h);
    }

    /** The larger of the two principal deviations of a cloud of points in the plane. */
    private static double thickness(INDArray cloud) {
        double[][] x = cloud.toDoubleMatrix();
        double meanX = cloud.getColumn(0).meanNumber().doubleValue();
        double meanY = cloud.getColumn(1).meanNumber().doubleValue();
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (double[] point : x) {
            xx += (point[0] - meanX) * (point[0] - meanX) / x.length;
            xy += (point[0] - meanX) * (point[1] - meanY) / x.length;
            yy += (point[1] - meanY) * (point[1] - meanY) / x.length;
        }
        double larger = (xx + yy) / 2 + Math.sqrt((xx - yy) * (xx - yy) / 4 + xy * xy);
        return Math.sqrt(larger);
    }

    @ParameterizedTest
    @EnumSource
    void residualGraph_staysInItsBox(Box.Growth growth) {
        int layers = 33;
        ComputationGraph graph = residual(4, layers, 2, Activation.RELU);
        InitReport report = Box.builder().growth(growth).build().initialize(graph);
        assertThat(report.initializer())
                .isEqualTo("Box, 32 residual block(s), " + (growth == Box.Growth.ADDITIVE ? "additive" : "geometric"));
        double side = 1;
        Map<String, INDArray> activations = graph.feedForward(square(), false);
        for (int i = 1; i < layers; i++) {
            double top = growth == Box.Growth.ADDITIVE ? 1 / 32.0 : side / 32;
            ValueRange box = stated(report.layers().get(i));
            assertThat(box.low()).isZero();
            assertThat(box.high()).isCloseTo(top, org.assertj.core.data.Percentage.withPercentage(1e-3));
            assertInside(activations.get("d" + i), box);
            side += top;
        }
        assertThat(side).isLessThanOrEqualTo(growth == Box.Growth.ADDITIVE ? 2 + 1e-9 : Math.E);
        INDArray last = Objects.requireNonNull(activations.get("add" + (layers - 1)));
        assertInside(last, new ValueRange(0, side));
        assertThat(last.sub(image(graph.paramTable(), layers)).amaxNumber().doubleValue())
                .isLessThan(1e-12);
    }

    /** The layers of a residual network, drawn one after the other by the law alone. */
    private static Map<String, INDArray> drawn(long seed, int layers, Box.Growth growth) {
        RandomState.ofSeed(seed).restore();
        Map<String, INDArray> parameters = new HashMap<>();
        double side = 1;
        for (int i = 0; i < layers; i++) {
            double top = i == 0 ? 1 : growth.top(side, layers - 1);
            INDArray weights = Nd4j.create(DataType.DOUBLE, 2, 2);
            INDArray biases = Nd4j.create(DataType.DOUBLE, 2);
            new CutPlanes(new ValueRange(0, side), top, false, ValueRange.UNIT).draw(weights, biases);
            parameters.put((i == 0 ? "lift" : "d" + i) + "_W", weights.transpose());
            parameters.put((i == 0 ? "lift" : "d" + i) + "_b", biases.reshape(1, 2));
            side += i == 0 ? 0 : top;
        }
        return parameters;
    }

    @Test
    void initializer_drawsWhatTheLawDraws() {
        ComputationGraph graph = residual(31, 128, 2, Activation.RELU);
        Box.defaults().initialize(graph);
        Map<String, INDArray> law = drawn(31, 128, Box.Growth.ADDITIVE);
        Map<String, INDArray> parameters = graph.paramTable();
        for (Map.Entry<String, INDArray> entry : law.entrySet()) {
            INDArray drawn = Objects.requireNonNull(parameters.get(entry.getKey()));
            assertThat(drawn.sub(entry.getValue()).amaxNumber().doubleValue())
                    .as(entry.getKey())
                    .isLessThan(1e-9);
        }
    }

    /** By the law; {@link #initializer_drawsWhatTheLawDraws} holds it to be the initializer's. The control: He's weights. */
    @Test
    void noneOf100ResidualNetworks_collapsesAtDepth128_whereHeExceeds1e20() {
        int layers = 128;
        int collapsed = 0;
        int exploded = 0;
        double[] tops = new double[100];
        for (int seed = 0; seed < 100; seed++) {
            Map<String, INDArray> box = drawn(seed, layers, Box.Growth.ADDITIVE);
            INDArray image = image(box, layers);
            assertInside(image, new ValueRange(0, 2));
            collapsed += thickness(image) < 1e-6 ? 1 : 0;
            tops[seed] = image.maxNumber().doubleValue();
            // He: the variance is 2 / 2 = 1.
            box.forEach((name, array) -> {
                if (name.endsWith("W")) {
                    Nd4j.randn(array);
                } else {
                    array.assign(0);
                }
            });
            exploded += image(box, layers).maxNumber().doubleValue() > 1e20 ? 1 : 0;
        }
        Arrays.sort(tops);
        assertThat(collapsed).isZero();
        // Measured elsewhere: a median maximum of 6e22 for He, of 1.24 for Box with additive growth.
        assertThat(exploded).isGreaterThan(50);
        assertThat(tops[50]).isBetween(1.1, 1.4);
    }

    /** Plain networks of width 2 stay bounded and collapse all the same: what the source says of them. */
    @Test
    void plainNetworks_collapseAtDepth128() {
        int[] widths = new int[129];
        Arrays.fill(widths, 2);
        for (int seed = 0; seed < 2; seed++) {
            MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.RELU, widths);
            network.getDefaultConfiguration().setSeed(seed);
            Box.defaults().initialize(network);
            INDArray last = network.feedForward(square()).get(128);
            assertInside(last, ValueRange.UNIT);
            assertThat(thickness(last)).isLessThan(1e-6);
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "TANH",
                "SIGMOID",
                "ELU",
                "LEAKYRELU",
                "IDENTITY",
                "SWISH",
                "SOFTPLUS",
                "HARDTANH",
                "GELU",
                "SOFTSIGN"
            })
    void otherActivations_stayInTheStatedBoxes(Activation activation) {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, activation, 2, 6, 6, 6);
        InitReport report = Box.builder().inputBox(-1, 2).build().initialize(network);
        List<INDArray> activations = network.feedForward(uniform(2, DataType.DOUBLE, -1, 2, 3000, 2));
        for (int layer = 0; layer < 3; layer++) {
            assertInside(activations.get(layer + 1), stated(report.layers().get(layer)));
        }
        ComputationGraph graph = residual(4, 9, 3, activation);
        InitReport residual = Box.defaults().initialize(graph);
        Map<String, INDArray> values = graph.feedForward(square(), false);
        for (int i = 1; i < 9; i++) {
            assertInside(values.get("d" + i), stated(residual.layers().get(i)));
        }
        assertThat(residual.layers().get(1).note().contains("corners"))
                .isEqualTo(!List.of(Activation.SIGMOID, Activation.SOFTPLUS).contains(activation));
    }

    /** Two layers a branch, an activation behind the add, a projection: a convolutional ResNet in small. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void convolutionalResidualGraph_staysInItsBoxes(DataType type) {
        ComputationGraph graph = Networks.init(Networks.base(type)
                .activation(Activation.RELU)
                .convolutionMode(ConvolutionMode.Same)
                .graphBuilder()
                .addInputs("in")
                .addLayer("stem", convolution(4, 1, Activation.RELU), "in")
                .addLayer("1a", convolution(6, 2, Activation.RELU), "stem")
                .addLayer("1b", convolution(6, 1, Activation.IDENTITY), "1a")
                .addLayer("1p", convolution(6, 2, Activation.IDENTITY), "stem")
                .addVertex("1add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "1b", "1p")
                .addLayer("1act", new ActivationLayer(Activation.RELU), "1add")
                .addLayer("2a", convolution(6, 1, Activation.RELU), "1act")
                .addLayer("2b", convolution(6, 1, Activation.IDENTITY), "2a")
                .addVertex("2add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "1act", "2b")
                .addLayer("pool", new SubsamplingLayer.Builder().build(), "2add")
                .addLayer("dense", new DenseLayer.Builder().nOut(5).build(), "pool")
                .addLayer("out", Networks.softmax(5), "dense")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(8, 8, 2))
                .build());
        InitReport report = Box.defaults().initialize(graph);
        assertThat(report.count(Outcome.CONVERGED)).isEqualTo(7);
        Map<String, INDArray> values = graph.feedForward(uniform(3, type, 0, 1, 64, 2, 8, 8), false);
        for (LayerReport line : report.layers()) {
            if (line.outcome() == Outcome.CONVERGED) {
                assertInside(values.get(line.layer()), stated(line));
            }
        }
        assertInside(values.get("2add"), new ValueRange(0, 2));
        assertThat(report.layers().stream()
                        .filter(line -> line.layer().equals("2b"))
                        .findFirst()
                        .orElseThrow()
                        .note())
                .isEqualTo("box [0, 1] to [0, 0.5], cut planes through corners");
    }

    private static ConvolutionLayer convolution(int channels, int stride, Activation activation) {
        return new ConvolutionLayer.Builder(3, 3)
                .stride(stride, stride)
                .nOut(channels)
                .activation(activation)
                .build();
    }

    @Test
    void withABatch_theBoxIsMeasured_unlessItIsGiven() {
        DataSet batch =
                new DataSet(uniform(5, DataType.DOUBLE, -3, 5, 200, 3), Networks.oneHot(5, DataType.DOUBLE, 200));
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.RELU, 3, 8);
        InitReport report = Box.defaults().initialize(network, batch);
        assertThat(report.layers().get(0).note()).startsWith("box [-2.9").contains("to [0, 1]");
        assertInside(network.feedForward(batch.getFeatures()).get(1), ValueRange.UNIT);
        report = Box.builder().inputBox(-4, 6).build().initialize(network, batch);
        assertThat(report.layers().get(0).note()).startsWith("box [-4, 6]");
    }

    private static void assertRefused(MultiLayerNetwork network, Box box, INDArray features, String... words) {
        INDArray before = network.params().dup();
        assertThatThrownBy(() -> box.initialize(network, new MultiDataSet(new INDArray[] {features}, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
        assertThat(network.params()).isEqualTo(before);
    }

    @Test
    void badBatches_areRefused_andTheNetworkIsUntouched() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.RELU, 3, 8);
        Box unit = Box.builder().inputBox(0, 1).build();
        assertRefused(network, unit, uniform(1, DataType.FLOAT, -1, 2, 10, 3), "outside of the input box", "[0, 1]");
        assertRefused(network, Box.defaults(), Nd4j.ones(4, 3), "spans no box", "1.0", "inputBox");
        assertRefused(network, Box.defaults(), Nd4j.ones(4, 3).putScalar(1, Double.NaN), "NaN");
        assertRefused(network, unit, Nd4j.ones(4, 3).putScalar(1, Double.POSITIVE_INFINITY), "infinite");
        assertRefused(network, Box.defaults(), Nd4j.empty(DataType.FLOAT), "empty");
        assertThatThrownBy(() -> Box.builder().inputBox(1, 1).build()).hasMessageContaining("side above 0");
        assertThatThrownBy(() -> Box.builder().inputBox(2, 1)).hasMessageContaining("low 2.0, high 1.0");
    }

    @Test
    void whatHasNoBox_isSkipped_withTheReason() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.FLOAT)
                .activation(Activation.RELU)
                .list()
                .layer(new DenseLayer.Builder().nOut(4).build())
                .layer(new DenseLayer.Builder().nOut(4).hasBias(false).build())
                .layer(new DenseLayer.Builder().nOut(4).build())
                .layer(Networks.softmax(4))
                .setInputType(InputType.feedForward(3))
                .build());
        INDArray second = network.getParam("1_W").dup();
        assertThat(Box.defaults().initialize(network).layers())
                .extracting(LayerReport::note)
                .containsExactly(
                        "box [0, 1] to [0, 1]",
                        "it has no biases to set",
                        "the range of its inputs is unknown, after a layer or vertex that has no box",
                        "an output layer stays as it is");
        assertThat(network.getParam("1_W")).isEqualTo(second);

        assertThat(Box.defaults()
                        .initialize(Networks.init(Networks.base(DataType.FLOAT)
                                .list()
                                .layer(new FrozenLayer(
                                        new DenseLayer.Builder().nIn(2).nOut(4).build()))
                                .layer(new BatchNormalization.Builder()
                                        .nIn(4)
                                        .nOut(4)
                                        .build())
                                .layer(new LSTM.Builder().nIn(4).nOut(4).build())
                                .layer(new DenseLayer.Builder()
                                        .nIn(4)
                                        .nOut(4)
                                        .activation(Activation.SOFTMAX)
                                        .build())
                                .layer(new RnnOutputLayer.Builder(LossFunction.MSE)
                                        .nIn(4)
                                        .nOut(2)
                                        .build())
                                .build()))
                        .layers())
                .allMatch(line -> line.outcome() == Outcome.SKIPPED)
                .extracting(line -> line.note().replaceAll("[ :].*", ""))
                .containsExactly("frozen", "normalizes", "recurrent", "the", "an");
    }

    @Test
    void softmaxInTheMiddle_isSkipped() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.SOFTMAX, 3, 4);
        assertThat(Box.defaults().initialize(network).layers().get(0).note())
                .contains("softmax is no function of one number");
    }

    @Test
    void oneSeed_sameBits_byHandAndByTheListener() {
        DataSet batch = new DataSet(uniform(5, DataType.FLOAT, 0, 1, 20, 5), Networks.oneHot(5, DataType.FLOAT, 20));
        for (DataFreeInitializer initializer : List.of(
                Box.defaults(),
                RandomizedAsymmetric.defaults(),
                LinearProduct.defaults(),
                DeepNarrow.defaults(),
                LooksLinear.defaults())) {
            ComputationGraph byHand = Networks.residual(DataType.FLOAT);
            Nd4j.getRandom().setSeed(99);
            initializer.initialize(byHand, batch);
            ComputationGraph again = Networks.residual(DataType.FLOAT);
            initializer.initialize(again, batch);
            assertThat(again.params()).isEqualTo(byHand.params());
            ComputationGraph listening = Networks.residual(DataType.FLOAT);
            assertThat(listening.params()).isNotEqualTo(byHand.params());
            listening.setListeners(new InitializingListener(initializer));
            Nd4j.getRandom().setSeed(7);
            listening.fit(batch);
            Nd4j.getRandom().setSeed(7);
            byHand.fit(batch);
            assertThat(listening.params()).as(initializer.toString()).isEqualTo(byHand.params());
        }
    }
}
