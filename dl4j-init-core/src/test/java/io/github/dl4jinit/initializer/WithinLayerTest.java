package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.initializer.WithinLayer.Kernels;
import io.github.dl4jinit.internal.gradient.LossGradient;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.listener.InitializingListener;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.network.Samples;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
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

class WithinLayerTest {

    private static final WithinLayer UNITS =
            WithinLayer.builder().balance(false).build();

    private static MultiDataSet features(INDArray features) {
        return new MultiDataSet(new INDArray[] {features}, null);
    }

    private static INDArray shifted(DataType type, long... shape) {
        return Networks.normal(7, type, shape).muli(5).addi(3);
    }

    /** A plain Java forward pass of a dense tanh network: mean and standard deviation of each unit before its activation. */
    private static double[][][] unitMoments(MultiLayerNetwork network, INDArray features) {
        double[][] signal = features.castTo(DataType.DOUBLE).toDoubleMatrix();
        double[][][] moments = new double[network.getnLayers()][][];
        for (int layer = 0; layer < moments.length; layer++) {
            INDArray weights = network.getParam(layer + "_W");
            INDArray bias = network.getParam(layer + "_b");
            int units = (int) bias.length();
            double[][] next = new double[signal.length][units];
            moments[layer] = new double[units][2];
            for (int unit = 0; unit < units; unit++) {
                double sum = 0;
                double squares = 0;
                for (int n = 0; n < signal.length; n++) {
                    double z = bias.getDouble(unit);
                    for (int i = 0; i < signal[n].length; i++) {
                        z += signal[n][i] * weights.getDouble(i, unit);
                    }
                    sum += z;
                    squares += z * z;
                    next[n][unit] = Math.tanh(z);
                }
                double mean = sum / signal.length;
                moments[layer][unit][0] = mean;
                moments[layer][unit][1] = Math.sqrt(squares / signal.length - mean * mean);
            }
            signal = next;
        }
        return moments;
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void everyUnit_isCentredAndScaled_byAnIndependentForwardPass(DataType type) {
        MultiLayerNetwork network = Networks.dense(type, Activation.TANH, 9, 12, 7);
        INDArray features = shifted(type, 60, 9);
        InitReport report = UNITS.initialize(network, features(features));
        assertThat(report.converged()).isTrue();
        double tolerance = type == DataType.FLOAT ? 1e-4 : 1e-11;
        for (double[][] layer : unitMoments(network, features)) {
            for (double[] unit : layer) {
                assertThat(unit[0]).isCloseTo(0.1, within(tolerance));
                assertThat(unit[1]).isCloseTo(1, within(tolerance));
            }
        }
    }

    /** The negative control: LSUV makes the layer's variance one, and not that of each unit. */
    @Test
    void lsuv_doesNotCentreUnits() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 9, 12, 7);
        INDArray features = shifted(DataType.DOUBLE, 60, 9);
        Lsuv.defaults().initialize(network, features(features));
        assertThat(Arrays.stream(unitMoments(network, features)[1]).mapToDouble(unit -> Math.abs(unit[0])))
                .anyMatch(mean -> mean > 0.2);
    }

    private static MultiLayerNetwork image(org.deeplearning4j.nn.conf.layers.Layer layer) {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(layer)
                .layer(new GlobalPoolingLayer())
                .layer(new OutputLayer.Builder()
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(
                        layer instanceof Convolution1DLayer
                                ? InputType.recurrent(4, 8)
                                : InputType.convolutional(8, 8, 4))
                .build());
    }

    /** Each kind of layer: what scaleUnits leaves behind is what another forward pass gives. */
    @Test
    void scaleUnits_isAnotherForwardPass_forEveryKindOfLayer() {
        List<org.deeplearning4j.nn.conf.layers.Layer> kinds = List.of(
                new ConvolutionLayer.Builder(3, 3).nOut(5).build(),
                new Convolution1DLayer.Builder(3).nOut(5).build(),
                new Deconvolution2D.Builder(2, 2).nOut(5).build(),
                new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(2).build(),
                new SeparableConvolution2D.Builder(3, 3).nOut(5).build());
        for (org.deeplearning4j.nn.conf.layers.Layer kind : kinds) {
            MultiLayerNetwork network = image(kind);
            INDArray features = kind instanceof Convolution1DLayer
                    ? shifted(DataType.DOUBLE, 6, 4, 8)
                    : shifted(DataType.DOUBLE, 6, 4, 8, 8);
            List<INDArray> left = new ArrayList<>();
            try (NetworkCopy view = NetworkCopy.of(network)) {
                LayerVisitor visitor = (layer, response) -> {
                    INDArray units = response.outputs().rows();
                    INDArray factors =
                            Networks.normal(1, DataType.DOUBLE, units.columns()).addi(3);
                    INDArray biases = Networks.normal(2, DataType.DOUBLE, units.columns());
                    response.scaleUnits(factors, biases);
                    left.add(response.values().dup());
                };
                view.sweep(features(features), visitor);
                List<INDArray> again = new ArrayList<>();
                view.sweep(
                        features(features),
                        (layer, response) -> again.add(response.values().dup()));
                assertThat(again).hasSize(2);
                for (int i = 0; i < 2; i++) {
                    assertThat(again.get(i).sub(left.get(i)).amaxNumber().doubleValue())
                            .as("%s, layer %d", kind.getClass().getSimpleName(), i)
                            .isLessThan(1e-10);
                }
            }
        }
    }

    @Test
    void recurrentUnits_areScaled_andTheirBiasesKept() {
        MultiLayerNetwork network = Networks.recurrent(DataType.DOUBLE, false);
        INDArray biases = network.getParam("0_b").dup();
        INDArray recurrent = network.getParam("0_RW").dup();
        DataSet series = Networks.series(DataType.DOUBLE, 20, 4, 6, false).get(0);
        InitReport report = UNITS.initialize(network, series);
        assertThat(report.converged()).isTrue();
        assertThat(network.getParam("0_b")).isEqualTo(biases);
        assertThat(network.getParam("0_RW")).isEqualTo(recurrent);
        List<Samples> gates = new ArrayList<>();
        try (NetworkCopy view = NetworkCopy.of(network)) {
            view.sweep(features(series.getFeatures()), (layer, response) -> gates.add(response.outputs()));
        }
        INDArray deviations = gates.get(0).deviations().norm2(0).divi(Math.sqrt((double)
                gates.get(0).count()));
        assertThat(deviations.sub(1).amaxNumber().doubleValue()).isLessThan(1e-10);
    }

    /** How far apart the layers' ratios of gradient and weight are, as a factor; the mean over random gradients. */
    private static double spread(Model model, MultiDataSet batch) {
        try (NetworkCopy view = NetworkCopy.of(model)) {
            double[] logs = new double[view.layers().size()];
            Nd4j.getRandom().setSeed(5);
            for (int draw = 0; draw < 20; draw++) {
                try (LossGradient top = LossGradient.random(view, batch)) {
                    INDArray gradient = top.at(top.parameters());
                    for (LayerView layer : view.layers()) {
                        INDArray weights = layer.weights().get(0).weights();
                        logs[layer.position()] += Math.log(LossGradient.part(gradient, weights)
                                                .norm2Number()
                                                .doubleValue()
                                        / weights.norm2Number().doubleValue())
                                / 20;
                    }
                }
            }
            return Math.exp(Arrays.stream(logs).max().orElseThrow()
                    - Arrays.stream(logs).min().orElseThrow());
        }
    }

    /**
     * By other random gradients than the one that was balanced: unit-wise scaling alone leaves the layers 85 (tanh) and 76 (ReLU) times
     * apart here, since the first takes up the scale of the inputs; balanced they are 1.4 apart, which is the noise of the one gradient.
     */
    @ParameterizedTest
    @EnumSource(names = {"TANH", "RELU"})
    void balanced_layersChangeAtTheSameRate(Activation activation) {
        MultiDataSet batch = features(shifted(DataType.DOUBLE, 400, 9));
        MultiLayerNetwork unbalanced = Networks.dense(DataType.DOUBLE, activation, 9, 40, 10, 40);
        UNITS.initialize(unbalanced, batch);
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, activation, 9, 40, 10, 40);
        InitReport report = WithinLayer.builder().maxRounds(30).build().initialize(network, batch);
        assertThat(report.converged()).as(report.toText()).isTrue();
        assertThat(spread(unbalanced, batch)).isGreaterThan(20);
        assertThat(spread(network, batch)).isLessThan(2);
    }

    /** With one step's algebra: in a plain linear network without biases one round balances exactly. */
    @Test
    void linearNetwork_isBalancedInOneRound() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.IDENTITY, 9, 40, 10, 40);
        InitReport report = WithinLayer.builder()
                .tolerance(1e-6)
                .build()
                .initialize(network, features(shifted(DataType.DOUBLE, 100, 9)));
        assertThat(report.converged()).as(report.toText()).isTrue();
        // One scaling of units, and one round; rounds after it may only bring the output's deviation nearer to 1.
        assertThat(report.layers())
                .allSatisfy(line -> assertThat(line.iterations()).isLessThanOrEqualTo(4));
    }

    @Test
    void tooFewRounds_isAnOutcome() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 9, 40, 10, 40);
        InitReport report = WithinLayer.builder()
                .maxRounds(1)
                .tolerance(1e-9)
                .build()
                .initialize(network, features(shifted(DataType.DOUBLE, 50, 9)));
        assertThat(report.converged()).isFalse();
        assertThat(report.layers().get(0).note()).contains("not balanced after 1 rounds");
    }

    /** Principal kernels answer to what they saw without correlation and with equal variance: that is what whitening means. */
    @Test
    void principalKernels_whitenWhatTheyHaveSeen() {
        INDArray mixing = Networks.normal(1, DataType.DOUBLE, 6, 6);
        INDArray patches = Networks.normal(2, DataType.DOUBLE, 500, 6).mmul(mixing);
        INDArray kernels = PatchKernels.of(patches).principal(6);
        INDArray answers = patches.mmul(kernels.transpose());
        INDArray centred = answers.subRowVector(answers.mean(0));
        INDArray covariance = centred.transpose().mmul(centred).divi(500);
        assertThat(covariance
                        .sub(Nd4j.eye(6).castTo(DataType.DOUBLE))
                        .amaxNumber()
                        .doubleValue())
                .isLessThan(1e-9);
        // More kernels than directions: the rest lies in the same space, with unit variance.
        INDArray more = patches.mmul(PatchKernels.of(patches).principal(9).transpose());
        assertThat(more.std(false, 0).sub(1).amaxNumber().doubleValue()).isLessThan(1e-9);
    }

    /** Three far clusters, three kernels: each centre's kernel answers most to its own cluster. */
    @Test
    void clusterKernels_findClusters() {
        INDArray corners = Nd4j.createFromArray(new double[][] {{10, 0, 0, 1}, {0, 10, 0, -1}, {0, 0, 10, 2}});
        INDArray patches = Nd4j.create(DataType.DOUBLE, 300, 4);
        INDArray noise = Networks.normal(3, DataType.DOUBLE, 300, 4).muli(0.1);
        for (int i = 0; i < 300; i++) {
            patches.putRow(i, corners.getRow(i % 3).add(noise.getRow(i)));
        }
        Nd4j.getRandom().setSeed(1);
        INDArray kernels = PatchKernels.of(patches).clusters(3);
        INDArray answers = patches.subRowVector(patches.mean(0)).mmul(kernels.transpose());
        INDArray favourites = Nd4j.argMax(answers, 1);
        // k-means with random starts may leave two clusters together; three starts in one would be a defect.
        assertThat(Arrays.stream(favourites.toLongVector()).distinct().count()).isGreaterThanOrEqualTo(2);
        for (int i = 3; i < 300; i++) {
            assertThat(favourites.getLong(i)).isEqualTo(favourites.getLong(i % 3));
        }
    }

    @ParameterizedTest
    @EnumSource(Kernels.class)
    void convolution_fromPatches(Kernels kernels) {
        MultiLayerNetwork network = Networks.convolutional(DataType.FLOAT);
        DataSet batch = Networks.batches(DataType.FLOAT, 40, 2, 6, 6).get(0);
        WithinLayer initializer =
                WithinLayer.builder().kernels(kernels).maxRounds(20).build();
        InitReport report = initializer.initialize(network, batch);
        assertThat(report.layers()).hasSize(4);
        assertThat(report.layers())
                .filteredOn(line -> line.outcome() == Outcome.SKIPPED)
                .hasSize(1);
        assertThat(report.converged()).as(report.toText()).isTrue();
        assertThat(report.layers().get(0).note()).isEmpty();
        MultiLayerNetwork again = Networks.convolutional(DataType.FLOAT);
        initializer.initialize(again, batch);
        assertThat(again.params()).isEqualTo(network.params());
    }

    @Test
    void graphs_ofSeveralInputs() {
        Model graph = Networks.twoInputs(DataType.FLOAT);
        MultiDataSet batch = Networks.multiBatches(DataType.FLOAT, 80).get(0);
        InitReport report = WithinLayer.defaults().initialize(graph, batch);
        assertThat(report.converged()).as(report.toText()).isTrue();
        assertThat(report.layers()).hasSize(4);
    }

    @Test
    void frozenLayers_areSkipped() {
        MultiLayerNetwork network = new TransferLearning.Builder(
                        Networks.dense(DataType.DOUBLE, Activation.TANH, 9, 12, 7))
                .setFeatureExtractor(0)
                .build();
        INDArray before = network.getParam("0_W").dup();
        InitReport report = WithinLayer.defaults().initialize(network, features(shifted(DataType.DOUBLE, 60, 9)));
        assertThat(network.getParam("0_W")).isEqualTo(before);
        assertThat(report.layers().get(0)).isEqualTo(ReportLines.skipped(view(network, 0), "frozen"));
    }

    private static LayerView view(Model model, int position) {
        return NetworkCopy.of(model).layers().get(position);
    }

    @Test
    void constantUnits_areAnOutcome() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 9, 12, 7);
        InitReport report = UNITS.initialize(network, features(Nd4j.ones(DataType.DOUBLE, 20, 9)));
        assertThat(report.converged()).isFalse();
        assertThat(report.layers().get(0).note()).contains("12 of 12 units respond alike");
        assertThat(network.params().sumNumber().doubleValue()).isFinite();
    }

    @Test
    void listener_initializesOnTheFirstBatch() {
        DataSet batch = new DataSet(shifted(DataType.DOUBLE, 60, 9), Networks.oneHot(7, DataType.DOUBLE, 60));
        MultiLayerNetwork byHand = Networks.dense(DataType.DOUBLE, Activation.TANH, 9, 12, 7);
        WithinLayer.defaults().initialize(byHand, batch);
        byHand.fit(batch);
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 9, 12, 7);
        InitializingListener listener = new InitializingListener(WithinLayer.defaults());
        network.setListeners(listener);
        network.fit(batch);
        assertThat(listener.report()).isPresent();
        assertThat(network.params()).isEqualTo(byHand.params());
    }

    @Test
    void badInput_leavesTheModelAlone() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 9, 12, 7);
        INDArray before = network.params().dup();
        INDArray nan = Nd4j.valueArrayOf(new long[] {4, 9}, Double.NaN, DataType.DOUBLE);
        assertThatThrownBy(() -> WithinLayer.defaults().initialize(network, features(nan)))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> WithinLayer.defaults().initialize(network, features(Nd4j.ones(4, 5))))
                .isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> WithinLayer.builder().maxRounds(0).build()).hasMessageContaining("got 0");
        assertThatThrownBy(() -> WithinLayer.builder().tolerance(-1).build()).hasMessageContaining("got -1");
        assertThatThrownBy(() -> WithinLayer.builder().bias(Double.NaN).build()).hasMessageContaining("got NaN");
        assertThat(network.params()).isEqualTo(before);
    }

    /**
     * A few examples, pooled: rounds saturate the layers. They went on to variances of thousands, until no gradient was left, which passed for
     * balanced: converged, with outputs that do not vary.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void balance_ofASmallBatchThatRunsAway_keepsTheBestRound(int examples) {
        NeuralNetConfiguration.ListBuilder list = Networks.base(DataType.FLOAT)
                .convolutionMode(org.deeplearning4j.nn.conf.ConvolutionMode.Same)
                .list();
        for (int i = 0; i < 4; i++) {
            list.layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build());
        }
        MultiLayerConfiguration configuration = list.layer(new GlobalPoolingLayer())
                .layer(new OutputLayer.Builder()
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(5, 5, 2))
                .build();
        MultiDataSet batch = features(Networks.normal(8, DataType.FLOAT, examples, 2, 5, 5));
        double imbalance = Double.POSITIVE_INFINITY;
        for (int rounds : new int[] {1, 3, 10, 30}) {
            MultiLayerNetwork network = Networks.init(configuration.clone());
            InitReport report = WithinLayer.builder().maxRounds(rounds).build().initialize(network, batch);
            assertThat(network.output(batch.getFeatures(0)).sumNumber().doubleValue())
                    .isCloseTo(examples, within(1e-4));
            assertThat(report.layers())
                    .allSatisfy(line -> assertThat(line.varianceAfter()).isLessThan(100));
            assertThat(report.converged()).isFalse();
            double left = left(report);
            assertThat(left).isLessThanOrEqualTo(imbalance);
            imbalance = left;
        }
    }

    /** By how much another round would change a layer, 0 if no more than is tolerated. */
    private static double left(InitReport report) {
        java.util.regex.Matcher matcher = java.util.regex.Pattern.compile("change a layer by ([^ ]+) of itself")
                .matcher(report.layers().get(0).note());
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
    }
}
