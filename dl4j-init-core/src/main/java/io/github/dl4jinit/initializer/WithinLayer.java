package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.report.InitReport;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Data-dependent initialization: every unit is scaled and shifted to a standard deviation of 1 and a mean of {@code bias}
 * over a batch, then layers are scaled against each other until their weights change at the same relative rate.
 *
 * <p>Within a layer, in one sweep from the input to the output: {@code W_k <- W_k / s_k}, {@code b_k <- bias - m_k / s_k}, with m_k and
 * s_k the mean and the standard deviation of unit (channel) k before its activation, without the old bias. Before that the weights are
 * drawn: Gaussian, or from the patches that the layer sees, which are whitened by their principal directions: these directions themselves
 * ({@link Kernels#PCA}), or the centres of k-means among the whitened patches ({@link Kernels#KMEANS}).
 *
 * <p>Between layers, in rounds: {@code r_l = rms(g_l) / rms(W_l)}, g_l the gradient of the layer's weights under a standard normal
 * gradient at the outputs of the network; {@code W_l <- W_l sqrt(r_l / r)}, where r is the geometric mean of the ratios times
 * {@code s^(1/L)}, s the standard deviation of the last of the L layers. After each round biases are set again so that every unit has the
 * mean {@code bias} in units of its own standard deviation.
 *
 * <p>When to use it: convolutional networks that will be fine-tuned or trained with plain stochastic gradient descent, where one learning
 * rate must suit all layers. When not: small batches (the statistics are those of each unit, so take hundreds of
 * examples); with Adam, which equalizes the rates by itself, balancing gains little.
 *
 * <p>Source: P. Kraehenbuehl, C. Doersch, J. Donahue, T. Darrell, "Data-dependent initializations of convolutional neural networks"
 * (2016), and the authors' code, whose default bias of 0.1, geometric mean, factor of the last deviation, ten rounds and tolerance of 1 %
 * are taken. Ours: the biases after a round (the same in a plain ReLU network as scaling them with all layers below); the linear loss
 * whose gradient is the random one, drawn once; output layers are drawn Gaussian; patches lie inside the image and are 5000 at most;
 * where a layer is no dense one or convolution along two axes, or has fewer patches than units, its kernels are Gaussian; units of
 * recurrent layers (the part x W of their gates) are scaled and not shifted, recurrent weights stay as drawn; the balance is computed in
 * training mode, without dropout, in double precision.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class WithinLayer implements NetworkInitializer {

    /** Where the weights of a layer come from, before they are scaled. */
    public enum Kernels {
        /** Independent normal numbers. */
        GAUSSIAN,
        /** The principal directions of what the layer sees. */
        PCA,
        /** Clusters of what the layer sees. */
        KMEANS,
        /** The weights that the network has. */
        KEEP
    }

    private final Kernels kernels;
    private final double bias;
    private final boolean balance;
    private final int maxRounds;
    private final double tolerance;

    private WithinLayer(Builder builder) {
        kernels = builder.kernels;
        bias = Bounds.finite("bias", builder.bias);
        balance = builder.balance;
        maxRounds = Bounds.atLeast("maxRounds", builder.maxRounds, 1);
        tolerance = Bounds.positive("tolerance", builder.tolerance);
    }

    /** {@return the settings most networks want: Gaussian kernels, bias 0.1, balanced in at most 10 rounds to 1 %} */
    public static WithinLayer defaults() {
        return builder().build();
    }

    /** {@return a builder that starts from {@link #defaults()}} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return where the weights come from} */
    public Kernels kernels() {
        return kernels;
    }

    /** {@return the mean of every unit, in standard deviations} */
    public double bias() {
        return bias;
    }

    /** {@return whether the layers are scaled against each other} */
    public boolean balance() {
        return balance;
    }

    /** {@return the most rounds of balancing} */
    public int maxRounds() {
        return maxRounds;
    }

    /** {@return the largest accepted relative change of a layer by another round} */
    public double tolerance() {
        return tolerance;
    }

    @Override
    public InitReport initialize(Model model, MultiDataSet batch) {
        return InitializationPass.runOnCopy(
                "WithinLayer", model, batch, network -> new WithinLayerPass(this, network, batch).run());
    }

    /** Builds a {@link WithinLayer}; what is not set is as in {@link WithinLayer#defaults()}. */
    public static final class Builder {

        private Kernels kernels = Kernels.GAUSSIAN;
        private double bias = 0.1;
        private boolean balance = true;
        private int maxRounds = 10;
        private double tolerance = 0.01;

        private Builder() {}

        /** Where the weights come from: random numbers, the default, or what the layers see. */
        public Builder kernels(Kernels source) {
            kernels = source;
            return this;
        }

        /** The mean of every unit before its activation, in standard deviations: finite, default 0.1. */
        public Builder bias(double mean) {
            bias = mean;
            return this;
        }

        /**
         * Whether the layers are scaled against each other, the default. False leaves the unit-wise part, which needs no gradients.
         */
        public Builder balance(boolean wanted) {
            balance = wanted;
            return this;
        }

        /** The most rounds of balancing: at least 1, default 10. */
        public Builder maxRounds(int rounds) {
            maxRounds = rounds;
            return this;
        }

        /** The largest accepted relative change of a layer by another round: finite and > 0, default 0.01. */
        public Builder tolerance(double change) {
            tolerance = change;
            return this;
        }

        /** {@return the initializer, its settings checked} */
        public WithinLayer build() {
            return new WithinLayer(this);
        }
    }
}
