package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.report.InitReport;
import java.util.function.BiConsumer;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.GaussianDistribution;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Randomized asymmetric initialization (RAI): Gaussian weights and biases, of which one in each neuron is made positive, so
 * that fewer ReLU networks are dead before training.
 *
 * <p>Formula: for each neuron with n incoming terms, (w, b) is a vector of n + 1 numbers {@code N(0, s^2 / n)}, s = 0.6007; one
 * of them, at a place chosen uniformly, the bias's included, is replaced by a number from Beta(2, 1), which is
 * {@code sqrt(u)} for u uniform in [0, 1].
 *
 * <p>Shapes: hidden dense layers and convolutions with biases, n = nIn taps; output layers stay as they are, and what cannot
 * be drawn is skipped with the reason. Biases are drawn too: what the configuration says of them is lost.
 *
 * <p>When to use it: narrow ReLU networks of moderate depth. When not: deep ones, since the signal shrinks (in 50 layers of
 * width 100 its spread falls below 1e-4 in our measurement), and with activations that cannot die, where it gains
 * nothing.
 *
 * <p>Source: L. Lu, Y. Shin, Y. Su, G. E. Karniadakis, "Dying ReLU and initialization: theory and numerical examples" (2019,
 * arXiv 1903.06733). The numbers as several independent public implementations have them. Ours: convolutions, and that output
 * layers are left out, since none of their units can die.
 *
 * @param scale s, finite and > 0
 */
@API(status = API.Status.STABLE, since = "0.1")
public record RandomizedAsymmetric(double scale) implements DataFreeInitializer {

    private static final double DEFAULT_SCALE = 0.6007;

    /** Checks the scale. */
    public RandomizedAsymmetric {
        Bounds.positive("scale", scale);
    }

    /** {@return the settings most networks want: the scale of the paper, 0.6007} */
    public static RandomizedAsymmetric defaults() {
        return builder().build();
    }

    /** {@return a builder that starts from {@link #defaults()}} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public InitReport initialize(Model model) {
        return DrawableLayers.initialize("RAI", model, activation -> this::draw);
    }

    /**
     * The neurons alone, for arrays that belong to no network.
     *
     * @return overwrites weights {@code [neurons, terms]} and biases {@code [neurons]}, FLOAT or DOUBLE, from {@code Nd4j.getRandom()}
     */
    public BiConsumer<INDArray, INDArray> neurons() {
        return this::draw;
    }

    private void draw(INDArray weights, INDArray biases) {
        int terms = weights.columns();
        double deviation = scale / Math.sqrt(terms);
        Nd4j.exec(new GaussianDistribution(weights, 0, deviation));
        Nd4j.exec(new GaussianDistribution(biases, 0, deviation));
        int neurons = weights.rows();
        double[] picks;
        try (INDArray uniform = Nd4j.rand(DataType.DOUBLE, 2L * neurons)) {
            picks = uniform.toDoubleVector();
        }
        for (int i = 0; i < neurons; i++) {
            int place = (int) (picks[2 * i] * (terms + 1));
            double positive = Math.sqrt(picks[2 * i + 1]);
            if (place < terms) {
                weights.putScalar(i, place, positive);
            } else {
                biases.putScalar(i, positive);
            }
        }
    }

    /** Builds a {@link RandomizedAsymmetric}. */
    public static final class Builder {

        private double scale = DEFAULT_SCALE;

        private Builder() {}

        /** The standard deviation of the symmetric numbers, times the square root of the number of terms: finite and > 0. */
        public Builder scale(double s) {
            scale = s;
            return this;
        }

        /** {@return the initializer, its settings checked} */
        public RandomizedAsymmetric build() {
            return new RandomizedAsymmetric(scale);
        }
    }
}
