package io.github.dl4jinit.scheme;

import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.ndarray.INDArray;

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
 * {@code [k, in, out]} (measured, one weight at a time); the views below are of what it computes. The three peephole columns of a Graves
 * LSTM are element-wise weights; they count in no fan and belong to no matrix.
 *
 * @param kind the layout
 * @param shape the shape of the parameter
 * @param order the order in which the parameter is laid out in the flat view, 'c' or 'f'
 * @param fanIn how many terms one output sums over, greater than 0
 * @param fanOut how many outputs one input feeds, greater than 0
 * @param gates how many weight matrices stand side by side; 1 for every kind but GATED
 */
@API(status = API.Status.STABLE, since = "0.1")
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

    /** {@return the shape {@code [nIn, nOut]}, order 'f', of a fully connected layer} */
    public static WeightShape dense(long nIn, long nOut) {
        return new WeightShape(Kind.DENSE, List.of(nIn, nOut), 'f', nIn, nOut, 1);
    }

    /** {@return the shape {@code [nIn words, nOut]}, order 'f', of an embedding: the output is one row, so it sums over one weight} */
    public static WeightShape embedding(long nIn, long nOut) {
        return new WeightShape(Kind.EMBEDDING, List.of(nIn, nOut), 'f', 1, nOut, 1);
    }

    /**
     * The four gates of an LSTM, side by side.
     *
     * @param rows nIn for the input weights, nOut for the recurrent weights
     * @param nOut number of cells
     * @param peepholes element-wise columns after the gates: 3 for the recurrent weights of a Graves LSTM, otherwise 0
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
        if (kernel.length < 1 || kernel.length > 3) {
            throw new IllegalArgumentException(
                    "a convolution has 1, 2 or 3 kernel sizes, got " + Arrays.toString(kernel));
        }
        Kind kind = List.of(Kind.CONV_1D, Kind.CONV_2D, Kind.CONV_3D).get(kernel.length - 1);
        double taps = WeightLayout.product(kernel);
        List<Long> shape =
                WeightLayout.list(new long[] {nOut, nIn}, kernel.length == 1 ? new long[] {kernel[0], 1} : kernel);
        return new WeightShape(kind, shape, 'c', nIn * taps, nOut * taps / WeightLayout.product(stride), 1);
    }

    /**
     * A transposed convolution along two or three axes, the arguments as for {@link #convolution}.
     *
     * @return the shape {@code [nIn, nOut, kH, kW]} or {@code [kD, kH, kW, nOut, nIn]}, order 'c'
     */
    public static WeightShape deconvolution(long nIn, long nOut, long[] kernel, long[] stride) {
        if (kernel.length < 2 || kernel.length > 3) {
            throw new IllegalArgumentException(
                    "a transposed convolution has 2 or 3 kernel sizes, got " + Arrays.toString(kernel));
        }
        boolean flat = kernel.length == 2;
        double taps = WeightLayout.product(kernel);
        List<Long> shape = flat
                ? WeightLayout.list(new long[] {nIn, nOut}, kernel)
                : WeightLayout.list(kernel, new long[] {nOut, nIn});
        Kind kind = flat ? Kind.DECONV_2D : Kind.DECONV_3D;
        return new WeightShape(kind, shape, 'c', nIn * taps / WeightLayout.product(stride), nOut * taps, 1);
    }

    /** {@return the shape {@code [kH, kW, nIn, multiplier]}, order 'c', of a depthwise convolution: a channel has that many kernels} */
    public static WeightShape depthwise(long nIn, long multiplier, long[] kernel, long[] stride) {
        return grouped(
                Kind.DEPTHWISE, WeightLayout.list(kernel, new long[] {nIn, multiplier}), multiplier, kernel, stride);
    }

    /** {@return the shape {@code [multiplier, nIn, kH, kW]}, order 'c', of the depthwise half of a separable convolution} */
    public static WeightShape separableDepth(long nIn, long multiplier, long[] kernel, long[] stride) {
        List<Long> shape = WeightLayout.list(new long[] {multiplier, nIn}, kernel);
        return grouped(Kind.SEPARABLE_DEPTH, shape, multiplier, kernel, stride);
    }

    private static WeightShape grouped(Kind kind, List<Long> shape, long multiplier, long[] kernel, long[] stride) {
        double taps = WeightLayout.product(kernel);
        return new WeightShape(kind, shape, 'c', taps, multiplier * taps / WeightLayout.product(stride), 1);
    }

    /** {@return the shape {@code [nOut, nIn, 1, 1]}, order 'c', of the pointwise half of a separable convolution} */
    public static WeightShape pointwise(long nIn, long nOut) {
        return new WeightShape(Kind.POINTWISE, List.of(nOut, nIn, 1L, 1L), 'c', nIn, nOut, 1);
    }

    /** {@return the shape {@code [1, n]}, order 'f', of one factor for each input} */
    public static WeightShape elementWise(long n) {
        return new WeightShape(Kind.ELEMENT_WISE, List.of(1L, n), 'f', 1, 1, 1);
    }

    /** {@return the shape of one example as that of a PReLU's slopes, order 'f'; axes with shared slopes have size 1} */
    public static WeightShape slopes(long... shape) {
        return new WeightShape(Kind.SLOPES, WeightLayout.list(shape), 'f', 1, 1, 1);
    }

    /**
     * Recognizes the layer from what DL4J passes to {@code IWeightInit.init}, and corrects the fans: the first of {@link #readings}, or,
     * for a layer that DL4J does not know, the plain layout of that rank (dense, convolution) with the fans as given.
     *
     * @return what the weight most likely is
     * @throws IllegalArgumentException if nothing fits and the fans are not finite and greater than 0, or the rank exceeds 5
     */
    public static WeightShape infer(double fanIn, double fanOut, long[] shape, char order) {
        List<WeightShape> readings = readings(fanIn, fanOut, shape, order);
        return readings.isEmpty() ? Dl4jCall.asGiven(fanIn, fanOut, shape, order) : readings.get(0);
    }

    /**
     * All layers for which DL4J would pass these arguments to {@code IWeightInit.init}, likeliest first. They do not tell apart:
     *
     * <ul>
     *   <li>the depthwise half of a separable convolution and a convolution with {@code multiplier} outputs: always. Read as the
     *       convolution; the depthwise weights then come out too small by a factor of {@code sqrt(nIn)}. Only a pass over the whole network
     *       can fix it;
     *   <li>a transposed and a plain convolution, if {@code nIn = nOut}. Read as the plain one: the same without strides, with strides the
     *       transposed one's variance comes out too small by their product;
     *   <li>the recurrent weights of an LSTM with {@code nIn = 3 nOut} (Graves: {@code 3 nOut + 3}) and a dense layer. Read as dense: the
     *       same fans, but one matrix where there are four;
     *   <li>a convolution of one tap whose strides multiply to {@code nOut / nIn}, and the pointwise half of a separable convolution, for
     *       which DL4J passes nIn as fanOut. Read as the convolution if that is a square (the same stride along both axes: 64 to 256
     *       channels, stride 2), else as pointwise (64 to 128 channels); without strides they are the same;
     *   <li>a convolution of one tap along one axis and along two: always. Read as the latter, which differs in the layout, so that
     *       {@code Orthogonal} keeps the norm only if {@code nIn = nOut}, and in fanOut if there are strides;
     *   <li>kernels whose channel numbers equal their sizes, such as 3 x 3 x 3 x 3. Read with the smallest stride, then as the first of
     *       convolution, transposed, depthwise.
     * </ul>
     *
     * @return the layers that fit, empty if none does
     */
    public static List<WeightShape> readings(double fanIn, double fanOut, long[] shape, char order) {
        return new Dl4jCall(fanIn, fanOut, shape, order).readings();
    }

    /** {@return the output units of one matrix: output channels, cells of an LSTM, the multiplier of a depthwise convolution, or 1} */
    public long nOut() {
        return WeightLayout.nOut(this);
    }

    /** {@return the input units: input channels, rows of a dense weight, the number of factors if element-wise} */
    public long nIn() {
        return WeightLayout.nIn(this);
    }

    /** {@return the taps of the kernel along each spatial axis of the weight, none for a weight without a kernel} */
    public long[] kernel() {
        return WeightLayout.kernel(this);
    }

    /** {@return the number of parameters} */
    public long length() {
        return WeightLayout.product(shape.stream().mapToLong(Long::longValue).toArray());
    }

    /** {@return the columns after the gates that belong to no matrix: 3 for the recurrent weights of a Graves LSTM, otherwise 0} */
    public long peepholes() {
        return kind == Kind.GATED ? shape.get(1) % gates : 0;
    }

    /** {@return whether each input channel feeds only outputs of its own: true for depthwise and element-wise weights} */
    public boolean isGrouped() {
        return kind == Kind.DEPTHWISE || kind == Kind.SEPARABLE_DEPTH || kind == Kind.ELEMENT_WISE;
    }

    /**
     * The weight as matrices with a row for each output and a column for each term of its sum: one for a dense weight; one a gate; one a
     * channel if grouped; {@code [nOut, nIn K]} for a convolution; {@code [nOut K, nIn]} for a transposed one, which spreads one input over
     * a patch of outputs.
     *
     * @param weights an array of this shape, in this order, on contiguous memory
     * @return views of the array; writing to them writes to the weight. None for SLOPES
     */
    public List<INDArray> matrices(INDArray weights) {
        return WeightLayout.matrices(this, weights);
    }

    /**
     * The weight at one tap of the kernel, as matrices with a row for each output and a column for each input, so that a transformation
     * of all outputs multiplies from the left, and one of all inputs from the right. One matrix; one a gate; one {@code [mult, 1]} a
     * channel if grouped.
     *
     * @param weights an array of this shape, in this order, on contiguous memory
     * @param tap number of the tap, counted in this order; 0 for a weight without a kernel
     * @return views of the array, none for SLOPES
     */
    public List<INDArray> tap(INDArray weights, long tap) {
        return WeightLayout.tap(this, weights, tap);
    }

    /** {@return the number of taps of the kernel, 1 for a weight without a kernel} */
    public long taps() {
        return WeightLayout.product(kernel());
    }

    /**
     * The tap, counted in this order, that leaves a signal in its place: {@code (k - 1) / 2} along each axis, rounded down, which for an
     * even k is the one that the padding of {@code ConvolutionMode.Same} puts on the output's own position. A causal convolution has it
     * at the end.
     */
    public long centre() {
        return WeightLayout.centre(this);
    }
}
