package io.github.dl4jinit.scheme;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What one weight parameter of DL4J is: its layout, what an output sums over, what an input feeds, and its parts as matrices.
 *
 * <p>The fans are those of the mathematics, not those that DL4J passes. {@code fanIn} is the number of terms in the sum that makes
 * one output, {@code fanOut} the number of outputs that one input feeds, both from this weight alone; with strides they are
 * averages over positions and may be fractions. With K the number of kernel taps and S the product of the strides:
 *
 * <table>
 * <caption>Layouts and fans</caption>
 * <tr><th>kind</th><th>shape</th><th>fanIn</th><th>fanOut</th></tr>
 * <tr><td>DENSE</td><td>[in, out]</td><td>in</td><td>out</td></tr>
 * <tr><td>EMBEDDING</td><td>[in, out]</td><td>1</td><td>out</td></tr>
 * <tr><td>GATED</td><td>[in, gates out (+ peepholes)]</td><td>in</td><td>gates out</td></tr>
 * <tr><td>CONV_1D, CONV_2D, CONV_3D</td><td>[out, in, taps...]</td><td>in K</td><td>out K / S</td></tr>
 * <tr><td>DECONV_2D</td><td>[in, out, kH, kW]</td><td>in K / S</td><td>out K</td></tr>
 * <tr><td>DECONV_3D</td><td>[kD, kH, kW, out, in]</td><td>in K / S</td><td>out K</td></tr>
 * <tr><td>DEPTHWISE</td><td>[kH, kW, in, mult]</td><td>K</td><td>mult K / S</td></tr>
 * <tr><td>SEPARABLE_DEPTH</td><td>[mult, in, kH, kW]</td><td>K</td><td>mult K / S</td></tr>
 * <tr><td>POINTWISE</td><td>[out, in, 1, 1]</td><td>in</td><td>out</td></tr>
 * <tr><td>ELEMENT_WISE</td><td>[1, n] or [n]</td><td>1</td><td>1</td></tr>
 * <tr><td>SLOPES</td><td>any (PReLU)</td><td>1</td><td>1</td></tr>
 * </table>
 *
 * <p>A convolution of one dimension has the shape {@code [out, in, k, 1]} in DL4J, but computes with the same memory read as
 * {@code [k, in, out]} (measured, one weight at a time); the views below are of what it computes. The three peephole columns of a Graves LSTM
 * are element-wise weights; they count in no fan and belong to no matrix.
 *
 * @param kind the layout
 * @param shape the shape of the parameter
 * @param order the order in which the parameter is laid out in the flat view, 'c' or 'f'
 * @param fanIn how many terms one output sums over, greater than 0
 * @param fanOut how many outputs one input feeds, greater than 0
 * @param gates how many weight matrices stand side by side; 1 for every kind but GATED
 */
public record WeightShape(Kind kind, List<Long> shape, char order, double fanIn, double fanOut, int gates) {

    /** The layouts that DL4J uses. */
    public enum Kind {
        /** Fully connected; also the weights of a SimpleRnn. */
        DENSE,
        /** A row for each word. */
        EMBEDDING,
        /** The input or recurrent weights of an LSTM: one matrix a gate, side by side. */
        GATED,
        /** Convolution along one axis: {@code [out, in, k, 1]} in name, {@code [k, in, out]} in memory. */
        CONV_1D,
        /** Convolution along two axes; also {@code [out, in, taps]} of a layer that DL4J does not know. */
        CONV_2D,
        /** Convolution along three axes. */
        CONV_3D,
        /** Transposed convolution along two axes. */
        DECONV_2D,
        /** Transposed convolution along three axes. */
        DECONV_3D,
        /** Each channel with its own kernels. */
        DEPTHWISE,
        /** The first half of a separable convolution: depthwise, in another layout. */
        SEPARABLE_DEPTH,
        /** The second half of a separable convolution: one tap. */
        POINTWISE,
        /** One factor for each input. */
        ELEMENT_WISE,
        /** The slopes of a PReLU: no weights, but DL4J initializes them as such. */
        SLOPES
    }

