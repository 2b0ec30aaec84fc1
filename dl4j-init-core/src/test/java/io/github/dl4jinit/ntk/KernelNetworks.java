package io.github.dl4jinit.ntk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.network.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.params.provider.Arguments;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Networks of all kinds of layers for tests of kernels, with batches for them and derivatives by finite differences. */
@SuppressWarnings("deprecation") // Graves LSTMs are deprecated, and in use.
final class KernelNetworks {

    private KernelNetworks() {}

    static MultiLayerNetwork network(InputType input, Layer... layers) {
        return network(DataType.DOUBLE, input, layers);
    }

    static MultiLayerNetwork network(DataType type, InputType input, Layer... layers) {
        NeuralNetConfiguration.ListBuilder list =
                Networks.base(type).convolutionMode(ConvolutionMode.Same).list();
        for (Layer layer : layers) {
            list.layer(layer);
        }
        return disturbed(Networks.init(list.setInputType(input).build()));
    }

    /** Biases and statistics that are not zero and one, so that none drops out unseen. */
    static <T extends Model> T disturbed(T model) {
        for (INDArray parameter : model.paramTable().values()) {
            parameter.addi(Networks.normal(parameter.length(), parameter.dataType(), parameter.shape())
                    .muli(0.1));
        }
        model.paramTable().forEach((name, parameter) -> {
            if (name.endsWith("var")) {
                parameter.assign(Networks.normal(5, parameter.dataType(), parameter.shape())
                        .muli(0.1)
                        .addi(1));
            }
        });
        return model;
    }

    static Layer output() {
        return new OutputLayer.Builder().activation(Activation.SOFTMAX).nOut(3).build();
    }

    static Layer steps() {
        return new RnnOutputLayer.Builder()
                .activation(Activation.SOFTMAX)
                .nOut(2)
                .build();
    }

