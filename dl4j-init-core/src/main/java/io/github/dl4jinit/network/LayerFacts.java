package io.github.dl4jinit.network;

import io.github.dl4jinit.network.WeightView.Role;
import io.github.dl4jinit.scheme.WeightShape;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * What this library needs to know about one class of layers: where its weights lie, which axis is channels, how its loss is
 * replaced, what it does to a signal, how it may be differentiated.
 *
 * <p>A builder starts from the cautious answers: no weights that may be initialized, channels on axis 1, no loss, a backward pass that
 * needs its own forward pass. Whoever registers a class in the {@link LayerCatalog} says only what is otherwise.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class LayerFacts {

    /**
     * Where a layer keeps its loss function.
     *
     * @param loss the layer's own loss
     * @param put replaces it
     */
    public record LossSlot(ILossFunction loss, Consumer<ILossFunction> put) {}

    /** How the derivative of the outputs with respect to a layer's weights is made of what the layer gets and what flows back to it. */
    public enum Derivative {
        /** No product is known: each row needs a backward pass of its own. */
        ROW_BY_ROW,
        /** A dense map, at one or several time steps. */
        STEPS,
        /** A dense map of each patch of an image. */
        PATCHES,
        /** A dense map of the input and of the previous output, at each time step. */
        RECURRENT,
        /** The same with the four gates of an LSTM. */
        GATED
    }

    private enum Trait {
        KEEPS_LAYOUT,
        TAKES_LOSS,
        OVERWRITES_INPUT,
        STATELESS,
        ELEMENTWISE
    }

    private final BiFunction<Layer, Map<String, INDArray>, List<WeightView>> weights;
    private final Function<Layer, @Nullable String> obstacle;
    private final Predicate<Layer> channelsLast;
    private final Function<Layer, @Nullable LossSlot> loss;
    private final Set<Trait> traits;
    private final Derivative derivative;
    private final Function<Layer, FlowNode.Kind> flow;

    @SuppressWarnings("unchecked") // The catalogue hands a layer only to facts of its own class or of a class above it.
    private LayerFacts(Builder<?> builder) {
        weights = (BiFunction<Layer, Map<String, INDArray>, List<WeightView>>) builder.weights;
        obstacle = (Function<Layer, @Nullable String>) builder.obstacle;
        channelsLast = (Predicate<Layer>) builder.channelsLast;
        loss = (Function<Layer, @Nullable LossSlot>) builder.loss;
        traits = Set.copyOf(builder.traits);
        derivative = builder.derivative;
        flow = (Function<Layer, FlowNode.Kind>) builder.flow;
    }

    /**
     * Begins the facts of a class with the cautious answers.
     *
     * @param type the class of the configuration, which the functions take
     * @param <L> the same
     */
    public static <L extends Layer> Builder<L> of(Class<L> type) {
        return new Builder<>(type.getSimpleName());
    }

    /**
     * The weight arrays of a layer, whether or not they may be initialized.
     *
     * @param layer its configuration
     * @param parameters its parameters by name: live arrays
     * @return live views; empty if none is known
     */
    public List<WeightView> weights(Layer layer, Map<String, INDArray> parameters) {
        return weights.apply(layer, parameters);
    }

    /** {@return why no initializer can or may touch a layer; empty if it is one linear map before an activation} */
    public Optional<String> obstacle(Layer layer) {
        return Optional.ofNullable(obstacle.apply(layer));
    }

    /** {@return whether the channels of a layer's output lie on its last axis, and not on axis 1} */
    public boolean isChannelsLast(Layer layer) {
        return channelsLast.test(layer);
    }

    /** {@return whether channels lie in the output where they lie in the input, which {@link #isChannelsLast} cannot say} */
    public boolean keepsLayout() {
        return traits.contains(Trait.KEEPS_LAYOUT);
    }

    /** {@return whether a loss is taken of the layer's output: true for output and loss layers} */
    public boolean takesLoss() {
        return traits.contains(Trait.TAKES_LOSS);
    }

    /** {@return where a layer keeps its loss; empty if it has none, or more of one than a function of its output and labels} */
    public Optional<LossSlot> loss(Layer layer) {
        return Optional.ofNullable(loss.apply(layer));
    }

    /** {@return whether the layer may write into its input at inference, so that its input must be a copy} */
    public boolean overwritesInput() {
        return traits.contains(Trait.OVERWRITES_INPUT);
    }

    /** {@return whether the layer's backward pass needs nothing of the forward pass but the input} */
    public boolean isStateless() {
        return traits.contains(Trait.STATELESS);
    }

    /** {@return whether the layer has no parameters and treats each number by itself, at inference} */
    public boolean isElementwise() {
        return traits.contains(Trait.ELEMENTWISE);
    }

    /** {@return how the layer's derivative with respect to its weights factors} */
    public Derivative derivative() {
        return derivative;
    }

    /** {@return what a layer of this class without parameters does to the signal} */
    public FlowNode.Kind flow(Layer layer) {
        return flow.apply(layer);
    }

    static String notLinear(String type) {
        return "a " + type + " is not one linear map before an activation";
    }

    /** Collects the facts of a class. */
    public static final class Builder<L extends Layer> {

        private BiFunction<L, Map<String, INDArray>, List<WeightView>> weights = (layer, parameters) -> List.of();
        private Function<L, @Nullable String> obstacle;
        private Predicate<L> channelsLast = layer -> false;
        private Function<L, @Nullable LossSlot> loss = layer -> null;
        private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
        private Derivative derivative = Derivative.ROW_BY_ROW;
        private Function<L, FlowNode.Kind> flow = layer -> FlowNode.Kind.OTHER;

        private Builder(String name) {
            obstacle = layer -> notLinear(name);
        }

        /**
         * The layer is one linear map before its activation function: weights "W" and, if it has one, a bias "b".
         *
         * @param axes what the axes of "W" mean: from the configuration and the shape of the array to that shape with its true fans
         */
        public Builder<L> linear(BiFunction<L, long[], WeightShape> axes) {
            return linear("W", "b", axes);
        }

        /**
         * The same for parameters with other names.
         *
         * @param weight name of the weight array
         * @param bias name of the bias, which a layer need not have
         * @param axes as above
         */
        public Builder<L> linear(String weight, String bias, BiFunction<L, long[], WeightShape> axes) {
            return weights((layer, parameters) -> {
                INDArray array = parameters.get(weight);
                return array == null
                        ? List.of()
                        : List.of(new WeightView(
                                weight, Role.RESPONSE, axes.apply(layer, array.shape()), array, parameters.get(bias)));
            });
        }

        /**
         * The layer's weights may be initialized.
         *
         * @param finder from the configuration and the parameters, by DL4J's names and live, to one view per weight array
         */
        public Builder<L> weights(BiFunction<L, Map<String, INDArray>, List<WeightView>> finder) {
            weights = finder;
            obstacle = layer -> null;
            return this;
        }

        /**
         * Some or all layers of the class are to be left alone.
         *
         * @param reason of a given layer, as a clause; null if that layer may be initialized
         */
        public Builder<L> skipped(Function<L, @Nullable String> reason) {
            Function<L, @Nullable String> before = obstacle;
            obstacle = layer -> {
                String why = reason.apply(layer);
                return why == null ? before.apply(layer) : why;
            };
            return this;
        }

        /** Those layers of the class that pass a test have their channels on the last axis. */
        public Builder<L> channelsLast(Predicate<L> test) {
            channelsLast = test;
            return this;
        }

        /** Channels lie in the layer's output where they lie in its input. */
        public Builder<L> keepsLayout() {
            return with(Trait.KEEPS_LAYOUT);
        }

        /**
         * The layer takes a loss that is a function of its output and labels alone.
         *
         * @param getter reads the loss
         * @param setter replaces it
         */
        public Builder<L> loss(Function<L, ILossFunction> getter, BiConsumer<L, ILossFunction> setter) {
            traits.add(Trait.TAKES_LOSS);
            loss = layer -> new LossSlot(getter.apply(layer), replaced -> setter.accept(layer, replaced));
            return this;
        }

        /** The layer takes a loss that is more than a function of its output, so that it cannot be replaced. */
        public Builder<L> ownLoss() {
            return with(Trait.TAKES_LOSS);
        }

        /** The layer may write into its input at inference. */
        public Builder<L> overwritesInput() {
            return with(Trait.OVERWRITES_INPUT);
        }

        /** The layer's backward pass needs nothing of the forward pass but the input. */
        public Builder<L> stateless() {
            return with(Trait.STATELESS);
        }

        /** The layer has no parameters and treats each number by itself, at inference. */
        public Builder<L> elementwise() {
            traits.add(Trait.ELEMENTWISE);
            return keepsLayout();
        }

        /**
         * The layer's derivative is a product, so that kernels need no backward pass for each row.
         *
         * @param form the kind of product
         */
        public Builder<L> derivative(Derivative form) {
            derivative = form;
            return this;
        }

        /**
         * The layer has no parameters.
         *
         * @param kind what a given layer does to the signal
         */
        public Builder<L> flow(Function<L, FlowNode.Kind> kind) {
            flow = kind;
            return this;
        }

        private Builder<L> with(Trait trait) {
            traits.add(trait);
            return this;
        }

        /** {@return the facts} */
        public LayerFacts build() {
            return new LayerFacts(this);
        }
    }
}
