package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.internal.gradient.LayerStage;
import io.github.dl4jinit.network.FlowStep;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import io.github.dl4jinit.network.Response;
import io.github.dl4jinit.network.Samples;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.network.WeightView.Role;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.util.TimeSeriesUtils;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One layer of the copy, with or without parameters, and how to compute it in front of a visitor. */
public final class LayerNode {

    private final Layer layer;
    private final LayerKind kind;
    private final LayerView view;
    private final boolean frozen;

    private LayerNode(Layer layer, LayerKind kind, LayerView view, boolean frozen) {
        this.layer = layer;
        this.kind = kind;
        this.view = view;
        this.frozen = frozen;
    }

    public static boolean isFrozen(Layer layer) {
        return layer instanceof FrozenLayer
                || layer instanceof FrozenLayerWithBackprop
                || (layer instanceof BaseWrapperLayer wrapper && isFrozen(wrapper.getUnderlying()));
    }

    public static LayerNode of(Layer layer, int position, String name, boolean frozen) {
        NeuralNetConfiguration configuration = innermost(layer).conf();
        // Wrappers share the configuration inside them with the user's network, also when they are cloned.
        configuration.setLayer(configuration.getLayer().clone());
        LayerKind kind = LayerKind.of(configuration.getLayer(), layer.paramTable(), frozen);
        LayerView view = new LayerView(
                position, name, kind.name(), kind.activation(), kind.isOutput(), kind.weights(), kind.obstacle());
        return new LayerNode(layer, kind, view, frozen);
    }

    /** Wrappers compute by the layer inside, which has a configuration of its own. */
    private static Layer innermost(Layer layer) {
        return layer instanceof BaseWrapperLayer wrapper ? innermost(wrapper.getUnderlying()) : layer;
    }

    public static List<LayerView> views(List<LayerNode> nodes) {
        return nodes.stream()
                .filter(LayerNode::hasParameters)
                .map(node -> node.view)
                .toList();
    }

    public Layer layer() {
        return layer;
    }

    public LayerView view() {
        return view;
    }

    /** Whether the layer treats each number by itself, at inference. */
    public boolean isElementwise() {
        return kind.configuration() instanceof ActivationLayer || kind.configuration() instanceof DropoutLayer;
    }

    public boolean isChained() {
        return hasParameters() && view.whyUnchained().isEmpty();
    }

    /** What a layer behind this one follows. */
    public String seam() {
        return "'" + view.name() + "' (" + view.kind() + ")";
    }

    /** The layer inside all wrappers. */
    public Layer inside() {
        return innermost(layer);
    }

    public org.deeplearning4j.nn.conf.layers.Layer configuration() {
        return kind.configuration();
    }

    /** The function that makes the output from the pre-activation, or null if there is none or several. */
    @Nullable
    public IActivation lastFunction() {
        return LayerStage.lastFunction(kind.configuration(), !view.weights().isEmpty() && !kind.recurrent());
    }

    /** What the layer answered, or the gradient by it. */
    public Samples samples(INDArray values) {
        INDArray mask = outputMask();
        // An RnnOutputLayer keeps its mask flattened, in whichever shape it answers.
        boolean flattened = mask != null && values.rank() == 3 && mask.length() > values.size(0) && mask.size(1) == 1;
        INDArray fitting = flattened ? TimeSeriesUtils.reshapeVectorToTimeSeriesMask(mask, (int) values.size(0)) : mask;
        return Samples.of(values, kind.channelAxis(values.rank()), fitting);
    }

    public boolean isFrozen() {
        return frozen;
    }

