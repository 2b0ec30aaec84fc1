package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.layers.recurrent.TimeDistributedLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Every kind of layer that DL4J has, in a network of that layer, one more, and an output. */
@SuppressWarnings("deprecation") // Graves LSTMs are deprecated, and in use.
class LsuvLayerKindsTest {

    private static final InputType IMAGE = InputType.convolutional(8, 7, 3);
    private static final InputType VOLUME = InputType.convolutional3D(6, 5, 4, 2);
    private static final InputType SERIES = InputType.recurrent(4, 9);

    static Stream<Arguments> feedForward() {
        return Stream.of(
                Arguments.of(
                        "dense", new DenseLayer.Builder().nOut(12).build(), InputType.feedForward(6), floats(40, 6)),
                Arguments.of(
                        "no bias",
                        new DenseLayer.Builder().nOut(12).hasBias(false).build(),
                        InputType.feedForward(6),
                        floats(40, 6)),
                Arguments.of(
                        "auto-encoder",
                        new AutoEncoder.Builder().nOut(12).build(),
                        InputType.feedForward(6),
                        floats(40, 6)),
                Arguments.of(
                        "embedding",
                        new EmbeddingLayer.Builder().nIn(20).nOut(12).build(),
                        InputType.feedForward(20),
                        indices(20, 40, 1)),
                Arguments.of("dense in time", new DenseLayer.Builder().nOut(12).build(), SERIES, floats(10, 4, 9)),
                Arguments.of(
                        "distributed in time",
                        new TimeDistributed(new DenseLayer.Builder().nOut(12).build()),
                        SERIES,
                        floats(10, 4, 9)),
                Arguments.of(
                        "embedding sequence",
                        new EmbeddingSequenceLayer.Builder()
                                .nIn(20)
                                .nOut(12)
                                .inputLength(9)
                                .build(),
                        InputType.recurrent(20, 9),
                        indices(20, 10, 9)),
                Arguments.of(
                        "1-D",
                        new Convolution1DLayer.Builder(3).nOut(5).stride(2).build(),
                        SERIES,
                        floats(10, 4, 9)),
                Arguments.of(
                        "2-D",
                        new ConvolutionLayer.Builder(3, 3).nOut(5).stride(2, 1).build(),
                        IMAGE,
                        floats(10, 3, 8, 7)),
                Arguments.of(
                        "2-D, channels last",
                        new ConvolutionLayer.Builder(3, 3)
                                .nOut(5)
                                .dataFormat(CNN2DFormat.NHWC)
                                .build(),
                        InputType.convolutional(8, 7, 3, CNN2DFormat.NHWC),
                        floats(10, 8, 7, 3)),
                Arguments.of(
                        "transposed",
                        new Deconvolution2D.Builder(2, 2).nOut(5).stride(2, 2).build(),
                        IMAGE,
                        floats(10, 3, 8, 7)),
                Arguments.of(
                        "depthwise",
                        new DepthwiseConvolution2D.Builder()
                                .kernelSize(3, 3)
                                .depthMultiplier(2)
                                .nIn(3)
                                .nOut(6)
                                .build(),
                        IMAGE,
                        floats(10, 3, 8, 7)),
                Arguments.of(
                        "separable",
                        new SeparableConvolution2D.Builder(3, 3)
                                .depthMultiplier(2)
                                .nOut(5)
                                .build(),
                        IMAGE,
                        floats(10, 3, 8, 7)),
                Arguments.of("3-D", new Convolution3D.Builder(2, 2, 2).nOut(5).build(), VOLUME, floats(6, 2, 6, 5, 4)),
                Arguments.of(
                        "transposed 3-D",
                        new Deconvolution3D.Builder()
                                .kernelSize(2, 2, 2)
                                .nOut(3)
                                .build(),
                        VOLUME,
                        floats(6, 2, 6, 5, 4)));
    }

    static Stream<Arguments> recurrent() {
        return Stream.of(
                Arguments.of("LSTM", new LSTM.Builder().nOut(5).build(), new String[] {"W"}),
                Arguments.of("simple", new SimpleRnn.Builder().nOut(5).build(), new String[] {"W"}),
                Arguments.of("Graves", new GravesLSTM.Builder().nOut(5).build(), new String[] {"W"}),
                Arguments.of(
                        "Graves both ways",
                        new GravesBidirectionalLSTM.Builder().nOut(5).build(),
                        new String[] {"WF", "WB"}),
                Arguments.of(
                        "both ways",
                        new Bidirectional(new LSTM.Builder().nOut(5).build()),
                        new String[] {"fW", "bW"}),
                Arguments.of(
                        "last step", new LastTimeStep(new LSTM.Builder().nOut(5).build()), new String[] {"W"}),
                Arguments.of(
                        "masked zero",
                        new MaskZeroLayer(new LSTM.Builder().nOut(5).build(), 0.0),
                        new String[] {"W"}));
    }

