package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.report.InitReport;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Scales the weight arrays until following the gradient changes the gradient little: the norms of the weights are learned, their
 * directions stay.
 *
 * <p>Formula: the gradient quotient {@code GQ = (1 / N) sum |(g - H g) / (g + eps sgn g) - 1|} over all weights (biases do not take
 * part), g the gradient and H the Hessian of the loss, is lowered by signed gradient descent with momentum on the norms n_k of the
 * weight arrays: {@code m_k <- momentum m_k - rate sgn(dGQ / dn_k)}, {@code n_k <- n_k + m_k}. H is never formed: its products
 * are central differences of DL4J's gradient in double precision; a step costs eleven gradients.
 *
 * <p>When to use it: small and middle networks of unusual architecture for which no rule is known. When not: with a fixed budget of
 * seconds ({@code Lsuv} costs one forward pass); with ReLU the difference may meet a kink, which makes single steps wrong and their sign
 * mostly right.
 *
 * <p>Source: Y. N. Dauphin, S. Schoenholz, "MetaInit: initializing learning by learning to initialize" (2019), with the rate, momentum,
 * steps and eps of the paper's listing, which has inputs from N(0, 1), random labels, and batch normalization in evaluation mode. Ours:
 * random labels are the batch's own, shuffled among its examples, so that they suit any loss; labels are needed therefore; batch
 * normalization uses the batch; a norm falls to a hundredth in one step at most; the start is the network's own weights, and is kept if
 * GQ, on one fixed random batch, has not become smaller (the layers are then reported as stalled).
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class MetaInit implements NetworkInitializer {

    private final int steps;
    private final double rate;
    private final double momentum;
    private final double epsilon;
    private final boolean gaussianInputs;

    private MetaInit(Builder builder) {
        steps = Bounds.atLeast("steps", builder.steps, 1);
        rate = Bounds.positive("rate", builder.rate);
        momentum = builder.momentum;
        epsilon = Bounds.positive("epsilon", builder.epsilon);
        gaussianInputs = builder.gaussianInputs;
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("momentum must be >= 0 and < 1, got " + momentum);
        }
    }

    /**
     * 500 steps at rate 0.1 with momentum 0.9, eps 1e-5, Gaussian inputs.
     *
     * @return the settings of the paper
     */
    public static MetaInit defaults() {
        return builder().build();
    }

    /** {@return a builder that starts from {@link #defaults()}} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the number of steps} */
    public int steps() {
        return steps;
    }

    /** {@return the step size of a norm} */
    public double rate() {
        return rate;
    }

    /** {@return the momentum coefficient} */
    public double momentum() {
        return momentum;
    }

    /** {@return what is added to the size of each gradient in the denominators} */
    public double epsilon() {
        return epsilon;
    }

    /** {@return whether features are replaced by standard normal numbers} */
    public boolean gaussianInputs() {
        return gaussianInputs;
    }

    /**
     * Initializes a network.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @param batch features and labels; both are needed, of the features the shape alone unless the inputs are not Gaussian
     * @return what was done, layer by layer
     * @throws IllegalArgumentException if the batch is empty, not finite, has no labels or does not fit the network
     */
    @Override
    public InitReport initialize(Model model, MultiDataSet batch) {
        return InitializationPass.runOnCopy(
                "MetaInit", model, batch, network -> new MetaInitPass(this, network, batch).run());
    }

    /** Builds a {@link MetaInit}; what is not set is as in {@link MetaInit#defaults()}. */
    public static final class Builder {

        private int steps = 500;
        private double rate = 0.1;
        private double momentum = 0.9;
        private double epsilon = 1e-5;
        private boolean gaussianInputs = true;

        private Builder() {}

        /** The number of steps: at least 1, default 500. */
        public Builder steps(int count) {
            steps = count;
            return this;
        }

        /** The step size of a norm: finite and > 0, default 0.1. */
        public Builder rate(double size) {
            rate = size;
            return this;
        }

        /** The momentum coefficient: from 0 to below 1, default 0.9. */
        public Builder momentum(double coefficient) {
            momentum = coefficient;
            return this;
        }

        /**
         * What is added to the size of each gradient in the denominators, so that small ones do not dominate: finite and > 0, default
         * 1e-5.
         */
        public Builder epsilon(double size) {
            epsilon = size;
            return this;
        }

        /**
         * Whether features are replaced by standard normal numbers, the default, or are the batch's own. Integer features, and indices for an
         * embedding, are always the batch's own.
         */
        public Builder gaussianInputs(boolean wanted) {
            gaussianInputs = wanted;
            return this;
        }

        /** {@return the initializer, its settings checked} */
        public MetaInit build() {
            return new MetaInit(this);
        }
    }
}
