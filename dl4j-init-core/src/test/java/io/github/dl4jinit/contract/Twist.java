package io.github.dl4jinit.contract;

import io.github.dl4jinit.scheme.Orthogonal;
import io.github.dl4jinit.scheme.Sparse;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.MinMaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;

/** Something that makes a layer less plain. A layer has at most one of each group. */
@SuppressWarnings("ImmutableEnumChecker") // Functions without state.
enum Twist {
    RELU(Activation.RELU),
    LEAKY_RELU(Activation.LEAKYRELU),
    SIGMOID(Activation.SIGMOID),
    SOFTPLUS(Activation.SOFTPLUS),
    ELU(Activation.ELU),
    IDENTITY(Activation.IDENTITY),
    SWISH(Activation.SWISH),
    HARD_TANH(Activation.HARDTANH),
    SOFTSIGN(Activation.SOFTSIGN),

    DROPOUT(Group.DROPOUT, any(builder -> builder.dropOut(0.7))),
    ALPHA_DROPOUT(Group.DROPOUT, any(builder -> builder.dropOut(new AlphaDropout(0.8)))),
    GAUSSIAN_DROPOUT(Group.DROPOUT, any(builder -> builder.dropOut(new GaussianDropout(0.3)))),
    GAUSSIAN_NOISE(Group.DROPOUT, any(builder -> builder.dropOut(new GaussianNoise(0.2)))),
    /** Drops whole channels, so that there must be positions. */
    SPATIAL_DROPOUT(Group.DROPOUT, any(builder -> builder.dropOut(new SpatialDropout(0.7)))),

    DROP_CONNECT(Group.NOISE, weights(builder -> builder.weightNoise(new DropConnect(0.8)))),
    WEIGHT_NOISE(Group.NOISE, weights(builder -> builder.weightNoise(new WeightNoise(new NormalDistribution(0, 0.1))))),
    WEIGHT_FACTOR(
            Group.NOISE,
            weights(builder -> builder.weightNoise(new WeightNoise(new NormalDistribution(1, 0.1), false)))),

    MAX_NORM(Group.CONSTRAINT, any(builder -> builder.constrainWeights(new MaxNormConstraint(0.8, 1)))),
    MIN_MAX_NORM(Group.CONSTRAINT, any(builder -> builder.constrainWeights(new MinMaxNormConstraint(0.3, 0.9, 1)))),
    UNIT_NORM(Group.CONSTRAINT, any(builder -> builder.constrainWeights(new UnitNormConstraint(1)))),
    NON_NEGATIVE(Group.CONSTRAINT, any(builder -> builder.constrainAllParameters(new NonNegativeConstraint()))),

    HE(Group.START, weights(builder -> builder.weightInit(VarianceScaling.heNormal()))),
    GLOROT(Group.START, weights(builder -> builder.weightInit(VarianceScaling.glorotUniform()))),
    ORTHOGONAL(Group.START, weights(builder -> builder.weightInit(new Orthogonal(1.5)))),
    SPARSE(Group.START, weights(builder -> builder.weightInit(new Sparse(1, 0.7)))),
    DL4J_NORMAL(Group.START, weights(builder -> builder.weightInit(WeightInit.NORMAL))),
    DL4J_UNIFORM(Group.START, weights(builder -> builder.weightInit(WeightInit.RELU_UNIFORM))),
    DISTRIBUTION(Group.START, weights(builder -> builder.weightInit(new NormalDistribution(0, 0.5)))),

    BIAS(Group.BIAS, weights(builder -> builder.biasInit(0.5))),
    LAYER_NORM(Group.NORMALIZATION, any(builder -> ((DenseLayer.Builder) builder).hasLayerNorm(true))),
    L2_HERE(Group.PENALTY, weights(builder -> builder.l2(0.02))),
    DECAY_HERE(Group.PENALTY, weights(builder -> builder.weightDecay(0.01))),

    BIDIRECTIONAL(Group.WRAPPER, around(layer -> new Bidirectional(Bidirectional.Mode.ADD, layer))),
    BIDIRECTIONAL_MEAN(Group.WRAPPER, around(layer -> new Bidirectional(Bidirectional.Mode.AVERAGE, layer))),
    TIME_DISTRIBUTED(Group.WRAPPER, around(TimeDistributed::new)),
    MASK_ZERO(Group.WRAPPER, around(layer -> new MaskZeroLayer(layer, 0))),
    FROZEN(Group.FROZEN, around(FrozenLayer::new)),
    FROZEN_WITH_BACKPROP(Group.FROZEN, around(FrozenLayerWithBackprop::new));

    /** What excludes what, and in which order it is applied. */
    enum Group {
        ACTIVATION,
        DROPOUT,
        NOISE,
        CONSTRAINT,
        START,
        BIAS,
        NORMALIZATION,
        PENALTY,
        WRAPPER,
        FROZEN
    }

    /** What every layer with weights can have. */
    static final Set<Group> OF_WEIGHTS =
            Set.of(Group.DROPOUT, Group.NOISE, Group.CONSTRAINT, Group.START, Group.BIAS, Group.PENALTY, Group.FROZEN);

    private final Group group;
    private final Consumer<Layer.Builder<?>> onBuilder;
    private final UnaryOperator<Layer> around;

    Twist(Activation activation) {
        this(Group.ACTIVATION, weights(builder -> builder.activation(activation)));
    }

    Twist(Group group, Consumer<Layer.Builder<?>> onBuilder) {
        this.group = group;
        this.onBuilder = onBuilder;
        this.around = layer -> layer;
    }

    Twist(Group group, UnaryOperator<Layer> around) {
        this.group = group;
        this.onBuilder = builder -> {};
        this.around = around;
    }

    private static Consumer<Layer.Builder<?>> any(Consumer<Layer.Builder<?>> change) {
        return change;
    }

    private static UnaryOperator<Layer> around(UnaryOperator<Layer> wrapper) {
        return wrapper;
    }

    private static Consumer<Layer.Builder<?>> weights(Consumer<BaseLayer.Builder<?>> change) {
        return builder -> change.accept((BaseLayer.Builder<?>) builder);
    }

    Group group() {
        return group;
    }

    /** A layer with its twists, in their order: wrappers, and freezing last. */
    static Layer build(Layer.Builder<?> builder, UnaryOperator<Layer> wrapper, Set<Twist> twists) {
        twists.forEach(twist -> twist.onBuilder.accept(builder));
        Layer layer = wrapper.apply(builder.build());
        for (Twist twist : twists) {
            layer = twist.around.apply(layer);
        }
        return layer;
    }
}