    static Stream<Arguments> networks() {
        InputType image = InputType.convolutional(5, 6, 2);
        InputType series = InputType.recurrent(3, 4);
        return Stream.of(
                of("dense", Networks.dense(DataType.DOUBLE, Activation.TANH, 4, 6, 5), 4),
                of("relu", Networks.dense(DataType.DOUBLE, Activation.RELU, 4, 6, 5), 4),
                of("softmax inside", network(InputType.feedForward(4), dense(5), softmaxDense(4), output()), 4),
                of("no bias", network(InputType.feedForward(4), noBias(5), output()), 4),
                of("layer norm", network(InputType.feedForward(4), layerNorm(5), output()), 4),
                of("dense last", network(InputType.feedForward(4), dense(5), dense(3)), 4),
                of(
                        "loss layer",
                        network(
                                InputType.feedForward(4),
                                dense(5),
                                dense(3),
                                new LossLayer.Builder()
                                        .activation(Activation.SOFTMAX)
                                        .build()),
                        4),
                of(
                        "batch norm",
                        network(
                                InputType.feedForward(4),
                                dense(5),
                                new BatchNormalization(),
                                new ActivationLayer(Activation.RELU),
                                output()),
                        4),
                of(
                        "batch norm locked",
                        network(
                                InputType.feedForward(4),
                                dense(5),
                                new BatchNormalization.Builder()
                                        .lockGammaBeta(true)
                                        .gamma(1.5)
                                        .build(),
                                output()),
                        4),
                of(
                        "batch norm locked, conv",
                        network(
                                image,
                                conv(3),
                                new BatchNormalization.Builder()
                                        .lockGammaBeta(true)
                                        .gamma(1.5)
                                        .beta(0.2)
                                        .build(),
                                output()),
                        2,
                        5,
                        6),
                of(
                        "batch norm by logarithm",
                        network(
                                InputType.feedForward(4),
                                dense(5),
                                new BatchNormalization.Builder().useLogStd(true).build(),
                                output()),
                        4),
                of(
                        "conv",
                        network(
                                image,
                                conv(3),
                                new BatchNormalization(),
                                new SubsamplingLayer.Builder()
                                        .kernelSize(2, 2)
                                        .stride(2, 2)
                                        .build(),
                                dense(5),
                                output()),
                        2,
                        5,
                        6),
                of(
                        "conv and poolings that tile",
                        network(
                                image,
                                conv(2),
                                pooling(PoolingType.AVG, 1, 2),
                                conv(3),
                                pooling(PoolingType.PNORM, 5, 1),
                                conv(2),
                                pooling(PoolingType.MAX, 1, 3),
                                output()),
                        2,
                        5,
                        6),
                of(
                        "conv and poolings that overlap or are padded",
                        network(
                                image,
                                conv(2),
                                new SubsamplingLayer.Builder(PoolingType.MAX)
                                        .kernelSize(3, 2)
                                        .stride(1, 2)
                                        .convolutionMode(ConvolutionMode.Truncate)
                                        .build(),
                                conv(3),
                                new SubsamplingLayer.Builder(PoolingType.AVG)
                                        .kernelSize(3, 3)
                                        .stride(3, 3)
                                        .padding(1, 1)
                                        .convolutionMode(ConvolutionMode.Truncate)
                                        .build(),
                                output()),
                        2,
                        5,
                        6),
                of("conv strided, dilated", network(image, stridedConv(), output()), 2, 5, 6),
                of(
                        "conv after conv, strided, dilated, padded",
                        network(
                                image,
                                conv(2),
                                stridedConv(),
                                new ConvolutionLayer.Builder(3, 2)
                                        .nOut(2)
                                        .stride(2, 2)
                                        .build(),
                                output()),
                        2,
                        5,
                        6),
                of(
                        "conv, wide",
                        network(
                                image,
                                conv(2),
                                new ConvolutionLayer.Builder(5, 6)
                                        .convolutionMode(ConvolutionMode.Truncate)
                                        .nOut(9)
                                        .build(),
                                output()),
                        2,
                        5,
                        6),
                of(
                        "conv channels last",
                        network(
                                InputType.convolutional(5, 6, 2, CNN2DFormat.NHWC),
                                new ConvolutionLayer.Builder(3, 3)
                                        .nOut(3)
                                        .dataFormat(CNN2DFormat.NHWC)
                                        .build(),
                                new BatchNormalization.Builder()
                                        .dataFormat(CNN2DFormat.NHWC)
                                        .build(),
                                output()),
                        5,
                        6,
                        2),
                of(
                        "depthwise, response norm",
                        network(
                                image,
                                conv(3),
                                new LocalResponseNormalization(),
                                new DepthwiseConvolution2D.Builder(2, 2)
                                        .depthMultiplier(2)
                                        .build(),
                                new GlobalPoolingLayer(),
                                output()),
                        2,
                        5,
                        6),
                of(
                        "prelu",
                        network(
                                image,
                                conv(3),
                                new PReLULayer.Builder().inputShape(3, 5, 6).build(),
                                output()),
                        2,
                        5,
                        6),
                of("lstm", network(series, lstm(4), steps()), 3, 4),
                of(
                        "lstm, hard gates, last step",
                        network(
                                series,
                                new LastTimeStep(new LSTM.Builder()
                                        .nOut(4)
                                        .gateActivationFunction(Activation.HARDSIGMOID)
                                        .build()),
                                output()),
                        3,
                        4),
                of("two lstms, dense over time", network(series, lstm(4), dense(5), lstm(3), steps()), 3, 4),
                of("simple rnn", network(series, new SimpleRnn.Builder().nOut(4).build(), steps()), 3, 4),
                of(
                        "long and thin",
                        network(
                                InputType.recurrent(3, 2),
                                new SimpleRnn.Builder().nOut(9).build(),
                                new LastTimeStep(lstm(8)),
                                output()),
                        3,
                        2),
                of(
                        "bidirectional, graves",
                        network(
                                series,
                                new Bidirectional(lstm(3)),
                                new GravesLSTM.Builder().nOut(3).build(),
                                steps()),
                        3,
                        4),
                of(
                        "conv 1d",
                        network(
                                series,
                                new Convolution1DLayer.Builder(2).nOut(4).build(),
                                new GlobalPoolingLayer(),
                                output()),
                        3,
                        4),
                of(
                        "time distributed",
                        network(
                                series,
                                new LSTM.Builder().nOut(4).build(),
                                new TimeDistributed(
                                        new DenseLayer.Builder().nOut(3).build()),
                                steps()),
                        3,
                        4),
                of("residual graph", disturbed(Networks.residual(DataType.DOUBLE)), 5),
                of("graph of lstms", disturbed(Networks.recurrentGraph(DataType.DOUBLE, true)), 4, 3),
                of("frozen", disturbed(frozen()), 4),
                of("sequence to sequence", disturbed(sequenceToSequence()), 3, 4));
    }

