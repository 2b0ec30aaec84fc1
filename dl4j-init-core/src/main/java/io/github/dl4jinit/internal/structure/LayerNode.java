package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.internal.signal.Masks;
import io.github.dl4jinit.network.FlowNode;
import io.github.dl4jinit.network.LayerCatalog;
import io.github.dl4jinit.network.LayerFacts;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.Samples;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.network.WeightView.Role;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.layers.recurrent.TimeDistributedLayer;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.weights.embeddings.WeightInitEmbedding;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One layer of a copied network, with what the {@link LayerCatalog} knows about it. */
public final class LayerNode {

    private final Step.OfLayer step;
    private final org.deeplearning4j.nn.conf.layers.Layer configuration;
    private final LayerFacts facts;
    private final LayerView view;
    private final boolean frozen;
    private final boolean channelsLast;

    private LayerNode(
            Step.OfLayer step,
            org.deeplearning4j.nn.conf.layers.Layer configuration,
            LayerFacts facts,
            LayerView view,
            boolean frozen,
            boolean channelsLast) {
        this.step = step;
        this.configuration = configuration;
        this.facts = facts;
        this.view = view;
        this.frozen = frozen;
        this.channelsLast = channelsLast;
    }

    /**
     * A node of a copied network, whose layer gets a configuration of its own.
     *
     * @param position place among the layers that have parameters
     * @param frozen whether the user's layer is frozen
     * @param channelsLast whether the channels of what it gets are known to lie on the last axis
     * @param keepsGiven whether weights that somebody gave stay as they are
     */
    static LayerNode of(Step.OfLayer step, int position, boolean frozen, boolean channelsLast, boolean keepsGiven) {
        NeuralNetConfiguration holder = innermost(step.layer()).conf();
        // Wrappers share the configuration inside them with the user's network, also when they are cloned.
        org.deeplearning4j.nn.conf.layers.Layer configuration =
                holder.getLayer().clone();
        holder.setLayer(configuration);
        LayerFacts facts = LayerCatalog.of(configuration);
        String obstacle = frozen ? "frozen" : facts.obstacle(configuration).orElse(null);
        if (obstacle == null && keepsGiven && isGiven(configuration)) {
            obstacle = "its word vectors were given by .weightInit(...) and stay; Lsuv.builder().only(\"" + step.name()
                    + "\") would replace them";
        }
        List<WeightView> weights = List.of();
        if (obstacle == null && step.layer().numParams() > 0) {
            weights = facts.weights(configuration, step.layer().paramTable());
            obstacle = whyUnobserved(weights, configuration, step.layer());
        }
        LayerView view = new LayerView(
                position,
                step.name(),
                configuration.getClass().getSimpleName(),
                configuration instanceof BaseLayer base ? base.getActivationFn() : null,
                facts.takesLoss(),
                obstacle == null ? weights : List.of(),
                obstacle);
        boolean last = facts.keepsLayout() ? channelsLast : facts.isChannelsLast(configuration);
        return new LayerNode(step, configuration, facts, view, frozen, last);
    }

    /** Word vectors are data and no random start. */
    private static boolean isGiven(org.deeplearning4j.nn.conf.layers.Layer configuration) {
        return configuration instanceof BaseLayer base && base.getWeightInitFn() instanceof WeightInitEmbedding;
    }

    /** A registered class may promise more than a sweep can see. */
    private static @Nullable String whyUnobserved(
            List<WeightView> weights, org.deeplearning4j.nn.conf.layers.Layer configuration, Layer layer) {
        if (weights.isEmpty()) {
            return "the LayerCatalog finds no weights among its parameters "
                    + layer.paramTable().keySet();
        }
        boolean recurrent = weights.stream().anyMatch(weight -> weight.role() == Role.RECURRENT);
        return recurrent || configuration instanceof BaseLayer
                ? null
                : "its activation function cannot be observed, since its configuration is no BaseLayer";
    }

    /** Whether a layer's parameters stay as they are in training. */
    public static boolean isFrozen(Layer layer) {
        return layer instanceof FrozenLayer
                || layer instanceof FrozenLayerWithBackprop
                || (layer instanceof BaseWrapperLayer wrapper && isFrozen(wrapper.getUnderlying()));
    }

