package io.github.dl4jinit.examples.study.dyingrelu;

import io.github.dl4jinit.examples.study.Proportion;
import io.github.dl4jinit.scheme.Orthogonal;
import io.github.dl4jinit.scheme.WeightScheme;
import io.github.dl4jinit.scheme.WeightShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Many small dense networks at once, to see how many an initialization leaves dead.
 *
 * <p>The weights of a layer of all networks lie in one array and are drawn in one go, by the same formulas that initialize a
 * Deeplearning4j model: an object for each network would take hundreds of times as long. Then the points are sent through all
 * networks, layer by layer. The state at depth d is that of the first d layers, so one population serves all depths up to its own.
 *
 * <p>A network is <i>dead</i> from that layer on at which all units output 0 for all points: no gradient gets through. It has <i>collapsed</i>
 * where no unit's output varies over the points: the largest standard deviation is below 1e-10. Dead networks have collapsed; a network
 * with biases can collapse to another point than 0.
 *
 * <p>Source of the question: L. Lu, Y. Shin, Y. Su, G. E. Karniadakis, "Dying ReLU and initialization: theory and numerical examples" (2019,
 * arXiv 1903.06733).
 *
 * @param networks how many, at least 1
 * @param width units of each layer, at least 1
 * @param depth layers, at least 1
 * @param activation of every layer, elementwise
 */
public record NetworkPopulation(int networks, int width, int depth, IActivation activation) {

    private static final double COLLAPSED = 1e-10;
    /** Networks that go through a layer together: few enough for their signals to stay in the cache. */
    private static final int BLOCK = 32;

    /** Checks the sizes. */
    public NetworkPopulation {
        requireAtLeastOne("networks", networks);
        requireAtLeastOne("width", width);
        requireAtLeastOne("depth", depth);
    }

    private static void requireAtLeastOne(String name, int count) {
        if (count < 1) {
            throw new IllegalArgumentException(name + " must be >= 1, got " + count);
        }
    }

    /**
     * The networks cut off after a layer.
     *
     * @param dead those of which some layer so far outputs nothing but zeros
     * @param collapsed those whose output is the same for all points
     * @param spread the largest standard deviation of a unit over the points, the median over the networks
     */
    public record State(Proportion dead, Proportion collapsed, double spread) {}

    /**
     * Networks whose neurons are drawn with weights and biases together.
     *
     * @param neurons overwrites weights {@code [neurons, terms]} and biases {@code [neurons]}, DOUBLE, a row for each neuron
     * @param points inputs, {@code [points, inputs]}, at least two
     * @return the state after each layer, depth 1 first
     */
    public List<State> run(BiConsumer<INDArray, INDArray> neurons, INDArray points) {
        return new Run(points).of(neurons, false);
    }

    /**
     * Networks whose weights follow a scheme, with biases of zero.
     *
     * @param scheme draws the weights of each layer of each network
     * @param points inputs, {@code [points, inputs]}, at least two
     * @return the state after each layer, depth 1 first
     */
    public List<State> runScheme(WeightScheme scheme, INDArray points) {
        return new Run(points).of((weights, biases) -> fillEach(scheme, weights), false);
    }

    /**
     * Networks initialized by {@code Lsuv} on the points: orthogonal weights, then each layer of each network scaled to responses of
     * variance 1.
     *
     * @param points inputs, {@code [points, inputs]}, at least two
     * @return the state after each layer, depth 1 first
     */
    public List<State> runLsuv(INDArray points) {
        return new Run(points).of((weights, biases) -> fillEach(new Orthogonal(1), weights), true);
    }

    private void fillEach(WeightScheme scheme, INDArray weights) {
        long terms = weights.columns();
        WeightShape shape = WeightShape.dense(terms, width);
        for (int i = 0; i < networks; i++) {
            // A layer's [width, terms] by rows is [terms, width] by columns.
            scheme.fill(
                    shape,
                    Nd4j.create(
                            weights.data(),
                            new long[] {terms, width},
                            new long[] {1, terms},
                            weights.offset() + i * terms * width,
                            'f'));
        }
    }

    /** One pass over all layers. */
    private final class Run {

        private final int points;
        private final int inputs;
        /** By network, point and unit. */
        private double[][] signals;

        private final boolean[] isDead = new boolean[networks];
        private final double[] spread = new double[networks];