    /** Checks the shape, the order and the fans, and copies the shape. */
    public WeightShape {
        shape = List.copyOf(shape);
        if (shape.stream().anyMatch(n -> n < 1)) {
            throw new IllegalArgumentException("every size of a weight must be >= 1, got " + shape);
        }
        if (order != 'c' && order != 'f') {
            throw new IllegalArgumentException("order must be 'c' or 'f', got '" + order + "'");
        }
        requireFan("fanIn", fanIn, shape);
        requireFan("fanOut", fanOut, shape);
        if (gates < 1 || (gates > 1 && kind != Kind.GATED)) {
            throw new IllegalArgumentException("gates must be 1, or >= 1 for GATED, got " + gates + " for " + kind);
        }
    }

    private static void requireFan(String name, double fan, List<Long> shape) {
        if (!(fan > 0 && fan <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    name + " must be finite and > 0, got " + fan + " for a weight of shape " + shape);
        }
    }

    /**
     * A fully connected layer.
     *
     * @param nIn number of inputs
     * @param nOut number of outputs
     * @return the shape {@code [nIn, nOut]}, order 'f'
     */
    public static WeightShape dense(long nIn, long nOut) {
        return new WeightShape(Kind.DENSE, List.of(nIn, nOut), 'f', nIn, nOut, 1);
    }

    /**
     * An embedding: the output is one row, so it sums over one weight.
     *
     * @param nIn number of words
     * @param nOut length of a row
     * @return the shape {@code [nIn, nOut]}, order 'f'
     */
    public static WeightShape embedding(long nIn, long nOut) {
        return new WeightShape(Kind.EMBEDDING, List.of(nIn, nOut), 'f', 1, nOut, 1);
    }

    /**
     * The four gates of an LSTM, side by side.
     *
     * @param rows nIn for the input weights, nOut for the recurrent weights
     * @param nOut number of cells
     * @param peepholes element-wise columns behind the gates: 3 for the recurrent weights of a Graves LSTM, otherwise 0
     * @return the shape {@code [rows, 4 nOut + peepholes]}, order 'f'
     */
    public static WeightShape lstm(long rows, long nOut, int peepholes) {
        return new WeightShape(Kind.GATED, List.of(rows, 4 * nOut + peepholes), 'f', rows, 4 * nOut, 4);
    }

    /**
     * A convolution along as many axes as the kernel has.
     *
     * @param nIn input channels
     * @param nOut output channels
     * @param kernel taps along each axis: one, two or three numbers
     * @param stride stride along each axis
     * @return the shape {@code [nOut, nIn, kernel...]}, order 'c'; {@code [nOut, nIn, k, 1]} for one axis
     */
    public static WeightShape convolution(long nIn, long nOut, long[] kernel, long[] stride) {
        Kind kind =
                switch (kernel.length) {
                    case 1 -> Kind.CONV_1D;
                    case 2 -> Kind.CONV_2D;
                    case 3 -> Kind.CONV_3D;
                    default ->
                        throw new IllegalArgumentException(
                                "a convolution has 1, 2 or 3 kernel sizes, got " + Arrays.toString(kernel));
                };
        double taps = product(kernel);
        List<Long> shape = list(new long[] {nOut, nIn}, kernel.length == 1 ? new long[] {kernel[0], 1} : kernel);
        return new WeightShape(kind, shape, 'c', nIn * taps, nOut * taps / product(stride), 1);
    }

    /**
     * A transposed convolution along two or three axes.
     *
     * @param nIn input channels
     * @param nOut output channels
     * @param kernel taps along each axis: two or three numbers
     * @param stride stride along each axis
     * @return the shape {@code [nIn, nOut, kH, kW]} or {@code [kD, kH, kW, nOut, nIn]}, order 'c'
     */
    public static WeightShape deconvolution(long nIn, long nOut, long[] kernel, long[] stride) {
        Kind kind =
                switch (kernel.length) {
                    case 2 -> Kind.DECONV_2D;
                    case 3 -> Kind.DECONV_3D;
                    default ->
                        throw new IllegalArgumentException(
                                "a transposed convolution has 2 or 3 kernel sizes, got " + Arrays.toString(kernel));
                };
        double taps = product(kernel);
        List<Long> shape =
                kind == Kind.DECONV_2D ? list(new long[] {nIn, nOut}, kernel) : list(kernel, new long[] {nOut, nIn});
        return new WeightShape(kind, shape, 'c', nIn * taps / product(stride), nOut * taps, 1);
    }

