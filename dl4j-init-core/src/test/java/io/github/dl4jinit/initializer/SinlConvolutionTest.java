package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.initializer.Sinl.Convention;
import io.github.dl4jinit.internal.linalg.LeastSquares;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.InitReport.PairLine;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class SinlConvolutionTest {

    private static final long SIDE = 4;
    private static final long PIXELS = SIDE * SIDE;
    private static final long EXAMPLES = 6;

    private static MultiLayerNetwork network(ConvolutionMode mode, CNN2DFormat format, boolean pooled) {
        NeuralNetConfiguration.ListBuilder list = Networks.base(DataType.DOUBLE)
                .convolutionMode(mode)
                .activation(Activation.TANH)
                .list()
                .layer(convolution(3, format))
                .layer(convolution(4, format));
        if (pooled) {
            list.layer(new SubsamplingLayer.Builder()
                    .kernelSize(2, 2)
                    .stride(1, 1)
                    .dataFormat(format)
                    .build());
        }
        return Networks.init(list.layer(convolution(3, format))
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(Networks.CLASSES)
                        .build())
                .setInputType(InputType.convolutional(SIDE, SIDE, 3, format))
                .build());
    }

    private static ConvolutionLayer convolution(int channels, CNN2DFormat format) {
        return new ConvolutionLayer.Builder(3, 3)
                .nOut(channels)
                .dataFormat(format)
                .build();
    }

    private static INDArray images() {
        return Networks.normal(8, DataType.DOUBLE, EXAMPLES, 3, SIDE, SIDE);
    }

    private static DataSet batch(INDArray features) {
        return new DataSet(features, Networks.oneHot(1, DataType.DOUBLE, EXAMPLES));
    }

    /** The padded 3 x 3 convolution as a dense matrix [out pixels, in pixels], entry by entry. */
    private static INDArray unrolled(INDArray kernel) {
        int out = (int) kernel.size(0);
        int in = (int) kernel.size(1);
        INDArray dense = Nd4j.zeros(DataType.DOUBLE, out * PIXELS, in * PIXELS);
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                for (long y = 0; y < SIDE; y++) {
                    for (long x = 0; x < SIDE; x++) {
                        for (int dy = 0; dy < 3; dy++) {
                            for (int dx = 0; dx < 3; dx++) {
                                long fromY = y + dy - 1;
                                long fromX = x + dx - 1;
                                if (fromY >= 0 && fromY < SIDE && fromX >= 0 && fromX < SIDE) {
                                    dense.putScalar(
                                            o * PIXELS + y * SIDE + x,
                                            i * PIXELS + fromY * SIDE + fromX,
                                            kernel.getDouble(o, i, dy, dx));
                                }
                            }
                        }
                    }
                }
            }
        }
        return dense;
    }

    /** A matrix that acts on channels, as one that acts on all pixels of all channels: the Kronecker product with I. */
    private static INDArray onPixels(INDArray channels) {
        INDArray dense = Nd4j.zeros(DataType.DOUBLE, channels.rows() * PIXELS, channels.columns() * PIXELS);
        for (int i = 0; i < channels.rows(); i++) {
            for (int j = 0; j < channels.columns(); j++) {
                for (int pixel = 0; pixel < PIXELS; pixel++) {
                    dense.putScalar(i * PIXELS + pixel, j * PIXELS + pixel, channels.getDouble(i, j));
                }
            }
        }
        return dense;
    }

    /** [n, channels pixels] to [n pixels, channels]. */
    private static INDArray byPixel(INDArray flat) {
        long channels = flat.size(1) / PIXELS;
        return flat.dup('c')
                .reshape('c', EXAMPLES, channels, PIXELS)
                .permute(0, 2, 1)
                .dup('c')
                .reshape('c', EXAMPLES * PIXELS, channels);
    }

    private static double distance(INDArray a, INDArray b) {
        return a.sub(b).amaxNumber().doubleValue();
    }

    /** The whole algorithm a second time, on dense matrices, with least squares instead of normal equations. */
    @ParameterizedTest
    @EnumSource
    void convolutions_areTurnedAsTheirDenseMatrices(Convention convention) {
        MultiLayerNetwork network = network(ConvolutionMode.Same, CNN2DFormat.NCHW, false);
        INDArray first = unrolled(network.getParam("0_W"));
        INDArray second = unrolled(network.getParam("1_W"));
        INDArray third = unrolled(network.getParam("2_W"));
        INDArray middle = network.getParam("1_W").dup('c').reshape('c', 4, 27);
        Svd middleSvd = Svd.thin(middle);
        INDArray middleTurned = middleSvd.u().mmul(middleSvd.vt());
        INDArray features = images();
        INDArray flat = features.dup('c').reshape('c', EXAMPLES, 3 * PIXELS);

        // The middle is the last to be turned inward, the first outward.
        INDArray secondTurned = unrolled(middleTurned.dup('c').reshape('c', 4, 3, 3, 3));
        INDArray through = convention == Convention.PRINTED ? second : secondTurned;
        INDArray one = Nd4j.math().tanh(flat.mmul(first.transpose()));
        INDArray two = Nd4j.math().tanh(one.mmul(through.transpose()));
        INDArray three = two.mmul(third.transpose());
        INDArray bridge =
                LeastSquares.solve(byPixel(flat), byPixel(three)).solution().transpose();
        CanonicalSvd svd = CanonicalSvd.of(Svd.thin(bridge), 1e-12);
        INDArray u = svd.u();
        INDArray v = svd.v();
        INDArray root = Nd4j.math().pow(Nd4j.createFromArray(svd.s()), -0.5);
        INDArray right =
                switch (convention) {
                    case PRINTED -> v.transpose();
                    case TRANSPOSED -> v;
                    case ISOMETRIC -> v.mmul(Nd4j.diag(root)).mmul(v.transpose());
                };
        INDArray left =
                switch (convention) {
                    case PRINTED -> u;
                    case TRANSPOSED -> u.transpose();
                    case ISOMETRIC -> u.mmul(Nd4j.diag(root)).mmul(u.transpose());
                };

        Sinl.builder()
                .convention(convention)
                .orthogonalStart(false)
                .centred(false)
                .floor(0)
                .build()
                .initialize(network, batch(features));
        assertThat(distance(unrolled(network.getParam("0_W")), first.mmul(onPixels(right))))
                .isLessThan(1e-10);
        assertThat(distance(unrolled(network.getParam("1_W")), secondTurned)).isLessThan(1e-10);
        assertThat(distance(unrolled(network.getParam("2_W")), onPixels(left).mmul(third)))
                .isLessThan(1e-10);
    }

    @Test
    void channelsLast_isTheSame() {
        MultiLayerNetwork first = network(ConvolutionMode.Same, CNN2DFormat.NCHW, false);
        MultiLayerNetwork last = network(ConvolutionMode.Same, CNN2DFormat.NHWC, false);
        last.setParams(first.params());
        Sinl sinl = Sinl.builder().orthogonalStart(false).build();
        sinl.initialize(first, batch(images()));
        sinl.initialize(last, batch(images().permute(0, 2, 3, 1).dup('c')));
        // DL4J keeps the weights of both formats alike. The classifier behind the flattening sees another order of
        // pixels.
        for (int layer = 0; layer < 3; layer++) {
            assertThat(distance(first.getParam(layer + "_W"), last.getParam(layer + "_W")))
                    .isLessThan(1e-12);
        }
    }

    @Test
    void withoutPadding_positionsAreAveraged_andTheReportSaysSo() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .convolutionMode(ConvolutionMode.Truncate)
                .activation(Activation.IDENTITY)
                .list()
                .layer(new ConvolutionLayer.Builder(1, 1).stride(2, 2).nOut(3).build())
                .layer(new ConvolutionLayer.Builder(1, 1).nOut(3).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(Networks.CLASSES)
                        .build())
                .setInputType(InputType.convolutional(SIDE, SIDE, 3))
                .build());
        // Constant images: the averages lose nothing, so the bridge is the product of the two 1 x 1 kernels.
        INDArray features =
                Networks.normal(8, DataType.DOUBLE, EXAMPLES, 3, 1, 1).broadcast(EXAMPLES, 3, SIDE, SIDE);
        INDArray product = network.getParam("1_W")
                .reshape(3, 3)
                .mmul(network.getParam("0_W").reshape(3, 3));
        InitReport report = Sinl.builder().orthogonalStart(false).build().initialize(network, batch(features.dup('c')));
        PairLine pair = report.pairs().get(0);
        assertThat(pair.note()).contains("averaged over positions");
        double[] s = Svd.thin(product).s().toDoubleVector();
        for (int k = 0; k < 3; k++) {
            assertThat(pair.before().singularValues().get(k))
                    .isCloseTo(s[k], org.assertj.core.api.Assertions.within(1e-10));
        }
    }

    @Test
    void poolingAndFlattening_cutTheChain() {
        MultiLayerNetwork network = network(ConvolutionMode.Same, CNN2DFormat.NCHW, true);
        InitReport report = Sinl.defaults().initialize(network, batch(images()));
        assertThat(report.pairs()).extracting(PairLine::name).containsExactly("layer0 - layer1", "layer3", "layer4");
        assertThat(report.layers())
                .extracting(LayerReport::note)
                .containsExactly(
                        "first of 2 after the network's input",
                        "",
                        "first of 1 after 'layer2' (SubsamplingLayer)",
                        "first of 1 after 'layer3' (ConvolutionLayer) through a CnnToFeedForwardPreProcessor");
        assertThat(report.count(Outcome.CONVERGED)).isEqualTo(4);
    }
}
