package io.github.dl4jinit.ntk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.network.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
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
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

@SuppressWarnings("deprecation") // Graves LSTMs are deprecated, and in use.
class EmpiricalNtkTest {

    private static final int N1 = 3;
    private static final int N2 = 2;

    private static MultiLayerNetwork network(InputType input, Layer... layers) {
        return network(DataType.DOUBLE, input, layers);
    }

    private static MultiLayerNetwork network(DataType type, InputType input, Layer... layers) {
        NeuralNetConfiguration.ListBuilder list =
                Networks.base(type).convolutionMode(ConvolutionMode.Same).list();
        for (Layer layer : layers) {
            list.layer(layer);
        }
        return disturbed(Networks.init(list.setInputType(input).build()));
    }

    /** Biases and statistics that are not zero and one, so that none drops out unseen. */
    private static <T extends Model> T disturbed(T model) {
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

    private static Layer output() {
        return new OutputLayer.Builder().activation(Activation.SOFTMAX).nOut(3).build();
    }

    private static Layer steps() {
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
                        "conv behind conv, strided, dilated, padded",
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
                of("residual graph", disturbed(Networks.residual(DataType.DOUBLE)), 5),
                of("graph of lstms", disturbed(Networks.recurrentGraph(DataType.DOUBLE, true)), 4, 3),
                of("frozen", disturbed(frozen()), 4));
    }

    private static Arguments of(String name, Model model, int... shape) {
        return Arguments.of(name, model, shape);
    }

    private static Layer dense(int units) {
        return new DenseLayer.Builder().nOut(units).build();
    }

    private static Layer noBias(int units) {
        return new DenseLayer.Builder().nOut(units).hasBias(false).build();
    }

    private static Layer layerNorm(int units) {
        return new DenseLayer.Builder().nOut(units).hasLayerNorm(true).build();
    }

