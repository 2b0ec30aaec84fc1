package io.github.dl4jinit.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.*;
import org.deeplearning4j.nn.conf.layers.Convolution3D.DataFormat;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping3D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.layers.util.IdentityLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small layers of every class that DL4J has, with inputs for them. All sizes are different, so that axes cannot be mistaken. */
@SuppressWarnings("deprecation") // Graves LSTMs are deprecated, and in use.
public final class LayerExamples {

    private static final int CHANNELS = 5;
    private static final RNNFormat NCW = RNNFormat.NCW;

    /** DL4J cannot compute with the fourth, SUM. */
    private static final List<SubsamplingLayer.PoolingType> POOLINGS = List.of(
            SubsamplingLayer.PoolingType.MAX, SubsamplingLayer.PoolingType.AVG, SubsamplingLayer.PoolingType.PNORM);

    /** Deeplearning4j 1.0.0-M2.1 itself fails to compute these. */
    private static final Set<String> WITHOUT_FORWARD = Set.of(
            "LearnedSelfAttentionLayer",
            "SimpleRnn (layer norm, NCW)",
            "SimpleRnn (layer norm, NWC)",
            "Bidirectional (SimpleRnn with layer norm, NCW)",
            "Bidirectional (SimpleRnn with layer norm, NWC)");

    /** Deeplearning4j 1.0.0-M2.1 itself fails on the way back through these. */
    private static final Set<String> WITHOUT_BACKWARD = Set.of(
            "Convolution1DLayer (NWC)",
            "Convolution1D (NWC)",
            "Subsampling1DLayer (MAX, NWC)",
            "Subsampling1DLayer (AVG, NWC)",
            "Subsampling1DLayer (PNORM, NWC)",
            "Pooling1D (MAX, NWC)",
            "Pooling1D (AVG, NWC)",
            "Pooling1D (PNORM, NWC)");

    private final List<LayerExample> examples = new ArrayList<>();

    private LayerExamples() {}

    /** All examples, several for some classes. */
    public static List<LayerExample> all() {
        LayerExamples all = new LayerExamples();
        all.vectors();
        all.withoutFormat();
        for (RNNFormat format : RNNFormat.values()) {
            all.series(format);
        }
        for (CNN2DFormat format : CNN2DFormat.values()) {
            all.images(format);
        }
        for (DataFormat format : DataFormat.values()) {
            all.volumes(format);
        }
        return all.examples;
    }

    /** The examples that DL4J can compute. */
    public static Stream<LayerExample> computed() {
        return all().stream().filter(example -> !WITHOUT_FORWARD.contains(example.label()));
    }

    /** The examples that DL4J can compute and differentiate. */
    public static Stream<LayerExample> differentiated() {
        return computed().filter(example -> !WITHOUT_BACKWARD.contains(example.label()));
    }

    static Stream<LayerExample> without(boolean backward) {
        Set<String> labels = backward ? WITHOUT_BACKWARD : WITHOUT_FORWARD;
        return all().stream().filter(example -> labels.contains(example.label()));
    }

    private void add(InputType input, String special, Supplier<Layer> layer) {
        String name = layer.get().getClass().getSimpleName();
        examples.add(new LayerExample(special.isEmpty() ? name : name + " (" + special + ")", layer, input));
    }

    private void vectors() {
        InputType five = InputType.feedForward(5);
        add(five, "", () -> new DenseLayer.Builder().nOut(4).build());
        add(
                five,
                "layer norm",
                () -> new DenseLayer.Builder().nOut(4).hasLayerNorm(true).build());
        add(
                five,
                "no bias",
                () -> new DenseLayer.Builder().nOut(4).hasBias(false).build());
        add(five, "", () -> new AutoEncoder.Builder().nOut(4).build());
        add(InputType.feedForward(LayerExample.VOCABULARY), "", () -> new EmbeddingLayer.Builder()
                .nOut(4)
                .build());
        add(five, "", () -> new ElementWiseMultiplicationLayer.Builder()
                .nIn(5)
                .nOut(5)
                .build());
        add(five, "", () -> new VariationalAutoencoder.Builder()
                .nOut(4)
                .encoderLayerSizes(6)
                .decoderLayerSizes(7)
                .build());
        add(five, "vector", () -> new PReLULayer.Builder().inputShape(5).build());
        add(five, "vector", () -> new BatchNormalization.Builder().build());
        add(five, "", () -> new OutputLayer.Builder(LossFunction.MSE).nOut(4).build());
        add(five, "softmax", () -> new OutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nOut(4)
                .build());
        add(five, "", () -> new CenterLossOutputLayer.Builder(LossFunction.MSE)
                .nOut(4)
                .build());
        add(five, "", () -> new OCNNOutputLayer.Builder()
                .nIn(5)
                .hiddenLayerSize(4)
                .activation(Activation.SIGMOID)
                .build());
        add(five, "tanh", () -> new LossLayer.Builder(LossFunction.MSE)
                .activation(Activation.TANH)
                .build());
        for (Activation function : List.of(Activation.TANH, Activation.RELU, Activation.SOFTMAX, Activation.IDENTITY)) {
            add(five, function.name(), () -> new ActivationLayer(function));
        }
        add(five, "", () -> new DropoutLayer(0.5));
        add(five, "", () -> new MaskLayer());
        add(five, "", () -> new IdentityLayer("identity"));
        for (RNNFormat format : RNNFormat.values()) {
            add(five, format.name(), () -> new RepeatVector.Builder<>(LayerExample.STEPS)
                    .dataFormat(format)
                    .build());
        }
    }