    /** The parameters whose entry in the vector of gradients is none: statistics that are updated, or what is frozen. */
    public List<INDArray> unlearned() {
        if (!hasParameters()) {
            return List.of();
        }
        return layer.paramTable().entrySet().stream()
                .filter(entry -> frozen || !layer.updaterDivideByMinibatch(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    public boolean hasParameters() {
        return layer.numParams() > 0;
    }

    public FlowStep step(String name, List<Integer> sources) {
        return hasParameters()
                ? new FlowStep(name, FlowStep.Kind.LAYER, sources, view, null)
                : Flow.withoutParameters(kind.configuration(), name, sources);
    }

    /** DL4J's activation and PReLU layers write into their input at inference; layers that are visited do not. */
    public boolean mayOverwriteInput() {
        return !hasParameters() || view.obstacle() != null;
    }

    /**
     * Computes the layer, whose input and mask are set.
     *
     * @param answered whether anybody wants the output; else the activation function may be left out
     * @param forward the layer's own computation
     * @return its output
     */
    public INDArray visit(LayerVisitor visitor, boolean answered, Supplier<INDArray> forward) {
        if (visitor.linear() && kind.configuration() instanceof ActivationLayer) {
            return layer.input();
        }
        if (mayOverwriteInput()) {
            return forward.get();
        }
        detached(() -> visitor.enter(view, new LayerInput(kind, innermost(layer))));
        return kind.recurrent()
                ? visitRecurrent(visitor, forward)
                : visitTapped(visitor, visitor.linear() || !answered, forward);
    }

    private INDArray visitTapped(LayerVisitor visitor, boolean linear, Supplier<INDArray> forward) {
        BaseLayer configuration = (BaseLayer) kind.configuration();
        WeightView map = view.weights().stream()
                .filter(weight -> weight.role() == Role.RESPONSE)
                .findFirst()
                .orElseThrow();
        IActivation activation = configuration.getActivationFn();
        AtomicBoolean shown = new AtomicBoolean();
        configuration.setActivationFn(new Tap(activation, linear, values -> {
            shown.set(true);
            int channelAxis = kind.channelAxis(values.rank());
            INDArray mask = outputMask();
            detached(() -> visitor.respond(
                    view,
                    new Response(
                            view,
                            map,
                            values,
                            channelAxis,
                            mask,
                            this::inputs,
                            () -> outputs(values, channelAxis, mask))));
        }));
        try {
            INDArray output = forward.get();
            if (!shown.get()) {
                throw new IllegalStateException(view.where()
                        + ": it did not ask for its activation function, so its response is unknown. Leave it out.");
            }
            return output;
        } finally {
            configuration.setActivationFn(activation);
        }
    }

    private Samples inputs() {
        Layer inside = innermost(layer);
        INDArray input = inside.input();
        return Samples.of(input, kind.channelAxis(input.rank()), inside.getMaskArray());
    }

    /** An RnnOutputLayer answers step by step, all other layers example by example. */
    private Samples outputs(INDArray values, int channelAxis, @Nullable INDArray mask) {
        Samples samples = Samples.of(values, channelAxis, mask);
        return kind.configuration() instanceof RnnOutputLayer
                ? samples.regrouped(innermost(layer).input().size(0))
                : samples;
    }

    private INDArray visitRecurrent(LayerVisitor visitor, Supplier<INDArray> forward) {
        detached(() -> showInputsShare(visitor));
        return forward.get();
    }

    private void showInputsShare(LayerVisitor visitor) {
        INDArray input = layer.input();
        int channelAxis = kind.channelAxis(3);
        INDArray steps = (channelAxis == 1 ? input.permute(0, 2, 1) : input)
                .reshape('c', input.size(0) * input.size(3 - channelAxis), input.size(channelAxis));
        INDArray mask = layer.getMaskArray();
        INDArray rows = mask == null ? null : mask.dup('c').reshape('c', mask.length(), 1);
        for (WeightView map : view.weights()) {
            if (map.role() == Role.RESPONSE) {
                INDArray values = steps.castTo(map.weights().dataType()).mmul(map.weights());
                visitor.respond(
                        view,
                        new Response(view, map, values, -1, rows, this::inputs, () -> Samples.of(values, 1, rows)));
                values.close();
            }
        }
    }

    /** A visitor's arrays are not to lie in the sweep's own memory, which the layer after next writes over. */
    @SuppressWarnings("try") // It is closed, and nothing else.
    private static void detached(Runnable callback) {
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            callback.run();
        }
    }

    /** A convolution shortens its input's mask; other layers answer in the input's time steps. */
    private @Nullable INDArray outputMask() {
        INDArray mask = layer.getMaskArray();
        if (mask == null || !(kind.configuration() instanceof ConvolutionLayer)) {
            return mask;
        }
        return layer.feedForwardMaskArray(mask, MaskState.Active, layer.getInputMiniBatchSize())
                .getFirst();
    }
}