    /**
     * A depthwise convolution: each input channel has {@code multiplier} kernels of its own.
     *
     * @param nIn input channels
     * @param multiplier outputs of each channel
     * @param kernel taps along each axis: two numbers
     * @param stride stride along each axis
     * @return the shape {@code [kH, kW, nIn, multiplier]}, order 'c'
     */
    public static WeightShape depthwise(long nIn, long multiplier, long[] kernel, long[] stride) {
        double taps = product(kernel);
        List<Long> shape = list(kernel, new long[] {nIn, multiplier});
        return new WeightShape(Kind.DEPTHWISE, shape, 'c', taps, multiplier * taps / product(stride), 1);
    }

    /**
     * The depthwise half of a separable convolution.
     *
     * @param nIn input channels
     * @param multiplier outputs of each channel
     * @param kernel taps along each axis: two numbers
     * @param stride stride along each axis
     * @return the shape {@code [multiplier, nIn, kH, kW]}, order 'c'
     */
    public static WeightShape separableDepth(long nIn, long multiplier, long[] kernel, long[] stride) {
        double taps = product(kernel);
        List<Long> shape = list(new long[] {multiplier, nIn}, kernel);
        return new WeightShape(Kind.SEPARABLE_DEPTH, shape, 'c', taps, multiplier * taps / product(stride), 1);
    }

    /**
     * The pointwise half of a separable convolution.
     *
     * @param nIn channels that the depthwise half puts out
     * @param nOut output channels
     * @return the shape {@code [nOut, nIn, 1, 1]}, order 'c'
     */
    public static WeightShape pointwise(long nIn, long nOut) {
        return new WeightShape(Kind.POINTWISE, List.of(nOut, nIn, 1L, 1L), 'c', nIn, nOut, 1);
    }

    /**
     * One factor for each input.
     *
     * @param n number of inputs and outputs
     * @return the shape {@code [1, n]}, order 'f'
     */
    public static WeightShape elementWise(long n) {
        return new WeightShape(Kind.ELEMENT_WISE, List.of(1L, n), 'f', 1, 1, 1);
    }

    /**
     * The slopes of a PReLU.
     *
     * @param shape the shape of one example, axes with shared slopes having size 1
     * @return the shape, order 'f'
     */
    public static WeightShape slopes(long... shape) {
        return new WeightShape(Kind.SLOPES, list(shape), 'f', 1, 1, 1);
    }

    /**
     * Recognises the layer from what DL4J passes to {@code IWeightInit.init}, and mends the fans: the first of
     * {@link #readings}, or the plain layout of that rank (dense, convolution) with the fans as given where there is none, as for
     * a layer that DL4J does not know.
     *
     * @param fanIn as passed by DL4J
     * @param fanOut as passed by DL4J
     * @param shape as passed by DL4J
     * @param order as passed by DL4J
     * @return what the weight most likely is
     * @throws IllegalArgumentException if nothing fits and the fans are not finite and greater than 0, or the rank exceeds 5
     */
    public static WeightShape infer(double fanIn, double fanOut, long[] shape, char order) {
        List<WeightShape> readings = readings(fanIn, fanOut, shape, order);
        return readings.isEmpty() ? Dl4jCall.asGiven(fanIn, fanOut, shape, order) : readings.get(0);
    }

    /**
     * All layers for which DL4J would make this call, likeliest first. The call alone cannot tell these apart:
     *
     * <ul>
     *   <li>the depthwise half of a separable convolution and a convolution with {@code multiplier} outputs: always. Read as the
     *       convolution; the depthwise weights then come out too small by a factor of {@code sqrt(nIn)}. Only a pass over the
     *       whole network can mend it;
     *   <li>a transposed and a plain convolution, if {@code nIn = nOut}. Read as the plain one: the same without strides, with
     *       strides the transposed one's variance comes out too small by their product;
     *   <li>the recurrent weights of an LSTM with {@code nIn = 3 nOut} (Graves: {@code 3 nOut + 3}) and a dense layer. Read as
     *       dense: the same fans, but one matrix where there are four;
     *   <li>a convolution of one tap whose strides multiply to {@code nOut / nIn}, and the pointwise half of a separable
     *       convolution, for which DL4J passes nIn as fanOut. Read as the convolution if that is a square (a stride alike along
     *       both axes: 64 to 256 channels, stride 2), else as pointwise (64 to 128 channels); without strides they are the same;
     *   <li>a convolution of one tap along one axis and along two: always. Read as the latter, which differs in the layout, so that
     *       {@code Orthogonal} keeps the norm only if {@code nIn = nOut}, and in fanOut if there are strides;
     *   <li>kernels whose channel numbers equal their sizes, such as 3 x 3 x 3 x 3. Read with the smallest stride, then as the
     *       first of convolution, transposed, depthwise.
     * </ul>
     *
     * @param fanIn as passed by DL4J
     * @param fanOut as passed by DL4J
     * @param shape as passed by DL4J
     * @param order as passed by DL4J
     * @return the layers that fit, empty if none does
     */
    public static List<WeightShape> readings(double fanIn, double fanOut, long[] shape, char order) {
        return new Dl4jCall(fanIn, fanOut, shape, order).readings();
    }

