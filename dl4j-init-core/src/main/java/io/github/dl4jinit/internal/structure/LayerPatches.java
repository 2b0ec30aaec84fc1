package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.network.LayerInput;
import io.github.dl4jinit.network.Samples;
import io.github.dl4jinit.scheme.WeightShape.Kind;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a layer of a sweep is about to be computed on. */
final class LayerPatches implements LayerInput {

    private final LayerNode node;
    private final @Nullable INDArray mask;

    /** @param mask what counts of the layer's input, or null */
    LayerPatches(LayerNode node, @Nullable INDArray mask) {
        this.node = node;
        this.mask = mask;
    }

    @Override
    public Optional<INDArray> patches(int most) {
        Kind shape = node.isRecurrent()
                ? Kind.GATED
                : node.view().weights().get(0).shape().kind();
        return switch (shape) {
            case DENSE -> Optional.of(rows(most));
            case CONV_2D -> windows(most);
            default -> Optional.empty();
        };
    }

    private INDArray rows(int most) {
        INDArray input = node.inside().input();
        Samples samples = Samples.of(input, node.channelAxis(input.rank()), node.fitting(mask, input));
        INDArray counts = samples.mask();
        int[] counting = IntStream.range(0, samples.rows().rows())
                .filter(row -> counts == null || counts.getDouble(row) != 0)
                .toArray();
        return samples.rows()
                .getRows(Arrays.stream(sample(counting.length, most))
                        .map(i -> counting[i])
                        .toArray());
    }

    /** Without repetition, in ascending order; all if there are no more than asked for. */
    private static int[] sample(int count, int most) {
        int[] taken = new int[Math.min(count, most)];
        double[] chance = Nd4j.rand(DataType.DOUBLE, Math.max(1, count)).toDoubleVector();
        for (int i = 0, n = 0; n < taken.length; i++) {
            if (chance[i] * (count - i) < taken.length - n) {
                taken[n++] = i;
            }
        }
        return taken;
    }

    private Optional<INDArray> windows(int most) {
        ConvolutionLayer convolution = (ConvolutionLayer) node.configuration();
        INDArray input = node.inside().input();
        INDArray images = (node.channelAxis(4) == 1 ? input : input.permute(0, 3, 1, 2)).castTo(DataType.DOUBLE);
        int[] kernel = convolution.getKernelSize();
        int[] dilation = convolution.getDilation();
        long places = images.size(2) - (long) (kernel[0] - 1) * dilation[0];
        long columns = images.size(3) - (long) (kernel[1] - 1) * dilation[1];
        if (places < 1 || columns < 1) {
            return Optional.empty();
        }
        double[] chance = Nd4j.rand(DataType.DOUBLE, 3L * most).toDoubleVector();
        double[][] rows = new double[most][];
        for (int i = 0; i < most; i++) {
            long example = (long) (chance[3 * i] * images.size(0));
            long top = (long) (chance[3 * i + 1] * places);
            long left = (long) (chance[3 * i + 2] * columns);
            rows[i] = window(images, kernel, dilation, example, top, left);
        }
        return Optional.of(Nd4j.createFromArray(rows));
    }

    private static double[] window(INDArray images, int[] kernel, int[] dilation, long example, long top, long left) {
        double[] window = new double[Math.toIntExact(images.size(1) * kernel[0] * kernel[1])];
        int next = 0;
        for (long channel = 0; channel < images.size(1); channel++) {
            for (int y = 0; y < kernel[0]; y++) {
                for (int x = 0; x < kernel[1]; x++) {
                    window[next++] = images.getDouble(
                            example, channel, top + (long) y * dilation[0], left + (long) x * dilation[1]);
                }
            }
        }
        return window;
    }
}
