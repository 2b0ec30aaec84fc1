package io.github.dl4jinit.scheme;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Where the outputs, inputs and taps of a {@link WeightShape} lie in its array, and its parts as views. */
final class WeightLayout {

    private WeightLayout() {}

    static long nOut(WeightShape weight) {
        List<Long> shape = weight.shape();
        return switch (weight.kind()) {
            case DENSE, EMBEDDING, DECONV_2D -> shape.get(1);
            case GATED -> shape.get(1) / weight.gates();
            case CONV_1D, CONV_2D, CONV_3D, POINTWISE, SEPARABLE_DEPTH -> shape.get(0);
            case DECONV_3D, DEPTHWISE -> shape.get(3);
            case ELEMENT_WISE, SLOPES -> 1;
        };
    }

    static long nIn(WeightShape weight) {
        List<Long> shape = weight.shape();
        return switch (weight.kind()) {
            case DENSE, EMBEDDING, GATED, DECONV_2D -> shape.get(0);
            case CONV_1D, CONV_2D, CONV_3D, POINTWISE, SEPARABLE_DEPTH -> shape.get(1);
            case DECONV_3D -> shape.get(4);
            case DEPTHWISE -> shape.get(2);
            case ELEMENT_WISE, SLOPES -> weight.length();
        };
    }

    static long[] kernel(WeightShape weight) {
        List<Long> shape = weight.shape();
        List<Long> kernel =
                switch (weight.kind()) {
                    case DENSE, EMBEDDING, GATED, ELEMENT_WISE, SLOPES -> List.of();
                    case CONV_1D, CONV_2D, CONV_3D, DECONV_2D, POINTWISE, SEPARABLE_DEPTH ->
                        shape.subList(2, shape.size());
                    case DECONV_3D -> shape.subList(0, 3);
                    case DEPTHWISE -> shape.subList(0, 2);
                };
        return kernel.stream().mapToLong(Long::longValue).toArray();
    }

    static long centre(WeightShape weight) {
        long[] kernel = kernel(weight);
        long index = 0;
        for (int i = 0; i < kernel.length; i++) {
            int axis = weight.order() == 'c' ? i : kernel.length - 1 - i;
            index = index * kernel[axis] + (kernel[axis] - 1) / 2;
        }
        return index;
    }

    static List<INDArray> matrices(WeightShape weight, INDArray weights) {
        char order = weight.order();
        long in = weight.nIn();
        long out = weight.nOut();
        long taps = weight.taps();
        return switch (weight.kind()) {
            case DECONV_2D ->
                List.of(weights.reshape(order, true, in, out * taps).transpose());
            case DECONV_3D -> List.of(weights.reshape(order, true, out * taps, in));
            case CONV_1D -> List.of(weights.reshape(order, true, taps * in, out).transpose());
            case CONV_2D, CONV_3D, POINTWISE -> List.of(weights.reshape(order, true, out, in * taps));
            case DENSE, EMBEDDING ->
                List.of(weights.reshape(order, true, in, out).transpose());
            case GATED -> gates(weight, weights);
            // Grouped blocks are [mult, 1, taps].
            case DEPTHWISE, SEPARABLE_DEPTH, ELEMENT_WISE ->
                blocks(weight, weights).stream()
                        .map(block -> plane(block, 0, 2))
                        .toList();
            case SLOPES -> List.of();
        };
    }

    private static List<INDArray> gates(WeightShape weight, INDArray weights) {
        INDArray all = weights.reshape(
                weight.order(), true, weight.shape().get(0), weight.shape().get(1));
        List<INDArray> matrices = new ArrayList<>();
        for (int gate = 0; gate < weight.gates(); gate++) {
            long offset = gate * weight.nOut() * all.stride(1);
            matrices.add(view(all, offset, new long[] {weight.nIn(), weight.nOut()}, all.stride())
                    .transpose());
        }
        return matrices;
    }

    static List<INDArray> tap(WeightShape weight, INDArray weights, long tap) {
        if (tap < 0 || tap >= weight.taps()) {
            throw new IllegalArgumentException("tap must be in 0 .. " + (weight.taps() - 1) + ", got " + tap);
        }
        return blocks(weight, weights).stream()
                .map(block -> plane(block, tap * block.stride(2), 1))
                .toList();
    }

    /** The rows of a block, and the other axis that is given, as a matrix. */
    private static INDArray plane(INDArray block, long offset, int columns) {
        return view(block, offset, new long[] {block.size(0), block.size(columns)}, new long[] {
            block.stride(0), block.stride(columns)
        });
    }

    /** The weight as {@code [out, in, taps]} views. */
    private static List<INDArray> blocks(WeightShape weight, INDArray weights) {
        char order = weight.order();
        long in = weight.nIn();
        long out = weight.nOut();
        long taps = weight.taps();
        return switch (weight.kind()) {
            case DENSE, EMBEDDING ->
                List.of(weights.reshape(order, true, in, out, 1).permute(1, 0, 2));
            case CONV_1D -> List.of(weights.reshape(order, true, taps, in, out).permute(2, 1, 0));
            case CONV_2D, CONV_3D, POINTWISE -> List.of(weights.reshape(order, true, out, in, taps));
            case DECONV_2D ->
                List.of(weights.reshape(order, true, in, out, taps).permute(1, 0, 2));
            case DECONV_3D ->
                List.of(weights.reshape(order, true, taps, out, in).permute(1, 2, 0));
            case GATED -> {
                INDArray all = weights.reshape(order, true, in, weight.shape().get(1), 1);
                yield slices(all.permute(1, 0, 2), 0, out, weight.gates());
            }
            case DEPTHWISE -> slices(weights.reshape(order, true, taps, in, out).permute(2, 1, 0), 1, 1, in);
            case SEPARABLE_DEPTH -> slices(weights.reshape(order, true, out, in, taps), 1, 1, in);
            case ELEMENT_WISE -> slices(weights.reshape(order, true, 1, in, 1), 1, 1, in);
            case SLOPES -> List.of();
        };
    }

    private static List<INDArray> slices(INDArray array, int axis, long size, long count) {
        List<INDArray> slices = new ArrayList<>();
        long[] sizes = array.shape().clone();
        sizes[axis] = size;
        for (long i = 0; i < count; i++) {
            slices.add(view(array, i * size * array.stride(axis), sizes, array.stride()));
        }
        return slices;
    }

    // Not array.get(...): in ND4J 1.0.0-M2.1 it returns an empty array for some slices of a view that has an offset of
    // its
    // own, as every weight but a network's first has.
    private static INDArray view(INDArray array, long offset, long[] sizes, long[] strides) {
        return Nd4j.create(array.data(), sizes, strides, array.offset() + offset, array.ordering());
    }

    static long product(long... sizes) {
        long product = 1;
        for (long size : sizes) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }

    static List<Long> list(long[]... parts) {
        return Arrays.stream(parts).flatMapToLong(Arrays::stream).boxed().toList();
    }
}