    /** Its vertices ask the network for its inputs, which the copy of a kernel once did not have. */
    static ComputationGraph sequenceToSequence() {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .addVertex("backward", new ReverseTimeSeriesVertex("in"), "in")
                .addLayer("encoder", lstm(4), "backward")
                .addVertex("last", new LastTimeStepVertex("in"), "encoder")
                .addVertex("again", new DuplicateToTimeSeriesVertex("in"), "last")
                .addLayer("decoder", lstm(3), "again")
                .addLayer("out", steps(), "decoder")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(3, 4))
                .build());
    }

    static Arguments of(String name, Model model, int... shape) {
        return Arguments.of(name, model, shape);
    }

    static Layer dense(int units) {
        return new DenseLayer.Builder().nOut(units).build();
    }

    static Layer noBias(int units) {
        return new DenseLayer.Builder().nOut(units).hasBias(false).build();
    }

    static Layer layerNorm(int units) {
        return new DenseLayer.Builder().nOut(units).hasLayerNorm(true).build();
    }

    static Layer softmaxDense(int units) {
        return new DenseLayer.Builder()
                .nOut(units)
                .activation(Activation.SOFTMAX)
                .build();
    }

    static Layer conv(int channels) {
        return new ConvolutionLayer.Builder(3, 3).nOut(channels).build();
    }

    static Layer lstm(int units) {
        return new LSTM.Builder().nOut(units).dropOut(0.7).build();
    }

    static MultiLayerNetwork frozen() {
        return new TransferLearning.Builder(network(InputType.feedForward(4), dense(5), dense(6), dense(4), output()))
                .setFeatureExtractor(1)
                .build();
    }

    static Layer stridedConv() {
        return new ConvolutionLayer.Builder(2, 3)
                .nOut(3)
                .stride(2, 1)
                .padding(1, 1)
                .dilation(1, 2)
                .convolutionMode(ConvolutionMode.Truncate)
                .build();
    }

    static SubsamplingLayer pooling(PoolingType type, int height, int width) {
        return new SubsamplingLayer.Builder(type)
                .kernelSize(height, width)
                .stride(height, width)
                .pnorm(3)
                .build();
    }

    static INDArray batch(int seed, DataType type, int examples, int... shape) {
        long[] all = new long[shape.length + 1];
        all[0] = examples;
        for (int i = 0; i < shape.length; i++) {
            all[i + 1] = shape[i];
        }
        return Networks.normal(seed, type, all);
    }

    static INDArray full(Model model, EmpiricalNtk.Method method, INDArray x1, INDArray x2) {
        return EmpiricalNtk.builder(model).method(method).build().fullKernel(x1, x2);
    }

    static INDArray differences(Model model, INDArray x, List<String> frozen) {
        List<INDArray> rows = new ArrayList<>();
        model.paramTable().forEach((name, parameter) -> {
            boolean learned = frozen.stream().noneMatch(name::startsWith) && !name.matches(".*_(mean|var|log10stdev)");
            for (long i = 0; learned && i < parameter.length(); i++) {
                double value = parameter.getDouble(i);
                double h = 1e-5;
                parameter.putScalar(i, value + h);
                INDArray ahead = output(model, x);
                parameter.putScalar(i, value - h);
                rows.add(ahead.subi(output(model, x)).divi(2 * h).reshape(1, ahead.length()));
                parameter.putScalar(i, value);
            }
        });
        return Nd4j.concat(0, rows.toArray(INDArray[]::new));
    }

    static INDArray output(Model model, INDArray x) {
        INDArray output = model instanceof MultiLayerNetwork network
                ? network.output(x, false)
                : ((ComputationGraph) model).outputSingle(x);
        return output.dup('c');
    }

    static void assertClose(INDArray actual, INDArray expected, double tolerance) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        double size = expected.amaxNumber().doubleValue();
        assertThat(size).as("a kernel of zeros would prove nothing").isGreaterThan(1e-6);
        assertThat(actual.sub(expected).amaxNumber().doubleValue() / size).isCloseTo(0, within(tolerance));
    }
}