    /**
     * The number of output units that one matrix of this weight feeds.
     *
     * @return output channels of a convolution, cells of an LSTM, the multiplier of a depthwise convolution, 1 if element-wise
     */
    public long nOut() {
        return switch (kind) {
            case DENSE, EMBEDDING -> shape.get(1);
            case GATED -> shape.get(1) / gates;
            case CONV_1D, CONV_2D, CONV_3D, POINTWISE, SEPARABLE_DEPTH -> shape.get(0);
            case DECONV_2D -> shape.get(1);
            case DECONV_3D, DEPTHWISE -> shape.get(3);
            case ELEMENT_WISE, SLOPES -> 1;
        };
    }

    /**
     * The number of input units.
     *
     * @return input channels of a convolution, rows of a dense weight, the number of factors if element-wise
     */
    public long nIn() {
        return switch (kind) {
            case DENSE, EMBEDDING, GATED, DECONV_2D -> shape.get(0);
            case CONV_1D, CONV_2D, CONV_3D, POINTWISE, SEPARABLE_DEPTH -> shape.get(1);
            case DECONV_3D -> shape.get(4);
            case DEPTHWISE -> shape.get(2);
            case ELEMENT_WISE, SLOPES -> length();
        };
    }

    /**
     * The taps of the kernel along each axis.
     *
     * @return one number for each spatial axis of the weight, none for a weight without a kernel
     */
    public long[] kernel() {
        return switch (kind) {
            case DENSE, EMBEDDING, GATED, ELEMENT_WISE, SLOPES -> new long[0];
            case CONV_1D, CONV_2D, CONV_3D, DECONV_2D, POINTWISE, SEPARABLE_DEPTH -> sizes(2, shape.size());
            case DECONV_3D -> sizes(0, 3);
            case DEPTHWISE -> sizes(0, 2);
        };
    }

    /**
     * The number of parameters.
     *
     * @return the product of the sizes
     */
    public long length() {
        return product(sizes(0, shape.size()));
    }

    /**
     * Columns behind the gates that belong to no matrix.
     *
     * @return 3 for the recurrent weights of a Graves LSTM, otherwise 0
     */
    public long peepholes() {
        return kind == Kind.GATED ? shape.get(1) % gates : 0;
    }

    /**
     * Whether each input channel feeds only outputs of its own.
     *
     * @return true for depthwise and element-wise weights
     */
    public boolean isGrouped() {
        return kind == Kind.DEPTHWISE || kind == Kind.SEPARABLE_DEPTH || kind == Kind.ELEMENT_WISE;
    }

    /**
     * The weight as matrices with a row for each output and a column for each term of its sum: one for a dense weight; one a
     * gate; one a channel if grouped; {@code [nOut, nIn K]} for a convolution. A transposed convolution is
     * {@code [nOut K, nIn]}: it spreads one input over a patch of outputs.
     *
     * @param weights an array of this shape, in this order, on contiguous memory
     * @return views of the array; writing to them writes to the weight. None for SLOPES
     */
    public List<INDArray> matrices(INDArray weights) {
        long taps = taps();
        return switch (kind) {
            case DECONV_2D ->
                List.of(weights.reshape(order, true, nIn(), nOut() * taps).transpose());
            case DECONV_3D -> List.of(weights.reshape(order, true, nOut() * taps, nIn()));
            case CONV_1D ->
                List.of(weights.reshape(order, true, taps * nIn(), nOut()).transpose());
            case CONV_2D, CONV_3D, POINTWISE -> List.of(weights.reshape(order, true, nOut(), nIn() * taps));
            case DENSE, EMBEDDING ->
                List.of(weights.reshape(order, true, nIn(), nOut()).transpose());
            case GATED -> gateMatrices(weights.reshape(order, true, shape.get(0), shape.get(1)));
            // Grouped blocks are [mult, 1, taps].
            case DEPTHWISE, SEPARABLE_DEPTH, ELEMENT_WISE ->
                blocks(weights).stream()
                        .map(block -> view(block, 0, new long[] {block.size(0), block.size(2)}, new long[] {
                            block.stride(0), block.stride(2)
                        }))
                        .toList();
            case SLOPES -> List.of();
        };
    }

