package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.InitReport.PairLine;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The samples at the two ends of a chain belong together: for kernels of one tap and no activation the bridge explains all of
 * the response, whatever layout DL4J computes in. Rows in different orders would leave most of it unexplained.
 */
class SinlRowsTest {

    private static final int EXAMPLES = 9;

    static Stream<Arguments> chains() {
        InputType images = InputType.convolutional(4, 5, 3, CNN2DFormat.NCHW);
        InputType imagesLast = InputType.convolutional(4, 5, 3, CNN2DFormat.NHWC);
        InputType steps = InputType.recurrent(3, 4, RNNFormat.NCW);
        InputType stepsLast = InputType.recurrent(3, 4, RNNFormat.NWC);
        return Stream.of(
                Arguments.of(images, new long[] {3, 4, 5}, List.of(flat(CNN2DFormat.NCHW), flat(CNN2DFormat.NCHW))),
                Arguments.of(imagesLast, new long[] {4, 5, 3}, List.of(flat(CNN2DFormat.NHWC), flat(CNN2DFormat.NHWC))),
                Arguments.of(images, new long[] {3, 4, 5}, List.of(deconvolution(), flat(CNN2DFormat.NCHW))),
                Arguments.of(
                        InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 2, 3, 4, 3),
                        new long[] {3, 2, 3, 4},
                        List.of(solid(Convolution3D.DataFormat.NCDHW), solid(Convolution3D.DataFormat.NCDHW))),
                Arguments.of(
                        InputType.convolutional3D(Convolution3D.DataFormat.NDHWC, 2, 3, 4, 3),
                        new long[] {2, 3, 4, 3},
                        List.of(solid(Convolution3D.DataFormat.NDHWC), solid(Convolution3D.DataFormat.NDHWC))),
                Arguments.of(steps, new long[] {3, 4}, List.of(series(RNNFormat.NCW), series(RNNFormat.NCW))),
                Arguments.of(stepsLast, new long[] {4, 3}, List.of(series(RNNFormat.NWC), series(RNNFormat.NWC))),
                Arguments.of(steps, new long[] {3, 4}, List.of(series(RNNFormat.NCW), output(RNNFormat.NCW))),
                Arguments.of(stepsLast, new long[] {4, 3}, List.of(series(RNNFormat.NWC), output(RNNFormat.NWC))),
                Arguments.of(stepsLast, new long[] {4, 3}, List.of(distributed(RNNFormat.NWC), series(RNNFormat.NWC))),
                Arguments.of(steps, new long[] {3, 4}, List.of(distributed(RNNFormat.NCW), output(RNNFormat.NCW))),
                Arguments.of(steps, new long[] {3, 4}, List.of(distributed(RNNFormat.NCW), series(RNNFormat.NCW))),
                Arguments.of(steps, new long[] {3, 4}, List.of(series(RNNFormat.NCW), distributed(RNNFormat.NCW))));
    }

    private static Layer flat(CNN2DFormat format) {
        return new ConvolutionLayer.Builder(1, 1).nOut(4).dataFormat(format).build();
    }

    private static Layer deconvolution() {
        return new Deconvolution2D.Builder(1, 1).nOut(4).build();
    }

    private static Layer solid(Convolution3D.DataFormat format) {
        return new Convolution3D.Builder(1, 1, 1).nOut(4).dataFormat(format).build();
    }

    private static Layer series(RNNFormat format) {
        return new Convolution1DLayer.Builder(1).nOut(4).rnnDataFormat(format).build();
    }

    private static Layer distributed(RNNFormat format) {
        return new TimeDistributed(new DenseLayer.Builder().nOut(4).build(), format);
    }

    private static Layer output(RNNFormat format) {
        return new RnnOutputLayer.Builder(LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nOut(4)
                .dataFormat(format)
                .build();
    }

    @ParameterizedTest
    @MethodSource("chains")
    void bridgeOfOneTapLayers_explainsEverything(InputType input, long[] shape, List<Layer> layers) {
        var builder = base().graphBuilder()
                .addInputs("in")
                .setInputTypes(input)
                .addLayer("first", layers.get(0), "in")
                .addLayer("last", layers.get(1), "first")
                .setOutputs("last");
        ComputationGraph graph =
                new ComputationGraph(builder.validateOutputLayerConfig(false).build());
        graph.init();
        long[] full = new long[shape.length + 1];
        full[0] = EXAMPLES;
        System.arraycopy(shape, 0, full, 1, shape.length);
        INDArray features = Networks.normal(4, DataType.DOUBLE, full);
        InitReport report = Sinl.builder()
                .orthogonalStart(false)
                .build()
                .initialize(graph, new MultiDataSet(new INDArray[] {features}, null));
        assertThat(report.pairs()).extracting(PairLine::name).containsExactly("first - last");
        PairLine pair = report.pairs().get(0);
        assertThat(pair.note()).isEqualTo("widths differ, 3 to 4");
        assertThat(pair.before().residual()).isLessThan(1e-10);
        assertThat(pair.after().residual()).isLessThan(1e-10);
        assertThat(pair.after().singularValues().get(2)).isGreaterThan(1e-6);
    }

    private static NeuralNetConfiguration.Builder base() {
        return Networks.base(DataType.DOUBLE).activation(Activation.IDENTITY);
    }
}
