package io.github.dl4jinit.scheme;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** One call as DL4J makes it, with a view inside a larger array whose other numbers must stay as they are. */
record ContractCase(String name, double fanIn, double fanOut, char order, List<Long> shape) {
    private static final int GUARD = 16;
    private static final double GUARD_VALUE = 12_345;

    /** What DL4J passes for its layers, odd fans included. */
    static List<ContractCase> ordinary() {
        return List.of(
                of("dense, narrowing", 40, 24, 'f', 40, 24),
                of("dense, widening", 24, 40, 'f', 24, 40),
                of("dense, one weight", 1, 1, 'f', 1, 1),
                of("dense, one output", 40, 1, 'f', 40, 1),
                of("LSTM input weights", 8, 24, 'f', 16, 32),
                of("LSTM recurrent weights", 8, 24, 'f', 8, 32),
                of("Graves LSTM recurrent weights with peepholes", 8, 24, 'f', 8, 35),
                of("embedding", 1, 24, 'f', 40, 24),
                of("1-D convolution", 16 * 9, 32 * 9, 'c', 32, 16, 3, 1),
                of("2-D convolution", 16 * 9, 32 * 9, 'c', 32, 16, 3, 3),
                of("strided convolution, fan-out 78.75", 7 * 9, 35 * 9 / 4.0, 'c', 35, 7, 3, 3),
                of("strided convolution, fan-out 0.25", 1, 0.25, 'c', 1, 1, 1, 1),
                of("3-D convolution", 4 * 27, 8 * 27, 'c', 8, 4, 3, 3, 3),
                of("strided transposed convolution", 8 * 9, 6 * 9 / 4.0, 'c', 8, 6, 3, 3),
                of("transposed 3-D convolution", 4 * 12, 6 * 12, 'c', 2, 3, 2, 6, 4),
                of("depthwise convolution", 5 * 9, 2 * 9, 'c', 3, 3, 5, 2),
                of("separable convolution, depthwise half", 5 * 9, 2 * 9, 'c', 2, 5, 3, 3),
                of("separable convolution, pointwise half", 10, 10, 'c', 6, 10, 1, 1),
                of("PReLU, fans 0, one axis", 0, 0, 'f', 20),
                of("PReLU, fans 0, three axes", 0, 0, 'f', 3, 4, 5));
    }

    /** Half a million weights each: enough that 5 standard errors of a normal distribution's variance are 1 %. */
    static List<ContractCase> large() {
        return List.of(
                of("dense 1000 to 500", 1000, 500, 'f', 1000, 500),
                of("LSTM input weights, 250 to 500", 500, 750, 'f', 250, 2000),
                of("embedding, 1000 words", 1, 500, 'f', 1000, 500),
                of("1-D convolution of 5 taps, 250 to 400 channels", 250 * 25, 400 * 25, 'c', 400, 250, 5, 1),
                of("3 x 3 convolution, 200 to 278 channels", 200 * 9, 278 * 9, 'c', 278, 200, 3, 3),
                of("5 x 5 depthwise convolution, multiplier 100", 200 * 25, 100 * 25, 'c', 5, 5, 200, 100));
    }

    private static ContractCase of(String name, double fanIn, double fanOut, char order, long... shape) {
        return new ContractCase(
                name, fanIn, fanOut, order, Arrays.stream(shape).boxed().toList());
    }

    WeightShape weightShape() {
        return WeightShape.infer(fanIn, fanOut, sizes(), order);
    }

    private long[] sizes() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /** The weights that the initializer writes, flat, after a seed; problems go to the consumer. */
    INDArray draw(IWeightInit init, DataType type, long seed, Consumer<String> problem) {
        long length = Arrays.stream(sizes()).reduce(1, Math::multiplyExact);
        INDArray all = Nd4j.valueArrayOf(new long[] {length + 2 * GUARD}, GUARD_VALUE, type);
        INDArray view = all.get(NDArrayIndex.interval(GUARD, GUARD + length));
        view.assign(Double.NaN);
        Nd4j.getRandom().setSeed(seed);
        INDArray returned = init.init(fanIn, fanOut, sizes(), order, view);
        problems(all, view, returned).forEach(text -> problem.accept(name + ", " + type + ": " + text));
        return view;
    }

    private List<String> problems(INDArray all, INDArray view, INDArray returned) {
        List<String> problems = new ArrayList<>();
        if (returned == null) {
            problems.add("returned null: return paramView.reshape(order, shape)");
            return problems;
        }
        if (returned.data().addressPointer().address()
                != view.data().addressPointer().address()) {
            problems.add("returned an array of its own, which trains a ghost that is never saved: "
                    + "write into paramView and return paramView.reshape(order, shape)");
        }
        if (!Arrays.equals(returned.shape(), sizes())) {
            problems.add("returned the shape " + Arrays.toString(returned.shape()) + " where " + shape
                    + " was asked for: return paramView.reshape(order, shape)");
        } else if (!Arrays.equals(
                returned.stride(), view.reshape(order, true, sizes()).stride())) {
            problems.add("returned another order than '" + order + "': return paramView.reshape(order, shape)");
        }
        long unwritten = count(view, Double::isNaN);
        if (unwritten > 0) {
            problems.add(
                    "left " + unwritten + " of " + view.length()
                            + " numbers of paramView unwritten or NaN: every one must be written, from Nd4j.getRandom() and finite fans");
        }
        long infinite = count(view, Double::isInfinite);
        if (infinite > 0) {
            problems.add(
                    "wrote " + infinite + " infinite numbers: a fan may be 0 or below 1, do not divide by it unseen");
        }
        if (count(all, x -> x == GUARD_VALUE) < 2 * GUARD) {
            problems.add("wrote outside paramView, where other layers keep their weights: use its offset and length");
        }
        return problems;
    }

    private static long count(INDArray array, java.util.function.DoublePredicate which) {
        return Arrays.stream(array.toDoubleVector()).filter(which).count();
    }
}
