package io.github.dl4jinit.initializer;

import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.scheme.OnesOrthogonal;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Initialization for deep and narrow networks: weights that keep all norms and keep a positive signal positive, and
 * biases of zero. Nothing in it is random.
 *
 * <p>Formula: {@code W = Q_m I Q_n'}, Q_n the orthogonal factor of {@code J + epsilon I}; b = 0. See {@link OnesOrthogonal}, which is the
 * same for the weights alone and goes into a configuration. Square layers become the identity.
 *
 * <p>Shapes: dense layers and plain convolutions (the matrix at the centre tap), output layers included; everything else is skipped with
 * the reason.
 *
 * <p>When to use it: ReLU networks so narrow and deep that random ones are dead. When not: wide networks, whose units it does not tell
 * apart; and ensembles, whose members would all start alike.
 *
 * <p>Source: H. Lee, Y. Kim, S. Yang, H. Choi, "Improved weight initialization for deep and narrow feedforward neural network" (Neural
 * Networks 176, 2024, 106362; arXiv 2311.03733), the formula as a public implementation and a description of the paper have it. Ours: the
 * value of epsilon, and convolutions.
 *
 * @param epsilon finite and > 0
 */
@API(status = API.Status.STABLE, since = "0.1")
public record DeepNarrow(double epsilon) implements DataFreeInitializer {

    /** Checks epsilon. */
    public DeepNarrow {
        new OnesOrthogonal(epsilon);
    }

    /**
     * The epsilon of {@link OnesOrthogonal#defaults()}.
     *
     * @return the settings most networks want
     */
    public static DeepNarrow defaults() {
        return builder().build();
    }

    /** {@return a builder that starts from {@link #defaults()}} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public InitReport initialize(Model model) {
        return InitializationPass.run("DeepNarrow", model, network -> network.layers().stream()
                .map(layer -> layer.whyUnchained()
                        .map(why -> ReportLines.skipped(layer, why))
                        .orElseGet(() -> fill(layer)))
                .toList());
    }

    private LayerReport fill(LayerView layer) {
        WeightView weight = layer.weights().get(0);
        new OnesOrthogonal(epsilon).fill(weight.shape(), weight.weights());
        INDArray bias = weight.bias();
        if (bias != null) {
            bias.assign(0);
        }
        return ReportLines.drawn(layer, weight.parameter(), "");
    }

    /** Builds a {@link DeepNarrow}. */
    public static final class Builder {

        private double epsilon = OnesOrthogonal.defaults().epsilon();

        private Builder() {}

        /** What makes the matrix of ones invertible: finite and > 0. */
        public Builder epsilon(double e) {
            epsilon = e;
            return this;
        }

        /** {@return the initializer, its settings checked} */
        public DeepNarrow build() {
            return new DeepNarrow(epsilon);
        }
    }
}
