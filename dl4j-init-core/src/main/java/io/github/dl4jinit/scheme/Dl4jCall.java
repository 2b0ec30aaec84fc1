package io.github.dl4jinit.scheme;

import io.github.dl4jinit.scheme.WeightShape.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/**
 * One call of {@code IWeightInit.init}, and the layers of DL4J 1.0.0-M2.1 that would make it. The parameter initializers of
 * {@code org.deeplearning4j.nn.params} were read one by one; each {@code if} states what one of them passes.
 */
final class Dl4jCall {
    /** A layer that fits, and the product of the strides that the call would need: the smaller, the likelier. */
    private record Reading(double strides, WeightShape shape) {}

    private final double fanIn;
    private final double fanOut;
    /** The sizes, as doubles because they are only multiplied and divided: exact up to 2^53. */
    private final double[] s;

    private final List<Long> shape;
    private final char order;
    private final List<Reading> found = new ArrayList<>();

    Dl4jCall(double fanIn, double fanOut, long[] shape, char order) {
        this.fanIn = fanIn;
        this.fanOut = fanOut;
        this.s = LongStream.of(shape).asDoubleStream().toArray();
        this.shape = LongStream.of(shape).boxed().toList();
        this.order = order;
    }

    List<WeightShape> readings() {
        if (fanIn == 0 && fanOut == 0) {
            // Only PReLU passes no fans, with a shape of one to three axes.
            add(Kind.SLOPES, 1, 1, 1);
        } else if (s.length == 2) {
            matrices();
        } else if (s.length == 4) {
            kernels();
        } else if (s.length == 5) {
            convolution(Kind.CONV_3D, s[1], s[0], s[2] * s[3] * s[4]);
            deconvolution(Kind.DECONV_3D, s[4], s[3], s[0] * s[1] * s[2]);
        }
        return found.stream()
                .sorted(Comparator.comparingDouble(Reading::strides))
                .map(Reading::shape)
                .distinct()
                .toList();
    }

    /** The layout of that rank with the fans as they came: output channels first in a kernel, last in a matrix. */
    static WeightShape asGiven(double fanIn, double fanOut, long[] shape, char order) {
        Kind kind =
                switch (shape.length) {
                    case 0, 1 -> Kind.ELEMENT_WISE;
                    case 2 -> Kind.DENSE;
                    case 3, 4 -> Kind.CONV_2D;
                    case 5 -> Kind.CONV_3D;
                    default ->
                        throw new IllegalArgumentException("a weight has at most 5 axes, got "
                                + LongStream.of(shape).boxed().toList());
                };
        return new WeightShape(kind, LongStream.of(shape).boxed().toList(), order, fanIn, fanOut, 1);
    }

    private void matrices() {
        if (fanIn == s[0] && fanOut == s[1]) {
            add(Kind.DENSE, fanIn, fanOut, 1);
        }
        if (fanIn == 1 && fanOut == s[1] && s[0] > 1) {
            add(Kind.EMBEDDING, 1, fanOut, 1);
        }
        if (s[0] == 1 && fanIn == s[1] && fanOut == s[1] && s[1] > 1) {
            add(Kind.ELEMENT_WISE, 1, 1, 1);
        }
        // An LSTM passes (nOut, nIn + nOut) for both its weights.
        boolean input = s[1] == 4 * fanIn && fanOut == fanIn + s[0];
        boolean recurrent = s[0] == fanIn && (s[1] == 4 * fanIn || s[1] == 4 * fanIn + 3) && fanOut > fanIn;
        if (input || recurrent) {
            add(Kind.GATED, s[0], 4 * fanIn, 4);
        }
    }

    private void kernels() {
        convolution(Kind.CONV_2D, s[1], s[0], s[2] * s[3]);
        if (s[3] == 1 && fanIn == s[1] * s[2] * s[2]) {
            // Kernel and stride are counted twice: fanOut = out (k / stride)^2.
            double stride = s[2] * Math.sqrt(s[0] / fanOut);
            // Of one tap it is rarer than a two-dimensional one, which would need the square of this stride.
            add(s[2] > 1 ? stride : stride * stride, Kind.CONV_1D, s[1] * s[2], s[0] * s[2] / stride, 1);
        }
        if (s[2] == 1 && s[3] == 1 && fanIn == s[1] && fanOut == s[1]) {
            pointwise();
        }
        deconvolution(Kind.DECONV_2D, s[0], s[1], s[2] * s[3]);
        grouped(Kind.DEPTHWISE, s[2], s[3], s[0] * s[1]);
        grouped(Kind.SEPARABLE_DEPTH, s[1], s[0], s[2] * s[3]);
    }

    /** A convolution of one tap makes the same call if its strides are nOut / nIn: likely if that is a square. */
    private void pointwise() {
        double stride = Math.sqrt(s[0] / s[1]);
        found.add(new Reading(
                stride == Math.rint(stride) ? s[0] / s[1] : 1,
                new WeightShape(Kind.POINTWISE, shape, order, s[1], s[0], 1)));
    }

    private void convolution(Kind kind, double in, double out, double taps) {
        if (fanIn == in * taps) {
            double strides = out * taps / fanOut;
            add(strides, kind, in * taps, out * taps / strides, 1);
        }
    }

    private void deconvolution(Kind kind, double in, double out, double taps) {
        if (fanIn == in * taps) {
            double strides = out * taps / fanOut;
            add(strides, kind, in * taps / strides, out * taps, 1);
        }
    }

    private void grouped(Kind kind, double in, double multiplier, double taps) {
        if (fanIn == in * taps) {
            double strides = multiplier * taps / fanOut;
            add(strides, kind, taps, multiplier * taps / strides, 1);
        }
    }

    private void add(Kind kind, double in, double out, int gates) {
        add(1, kind, in, out, gates);
    }

    private void add(double strides, Kind kind, double in, double out, int gates) {
        double whole = Math.rint(strides);
        if (whole >= 1 && Math.abs(strides - whole) < 1e-9 * whole) {
            found.add(new Reading(whole, new WeightShape(kind, shape, order, in, out, gates)));
        }
    }
}
