package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.gradient.LossGradient;
import io.github.dl4jinit.report.InitReport;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Scales the parameter arrays so that one step of the optimizer lowers the loss as much as it can, while the gradient stays bounded.
 *
 * <p>Formula: each weight array and each bias that is not zero has a factor a_k, at first 1. In each iteration, on a part S of the batch with
 * gradient g: if {@code |g| > gamma}, Adam moves the factors down {@code |g|}; else down
 * {@code L'(p - eta A(g)) / eta}, L' the loss on another part, half of which is in S. For {@link Step#SGD} the norm is Euclidean and
 * A(g) = g / |g|; for {@link Step#ADAM} it is the sum of absolute values and A(g) = sgn(g). Derivatives of |g| and of the normalized step are products of
 * the Hessian, by central differences of DL4J's gradient in double precision ({@link LossGradient}).
 *
 * <p>When to use it: when labels are at hand and the optimizer is known, for networks that do not start well by a rule. When not: it
 * costs two to four gradients in double precision per iteration, hundreds of iterations; {@code Lsuv} costs one forward pass.
 *
 * <p>Source: C. Zhu, R. Ni, Z. Xu, K. Kong, W. R. Huang, T. Goldstein, "GradInit: learning to initialize neural networks for stable and efficient
 * training" (2021), and the authors' code: eta 0.1, gamma 1, factors of weights at least 0.01 and of biases at least 0, clipping at
 * 1, 390 iterations, and the rate 0.01 that they use for VGG-19 without normalization. Ours: the parts are random thirds of the one batch that is given, S the first
 * two, L' on the last two; the start is the network's own weights.
 *
 * @param step the optimizer that will be used
 * @param iterations how many, at least 1
 * @param rate of Adam on the factors, finite and > 0
 * @param eta length of the step that is looked ahead, finite and > 0
 * @param gamma bound of the gradient's norm, finite and > 0
 */
public record GradInit(Step step, int iterations, double rate, double eta, double gamma) implements NetworkInitializer {

    /** What the network will be trained with. */
    public enum Step {
        /** Plain gradient descent: the Euclidean norm, a step of its direction. */
        SGD,
        /** Adam: the sum of absolute values, a step of the signs. */
        ADAM
    }

    /** Checks the settings. */
    public GradInit {
        Settings.atLeastOne("iterations", iterations);
        Settings.positive("rate", rate);
        Settings.positive("eta", eta);
        Settings.positive("gamma", gamma);
    }

    /**
     * For SGD: 390 iterations at rate 0.01, eta 0.1, gamma 1.
     *
     * @return the authors' settings
     */
    public static GradInit defaults() {
        return builder().build();
    }

    /**
     * Starts from {@link #defaults()}.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Initializes a network.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @param batch features and labels of at least three examples
     * @return what was done, layer by layer
     * @throws IllegalArgumentException if the batch has fewer than three examples, is not finite, has no labels or does not fit the network
     */
    @Override
    public InitReport initialize(Model model, MultiDataSet batch) {
        return CopyPass.run("GradInit", model, network -> new GradInitPass(this, network, batch).run());
    }

    /** Builds a {@link GradInit}; what is not set is as in {@link GradInit#defaults()}. */
    public static final class Builder {

        private Step step = Step.SGD;
        private int iterations = 390;
        private double rate = 0.01;
        private double eta = 0.1;
        private double gamma = 1;

        private Builder() {}

        /**
         * The optimizer that the network will be trained with.
         *
         * @param optimizer plain gradient descent, or Adam and its relatives
         * @return this builder
         */
        public Builder step(Step optimizer) {
            this.step = optimizer;
            return this;
        }

        /**
         * The number of iterations.
         *
         * @param count at least 1
         * @return this builder
         */
        public Builder iterations(int count) {
            this.iterations = count;
            return this;
        }

        /**
         * The rate at which the factors learn.
         *
         * @param size finite and > 0
         * @return this builder
         */
        public Builder rate(double size) {
            this.rate = size;
            return this;
        }

        /**
         * The length of the step that is looked ahead.
         *
         * @param length finite and > 0
         * @return this builder
         */
        public Builder eta(double length) {
            this.eta = length;
            return this;
        }

        /**
         * The bound of the gradient's norm.
         *
         * @param bound finite and > 0
         * @return this builder
         */
        public Builder gamma(double bound) {
            this.gamma = bound;
            return this;
        }

        /**
         * Builds the initializer.
         *
         * @return the settings, checked
         */
        public GradInit build() {
            return new GradInit(step, iterations, rate, eta, gamma);
        }
    }
}