    private static Layer softmaxDense(int units) {
        return new DenseLayer.Builder()
                .nOut(units)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static Layer conv(int channels) {
        return new ConvolutionLayer.Builder(3, 3).nOut(channels).build();
    }

    private static Layer lstm(int units) {
        return new LSTM.Builder().nOut(units).dropOut(0.7).build();
    }

    private static MultiLayerNetwork frozen() {
        return new TransferLearning.Builder(network(InputType.feedForward(4), dense(5), dense(6), dense(4), output()))
                .setFeatureExtractor(1)
                .build();
    }

    private static Layer stridedConv() {
        return new ConvolutionLayer.Builder(2, 3)
                .nOut(3)
                .stride(2, 1)
                .padding(1, 1)
                .dilation(1, 2)
                .convolutionMode(ConvolutionMode.Truncate)
                .build();
    }

    private static SubsamplingLayer pooling(PoolingType type, int height, int width) {
        return new SubsamplingLayer.Builder(type)
                .kernelSize(height, width)
                .stride(height, width)
                .pnorm(3)
                .build();
    }

    private static INDArray batch(int seed, DataType type, int examples, int... shape) {
        long[] all = new long[shape.length + 1];
        all[0] = examples;
        for (int i = 0; i < shape.length; i++) {
            all[i + 1] = shape[i];
        }
        return Networks.normal(seed, type, all);
    }

    private static INDArray full(Model model, NtkMethod method, INDArray x1, INDArray x2) {
        return EmpiricalNtk.builder(model).method(method).build().fullKernel(x1, x2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void methods_agree_andTracesWithThem(String name, Model model, int[] shape) {
        INDArray x1 = batch(1, DataType.DOUBLE, N1, shape);
        INDArray x2 = batch(2, DataType.DOUBLE, N2, shape);
        INDArray jacobian = full(model, NtkMethod.JACOBIAN, x1, x2);
        assertClose(full(model, NtkMethod.STRUCTURED, x1, x2), jacobian, 1e-10);
        assertClose(full(model, NtkMethod.AUTO, x1, x1), full(model, NtkMethod.JACOBIAN, x1, x1), 1e-10);
        INDArray trace = trace(jacobian, N1, N2);
        for (NtkMethod method : List.of(NtkMethod.JACOBIAN, NtkMethod.STRUCTURED, NtkMethod.AUTO)) {
            assertClose(EmpiricalNtk.builder(model).method(method).build().kernel(x1, x2), trace, 1e-10);
        }
    }

    private static INDArray trace(INDArray full, int n1, int n2) {
        int c = (int) (full.size(0) / n1);
        INDArray trace = Nd4j.zeros(DataType.DOUBLE, n1, n2);
        for (int i = 0; i < n1; i++) {
            for (int j = 0; j < n2; j++) {
                for (int k = 0; k < c; k++) {
                    trace.putScalar(i, j, trace.getDouble(i, j) + full.getDouble(i * c + k, j * c + k) / c);
                }
            }
        }
        return trace;
    }

    /** Every parameter of the user's own network moved up and down, output() looked at: no derivative of anybody's. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void kernel_isThatOfFiniteDifferences(String name, Model model, int[] shape) {
        INDArray x = batch(1, DataType.DOUBLE, N1, shape);
        List<String> frozen = name.equals("frozen") ? List.of("0_", "1_") : List.of();
        INDArray jacobian = differences(model, x, frozen);
        INDArray expected = jacobian.transpose().mmul(jacobian);
        INDArray kernel = EmpiricalNtk.builder(model).activated(true).build().fullKernel(x, x);
        assertClose(kernel, expected, name.equals("relu") ? 1e-5 : 1e-6);
    }

    private static INDArray differences(Model model, INDArray x, List<String> frozen) {
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

    private static INDArray output(Model model, INDArray x) {
        INDArray output = model instanceof MultiLayerNetwork network
                ? network.output(x, false)
                : ((ComputationGraph) model).outputSingle(x);
        return output.dup('c');
    }

    /** The kernels of a float network are those of the same network in double, to single precision. */
    @Test
    void floatNetworks_haveFloatKernels() {
        MultiLayerNetwork network = network(DataType.FLOAT, InputType.feedForward(4), dense(20), dense(20), output());
        INDArray x = batch(1, DataType.FLOAT, 5, 4);
        INDArray kernel = EmpiricalNtk.of(network).kernel(x, x);
        assertThat(kernel.dataType()).isEqualTo(DataType.FLOAT);
        INDArray doubles = EmpiricalNtk.of(network.convertDataType(DataType.DOUBLE))
                .kernel(x.castTo(DataType.DOUBLE), x.castTo(DataType.DOUBLE));
        assertClose(kernel.castTo(DataType.DOUBLE), doubles, 1e-5);
        assertThat(KernelSpectrum.of(EmpiricalNtk.of(network).fullKernel(x, x)).smallest())
                .isGreaterThan(-1e-6 * KernelSpectrum.of(kernel).largest());
    }

    /** Nothing of the network, of its counters or of the generator moves by a bit; one seed, the same bits. */
    @ParameterizedTest
    @EnumSource
    void aKernel_leavesEverythingAsItWas(NtkMethod method) {
        MultiLayerNetwork network =
                network(InputType.convolutional(5, 6, 2), conv(3), new BatchNormalization(), output());
        network.setIterationCount(7);
        network.setEpochCount(2);
        INDArray x = batch(1, DataType.DOUBLE, 4, 2, 5, 6);
        INDArray before = network.params().dup();
        String configuration = network.getLayerWiseConfigurations().toJson();
        INDArray output = network.output(x);
        Nd4j.getRandom().setSeed(99);
        INDArray drawn = Nd4j.rand(DataType.DOUBLE, 3);
        Nd4j.getRandom().setSeed(99);
        EmpiricalNtk kernels =
                EmpiricalNtk.builder(network).method(method).projections(5).build();
        INDArray kernel = kernels.fullKernel(x, x);
        assertThat(Nd4j.rand(DataType.DOUBLE, 3)).isEqualTo(drawn);
        assertThat(network.params()).isEqualTo(before);
        assertThat(network.getLayerWiseConfigurations().toJson()).isEqualTo(configuration);
        assertThat(network.output(x)).isEqualTo(output);
        assertThat(network.getIterationCount()).isEqualTo(7);
        assertThat(network.getEpochCount()).isEqualTo(2);
        assertThat(kernels.fullKernel(x, x)).isEqualTo(kernel);
    }

    @ParameterizedTest
    @EnumSource
    void tiles_makeTheSameKernel(NtkMethod method) {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 4, 6, 5);
        INDArray x1 = batch(1, DataType.DOUBLE, 7, 4);
        INDArray x2 = batch(2, DataType.DOUBLE, 5, 4);
        EmpiricalNtk.Builder builder =
                EmpiricalNtk.builder(network).method(method).projections(9);
        List<String> calls = new ArrayList<>();
        EmpiricalNtk whole = builder.build();
        EmpiricalNtk tiled = builder.memory(1500)
                .progress((done, total) -> calls.add(done + "/" + total))
                .build();
        assertClose(tiled.fullKernel(x1, x2), whole.fullKernel(x1, x2), 1e-12);
        assertThat(calls).hasSizeGreaterThan(1);
        assertThat(calls.get(calls.size() - 1)).isEqualTo(calls.size() + "/" + calls.size());
        assertClose(tiled.kernel(x1, x1), whole.kernel(x1, x1), 1e-12);
        assertClose(tiled.fullKernel(x1, x1), whole.fullKernel(x1, x1), 1e-12);
    }

    /** The estimate's error is as large as it says: standard deviation sqrt((K_aa K_bb + K_ab^2) / m), 225 entries. */
    @Test
    void projection_estimatesWithTheVarianceThatItStates() {
        MultiLayerNetwork network =
                network(InputType.feedForward(4), dense(9), new BatchNormalization(), dense(8), output());
        INDArray x = batch(1, DataType.DOUBLE, 5, 4);
        INDArray exact = EmpiricalNtk.of(network).fullKernel(x, x);
        int directions = 2000;
        INDArray estimate = EmpiricalNtk.builder(network)
                .method(NtkMethod.PROJECTION)
                .projections(directions)
                .build()
                .fullKernel(x, x);
        double squares = 0;
        for (int a = 0; a < 15; a++) {
            for (int b = 0; b < 15; b++) {
                double k = exact.getDouble(a, b);
                double variance = (exact.getDouble(a, a) * exact.getDouble(b, b) + k * k) / directions;
                squares += Math.pow(estimate.getDouble(a, b) - k, 2) / variance / 225;
            }
        }
        // Entries are correlated, so that the mean of 225 squares is that of far fewer: a wide band, which twice the
        // error leaves.
        assertThat(squares).isBetween(0.2, 2.5);
    }

    /** More examples than one pass takes: each block is what a pass for its own examples gives. */
    @Test
    void severalPasses_makeTheSameKernel() {
        MultiLayerNetwork network =
                network(DataType.DOUBLE, InputType.feedForward(6000), dense(1000), dense(10), output());
        INDArray x = batch(1, DataType.DOUBLE, 100, 6000);
        INDArray first = x.get(NDArrayIndex.interval(0, 45), NDArrayIndex.all()).dup('c');
        INDArray second =
                x.get(NDArrayIndex.interval(45, 100), NDArrayIndex.all()).dup('c');
        INDArray kernel = EmpiricalNtk.of(network).kernel(x, x);
        INDArray block = kernel.get(NDArrayIndex.interval(0, 45), NDArrayIndex.interval(45, 100));
        assertClose(block, EmpiricalNtk.of(network).kernel(first, second), 1e-12);
    }

    /** More weights than are formed at once, and more pictures than the way back takes at once. */
    @Test
    void largeConvolutions_agreeWithTheirJacobian() {
        MultiLayerNetwork network = network(
                DataType.DOUBLE,
                InputType.convolutional(6, 6, 2),
                conv(20),
                new ConvolutionLayer.Builder(5, 5).nOut(150).build(),
                output());
        INDArray x = batch(1, DataType.DOUBLE, 20, 2, 6, 6);
        assertClose(full(network, NtkMethod.STRUCTURED, x, x), full(network, NtkMethod.JACOBIAN, x, x), 1e-10);
    }

    @Test
    void severalInputsAndOutputs_areOneFunction() {
        ComputationGraph graph = disturbed(Networks.twoInputs(DataType.DOUBLE));
        INDArray[] x = {batch(1, DataType.DOUBLE, 3, 5), batch(2, DataType.DOUBLE, 3, 4)};
        INDArray kernel = EmpiricalNtk.of(graph).fullKernel(x, x);
        assertThat(kernel.shape()).containsExactly(18, 18);
        assertClose(
                kernel,
                EmpiricalNtk.builder(graph).method(NtkMethod.JACOBIAN).build().fullKernel(x, x),
                1e-10);
    }

    /** One set of weights for two signals: the sum over layers would forget the products between them. */
    @Test
    void sharedWeights_areSeenByAutoAndRefusedByStructured() {
        ComputationGraph graph = disturbed(Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .addLayer("one", new DenseLayer.Builder().nIn(4).nOut(4).build(), "in")
                .addVertex("stack", new StackVertex(), "in", "one")
                .addLayer("shared", new DenseLayer.Builder().nIn(4).nOut(5).build(), "stack")
                .addVertex("first", new UnstackVertex(0, 2), "shared")
                .addVertex("second", new UnstackVertex(1, 2), "shared")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "first", "second")
                .addLayer("out", Networks.softmax(5), "sum")
                .setOutputs("out")
                .build()));
        INDArray x = batch(1, DataType.DOUBLE, 3, 4);
        INDArray jacobian = differences(graph, x, List.of());
        INDArray kernel = EmpiricalNtk.builder(graph).activated(true).build().fullKernel(x, x);
        assertClose(kernel, jacobian.transpose().mmul(jacobian), 1e-6);
        assertThatThrownBy(() -> full(graph, NtkMethod.STRUCTURED, x, x))
                .hasMessageContaining("'stack' (StackVertex)")
                .hasMessageContaining("same weights");
    }

