package io.github.dl4jinit.internal.gradient;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.util.ConvolutionUtils;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.convolution.Convolution;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The patches that a two-dimensional convolution sees of images, channels first, as DL4J's ConvolutionLayer takes them: one for each
 * position of its output, of channels x taps numbers.
 */
public final class Patches {

    /** Numbers to hold at once on the way back: what a processor's cache takes. */
    private static final long ROOM = 1 << 19;

    private final long channels;
    private final int[] kernel;
    private final int[] in;
    private final int[] out;
    private final int[] stride;
    private final int[] dilation;
    private final boolean same;
    private final int[] pad;

    /**
     * @param weights [filters, channels, taps, taps]
     * @param images [n, channels, height, width]
     */
    public Patches(ConvolutionLayer configuration, INDArray weights, INDArray images) {
        channels = weights.size(1);
        kernel = new int[] {(int) weights.size(2), (int) weights.size(3)};
        in = new int[] {(int) images.size(2), (int) images.size(3)};
        stride = configuration.getStride();
        dilation = configuration.getDilation();
        same = configuration.getConvolutionMode() == ConvolutionMode.Same;
        out = ConvolutionUtils.getOutputSize(
                images,
                kernel,
                stride,
                configuration.getPadding(),
                configuration.getConvolutionMode(),
                dilation,
                CNN2DFormat.NCHW);
        pad = same
                ? ConvolutionUtils.getSameModeTopLeftPadding(out, in, kernel, stride, dilation)
                : configuration.getPadding();
    }

    private long numbers() {
        return channels * kernel[0] * kernel[1];
    }

    private long positions() {
        return (long) out[0] * out[1];
    }

    /** Takes the patches: [n, channels taps, positions]. */
    public INDArray of(INDArray images) {
        long n = images.size(0);
        INDArray columns = Nd4j.createUninitialized(
                images.dataType(), new long[] {n, channels, kernel[0], kernel[1], out[0], out[1]}, 'c');
        Convolution.im2col(
                images,
                kernel[0],
                kernel[1],
                stride[0],
                stride[1],
                pad[0],
                pad[1],
                dilation[0],
                dilation[1],
                same,
                columns);
        return columns.reshape('c', n, numbers(), positions());
    }

    /**
     * The responses, before the activation.
     *
     * @param patches of images, as {@link #of} gives them
     * @param weights [filters, channels, taps, taps]
     * @param bias [1, filters], or null
     * @return [n, filters, positions]
     */
    public INDArray responses(INDArray patches, INDArray weights, @Nullable INDArray bias) {
        long n = patches.size(0);
        long filters = weights.size(0);
        INDArray taps = weights.reshape('c', filters, numbers());
        INDArray responses = Nd4j.createUninitialized(patches.dataType(), new long[] {n, filters, positions()}, 'c');
        for (long i = 0; i < n; i++) {
            // ND4J multiplies into the order 'f', which is what the transposed has.
            Nd4j.gemm(patches.slice(i), taps, responses.slice(i).transpose(), true, true, 1, 0);
        }
        return bias == null ? responses : responses.addi(bias.reshape(1, filters, 1));
    }

    /** From [n, filters, positions] to [n, filters, height, width]. */
    public INDArray asImages(INDArray responses) {
        return responses.reshape('c', responses.size(0), responses.size(1), out[0], out[1]);
    }

    /**
     * What flows back to the images.
     *
     * @param delta [n, filters, positions], to the responses
     * @param weights [filters, channels, taps, taps]
     * @return [n, channels, height, width]
     */
    public INDArray back(INDArray delta, INDArray weights) {
        long n = delta.size(0);
        INDArray taps = weights.reshape('c', delta.size(1), numbers());
        INDArray images = Nd4j.createUninitialized(delta.dataType(), new long[] {n, channels, in[0], in[1]}, 'c');
        long several = Math.min(n, Math.max(1, ROOM / (numbers() * positions())));
        INDArray columns =
                Nd4j.createUninitialized(delta.dataType(), new long[] {several * positions(), numbers()}, 'c');
        for (long from = 0; from < n; from += several) {
            long to = Math.min(n, from + several);
            INDArrayIndex some = NDArrayIndex.interval(from, to);
            INDArrayIndex ofThem = NDArrayIndex.interval(0, (to - from) * positions());
            back(delta.get(some), taps, columns.get(ofThem, NDArrayIndex.all()), images.get(some));
        }
        return images;
    }

    private void back(INDArray delta, INDArray taps, INDArray columns, INDArray images) {
        long n = delta.size(0);
        INDArray byPosition = delta.permute(0, 2, 1).dup('c').reshape('c', n * positions(), delta.size(1));
        Nd4j.gemm(taps, byPosition, columns.transpose(), true, true, 1, 0);
        Convolution.col2im(
                columns.reshape('c', n, out[0], out[1], channels, kernel[0], kernel[1])
                        .permute(0, 3, 4, 5, 1, 2),
                images,
                stride[0],
                stride[1],
                pad[0],
                pad[1],
                in[0],
                in[1],
                dilation[0],
                dilation[1]);
    }
}