    private void withoutFormat() {
        InputType series = InputType.recurrent(CHANNELS, LayerExample.STEPS, NCW);
        add(series, "", () -> new GravesBidirectionalLSTM.Builder().nOut(9).build());
        add(
                series,
                "",
                () -> new LocallyConnected1D.Builder().nOut(9).kernelSize(2).build());
        add(series, "", () -> new SelfAttentionLayer.Builder()
                .nHeads(2)
                .headSize(4)
                .projectInput(true)
                .nOut(9)
                .build());
        add(series, "", () -> new LearnedSelfAttentionLayer.Builder()
                .nHeads(2)
                .headSize(4)
                .nQueries(7)
                .projectInput(true)
                .nOut(9)
                .build());
        add(
                series,
                "",
                () -> new RecurrentAttentionLayer.Builder().nHeads(1).nOut(9).build());
        add(series, "", () -> new CapsuleLayer.Builder(4, 5).build());
        add(series, "", () -> new CapsuleStrengthLayer.Builder().build());
        add(InputType.convolutional(6, 4, CHANNELS), "", () -> new PrimaryCapsules.Builder(4, 3)
                .kernelSize(2, 2)
                .stride(2, 2)
                .build());
        add(series, "", () -> new Upsampling1D.Builder(2).build());
        add(series, "", () -> new ZeroPadding1DLayer(1));
        add(series, "", () -> new Cropping1D(1));
        InputType volume = InputType.convolutional3D(DataFormat.NCDHW, 4, 6, 4, CHANNELS);
        add(volume, "", () -> new ZeroPadding3DLayer.Builder(1).build());
        add(volume, "", () -> new Cropping3D(1, 1, 1));
    }

    private void series(RNNFormat format) {
        String name = format.name();
        InputType series = InputType.recurrent(CHANNELS, LayerExample.STEPS, format);
        add(series, name, () -> new LSTM.Builder().nOut(9).dataFormat(format).build());
        add(
                series,
                name,
                () -> new GravesLSTM.Builder().nOut(9).dataFormat(format).build());
        add(
                series,
                name,
                () -> new SimpleRnn.Builder().nOut(9).dataFormat(format).build());
        add(series, "layer norm, " + name, () -> new SimpleRnn.Builder()
                .nOut(9)
                .hasLayerNorm(true)
                .dataFormat(format)
                .build());
        for (Bidirectional.Mode mode : List.of(Bidirectional.Mode.CONCAT, Bidirectional.Mode.ADD)) {
            add(
                    series,
                    mode + ", " + name,
                    () -> new Bidirectional(
                            mode, new LSTM.Builder().nOut(9).dataFormat(format).build()));
        }
        add(
                series,
                "SimpleRnn with layer norm, " + name,
                () -> new Bidirectional(new SimpleRnn.Builder()
                        .nOut(9)
                        .hasLayerNorm(true)
                        .dataFormat(format)
                        .build()));
        add(series, name, () -> new Convolution1DLayer.Builder()
                .kernelSize(2)
                .nOut(9)
                .rnnDataFormat(format)
                .build());
        add(
                series,
                name,
                () -> as(
                        new Convolution1D(),
                        new Convolution1DLayer.Builder()
                                .kernelSize(2)
                                .nOut(9)
                                .rnnDataFormat(format)
                                .build()));
        add(series, name, () -> new RnnOutputLayer.Builder(LossFunction.MSE)
                .nOut(9)
                .dataFormat(format)
                .build());
        add(series, name, () -> new RnnLossLayer.Builder(LossFunction.MSE)
                .activation(Activation.TANH)
                .dataFormat(format)
                .build());
        for (PoolingType pooling : PoolingType.values()) {
            add(series, pooling + ", " + name, () -> new GlobalPoolingLayer.Builder(pooling).build());
        }
        for (SubsamplingLayer.PoolingType pooling : POOLINGS) {
            add(series, pooling + ", " + name, () -> new Subsampling1DLayer.Builder(pooling, 2, 2)
                    .pnorm(2)
                    .build());
            add(
                    series,
                    pooling + ", " + name,
                    () -> as(
                            new Pooling1D(),
                            new Subsampling1DLayer.Builder(pooling, 2, 2)
                                    .pnorm(2)
                                    .build()));
        }
        add(series, "series, " + name, () -> new ActivationLayer(Activation.TANH));
        add(InputType.feedForward(LayerExample.VOCABULARY), name, () -> new EmbeddingSequenceLayer.Builder()
                .nIn(LayerExample.VOCABULARY)
                .nOut(4)
                .inputLength(LayerExample.STEPS)
                .outputDataFormat(format)
                .build());
    }

