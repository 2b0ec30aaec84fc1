package io.github.dl4jinit.trainer;

import io.github.dl4jinit.internal.split.SplitNetwork;
import java.util.OptionalDouble;

/** What the builders of trainers that solve a least squares problem for the output layer have in common. */
abstract sealed class ProjectionBuilder<B extends ProjectionBuilder<B>>
        permits LeastSquaresTrainer.Builder, PhysicsInformedTrainer.Builder {

    private final SplitNetwork network;
    private double ridge;
    private OptionalDouble rcond = OptionalDouble.empty();

    ProjectionBuilder(SplitNetwork network) {
        this.network = network;
    }

    abstract B self();

    /**
     * The factor of half the squared norm of the output layer's weights, added to the layer's own l2; 0 unless set. The bias
     * is free.
     *
     * @param factor finite and >= 0
     * @return this builder
     */
    public B ridge(double factor) {
        this.ridge = Settings.notNegative("ridge", factor);
        return self();
    }

    /**
     * The cut of singular values, as a part of the largest; unless set, the number of features times the spacing of the
     * network's numbers at 1.
     *
     * @param cut at least 0 and less than 1
     * @return this builder
     */
    public B rcond(double cut) {
        this.rcond = OptionalDouble.of(Settings.cut(cut));
        return self();
    }

    SplitNetwork network() {
        return network;
    }

    double ridge() {
        return ridge;
    }

    double rcond() {
        return rcond.orElse(network.inputs() * network.epsilon());
    }
}
