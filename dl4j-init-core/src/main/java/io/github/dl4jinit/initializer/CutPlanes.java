package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.memory.KeepAlive;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.function.IntToDoubleFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.GaussianDistribution;
import org.nd4j.linalg.api.ops.random.impl.UniformDistribution;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The distribution of a {@link Box} neuron: its cut plane, where {@code w x + b = 0}, goes through a point p of the box of its inputs, and
 * the largest value that it takes in the box is {@code top}.
 *
 * <p>With n a Gaussian direction and p_max the corner where n x is largest: {@code k = top / (n (p_max - p))}, {@code w = k n},
 * {@code b = -k n p}. In a cube of side s whose lowest corner has entries l, {@code p = l + s u} with u uniform in [0, 1]; then
 * {@code n (p_max - p) = s sum(max(0, n) - u n)}.
 *
 * @param box where the inputs lie, in every coordinate; of a side above 0
 * @param top the largest value, finite and > 0
 * @param atCorner whether p is the corner where n x is smallest instead of a random point, so that no value is negative
 * @param values where the neuron's outputs lie, for the report
 */
record CutPlanes(ValueRange box, double top, boolean atCorner, ValueRange values) implements NeuronDistribution {

    /** How far p stays from p_max at least, in parts of the way from the smallest to the largest corner. */
    private static final double NEAREST = 1e-6;

    @Override
    public void draw(INDArray weights, INDArray biases) {
        try (INDArray points = points(weights)) {
            draw(weights, biases, points);
        }
    }

    @Override
    public String note() {
        return "box " + box + " to " + values + (atCorner ? ", cut planes through corners" : "");
    }

    /** Uniform in the unit cube; what they mean in the box is said above. */
    private static INDArray points(INDArray weights) {
        INDArray points = Nd4j.createUninitialized(weights.dataType(), weights.shape(), 'c');
        return Nd4j.exec(new UniformDistribution(points, 0, 1));
    }

    /** @param points uniform numbers in the unit cube, {@code [neurons, terms]}, in c order */
    void draw(INDArray weights, INDArray biases, INDArray points) {
        try (INDArray normals = Nd4j.createUninitialized(weights.dataType(), weights.shape(), 'c')) {
            Nd4j.exec(new GaussianDistribution(normals, 0, 1));
            int neurons = weights.rows();
            int terms = weights.columns();
            // One pass over the memory of both, in place of an operation for each sum.
            double[] shifts;
            if (weights.dataType() == DataType.FLOAT) {
                FloatBuffer n = normals.data().asNioFloat();
                FloatBuffer u = points.data().asNioFloat();
                shifts = scale(n::get, u::get, (i, value) -> n.put(i, (float) value), neurons, terms);
            } else {
                DoubleBuffer n = normals.data().asNioDouble();
                DoubleBuffer u = points.data().asNioDouble();
                shifts = scale(n::get, u::get, n::put, neurons, terms);
            }
            KeepAlive.untilHere(normals, points);
            weights.assign(normals);
            biases.assign(Nd4j.createFromArray(shifts));
        }
    }

    /** Writes k n over n. */
    @FunctionalInterface
    private interface Entries {
        void put(int place, double value);
    }

    /** @return the biases */
    private double[] scale(
            IntToDoubleFunction normals, IntToDoubleFunction points, Entries scaled, int neurons, int terms) {
        double[] biases = new double[neurons];
        for (int neuron = 0; neuron < neurons; neuron++) {
            int from = neuron * terms;
            double sum = 0;
            // n x at the largest corner of the unit cube, and at the point.
            double most = 0;
            double here = 0;
            for (int i = from; i < from + terms; i++) {
                double n = normals.applyAsDouble(i);
                sum += n;
                most += Math.max(0, n);
                here += atCorner ? Math.min(0, n) : n * points.applyAsDouble(i);
            }
            double way = Math.max(most - here, NEAREST * (2 * most - sum)) * box.side();
            double factor = top / way;
            for (int i = from; i < from + terms; i++) {
                scaled.put(i, factor * normals.applyAsDouble(i));
            }
            biases[neuron] = -factor * (sum * box.low() + here * box.side());
        }
        return biases;
    }
}