    private void images(CNN2DFormat format) {
        String name = format.name();
        InputType image = InputType.convolutional(6, 4, CHANNELS, format);
        add(image, name, () -> new ConvolutionLayer.Builder(2, 2)
                .nOut(9)
                .dataFormat(format)
                .build());
        add(
                image,
                name,
                () -> as(
                        new Convolution2D(),
                        new ConvolutionLayer.Builder(2, 2)
                                .nOut(9)
                                .dataFormat(format)
                                .build()));
        add(image, name, () -> new Deconvolution2D.Builder(2, 2)
                .nOut(9)
                .dataFormat(format)
                .build());
        add(image, name, () -> new DepthwiseConvolution2D.Builder(2, 2)
                .depthMultiplier(2)
                .nOut(10)
                .dataFormat(format)
                .build());
        add(image, name, () -> new SeparableConvolution2D.Builder(2, 2)
                .nOut(9)
                .dataFormat(format)
                .build());
        add(image, name, () -> new LocallyConnected2D.Builder()
                .nOut(9)
                .kernelSize(2, 2)
                .dataFormat(format)
                .build());
        add(image, name, () -> new BatchNormalization.Builder()
                .dataFormat(format)
                .build());
        add(image, name, () -> new PReLULayer.Builder()
                .inputShape(Arrays.stream(LayerExample.shape(image)).skip(1).toArray())
                .build());
        add(InputType.convolutional(3, 2, CHANNELS, format), name, () -> new CnnLossLayer.Builder(LossFunction.MSE)
                .activation(Activation.TANH)
                .format(format)
                .build());
        add(InputType.convolutional(4, 2, 7, format), name, () -> new Yolo2OutputLayer.Builder()
                .boundingBoxPriors(Nd4j.create(new double[][] {{1, 1}}))
                .build());
        for (SubsamplingLayer.PoolingType pooling : POOLINGS) {
            add(image, pooling + ", " + name, () -> new SubsamplingLayer.Builder(
                            pooling, new int[] {2, 2}, new int[] {2, 2})
                    .pnorm(2)
                    .dataFormat(format)
                    .build());
        }
        add(
                image,
                name,
                () -> as(
                        new Pooling2D(),
                        new SubsamplingLayer.Builder(
                                        SubsamplingLayer.PoolingType.MAX, new int[] {2, 2}, new int[] {2, 2})
                                .dataFormat(format)
                                .build()));
        add(image, "image, " + name, () -> new GlobalPoolingLayer.Builder(PoolingType.MAX).build());
        add(image, name, () -> new Upsampling2D.Builder(2).dataFormat(format).build());
        add(image, name, () -> new SpaceToBatchLayer.Builder<>(new int[] {2, 2})
                .dataFormat(format)
                .build());
        add(image, name, () -> new SpaceToDepthLayer.Builder<>(2, format).build());
        add(image, name, () -> new ZeroPaddingLayer.Builder(1, 1)
                .dataFormat(format)
                .build());
        add(image, name, () -> new Cropping2D.Builder(1, 1).dataFormat(format).build());
        add(image, name, () -> new LocalResponseNormalization.Builder()
                .dataFormat(format)
                .build());
        add(image, "image, " + name, () -> new ActivationLayer(Activation.TANH));
    }

    private void volumes(DataFormat format) {
        String name = format.name();
        InputType volume = InputType.convolutional3D(format, 4, 6, 4, CHANNELS);
        add(volume, name, () -> new Convolution3D.Builder(2, 2, 2)
                .nOut(9)
                .dataFormat(format)
                .build());
        add(volume, name, () -> new Deconvolution3D.Builder()
                .kernelSize(2, 2, 2)
                .stride(1, 1, 1)
                .nOut(9)
                .dataFormat(format)
                .build());
        add(InputType.convolutional3D(format, 1, 3, 2, CHANNELS), name, () -> new Cnn3DLossLayer.Builder(format)
                .lossFunction(LossFunction.MSE)
                .activation(Activation.TANH)
                .build());
        add(volume, name, () -> new Subsampling3DLayer.Builder(new int[] {2, 2, 2}, new int[] {2, 2, 2})
                .dataFormat(format)
                .build());
        add(volume, name, () -> new Upsampling3D.Builder(2).dataFormat(format).build());
    }

    /** These classes have no builder of their own: only JSON makes them. */
    private static Layer as(Layer twin, Layer built) {
        try {
            String json = NeuralNetConfiguration.mapper().writerFor(Layer.class).writeValueAsString(built);
            String renamed = json.replace(
                    '"' + built.getClass().getName() + '"',
                    '"' + twin.getClass().getName() + '"');
            return NeuralNetConfiguration.mapper().readValue(renamed, Layer.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
