package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.gradient.LossGradient;
import io.github.dl4jinit.report.InitReport;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Scales the weight arrays until following the gradient changes the gradient little: the norms of the weights are learned, their
 * directions stay.
 *
 * <p>Formula: the gradient quotient {@code GQ = (1 / N) sum |(g - H g) / (g + eps sgn g) - 1|} over all weights (biases do not take
 * part), g the gradient and H the Hessian of the loss, is lowered by signed gradient descent with momentum on the norms n_k of the
 * weight arrays: {@code m_k <- momentum m_k - rate sgn(dGQ / dn_k)}, {@code n_k <- n_k + m_k}. H is never formed: its products
 * are central differences of DL4J's gradient in double precision ({@link LossGradient}); a step costs eleven gradients.
 *
 * <p>When to use it: small and middle networks of unusual architecture for which no rule is known. When not: with a fixed budget of
 * seconds ({@code Lsuv} costs one forward pass); with ReLU the difference may meet a kink, which makes single steps wrong and their sign
 * mostly right.
 *
 * <p>Source: Y. N. Dauphin, S. Schoenholz, "MetaInit: initializing learning by learning to initialize" (2019), with the rate, momentum, steps and
 * eps of the paper's listing, which has inputs from N(0, 1), random labels, and batch normalization in evaluation mode. Ours: random labels are
 * the batch's own, shuffled among its examples, so that they suit any loss; labels are needed therefore; batch normalization uses the batch; a
 * norm falls to a hundredth in one step at most; the start is the network's own weights, and is kept if GQ, on one fixed random batch, has not
 * become smaller (the layers are then reported as stalled).
 *
 * @param steps how many, at least 1
 * @param rate the step of a norm, finite and > 0
 * @param momentum from 0 to below 1
 * @param epsilon what keeps small gradients from ruling the quotient, finite and > 0
 * @param gaussianInputs whether features are replaced by standard normal numbers; integer features never are
 */
public record MetaInit(int steps, double rate, double momentum, double epsilon, boolean gaussianInputs)
        implements NetworkInitializer {

    /** Checks the settings. */
    public MetaInit {
        Settings.atLeastOne("steps", steps);
        Settings.positive("rate", rate);
        Settings.positive("epsilon", epsilon);
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
     * @param batch features and labels; both are needed, of the features the shape alone unless the inputs are not Gaussian
     * @return what was done, layer by layer
     * @throws IllegalArgumentException if the batch is empty, not finite, has no labels or does not fit the network
     */
    @Override
    public InitReport initialize(Model model, MultiDataSet batch) {
        return CopyPass.run("MetaInit", model, network -> new MetaInitPass(this, network, batch).run());
    }

    /** Builds a {@link MetaInit}; what is not set is as in {@link MetaInit#defaults()}. */
    public static final class Builder {

        private int steps = 500;
        private double rate = 0.1;
        private double momentum = 0.9;
        private double epsilon = 1e-5;
        private boolean gaussianInputs = true;

        private Builder() {}

        /**
         * The number of steps.
         *
         * @param count at least 1
         * @return this builder
         */
        public Builder steps(int count) {
            this.steps = count;
            return this;
        }

        /**
         * The step of a norm.
         *
         * @param step finite and > 0
         * @return this builder
         */
        public Builder rate(double step) {
            this.rate = step;
            return this;
        }

        /**
         * The part of a step that the next one keeps.
         *
         * @param part from 0 to below 1
         * @return this builder
         */
        public Builder momentum(double part) {
            this.momentum = part;
            return this;
        }

        /**
         * What is added to the size of each gradient in the denominators.
         *
         * @param size finite and > 0
         * @return this builder
         */
        public Builder epsilon(double size) {
            this.epsilon = size;
            return this;
        }

        /**
         * Whether features are replaced by standard normal numbers.
         *
         * @param wanted false to take the batch's own
         * @return this builder
         */
        public Builder gaussianInputs(boolean wanted) {
            this.gaussianInputs = wanted;
            return this;
        }

        /**
         * Builds the initializer.
         *
         * @return the settings, checked
         */
        public MetaInit build() {
            return new MetaInit(steps, rate, momentum, epsilon, gaussianInputs);
        }
    }
}