    /** Wrappers compute by the layer inside, which has a configuration of its own. */
    public static Layer innermost(Layer layer) {
        return layer instanceof BaseWrapperLayer wrapper ? innermost(wrapper.getUnderlying()) : layer;
    }

    /** The step of the network that this layer is. */
    public Step.OfLayer step() {
        return step;
    }

    /** The layer with its wrappers. */
    public Layer layer() {
        return step.layer();
    }

    /** The layer inside all wrappers. */
    public Layer inside() {
        return innermost(step.layer());
    }

    /** Whether no wrapper computes anything around the layer. */
    public boolean isBare() {
        return step.layer() == inside();
    }

    /** The configuration of the layer inside all wrappers. */
    public org.deeplearning4j.nn.conf.layers.Layer configuration() {
        return configuration;
    }

    public LayerFacts facts() {
        return facts;
    }

    /** The layer as initializers see it. */
    public LayerView view() {
        return view;
    }

    public boolean isFrozen() {
        return frozen;
    }

    public boolean hasParameters() {
        return step.layer().numParams() > 0;
    }

    /** Whether an initializer may change the layer's weights. */
    boolean isInitializable() {
        return !view.weights().isEmpty();
    }

    /** Whether the layer is one linear map of all its channels, so that it can be a link of a chain. */
    boolean isChained() {
        return hasParameters() && view.whyUnchained().isEmpty();
    }

    boolean isRecurrent() {
        return view.weights().stream().anyMatch(weight -> weight.role() == Role.RECURRENT);
    }

    /** What a layer after this one follows, as a phrase. */
    String seam() {
        return "'" + view.name() + "' (" + view.kind() + ")";
    }

    /** The axis of channels, and of the bias, in what the layer computes. */
    public int channelAxis(int rank) {
        return channelsLast ? rank - 1 : 1;
    }

    /** Whether the channels of what the layer computes lie on the last axis. */
    boolean isChannelsLast() {
        return channelsLast;
    }

    /** The function that makes the output from the pre-activation, or null if there is none or several. */
    public @Nullable IActivation lastFunction() {
        if (configuration instanceof ActivationLayer activation) {
            return activation.getActivationFn();
        }
        return isInitializable() && !isRecurrent() && configuration instanceof BaseLayer base
                ? base.getActivationFn()
                : null;
    }

    FlowNode flowNode(List<Integer> sources) {
        if (hasParameters()) {
            return new FlowNode(step.name(), FlowNode.Kind.LAYER, sources, view, null);
        }
        FlowNode.Kind kind = facts.flow(configuration);
        return new FlowNode(
                step.name(),
                kind,
                sources,
                null,
                configuration instanceof ActivationLayer activation ? activation.getActivationFn() : null);
    }

    /**
     * The layer's output, or the gradient with respect to it, as a matrix of channels.
     *
     * @param mask what counts of the output, as {@link StepMasks} has it, or null
     */
    public Samples samples(INDArray values, @Nullable INDArray mask) {
        return Samples.of(values, channelAxis(values.rank()), fitting(mask, values));
    }

    /**
     * A mask in the layout of this layer's values. TimeDistributed lays out rows example by example, and empties them in the order step by step:
     * what DL4J empties by mistake has no response, and does not count either.
     */
    @Nullable
    INDArray fitting(@Nullable INDArray mask, INDArray values) {
        int axis = channelAxis(values.rank());
        if (!(step.layer() instanceof TimeDistributedLayer)) {
            return Masks.fitting(mask, values, axis, 'f');
        }
        INDArray counted = Masks.fitting(mask, values, axis, 'c');
        INDArray left = inside().getMaskArray();
        return counted == null || left == null || left.length() != counted.length()
                ? counted
                : counted.mul(left.castTo(counted.dataType()).reshape(counted.shape()));
    }

    /** Parameters that are not trained by gradient: running statistics and frozen weights. */
    public List<INDArray> untrained() {
        if (!hasParameters()) {
            return List.of();
        }
        return layer().paramTable().entrySet().stream()
                .filter(entry -> frozen || !layer().updaterDivideByMinibatch(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }
}