    static Stream<Arguments> withoutALinearMap() {
        return Stream.of(
                Arguments.of(
                        new BatchNormalization(),
                        "BatchNormalization",
                        "normalizes: it has a gain and a shift, no weights"),
                Arguments.of(
                        new PReLULayer.Builder().nOut(6).inputShape(6).build(),
                        "PReLULayer",
                        "a PReLULayer is not one linear map before an activation"),
                Arguments.of(
                        new DenseLayer.Builder().nOut(12).hasLayerNorm(true).build(),
                        "DenseLayer",
                        "layer normalization fixes its variance, whatever the weights"),
                Arguments.of(
                        new VariationalAutoencoder.Builder().nOut(12).build(),
                        "VariationalAutoencoder",
                        "a VariationalAutoencoder is not one linear map before an activation"));
    }

    private static INDArray floats(long... shape) {
        return Networks.normal(11, DataType.DOUBLE, shape).muli(5).addi(3);
    }

    private static INDArray indices(int words, long examples, long steps) {
        java.util.Random random = new java.util.Random(5);
        INDArray indices = Nd4j.create(DataType.DOUBLE, examples, steps);
        for (long i = 0; i < indices.length(); i++) {
            indices.putScalar(i, random.nextInt(words));
        }
        return indices;
    }

    private static MultiLayerNetwork network(Layer layer, InputType input) {
        NeuralNetConfiguration.ListBuilder list = Networks.base(DataType.DOUBLE)
                .convolutionMode(ConvolutionMode.Same)
                .list()
                .layer(layer);
        if (input.getType() != InputType.Type.FF && !(layer instanceof LastTimeStep)) {
            list.layer(new GlobalPoolingLayer());
        }
        return Networks.init(list.layer(new DenseLayer.Builder().nOut(8).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(Networks.CLASSES)
                        .build())
                .setInputType(input)
                .build());
    }

    /** The second route: DL4J's own forward pass through a network whose layer has no activation. */
    private static double variance(MultiLayerNetwork network, int layer, INDArray features) {
        MultiLayerNetwork linear = network.clone();
        Layer outer = linear.getLayer(layer) instanceof TimeDistributedLayer wrapper
                ? wrapper.getUnderlying().conf().getLayer()
                : linear.getLayerWiseConfigurations().getConf(layer).getLayer();
        BaseLayer configuration = (BaseLayer) outer;
        configuration.setActivationFn(new ActivationIdentity());
        INDArray response = linear.feedForwardToLayer(layer, features, false).get(layer + 1);
        return populationVariance(response);
    }

