package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.report.InitReport;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Shrinkage initialization: aligns the singular vectors of the map between two distant layers by turning the weights at its two ends, for
 * pairs of layers that shrink towards the middle of the network.
 *
 * <p>Formula: with X_i the input of layer i + 1 and X_j the response of layer j, samples in columns, the transfer map is E = X_j X_i'
 * (X_i X_i')^+ and E = U S V' its singular value decomposition. Then, by {@link Convention}, {@code W_{i+1} <- W_{i+1} R} and
 * {@code W_j <- L W_j}. The pairs (i, j) are (0, m), (1, m - 1), ... of a chain of m layers; if m is odd, the one in the middle becomes U
 * V' of its own weight W = U S V'; a chain of one layer is all middle.
 *
 * <p>Shapes: X_i [p, n], X_j [q, n], E [q, p]; U [q, q] and V [p, p] where the convention needs all of them, otherwise thin. p and q may
 * differ, n may be smaller than either; what the batch does not show is in the report. Convolutions: a sample is a position, U turns the
 * output channels, V the input channels, the same at every tap. Where the positions of the two signals differ (strides, no padding), both
 * are averaged over positions, and the report says so. Biases are not touched, unless {@code unitResponses} asks for it. The map is
 * computed in double precision, by the eigenvalues of X_i X_i' or, with fewer samples than channels, of X_i' X_i.
 *
 * <p>When to use it, and with what batch: to study what alignment does to a deep plain network, with several samples for each unit of the
 * widest layer. With fewer than one the map fits whatever the activations make of the batch; a ridge helps. When not: the conventions
 * {@code PRINTED} and {@code TRANSPOSED} are made of rotations, so they cannot fix a signal that dies or explodes; {@link #balanced()},
 * which is ours, and {@link Lsuv} can. Layers are aligned within a {@linkplain io.github.dl4jinit.network.Chain chain}: they are cut by
 * branches, merges, pooling, flattening, normalization, recurrent and frozen layers. Layers in no chain keep their weights.
 *
 * <p>Source: Cheng, Zhou, Zou, Wang, "Shrinkage Initialization for Smooth Learning of Neural Networks", ICBDC 2024, equations (1) to (5),
 * (7), (8). The text leaves open, and this is our reading: which pairs there are, their order, whether the signal is computed anew in
 * between (it is), which of the singular value decompositions of a matrix is taken (with the bases nearest to the coordinate axes, so that
 * signs and equal singular values leave no choice), X_j before the activation of layer j (which is what U multiplies), convolutions and
 * graphs. Chains of a graph take their turns together; a later one then sees the signal that the earlier one sent at the start of the
 * turn.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class Sinl implements NetworkInitializer {

    /** Which factors of E = U S V' go to which side; A is the map between the layers, equal to E in a linear network. */
    public enum Convention {
        /** R = V', L = U, equations (4) and (5) as printed: A becomes U A V', with the same singular values. */
        PRINTED,
        /** R = V, L = U': A becomes S, diagonal. Ours; it is what the derivation seems to aim at. */
        TRANSPOSED,
        /**
         * R = V S^(-gamma/2) V', L = U S^(-gamma/2) U' on the directions that E has, the identity on all others: A, and the middle weight,
         * become U S^(1 - gamma) V'. Ours: the only one that changes singular values.
         */
        ISOMETRIC
    }

    /** What flows through the network while the map is measured. */
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
        /** From the middle to the ends, so that what a pair reaches stays. Ours; the default of TRANSPOSED and ISOMETRIC. */
        OUTWARD
    }

    private final Convention convention;
    private final double gamma;
    private final Signal signal;
    private final boolean centred;
    private final double ridge;
    private final double rankCutoff;
    private final double floor;
    private final boolean orthogonalStart;
    private final Order order;
    private final boolean refresh;
    private final boolean unitResponses;

    private Sinl(Builder builder) {
        convention = builder.convention;
        gamma = builder.gamma;
        signal = builder.signal;
        centred = builder.centred == null ? convention == Convention.ISOMETRIC : builder.centred;
        ridge = Bounds.notNegative("ridge", builder.ridge);
        rankCutoff = fraction("rank cut-off", builder.rankCutoff);
        floor = fraction("floor", builder.floor);
        orthogonalStart = builder.orthogonalStart;
        order = builder.order != null ? builder.order : convention == Convention.PRINTED ? Order.INWARD : Order.OUTWARD;
        refresh = builder.refresh;
        unitResponses = builder.unitResponses;
        if (!(gamma >= 0 && gamma <= 1)) {
            throw new IllegalArgumentException("gamma must be >= 0 and <= 1, got " + gamma);
        }
        if (unitResponses && signal == Signal.LINEAR) {
            throw new IllegalArgumentException(
                    "unit responses are those of the network as it is: they need the signal ACTIVATIONS, got LINEAR");
        }
    }

    private static double fraction(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be >= 0 and < 1, got " + value);
        }
        return value;
    }

    /** {@return the paper's settings, on orthogonal weights} */
    public static Sinl defaults() {
        return builder().build();
    }

    /**
     * ISOMETRIC with {@code unitResponses} and gamma 1/4: layers balanced, and the spectra of nested composites shrunk a quarter of the way
     * to an isometry. Ours, and what to take for training. It is the balance that trains deep networks; more shrinkage makes twenty layers
     * slower (docs/results/sinl.md).
     */
    public static Sinl balanced() {
        return builder()
                .convention(Convention.ISOMETRIC)
                .gamma(0.25)
                .unitResponses(true)
                .build();
    }

    /** {@return a builder that starts from {@link #defaults()}} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return which factors go to which side} */
    public Convention convention() {
        return convention;
    }

    /** {@return the shrinkage exponent of ISOMETRIC} */
    public double gamma() {
        return gamma;
    }

    /** {@return what flows through the network while it is measured} */
    public Signal signal() {
        return signal;
    }

    /** {@return whether means over the batch are taken off the signals} */
    public boolean centred() {
        return centred;
    }

    /** {@return the ridge, as a multiple of the mean eigenvalue of X_i X_i'} */
    public double ridge() {
        return ridge;
    }

    /** {@return the fraction of the largest up to which eigenvalues of X_i X_i' count as 0} */
    public double rankCutoff() {
        return rankCutoff;
    }

    /** {@return the fraction of the largest that singular values count for at least} */
    public double floor() {
        return floor;
    }

    /** {@return whether orthogonal weights are drawn first} */
    public boolean orthogonalStart() {
        return orthogonalStart;
    }

    /** {@return the order of the pairs} */
    public Order order() {
        return order;
    }

    /** {@return whether the signal is computed anew for each pair} */
    public boolean refresh() {
        return refresh;
    }

    /** {@return whether every forward pass centres and scales the responses of a chain} */
    public boolean unitResponses() {
        return unitResponses;
    }

    @Override
    public InitReport initialize(Model model, MultiDataSet batch) {
        SinlPass pass = new SinlPass(this, batch);
        InitReport report = InitializationPass.runOnCopy("SINL", model, batch, pass::run);
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

        /** Which factors go to which side; default PRINTED, the paper's. */
        public Builder convention(Convention choice) {
            convention = choice;
            return this;
        }

        /** ISOMETRIC makes singular values s into s^(1 - gamma): from 0, which changes nothing, to 1, an isometry. Ours; default 1. */
        public Builder gamma(double exponent) {
            gamma = exponent;
            return this;
        }

        /** What X is; the paper derives for "no activation" and computes with sigmoids. Default ACTIVATIONS. */
        public Builder signal(Signal choice) {
            signal = choice;
            return this;
        }

        /**
         * Whether means over the batch are taken off X. The paper does not, nor do PRINTED and TRANSPOSED by default; ISOMETRIC does,
         * since the mean of sigmoids or ReLUs would be the one large singular value that is shrunk.
         */
        public Builder centred(boolean take) {
            centred = take;
            return this;
        }

        /** What is added to X_i X_i', in mean eigenvalues of it: finite and >= 0. Ours; default 0, the paper's pseudo-inverse. */
        public Builder ridge(double multiple) {
            ridge = multiple;
            return this;
        }

        /**
         * Eigenvalues of X_i X_i' up to this fraction of the largest, at least 0 and below 1, count as 0. The paper's value is not known;
         * default 1e-10, since single precision leaves noise of about 1e-13.
         */
        public Builder rankCutoff(double fraction) {
            rankCutoff = fraction;
            return this;
        }

        /**
         * ISOMETRIC shrinks singular values as if they were at least this fraction of the largest, at least 0 and below 1: a map fitted
         * through activations has tiny ones that are noise, and the inverse of noise is large. Ours; default 0.01.
         */
        public Builder floor(double fraction) {
            floor = fraction;
            return this;
        }

        /** Whether to draw orthogonal weights first (Saxe et al., the paper's start; the default), or to turn those of the network. */
        public Builder orthogonalStart(boolean start) {
            orthogonalStart = start;
            return this;
        }

        /** The order of the pairs; by default as the convention wants it. */
        public Builder order(Order choice) {
            order = choice;
            return this;
        }

        /**
         * Whether the signal is computed anew for each pair. Ours; default true, since a pair changes what the next one sees. If false
         * there is one forward pass for all pairs, and the cost grows linearly with depth.
         */
        public Builder refresh(boolean anew) {
            refresh = anew;
            return this;
        }

        /**
         * Whether every forward pass centres each response of a chain, by the biases, and scales it to unit deviation over the batch;
         * ISOMETRIC then makes singular values equal to their root mean square instead of 1. Ours; default false. It does what rotations
         * cannot: the signal of deep sigmoids stays alive.
         */
        public Builder unitResponses(boolean unit) {
            unitResponses = unit;
            return this;
        }

        /** {@return the initializer, its settings checked} */
        public Sinl build() {
            return new Sinl(this);
        }
    }
}
