package io.github.dl4jinit.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.scheme.WeightShape.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class WeightShapeTest {
    /** What DL4J asked for while it built a network, in order; static because DL4J clones the initializer. */
    private static final List<WeightShape> SEEN = new ArrayList<>();

    private static final List<List<WeightShape>> READINGS = new ArrayList<>();

    record Recorder() implements WeightScheme {
        @Override
        public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
            SEEN.add(WeightShape.infer(fanIn, fanOut, shape, order));
            READINGS.add(WeightShape.readings(fanIn, fanOut, shape, order));
            return WeightScheme.super.init(fanIn, fanOut, shape, order, view);
        }

        @Override
        public void fill(WeightShape shape, INDArray weights) {
            weights.assign(1);
        }
    }

    private static final long[] ONE = {1, 1};

    @SuppressWarnings("deprecation") // the Graves LSTMs are deprecated, and still there
    static Stream<Arguments> layers() {
        Recorder init = new Recorder();
        InputType image = InputType.convolutional(20, 20, 5);
        InputType volume = InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 10, 10, 10, 5);
        return Stream.of(
                Arguments.of(
                        new DenseLayer.Builder()
                                .nIn(7)
                                .nOut(11)
                                .weightInit(init)
                                .build(),
                        InputType.feedForward(7),
                        List.of(WeightShape.dense(7, 11))),
                Arguments.of(
                        new EmbeddingLayer.Builder()
                                .nIn(30)
                                .nOut(8)
                                .weightInit(init)
                                .build(),
                        InputType.feedForward(30),
                        List.of(WeightShape.embedding(30, 8))),
                Arguments.of(
                        new ElementWiseMultiplicationLayer.Builder()
                                .nIn(9)
                                .nOut(9)
                                .weightInit(init)
                                .build(),
                        InputType.feedForward(9),
                        List.of(WeightShape.elementWise(9))),
                Arguments.of(
                        new PReLULayer.Builder().inputShape(6).weightInit(init).build(),
                        InputType.feedForward(6),
                        List.of(WeightShape.slopes(6))),
                Arguments.of(
                        new PReLULayer.Builder()
                                .inputShape(5, 20, 20)
                                .weightInit(init)
                                .build(),
                        image,
                        List.of(WeightShape.slopes(5, 20, 20))),
                Arguments.of(
                        new SimpleRnn.Builder().nIn(6).nOut(10).weightInit(init).build(),
                        InputType.recurrent(6),
                        List.of(WeightShape.dense(6, 10), WeightShape.dense(10, 10))),
                Arguments.of(
                        new LSTM.Builder().nIn(6).nOut(10).weightInit(init).build(),
                        InputType.recurrent(6),
                        List.of(WeightShape.lstm(6, 10, 0), WeightShape.lstm(10, 10, 0))),
                Arguments.of(
                        new LSTM.Builder().nIn(10).nOut(10).weightInit(init).build(),
                        InputType.recurrent(10),
                        List.of(WeightShape.lstm(10, 10, 0), WeightShape.lstm(10, 10, 0))),
                Arguments.of(
                        new GravesLSTM.Builder()
                                .nIn(6)
                                .nOut(10)
                                .weightInit(init)
                                .build(),
                        InputType.recurrent(6),
                        List.of(WeightShape.lstm(6, 10, 0), WeightShape.lstm(10, 10, 3))),
                Arguments.of(
                        new GravesBidirectionalLSTM.Builder()
                                .nIn(6)
                                .nOut(10)
                                .weightInit(init)
                                .build(),
                        InputType.recurrent(6),
                        List.of(
                                WeightShape.lstm(6, 10, 0),
                                WeightShape.lstm(10, 10, 3),
                                WeightShape.lstm(6, 10, 0),
                                WeightShape.lstm(10, 10, 3))),
                Arguments.of(
                        new Convolution1DLayer.Builder(3)
                                .nIn(7)
                                .nOut(4)
                                .weightInit(init)
                                .build(),
                        InputType.recurrent(7, 20),
                        List.of(WeightShape.convolution(7, 4, new long[] {3}, new long[] {1}))),
                Arguments.of(
                        new Convolution1DLayer.Builder(5, 2)
                                .nIn(7)
                                .nOut(4)
                                .weightInit(init)
                                .build(),
                        InputType.recurrent(7, 20),
                        List.of(WeightShape.convolution(7, 4, new long[] {5}, new long[] {2}))),
                Arguments.of(
                        new ConvolutionLayer.Builder(3, 5)
                                .stride(2, 2)
                                .nOut(8)
                                .weightInit(init)
                                .build(),
                        image,
                        List.of(WeightShape.convolution(5, 8, new long[] {3, 5}, new long[] {2, 2}))),
                Arguments.of(
                        new Convolution3D.Builder(3, 2, 4)
                                .stride(1, 2, 1)
                                .nOut(6)
                                .weightInit(init)
                                .build(),
                        volume,
                        List.of(WeightShape.convolution(5, 6, new long[] {3, 2, 4}, new long[] {1, 2, 1}))),
                Arguments.of(
                        new Deconvolution2D.Builder(4, 4)
                                .stride(2, 2)
                                .nOut(8)
                                .weightInit(init)
                                .build(),
                        image,
                        List.of(WeightShape.deconvolution(5, 8, new long[] {4, 4}, new long[] {2, 2}))),
                Arguments.of(
                        new Deconvolution3D.Builder()
                                .kernelSize(2, 3, 4)
                                .stride(2, 2, 2)
                                .nOut(6)
                                .weightInit(init)
                                .build(),
                        volume,
                        List.of(WeightShape.deconvolution(5, 6, new long[] {2, 3, 4}, new long[] {2, 2, 2}))),
                Arguments.of(
                        new DepthwiseConvolution2D.Builder(3, 3)
                                .depthMultiplier(2)
                                .stride(2, 2)
                                .nOut(10)
                                .weightInit(init)
                                .build(),
                        image,
                        List.of(WeightShape.depthwise(5, 2, new long[] {3, 3}, new long[] {2, 2}))),
                Arguments.of(
                        new DepthwiseConvolution2D.Builder(3, 3)
                                .depthMultiplier(3)
                                .nOut(36)
                                .weightInit(init)
                                .build(),
                        InputType.convolutional(20, 20, 12),
                        List.of(WeightShape.depthwise(12, 3, new long[] {3, 3}, ONE))),
                Arguments.of(
                        new VariationalAutoencoder.Builder()
                                .nIn(12)
                                .nOut(3)
                                .encoderLayerSizes(9)
                                .decoderLayerSizes(8)
                                .weightInit(init)
                                .build(),
                        InputType.feedForward(12),
                        List.of(
                                WeightShape.dense(12, 9),
                                WeightShape.dense(9, 3),
                                WeightShape.dense(9, 3),
                                WeightShape.dense(3, 8),
                                WeightShape.dense(8, 24))));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void infer_realLayer_isWhatTheLayerIs(Layer layer, InputType input, List<WeightShape> expected) {
        build(layer, input);
        assertThat(SEEN).isEqualTo(expected);
    }

    @Test
    void readings_separableConvolution_offerTheTruthSecond() {
        build(
                new SeparableConvolution2D.Builder(3, 3)
                        .depthMultiplier(2)
                        .nOut(6)
                        .weightInit(new Recorder())
                        .build(),
                InputType.convolutional(20, 20, 5));
        assertThat(READINGS.get(0))
                .containsExactly(
                        WeightShape.convolution(5, 2, new long[] {3, 3}, ONE),
                        WeightShape.separableDepth(5, 2, new long[] {3, 3}, ONE));
        assertThat(READINGS.get(1)).containsExactly(WeightShape.pointwise(10, 6));
    }

    /** A convolution with strides, a pointwise half, a one-dimensional convolution: which of them a call of one tap is taken for. */
    @Test
    void readings_oneTap_takeTheLikeliestFirst() {
        long[] one = {1, 1};
        long[] two = {2, 2};
        assertThat(WeightShape.readings(64, 64, new long[] {256, 64, 1, 1}, 'c'))
                .startsWith(
                        WeightShape.convolution(64, 256, one, two),
                        WeightShape.convolution(64, 256, new long[] {1}, new long[] {2}),
                        WeightShape.pointwise(64, 256));
        assertThat(WeightShape.readings(64, 64, new long[] {128, 64, 1, 1}, 'c'))
                .startsWith(WeightShape.pointwise(64, 128), WeightShape.convolution(64, 128, one, new long[] {1, 2}));
        assertThat(WeightShape.infer(64, 64, new long[] {64, 64, 1, 1}, 'c'))
                .isEqualTo(WeightShape.convolution(64, 64, one, one));
        assertThat(WeightShape.infer(64, 32, new long[] {128, 64, 1, 1}, 'c'))
                .isEqualTo(WeightShape.convolution(64, 128, one, two));
        assertThat(WeightShape.infer(64, 64, new long[] {50, 64, 1, 1}, 'c')).isEqualTo(WeightShape.pointwise(64, 50));
    }

    @Test
    void readings_lstmWithThriceTheInputs_nameBoth() {
        assertThat(WeightShape.readings(10, 40, new long[] {10, 40}, 'f'))
                .containsExactly(WeightShape.dense(10, 40), WeightShape.lstm(10, 10, 0));
    }

    @Test
    void infer_unknownLayer_takesTheFansAsGiven() {
        WeightShape shape = WeightShape.infer(0.5, 11.25, new long[] {4, 6}, 'c');
        assertThat(WeightShape.readings(0.5, 11.25, new long[] {4, 6}, 'c')).isEmpty();
        assertThat(shape.kind()).isEqualTo(Kind.DENSE);
        assertThat(shape.fanIn()).isEqualTo(0.5);
        assertThat(shape.fanOut()).isEqualTo(11.25);
        assertThatThrownBy(() -> WeightShape.infer(-1, 2, new long[] {4, 6}, 'f'))
                .hasMessage("fanIn must be finite and > 0, got -1.0 for a weight of shape [4, 6]");
    }

    /** Fans by brute force: count, for each kind, the terms of a real DL4J layer's sums. All weights 1, one input 1 or all 1. */
    @Test
    void fans_stridedTransposedConvolution_countRealSums() {
        MultiLayerNetwork net = build(
                new Deconvolution2D.Builder(4, 4)
                        .stride(2, 2)
                        .nOut(8)
                        .hasBias(false)
                        .activation(org.nd4j.linalg.activations.Activation.IDENTITY)
                        .weightInit(new Recorder())
                        .build(),
                InputType.convolutional(20, 20, 5));
        WeightShape shape = SEEN.get(0);
        INDArray inner = net.output(Nd4j.ones(1, 5, 20, 20));
        assertThat(inner.getDouble(0, 3, 20, 20)).isEqualTo(shape.fanIn());
        INDArray impulse = Nd4j.zeros(1, 5, 20, 20).putScalar(0, 2, 9, 9, 1);
        assertThat(net.output(impulse).sumNumber().doubleValue()).isEqualTo(shape.fanOut());
    }

    static Stream<WeightShape> kinds() {
        long[] stride = {1, 1};
        return Stream.of(
                WeightShape.dense(3, 4),
                WeightShape.embedding(3, 4),
                WeightShape.lstm(3, 2, 3),
                WeightShape.convolution(3, 4, new long[] {5}, new long[] {1}),
                WeightShape.convolution(3, 4, new long[] {2, 5}, stride),
                WeightShape.convolution(1, 1, new long[] {2, 5}, stride),
                WeightShape.convolution(3, 4, new long[] {2, 3, 5}, new long[] {1, 1, 1}),
                WeightShape.deconvolution(3, 4, new long[] {2, 5}, stride),
                WeightShape.deconvolution(3, 4, new long[] {2, 3, 5}, new long[] {1, 1, 1}),
                WeightShape.depthwise(3, 2, new long[] {4, 5}, stride),
                WeightShape.separableDepth(3, 2, new long[] {4, 5}, stride),
                WeightShape.pointwise(3, 4),
                WeightShape.elementWise(5),
                WeightShape.infer(2.5, 3.5, new long[] {3, 4, 2, 5}, 'f'),
                WeightShape.infer(2.5, 3.5, new long[] {3, 4, 5}, 'c'));
    }

    /** Both kinds of view tile the weight: adding 1 through every view adds 1 to every weight, except to peepholes. */
    @ParameterizedTest
    @MethodSource("kinds")
    void views_everyKind_coverEachWeightOnceInPlace(WeightShape shape) {
        // In the middle of a larger array, as all weights of a network but the first.
        INDArray all = Nd4j.zeros(shape.length() + 20);
        INDArray flat = all.get(NDArrayIndex.interval(7, 7 + shape.length()));
        INDArray weights = flat.reshape(shape.order(), true, sizes(shape));
        shape.matrices(weights).forEach(m -> m.addi(1));
        for (long t = 0; t < shape.taps(); t++) {
            for (INDArray tap : shape.tap(weights, t)) {
                assertThat(tap.shape()).containsExactly(shape.nOut(), shape.isGrouped() ? 1 : shape.nIn());
                tap.addi(10);
            }
        }
        long covered = shape.length() - shape.peepholes() * shape.shape().get(0);
        assertThat(flat.toDoubleVector())
                .containsOnly(shape.peepholes() > 0 ? new double[] {0, 11} : new double[] {11});
        assertThat(flat.sumNumber().doubleValue()).isEqualTo(11.0 * covered);
        assertThat(all.sumNumber().doubleValue()).isEqualTo(11.0 * covered);
    }

    /** A convolution of one axis is not laid out as its shape says: its test is Dirac through a real layer. */
    @ParameterizedTest
    @MethodSource("kinds")
    void centre_everyKind_isTheMiddleOfEachAxis(WeightShape shape) {
        INDArray weights = Nd4j.zeros(shape.length()).reshape(shape.order(), true, sizes(shape));
        shape.tap(weights, shape.centre()).forEach(m -> m.assign(1));
        long first = shape.kind() == Kind.DEPTHWISE || shape.kind() == Kind.DECONV_3D ? 0 : 2;
        for (long i = 0; i < weights.length(); i++) {
            long[] at = org.nd4j.linalg.api.shape.Shape.ind2subC(weights.shape(), i);
            boolean middle = true;
            for (int a = 0; a < shape.kernel().length; a++) {
                middle &= at[(int) first + a] == (shape.kernel()[a] - 1) / 2;
            }
            if (shape.kind() != Kind.CONV_1D && (shape.peepholes() == 0 || at[1] < 8)) {
                assertThat(weights.getDouble(at)).as("%s", Arrays.toString(at)).isEqualTo(middle ? 1 : 0);
            }
        }
    }

    private static long[] sizes(WeightShape shape) {
        return shape.shape().stream().mapToLong(Long::longValue).toArray();
    }

    private static MultiLayerNetwork build(Layer layer, InputType input) {
        SEEN.clear();
        READINGS.clear();
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(layer)
                .setInputType(input)
                .build());
        net.init();
        return net;
    }
}
