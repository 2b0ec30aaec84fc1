package io.github.dl4jinit.initializer;

import io.github.dl4jinit.report.InitReport;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Shrinkage initialization: aligns the singular vectors of the map between two distant layers by turning the weights at its
 * two ends, for pairs of layers that shrink towards the middle of the network.
 *
 * <p>Formula: with X_i what layer i + 1 gets and X_j what layer j answers, samples in columns, the bridge is
 * E = X_j X_i' (X_i X_i')^+ and E = U S V' its singular value decomposition. Then, by {@link Convention},
 * {@code W_{i+1} <- W_{i+1} R} and {@code W_j <- L W_j}. The pairs (i, j) are (0, m), (1, m - 1), ... of a chain of m layers; if m is odd,
 * the one in the middle becomes U V' of its own weight W = U S V'; a chain of one layer is all middle.
 *
 * <p>Shapes: X_i [p, n], X_j [q, n], E [q, p]; U [q, q] and V [p, p] where the convention needs all of them, otherwise
 * thin. p and q may differ, n may be smaller than either; what the batch does not show is in the report. Convolutions: a
 * sample is a position, U turns the output channels, V the input channels, the same at every tap. Where the positions of
 * the two signals differ (strides, no padding), both are averaged over positions, and the report says so. Biases are not
 * touched, unless {@code unitResponses} asks for it. The bridge is computed in double precision, by the eigenvalues of X_i X_i' or, with fewer samples than channels,
 * of X_i' X_i.
 *
 * <p>When to use it, and with what batch: with several samples for each unit of the widest layer. With fewer than one the
 * bridge fits whatever the activations make of the batch; a ridge helps. Use it to study what alignment does to a deep plain network. When not: the conventions {@code PRINTED} and
 * {@code TRANSPOSED} are made of rotations, so they cannot mend a signal that dies or explodes; {@link #balanced()}, which is ours, and {@link Lsuv} can. Layers are
 * aligned within a {@linkplain io.github.dl4jinit.network.Chain chain}: they are cut by branches, merges, pooling,
 * flattening, normalization, recurrent and frozen layers. Layers in no chain keep their weights.
 *
 * <p>Source: Cheng, Zhou, Zou, Wang, "Shrinkage Initialization for Smooth Learning of Neural Networks", ICBDC 2024,
 * equations (1) to (5), (7), (8). The text leaves open, and this is our reading: which pairs there are, their order,
 * whether the signal is computed anew in between (it is), which of the singular value decompositions of a matrix is taken
 * (with the bases nearest to the coordinate axes, so that signs and equal singular values leave no choice), X_j before
 * the activation of layer j (which is what U multiplies), convolutions and graphs. Chains of a graph take their turns
 * together; a later one then sees the signal that the earlier one sent at the start of the turn.
 *
 * @param convention which factors go to which side; the paper's is PRINTED, and it is the default
 * @param gamma shrinkage exponent in [0, 1], for ISOMETRIC only: singular values s become s^(1 - gamma). Ours; default 1,
 *     an isometry
 * @param signal what X is; the paper derives for "no activation" and computes with sigmoids. Default ACTIVATIONS
 * @param centred whether means over the batch are taken off X. The paper does not, nor do PRINTED and TRANSPOSED by default;
 *     ISOMETRIC does, since the mean of sigmoids or ReLUs would be the one large singular value that is shrunk
 * @param ridge added to X_i X_i', as a multiple of its mean eigenvalue. Ours; default 0, the paper's pseudo-inverse
 * @param rankCutoff eigenvalues of X_i X_i' up to this times the largest count as 0. The paper's value is not known; default
 *     1e-10, since single precision leaves noise of about 1e-13
 * @param floor singular values are shrunk as if at least this times the largest, for ISOMETRIC only: a bridge fitted
 *     through activations has tiny ones that are noise, and the inverse of noise is large. Ours; default 0.01
 * @param orthogonalStart whether to draw orthogonal weights first (the rotations of Saxe et al. that the paper starts from;
 *     the default), or to turn the weights that the network has
 * @param order in which order the pairs are taken; by default as the convention wants it
 * @param refresh whether the signal is computed anew for each pair. Ours; default true, since a pair changes what the next
 *     one sees. If false there is one forward pass for all pairs, and the cost grows linearly with depth
 * @param unitResponses whether every forward pass centres each response of a chain, by the biases, and scales it to unit
 *     deviation over the batch; ISOMETRIC then makes singular values equal to their root mean square instead of 1. Ours; default
 *     false. It does what rotations cannot: the signal of deep sigmoids stays alive
 */
public record Sinl(
        Convention convention,
        double gamma,
        Signal signal,
        boolean centred,
        double ridge,
        double rankCutoff,
        double floor,
        boolean orthogonalStart,
        Order order,
        boolean refresh,
        boolean unitResponses)
        implements NetworkInitializer {

    /** Which factors of E = U S V' go to which side; A is the map between the layers, equal to E in a linear network. */
    public enum Convention {
        /** R = V', L = U, equations (4) and (5) as printed: A becomes U A V', with the same singular values. */
        PRINTED,
        /** R = V, L = U': A becomes S, diagonal. Ours; it is what the derivation seems to aim at. */
        TRANSPOSED,
        /**
         * R = V S^(-gamma/2) V', L = U S^(-gamma/2) U' on the directions that E has, the identity on all others: A becomes
         * U S^(1 - gamma) V'. Ours: the only one that changes singular values. The middle weight becomes U S^(1 - gamma) V'
         * as well.
         */
        ISOMETRIC
    }

    /** What flows through the network while the bridge is measured. */
    public enum Signal {
        /** The network as it is. */
        ACTIVATIONS,
        /** The network without the activation functions of its initializable layers, as in the paper's derivation. */
        LINEAR
    }

    /** The order of the pairs. */
    public enum Order {
        /** From the ends to the middle, the paper's "shrinking"; the default of PRINTED. */
        INWARD,
        /**
         * From the middle to the ends: a pair is done when all between its ends is, so that what is reached for it stays.
         * Ours; the default of TRANSPOSED and ISOMETRIC.
         */
        OUTWARD
    }

    /** Checks the settings. */
    public Sinl {
        if (!(gamma >= 0 && gamma <= 1)) {
            throw new IllegalArgumentException("gamma must be >= 0 and <= 1, got " + gamma);
        }
        if (!(ridge >= 0) || Double.isInfinite(ridge)) {
            throw new IllegalArgumentException("ridge must be finite and >= 0, got " + ridge);
        }
        requireFraction("rank cut-off", rankCutoff);
        requireFraction("floor", floor);
        if (unitResponses && signal == Signal.LINEAR) {
            throw new IllegalArgumentException(
                    "unit responses are those of the network as it is: they need the signal ACTIVATIONS, got LINEAR");
        }
    }

    private static void requireFraction(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be >= 0 and < 1, got " + value);
        }
    }

    /**
     * The paper's, on orthogonal weights.
     *
     * @return the settings of {@link #builder()}
     */
    public static Sinl defaults() {
        return builder().build();
    }

    /**
     * Ours, and what to take for training: layers balanced, and the spectra of nested composites shrunk a quarter of the way to an
     * isometry. It is the balance that trains deep networks; more shrinkage than this makes twenty layers slower (docs/results/sinl.md).
     *
     * @return ISOMETRIC with {@code unitResponses} and gamma 1/4
     */
    public static Sinl balanced() {
        return builder()
                .convention(Convention.ISOMETRIC)
                .gamma(0.25)
                .unitResponses(true)
                .build();
    }

    /**
     * Starts from {@link #defaults()}.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public InitReport initialize(Model model, MultiDataSet batch) {
        SinlPass pass = new SinlPass(this, batch);
        InitReport report = CopyPass.run("SINL", model, pass::run);
        return report.with(pass.pairs(), pass.times());
    }

    /** Builds a {@link Sinl}; what is not set is as in {@link Sinl#defaults()}. */
    public static final class Builder {

        private Convention convention = Convention.PRINTED;
        private double gamma = 1;
        private Signal signal = Signal.ACTIVATIONS;
        private @Nullable Boolean centred;
        private double ridge;
        private double rankCutoff = 1e-10;
        private double floor = 0.01;
        private boolean orthogonalStart = true;
        private @Nullable Order order;
        private boolean refresh = true;
        private boolean unitResponses;

        private Builder() {}

        /**
         * Which factors go to which side.
         *
         * @param choice the convention
         * @return this builder
         */
        public Builder convention(Convention choice) {
            this.convention = choice;
            return this;
        }

        /**
         * How far ISOMETRIC goes.
         *
         * @param exponent from 0, which changes nothing, to 1, an isometry
         * @return this builder
         */
        public Builder gamma(double exponent) {
            this.gamma = exponent;
            return this;
        }

        /**
         * What flows through the network while the bridge is measured.
         *
         * @param choice the signal
         * @return this builder
         */
        public Builder signal(Signal choice) {
            this.signal = choice;
            return this;
        }

        /**
         * Whether means over the batch are taken off the signals.
         *
         * @param take true to take them off
         * @return this builder
         */
        public Builder centred(boolean take) {
            this.centred = take;
            return this;
        }

        /**
         * The ridge of the bridge.
         *
         * @param multiple of the mean eigenvalue of X_i X_i', finite and >= 0
         * @return this builder
         */
        public Builder ridge(double multiple) {
            this.ridge = multiple;
            return this;
        }

        /**
         * Which eigenvalues of X_i X_i' count as 0.
         *
         * @param fraction of the largest, at least 0 and below 1
         * @return this builder
         */
        public Builder rankCutoff(double fraction) {
            this.rankCutoff = fraction;
            return this;
        }

        /**
         * The smallest singular value that is inverted as it is.
         *
         * @param fraction of the largest, at least 0 and below 1
         * @return this builder
         */
        public Builder floor(double fraction) {
            this.floor = fraction;
            return this;
        }

        /**
         * Whether to draw orthogonal weights first, or to turn the weights that the network has.
         *
         * @param start false to keep the user's own weights
         * @return this builder
         */
        public Builder orthogonalStart(boolean start) {
            this.orthogonalStart = start;
            return this;
        }

        /**
         * The order of the pairs.
         *
         * @param choice the order
         * @return this builder
         */
        public Builder order(Order choice) {
            this.order = choice;
            return this;
        }

        /**
         * Whether the signal is computed anew for each pair.
         *
         * @param anew false for one forward pass for all pairs
         * @return this builder
         */
        public Builder refresh(boolean anew) {
            this.refresh = anew;
            return this;
        }

        /**
         * Whether each forward pass gives every response of a chain mean 0 in each unit and unit deviation.
         *
         * @param unit true to set biases and scales
         * @return this builder
         */
        public Builder unitResponses(boolean unit) {
            this.unitResponses = unit;
            return this;
        }

        /**
         * Builds the initializer.
         *
         * @return the settings, checked
         */
        public Sinl build() {
            return new Sinl(
                    convention,
                    gamma,
                    signal,
                    centred == null ? convention == Convention.ISOMETRIC : centred,
                    ridge,
                    rankCutoff,
                    floor,
                    orthogonalStart,
                    order == null ? convention == Convention.PRINTED ? Order.INWARD : Order.OUTWARD : order,
                    refresh,
                    unitResponses);
        }
    }
}
