package io.github.dl4jinit.network;

import io.github.dl4jinit.network.WeightView.Role;
import io.github.dl4jinit.scheme.WeightShape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
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

    /** Finds the weight arrays of a layer among its parameters. */
    @FunctionalInterface
    public interface Weights<L extends Layer> {

        /**
         * Finds them.
         *
         * @param layer the configuration
         * @param parameters by DL4J's names: live arrays
         * @return one view per weight array
         */
        List<WeightView> of(L layer, Map<String, INDArray> parameters);
    }

    /** Says what the axes of a weight array mean. */
    @FunctionalInterface
    public interface Axes<L extends Layer> {

        /**
         * Reads a shape.
         *
         * @param layer the configuration
         * @param shape of the weight array
         * @return the shape with its meaning and true fans
         */
        WeightShape of(L layer, long[] shape);
    }

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

    private final Weights<Layer> weights;
    private final Function<Layer, @Nullable String> obstacle;
    private final Predicate<Layer> channelsLast;
    private final boolean takesLoss;
    private final Function<Layer, @Nullable LossSlot> loss;
    private final boolean overwritesInput;
    private final boolean stateless;
    private final boolean elementwise;
    private final Derivative derivative;
    private final Function<Layer, FlowNode.Kind> flow;

    @SuppressWarnings("unchecked") // The catalogue hands a layer only to facts of its own class or of a class above it.
    private LayerFacts(Builder<?> builder) {
        weights = (Weights<Layer>) builder.weights;
        obstacle = (Function<Layer, @Nullable String>) builder.obstacle;
        channelsLast = (Predicate<Layer>) builder.channelsLast;
        takesLoss = builder.takesLoss;
        loss = (Function<Layer, @Nullable LossSlot>) builder.loss;
        overwritesInput = builder.overwritesInput;
        stateless = builder.stateless;
        elementwise = builder.elementwise;
        derivative = builder.derivative;
        flow = (Function<Layer, FlowNode.Kind>) builder.flow;
    }

    /**
     * Begins the facts of a class.
     *
     * @param type the class of the configuration; it gives the functions their parameter's type
     * @param <L> the same
     * @return a builder with the cautious answers
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
        return weights.of(layer, parameters);
    }

    /**
     * Why no initializer can or may touch a layer of this class.
     *
     * @param layer its configuration
     * @return the reason, or empty if it is one linear map before an activation
     */
    public Optional<String> obstacle(Layer layer) {
        return Optional.ofNullable(obstacle.apply(layer));
    }

    /**
     * Whether the channels of the layer's output lie on its last axis.
     *
     * @param layer its configuration
     * @return true if so, false if they lie on axis 1
     */
    public boolean isChannelsLast(Layer layer) {
        return channelsLast.test(layer);
    }

    /**
     * Whether a loss is taken of the layer's output.
     *
     * @return true for output and loss layers
     */
    public boolean takesLoss() {
        return takesLoss;
    }

    /**
     * Where the layer keeps its loss, if that loss is a function of its output and labels alone.
     *
     * @param layer its configuration
     * @return the place, or empty if there is no loss, or if the layer has more of a loss than can be replaced
     */
    public Optional<LossSlot> loss(Layer layer) {
        return Optional.ofNullable(loss.apply(layer));
    }

    /**
     * Whether the layer may write into its input at inference.
     *
     * @return true if its input must be a copy
     */
    public boolean overwritesInput() {
        return overwritesInput;
    }

    /**
     * Whether the layer's backward pass needs nothing of the forward pass but the input.
     *
     * @return true if a backward pass may follow any forward pass
     */
    public boolean isStateless() {
        return stateless;
    }

    /**
     * Whether the layer has no parameters and treats each number by itself, at inference.
     *
     * @return true if a change of basis before it and one after it do not concern other layers
     */
    public boolean isElementwise() {
        return elementwise;
    }

    /**
     * How the layer's derivative with respect to its weights factors.
     *
     * @return the kind of product
     */
    public Derivative derivative() {
        return derivative;
    }

    /**
     * What a layer of this class without parameters does to the signal.
     *
     * @param layer its configuration
     * @return the kind of node
     */
    public FlowNode.Kind flow(Layer layer) {
        return flow.apply(layer);
    }

    /** Collects the facts of a class. */
    public static final class Builder<L extends Layer> {

        private Weights<L> weights = (layer, parameters) -> List.of();
        private Function<L, @Nullable String> obstacle;
        private Predicate<L> channelsLast = layer -> false;
        private boolean takesLoss;
        private Function<L, @Nullable LossSlot> loss = layer -> null;
        private boolean overwritesInput;
        private boolean stateless;
        private boolean elementwise;
        private Derivative derivative = Derivative.ROW_BY_ROW;
        private Function<L, FlowNode.Kind> flow = layer -> FlowNode.Kind.OTHER;

        private Builder(String name) {
            obstacle = layer -> "a " + name + " is not one linear map before an activation";
        }

        /**
         * The layer is one linear map before its activation function: weights "W" and, if it has one, a bias "b".
         *
         * @param axes what the axes of "W" mean
         * @return this
         */
        public Builder<L> linear(Axes<L> axes) {
            return weights((layer, parameters) -> weights(layer, parameters, axes));
        }

        private static <L extends Layer> List<WeightView> weights(
                L layer, Map<String, INDArray> parameters, Axes<L> axes) {
            INDArray array = parameters.get("W");
            return array == null
                    ? List.of()
                    : List.of(new WeightView(
                            "W", Role.RESPONSE, axes.of(layer, array.shape()), array, parameters.get("b")));
        }

        /**
         * The layer's weights may be initialized.
         *
         * @param finder finds all of them
         * @return this
         */
        public Builder<L> weights(Weights<L> finder) {
            weights = finder;
            obstacle = layer -> null;
            return this;
        }

        /**
         * Some or all layers of the class are to be left alone.
         *
         * @param reason of a given layer, as a clause; null if that layer may be initialized
         * @return this
         */
        public Builder<L> skipped(Function<L, @Nullable String> reason) {
            Function<L, @Nullable String> before = obstacle;
            obstacle = layer -> {
                String why = reason.apply(layer);
                return why == null ? before.apply(layer) : why;
            };
            return this;
        }

        /**
         * Some or all layers of the class have their channels on the last axis.
         *
         * @param test of a given layer
         * @return this
         */
        public Builder<L> channelsLast(Predicate<L> test) {
            channelsLast = test;
            return this;
        }

        /**
         * The layer takes a loss that is a function of its output and labels alone.
         *
         * @param getter reads the loss
         * @param setter replaces it
         * @return this
         */
        public Builder<L> loss(Function<L, ILossFunction> getter, BiConsumer<L, ILossFunction> setter) {
            takesLoss = true;
            loss = layer -> new LossSlot(getter.apply(layer), replaced -> setter.accept(layer, replaced));
            return this;
        }

        /**
         * The layer takes a loss that is more than a function of its output, so that it cannot be replaced.
         *
         * @return this
         */
        public Builder<L> ownLoss() {
            takesLoss = true;
            return this;
        }

        /**
         * The layer may write into its input at inference.
         *
         * @return this
         */
        public Builder<L> overwritesInput() {
            overwritesInput = true;
            return this;
        }

        /**
         * The layer's backward pass needs nothing of the forward pass but the input.
         *
         * @return this
         */
        public Builder<L> stateless() {
            stateless = true;
            return this;
        }

        /**
         * The layer has no parameters and treats each number by itself, at inference.
         *
         * @return this
         */
        public Builder<L> elementwise() {
            elementwise = true;
            return this;
        }

        /**
         * The layer's derivative is a product, so that kernels need no backward pass for each row.
         *
         * @param form the kind of product
         * @return this
         */
        public Builder<L> derivative(Derivative form) {
            derivative = form;
            return this;
        }

        /**
         * The layer has no parameters, and does the same thing to every signal.
         *
         * @param kind what it does
         * @return this
         */
        public Builder<L> flow(FlowNode.Kind kind) {
            return flow(layer -> kind);
        }

        /**
         * The layer has no parameters.
         *
         * @param kind what a given layer does to the signal
         * @return this
         */
        public Builder<L> flow(Function<L, FlowNode.Kind> kind) {
            flow = kind;
            return this;
        }

        /**
         * Ends.
         *
         * @return the facts
         */
        public LayerFacts build() {
            return new LayerFacts(this);
        }
    }
}
