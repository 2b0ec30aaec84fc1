package io.github.dl4jinit.network;

import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.convolution.Convolution;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The patches that a two-dimensional convolution sees of pictures, channels first, as DL4J's ConvolutionLayer takes them: one for each
 * position of its answer, of channels x taps numbers.
 */
final class Patches {

    private final long channels;
    private final int[] kernel;
    private final int[] in;
    private final int[] out;
    private final int[] stride;
    private final int[] dilation;
    private final boolean same;
    private final int[] pad;

    /**
     * @param pictures [n, channels, height, width]
     * @param answers [n, filters, height, width]
     */
    Patches(ConvolutionLayer configuration, INDArray weights, INDArray pictures, INDArray answers) {
        channels = weights.size(1);
        kernel = new int[] {(int) weights.size(2), (int) weights.size(3)};
        in = new int[] {(int) pictures.size(2), (int) pictures.size(3)};
        out = new int[] {(int) answers.size(2), (int) answers.size(3)};
        stride = configuration.getStride();
        dilation = configuration.getDilation();
        same = configuration.getConvolutionMode() == ConvolutionMode.Same;
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

    /**
     * Takes the patches.
     *
     * @return [n, positions, channels taps]
     */
    INDArray of(INDArray pictures) {
        long n = pictures.size(0);
        // In this order of the axes ND4J is several times as fast as in that of the result.
        INDArray columns = Nd4j.createUninitialized(
                pictures.dataType(), new long[] {n, channels, kernel[0], kernel[1], out[0], out[1]}, 'c');
        Convolution.im2col(
                pictures,
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
        return columns.reshape('c', n, numbers(), positions()).permute(0, 2, 1);
    }

    /**
     * What flows back to the pictures.
     *
     * @param delta [n, filters, positions], to the answers
     * @param weights [filters, channels, taps, taps]
     * @return [n, channels, height, width]
     */
    INDArray back(INDArray delta, INDArray weights) {
        long n = delta.size(0);
        long filters = delta.size(1);
        INDArray byPosition = delta.permute(0, 2, 1).dup('c').reshape('c', n * positions(), filters);
        INDArray columns = Nd4j.createUninitialized(delta.dataType(), new long[] {n * positions(), numbers()}, 'c');
        // ND4J multiplies into the order 'f', which is what the transposed has.
        Nd4j.gemm(weights.dup('c').reshape('c', filters, numbers()), byPosition, columns.transpose(), true, true, 1, 0);
        INDArray pictures = Nd4j.createUninitialized(delta.dataType(), new long[] {n, channels, in[0], in[1]}, 'c');
        Convolution.col2im(
                columns.reshape('c', n, out[0], out[1], channels, kernel[0], kernel[1])
                        .permute(0, 3, 4, 5, 1, 2),
                pictures,
                stride[0],
                stride[1],
                pad[0],
                pad[1],
                in[0],
                in[1],
                dilation[0],
                dilation[1]);
        return pictures;
    }
}