    private static double populationVariance(INDArray values) {
        return values.var(false).getDouble(0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void feedForward(String name, Layer layer, InputType input, INDArray features) {
        MultiLayerNetwork network = network(layer, input);
        int last = network.getnLayers() - 1;
        assertThat(variance(network, 0, features)).isNotCloseTo(1, within(0.1));
        InitReport report = Lsuv.defaults().initialize(network, new DataSet(features, null));
        assertThat(report.layers()).hasSize(3).allMatch(line -> line.outcome() == Outcome.CONVERGED);
        for (int index : new int[] {0, last - 1, last}) {
            assertThat(variance(network, index, features)).as("layer %d", index).isCloseTo(1, within(0.01));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void recurrent(String name, Layer layer, String[] inputWeights) {
        MultiLayerNetwork network = network(layer, SERIES);
        INDArray features = floats(10, 4, 9);
        InitReport report = Lsuv.defaults().initialize(network, new DataSet(features, null));
        assertThat(report.layers())
                .hasSize(inputWeights.length + 2)
                .allMatch(line -> line.outcome() == Outcome.CONVERGED);
        INDArray steps = features.permute(0, 2, 1).dup('c').reshape('c', 90, 4);
        for (String weights : inputWeights) {
            assertThat(populationVariance(steps.mmul(network.getParam("0_" + weights))))
                    .isCloseTo(1, within(0.01));
        }
        int last = network.getnLayers() - 1;
        assertThat(variance(network, last - 1, features)).isCloseTo(1, within(0.01));
        assertThat(variance(network, last, features)).isCloseTo(1, within(0.01));
    }

    @Test
    void recurrent_channelsLast() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new LSTM.Builder().nOut(5).dataFormat(RNNFormat.NWC).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(Networks.CLASSES)
                        .dataFormat(RNNFormat.NWC)
                        .build())
                .setInputType(InputType.recurrent(4, 9, RNNFormat.NWC))
                .build());
        INDArray features = floats(10, 9, 4);
        Lsuv.defaults().initialize(network, new DataSet(features, null));
        INDArray steps = features.reshape('c', 90, 4);
        assertThat(populationVariance(steps.mmul(network.getParam("0_W")))).isCloseTo(1, within(0.01));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource
    void withoutALinearMap(Layer layer, String kind, String reason) {
        MultiLayerNetwork network = network(layer, InputType.feedForward(6));
        INDArray parameters = network.getLayer(0).params().dup();
        InitReport report = Lsuv.defaults().initialize(network, new DataSet(floats(40, 6), null));
        LayerReport line = report.layers().get(0);
        assertThat(line.outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(line.kind()).isEqualTo(kind);
        assertThat(line.note()).isEqualTo(reason);
        assertThat(network.getLayer(0).params()).isEqualTo(parameters);
        assertThat(report.layers().get(1).outcome()).isEqualTo(Outcome.CONVERGED);
    }

    @Test
    void frozenWithBackprop_isSkipped() {
        MultiLayerNetwork network = network(
                new FrozenLayerWithBackprop(new DenseLayer.Builder().nOut(5).build()), InputType.feedForward(6));
        INDArray parameters = network.getLayer(0).params().dup();
        InitReport report = Lsuv.defaults().initialize(network, new DataSet(floats(40, 6), null));
        assertThat(report.layers().get(0).note()).isEqualTo("frozen");
        assertThat(network.getLayer(0).params()).isEqualTo(parameters);
    }

    @Test
    void sameDiffLayers_areSkippedByName() {
        MultiLayerNetwork network = network(
                new LocallyConnected2D.Builder()
                        .kernelSize(2, 2)
                        .nOut(4)
                        .convolutionMode(ConvolutionMode.Truncate)
                        .build(),
                IMAGE);
        InitReport report = Lsuv.defaults().initialize(network, new DataSet(floats(10, 3, 8, 7), null));
        assertThat(report.layers().get(0).note()).contains("LocallyConnected2D");
        assertThat(report.layers().get(1).outcome()).isEqualTo(Outcome.CONVERGED);
    }

    @Test
    void outputLayers_ofEveryKind() {
        MultiLayerNetwork centre = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(6)
                        .nOut(Networks.CLASSES)
                        .build())
                .build());
        INDArray features = floats(40, 6);
        Lsuv.defaults().initialize(centre, new DataSet(features, null));
        assertThat(variance(centre, 0, features)).isCloseTo(1, within(0.01));
        MultiLayerNetwork series = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(4)
                        .nOut(Networks.CLASSES)
                        .build())
                .build());
        INDArray steps = floats(10, 4, 9);
        Lsuv.defaults().initialize(series, new DataSet(steps, null));
        assertThat(variance(series, 0, steps)).isCloseTo(1, within(0.01));
    }

    /** What stands in the masked steps must not matter. */
    @Test
    void maskedSteps_doNotCount() {
        INDArray mask = Networks.mask(DataType.DOUBLE, 10, 9);
        INDArray features = floats(10, 4, 9);
        INDArray garbage = features.dup();
        for (int i = 0; i < 10; i++) {
            for (int t = 9 - i % 9; t < 9; t++) {
                for (int c = 0; c < 4; c++) {
                    garbage.putScalar(new int[] {i, c, t}, 1000);
                }
            }
        }
        MultiLayerNetwork clean = masked();
        MultiLayerNetwork dirty = masked();
        MultiLayerNetwork unmasked = masked();
        Lsuv.defaults().initialize(clean, new DataSet(features, null, mask, mask));
        Lsuv.defaults().initialize(dirty, new DataSet(garbage, null, mask, mask));
        Lsuv.defaults().initialize(unmasked, new DataSet(garbage, null));
        assertThat(clean.params().sub(dirty.params()).amaxNumber().doubleValue())
                .isLessThan(1e-9);
        assertThat(clean.params().sub(unmasked.params()).amaxNumber().doubleValue())
                .isGreaterThan(1e-3);
    }

    private static MultiLayerNetwork masked() {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder().nOut(5).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(Networks.CLASSES)
                        .build())
                .setInputType(SERIES)
                .build());
    }
}