    private List<INDArray> gateMatrices(INDArray weights) {
        List<INDArray> matrices = new ArrayList<>();
        for (int gate = 0; gate < gates; gate++) {
            matrices.add(view(weights, gate * nOut() * weights.stride(1), new long[] {nIn(), nOut()}, weights.stride())
                    .transpose());
        }
        return matrices;
    }

    /**
     * The weight at one tap of the kernel, as matrices with a row for each output and a column for each input: what a
     * transformation of all outputs or of all inputs multiplies from the left or from the right. One matrix; one a gate; one
     * {@code [mult, 1]} a channel if grouped.
     *
     * @param weights an array of this shape, in this order, on contiguous memory
     * @param tap number of the tap, counted in this order; 0 for a weight without a kernel
     * @return views of the array, none for SLOPES
     */
    public List<INDArray> tap(INDArray weights, long tap) {
        if (tap < 0 || tap >= taps()) {
            throw new IllegalArgumentException("tap must be in 0 .. " + (taps() - 1) + ", got " + tap);
        }
        return blocks(weights).stream()
                .map(block -> view(block, tap * block.stride(2), new long[] {block.size(0), block.size(1)}, new long[] {
                    block.stride(0), block.stride(1)
                }))
                .toList();
    }

    /**
     * The number of taps of the kernel.
     *
     * @return the product of the kernel sizes, 1 for a weight without a kernel
     */
    public long taps() {
        return product(kernel());
    }

    /**
     * The tap that leaves a signal in its place: {@code (k - 1) / 2} along each axis, rounded down, which for an even k is the one
     * that the padding of {@code ConvolutionMode.Same} puts on the output's own position. A causal convolution has it at the end.
     *
     * @return the number of that tap, counted in this order
     */
    public long centre() {
        long[] kernel = kernel();
        long index = 0;
        for (int i = 0; i < kernel.length; i++) {
            int axis = order == 'c' ? i : kernel.length - 1 - i;
            index = index * kernel[axis] + (kernel[axis] - 1) / 2;
        }
        return index;
    }

    /** The weight as {@code [out, in, taps]} views. */
    private List<INDArray> blocks(INDArray weights) {
        long in = nIn();
        long out = nOut();
        long taps = taps();
        return switch (kind) {
            case DENSE, EMBEDDING ->
                List.of(weights.reshape(order, true, in, out, 1).permute(1, 0, 2));
            case CONV_1D -> List.of(weights.reshape(order, true, taps, in, out).permute(2, 1, 0));
            case CONV_2D, CONV_3D, POINTWISE -> List.of(weights.reshape(order, true, out, in, taps));
            case DECONV_2D ->
                List.of(weights.reshape(order, true, in, out, taps).permute(1, 0, 2));
            case DECONV_3D ->
                List.of(weights.reshape(order, true, taps, out, in).permute(1, 2, 0));
            case GATED ->
                slices(weights.reshape(order, true, in, shape.get(1), 1).permute(1, 0, 2), 0, out, gates);
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

    // Not array.get(...): in ND4J 1.0.0-M2.1 it answers an empty array for some slices of a view that has an offset of
    // its own,
    // as every weight but a network's first has.
    private static INDArray view(INDArray array, long offset, long[] sizes, long[] strides) {
        return Nd4j.create(array.data(), sizes, strides, array.offset() + offset, array.ordering());
    }

    private long[] sizes(int from, int to) {
        return shape.subList(from, to).stream().mapToLong(Long::longValue).toArray();
    }

    static long product(long... sizes) {
        long product = 1;
        for (long size : sizes) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }

    private static List<Long> list(long[]... parts) {
        return Arrays.stream(parts).flatMapToLong(Arrays::stream).boxed().toList();
    }
}