        Run(INDArray features) {
            if (features.rank() != 2 || features.rows() < 2) {
                throw new IllegalArgumentException(
                        "points must be a matrix of at least two rows, got shape " + Arrays.toString(features.shape()));
            }
            points = features.rows();
            inputs = features.columns();
            double[] values = features.castTo(DataType.DOUBLE).dup('c').ravel().toDoubleVector();
            for (double value : values) {
                if (!Double.isFinite(value)) {
                    throw new IllegalArgumentException("points must be finite, got " + value);
                }
            }
            signals = new double[networks][];
            Arrays.fill(signals, values);
        }

        List<State> of(BiConsumer<INDArray, INDArray> neurons, boolean unitVariance) {
            List<State> states = new ArrayList<>();
            for (int layer = 0; layer < depth; layer++) {
                int terms = layer == 0 ? inputs : width;
                try (INDArray weights = Nd4j.zeros(DataType.DOUBLE, (long) networks * width, terms);
                        INDArray biases = Nd4j.zeros(DataType.DOUBLE, (long) networks * width)) {
                    neurons.accept(weights, biases);
                    double[] w = weights.data().asDouble();
                    double[] b = biases.data().asDouble();
                    for (int from = 0; from < networks; from += BLOCK) {
                        advance(from, Math.min(networks, from + BLOCK), w, b, terms, unitVariance);
                    }
                }
                states.add(state());
            }
            return states;
        }

        private State state() {
            int dead = 0;
            int collapsed = 0;
            for (int i = 0; i < networks; i++) {
                dead += isDead[i] ? 1 : 0;
                collapsed += spread[i] < COLLAPSED ? 1 : 0;
            }
            double[] sorted = spread.clone();
            Arrays.sort(sorted);
            return new State(new Proportion(dead, networks), new Proportion(collapsed, networks), sorted[networks / 2]);
        }

        private void advance(int from, int to, double[] w, double[] b, int terms, boolean unitVariance) {
            int size = points * width;
            double[] responses = new double[(to - from) * size];
            for (int i = from; i < to; i++) {
                respond(signals[i], w, i * width * terms, b, i * width, terms, responses, (i - from) * size);
                if (unitVariance) {
                    scaleToUnitVariance(responses, (i - from) * size, size);
                }
            }
            double[] outputs;
            try (INDArray z = Nd4j.createFromArray(responses)) {
                outputs = activation
                        .getActivation(z.reshape(1, responses.length), false)
                        .data()
                        .asDouble();
            }
            for (int i = from; i < to; i++) {
                double[] signal = Arrays.copyOfRange(outputs, (i - from) * size, (i - from + 1) * size);
                signals[i] = signal;
                isDead[i] |= isZero(signal);
                spread[i] = spread(signal);
            }
        }

        private void respond(
                double[] signal, double[] w, int wAt, double[] b, int bAt, int terms, double[] into, int at) {
            for (int p = 0; p < points; p++) {
                for (int unit = 0; unit < width; unit++) {
                    double z = b[bAt + unit];
                    int row = wAt + unit * terms;
                    for (int k = 0; k < terms; k++) {
                        z += w[row + k] * signal[p * terms + k];
                    }
                    into[at + p * width + unit] = z;
                }
            }
        }

        private static void scaleToUnitVariance(double[] values, int at, int size) {
            double sum = 0;
            double squares = 0;
            for (int i = at; i < at + size; i++) {
                sum += values[i];
                squares += values[i] * values[i];
            }
            double variance = squares / size - (sum / size) * (sum / size);
            if (variance > 0) {
                double factor = 1 / Math.sqrt(variance);
                for (int i = at; i < at + size; i++) {
                    values[i] *= factor;
                }
            }
        }

        private static boolean isZero(double[] signal) {
            for (double value : signal) {
                if (value != 0) {
                    return false;
                }
            }
            return true;
        }

        /** The largest standard deviation of a unit over the points. */
        private double spread(double[] signal) {
            double largest = 0;
            for (int unit = 0; unit < width; unit++) {
                double first = signal[unit];
                double sum = 0;
                double squares = 0;
                for (int p = 0; p < points; p++) {
                    double deviation = signal[p * width + unit] - first;
                    sum += deviation;
                    squares += deviation * deviation;
                }
                double mean = sum / points;
                largest = Math.max(largest, squares / points - mean * mean);
            }
            return Math.sqrt(largest);
        }
    }
}