    @Test
    void replacedParameters_areRefused() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 4, 4, 4);
        network.getLayer(1)
                .setParamTable(Map.of(
                        "W",
                        network.getLayer(0).getParam("W"),
                        "b",
                        network.getLayer(1).getParam("b")));
        INDArray x = batch(1, DataType.DOUBLE, 3, 4);
        assertThatThrownBy(() -> EmpiricalNtk.of(network).kernel(x, x)).hasMessageContaining("share");
    }

    @Test
    void nngp_isTheGramMatrixOfTheLastFeatures() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 4, 6, 5);
        INDArray x1 = batch(1, DataType.DOUBLE, 3, 4);
        INDArray x2 = batch(2, DataType.DOUBLE, 2, 4);
        INDArray left = network.feedForward(x1, false).get(2).dup();
        INDArray right = network.feedForward(x2, false).get(2).dup();
        assertClose(
                EmpiricalNtk.of(network).nngp(x1, x2),
                left.mmul(right.transpose()).div(5),
                1e-12);
    }

    @Test
    void aNetworkThatNothingTrains_isRefused() {
        MultiLayerNetwork network = new TransferLearning.Builder(network(
                        InputType.feedForward(4),
                        dense(3),
                        new LossLayer.Builder().activation(Activation.SOFTMAX).build()))
                .setFeatureExtractor(0)
                .build();
        INDArray x = batch(1, DataType.DOUBLE, 3, 4);
        assertThatThrownBy(() -> EmpiricalNtk.of(network).kernel(x, x))
                .hasMessageContaining("no parameters that training would change");
    }

    @Test
    void badInput_isRefused() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 4, 6);
        EmpiricalNtk kernels = EmpiricalNtk.of(network);
        INDArray x = batch(1, DataType.DOUBLE, 3, 4);
        INDArray bad = x.dup();
        bad.putScalar(1, 1, Double.NaN);
        assertThatThrownBy(() -> kernels.kernel(x, bad)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> kernels.kernel(x, Nd4j.empty(DataType.DOUBLE))).hasMessageContaining("empty");
        assertThatThrownBy(() -> kernels.kernel(x, batch(1, DataType.DOUBLE, 3, 5)))
                .isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> EmpiricalNtk.builder(network).memory(0).build())
                .hasMessageContaining("0");
        assertThatThrownBy(() ->
                        EmpiricalNtk.builder(network).memory(1L << 60).build().kernel(x, x))
                .hasMessageContaining("bytes")
                .hasMessageContaining("maxbytes");
    }

    private static void assertClose(INDArray actual, INDArray expected, double tolerance) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        double size = expected.amaxNumber().doubleValue();
        assertThat(size).as("a kernel of zeros would prove nothing").isGreaterThan(1e-6);
        assertThat(actual.sub(expected).amaxNumber().doubleValue() / size).isCloseTo(0, within(tolerance));
    }
}
