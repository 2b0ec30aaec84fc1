package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.report.InitReport;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Scales the parameter arrays so that one step of the optimizer lowers the loss as much as it can, while the gradient stays bounded.
 *
 * <p>Formula: each weight array and each bias that is not zero has a factor a_k, at first 1. In each iteration, on a part S of the batch
 * with gradient g: if {@code |g| > gamma}, Adam moves the factors down {@code |g|}; else down {@code L'(p - eta A(g)) / eta}, L' the loss
 * on another part, half of which is in S. For {@link Optimizer#SGD} the norm is Euclidean and A(g) = g / |g|; for {@link Optimizer#ADAM}
 * it is the sum of absolute values and A(g) = sgn(g). Derivatives of |g| and of the normalized step are products of the Hessian, by
 * central differences of DL4J's gradient in double precision.
 *
 * <p>When to use it: when there are labels and the optimizer is known, for networks that do not start well by a rule. When not: it
 * costs two to four gradients in double precision per iteration, hundreds of iterations; {@code Lsuv} costs one forward pass.
 *
 * <p>Source: C. Zhu, R. Ni, Z. Xu, K. Kong, W. R. Huang, T. Goldstein, "GradInit: learning to initialize neural networks for stable and
 * efficient training" (2021), and the authors' code: eta 0.1, gamma 1, factors of weights at least 0.01 and of biases at least 0,
 * clipping at 1, 390 iterations, and the rate 0.01 that they use for VGG-19 without normalization. Ours: the parts are random thirds of
 * the one batch that is given, S the first two, L' on the last two; the start is the network's own weights.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class GradInit implements NetworkInitializer {

    /** What the network will be trained with. */
    public enum Optimizer {
        /** Plain gradient descent: the Euclidean norm, a step of its direction. */
        SGD,
        /** Adam: the sum of absolute values, a step of the signs. */
        ADAM
    }

    private final Optimizer optimizer;
    private final int iterations;
    private final double rate;
    private final double eta;
    private final double gamma;

    private GradInit(Builder builder) {
        optimizer = builder.optimizer;
        iterations = Bounds.atLeast("iterations", builder.iterations, 1);
        rate = Bounds.positive("rate", builder.rate);
        eta = Bounds.positive("eta", builder.eta);
        gamma = Bounds.positive("gamma", builder.gamma);
    }

    /**
     * For SGD: 390 iterations at rate 0.01, eta 0.1, gamma 1.
     *
     * @return the authors' settings
     */
    public static GradInit defaults() {
        return builder().build();
    }

    /** {@return a builder that starts from {@link #defaults()}} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the optimizer that the network will be trained with} */
    public Optimizer optimizer() {
        return optimizer;
    }

    /** {@return the number of iterations} */
    public int iterations() {
        return iterations;
    }

    /** {@return the learning rate of the factors} */
    public double rate() {
        return rate;
    }

    /** {@return the length of the step that is looked ahead} */
    public double eta() {
        return eta;
    }

    /** {@return the bound of the gradient's norm} */
    public double gamma() {
        return gamma;
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
        return InitializationPass.runOnCopy(
                "GradInit", model, batch, network -> new GradInitPass(this, network, batch).run());
    }

    /** Builds a {@link GradInit}; what is not set is as in {@link GradInit#defaults()}. */
    public static final class Builder {

        private Optimizer optimizer = Optimizer.SGD;
        private int iterations = 390;
        private double rate = 0.01;
        private double eta = 0.1;
        private double gamma = 1;

        private Builder() {}

        /** The optimizer that the network will be trained with: plain gradient descent, the default, or Adam and its relatives. */
        public Builder optimizer(Optimizer choice) {
            optimizer = choice;
            return this;
        }

        /** The number of iterations: at least 1, default 390. */
        public Builder iterations(int count) {
            iterations = count;
            return this;
        }

        /** The learning rate of Adam on the factors: finite and > 0, default 0.01. */
        public Builder rate(double size) {
            rate = size;
            return this;
        }

        /** The length of the step that is looked ahead: finite and > 0, default 0.1. */
        public Builder eta(double length) {
            eta = length;
            return this;
        }

        /** The bound of the gradient's norm: finite and > 0, default 1. */
        public Builder gamma(double bound) {
            gamma = bound;
            return this;
        }

        /** {@return the initializer, its settings checked} */
        public GradInit build() {
            return new GradInit(this);
        }
    }
}
