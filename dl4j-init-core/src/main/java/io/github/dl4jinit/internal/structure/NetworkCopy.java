package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.internal.memory.Buffers;
import io.github.dl4jinit.network.Chain;
import io.github.dl4jinit.network.FlowNode;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import io.github.dl4jinit.network.NetworkView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A copy of a network, and the one walk through its steps.
 *
 * <p>Until {@link #commit} the user's model is only read. The copy has no listeners and no updater state. Close it to free the copy's
 * parameters at once: they lie outside the Java heap, where the garbage collector does not see how large they are.
 */
public final class NetworkCopy implements NetworkView, AutoCloseable {

    private final Dl4jNetwork original;
    private final Dl4jNetwork copy;
    private final List<Step> steps;

    /** By step; null where a step is no layer. */
    private final List<@Nullable LayerNode> nodes = new ArrayList<>();

    /** By step; null where a step has no parameters. */
    private final List<@Nullable LayerView> views = new ArrayList<>();

    private NetworkCopy(Dl4jNetwork original, Dl4jNetwork copy, IntPredicate isFrozen) {
        this(original, copy, isFrozen, name -> false);
    }

    private NetworkCopy(Dl4jNetwork original, Dl4jNetwork copy, IntPredicate isFrozen, Predicate<String> keepsGiven) {
        this.original = original;
        this.copy = copy;
        this.steps = copy.steps();
        int position = 0;
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof Step.OfLayer layer) {
                LayerNode node = LayerNode.of(
                        layer, position, isFrozen.test(i), isChannelsLastBefore(layer), keepsGiven.test(layer.name()));
                nodes.add(node);
                views.add(node.hasParameters() ? node.view() : null);
            } else {
                nodes.add(null);
                views.add(steps.get(i) instanceof Step.OfVertex vertex ? vertex.view(position) : null);
            }
            position += views.get(i) == null ? 0 : 1;
        }
    }

    /**
     * Copies a network.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @throws IllegalStateException if {@code init()} has not been called
     * @throws IllegalArgumentException if the model is of another class
     */
    public static NetworkCopy of(Model model) {
        Dl4jNetwork original = Dl4jNetwork.of(model);
        return new NetworkCopy(original, original.copy(), frozen(original));
    }

    /**
     * Copies a network for an initializer: weights that somebody gave, such as word vectors, are an obstacle.
     *
     * @param model as in {@link #of(Model)}
     * @param asked names of the layers whose weights may be replaced all the same
     */
    public static NetworkCopy toInitialize(Model model, Set<String> asked) {
        Dl4jNetwork original = Dl4jNetwork.of(model);
        return new NetworkCopy(original, original.copy(), frozen(original), name -> !asked.contains(name));
    }

    /**
     * Copies a network for derivatives.
     *
     * @param model as in {@link #of(Model)}
     * @param how what is changed in the configuration
     */
    public static NetworkCopy of(Model model, DifferentiableConfiguration how) {
        Dl4jNetwork original = Dl4jNetwork.of(model);
        return new NetworkCopy(original, original.copy(how), how.unfrozen() ? ignored -> false : frozen(original));
    }

    private static IntPredicate frozen(Dl4jNetwork original) {
        List<Step> steps = original.steps();
        return i -> steps.get(i) instanceof Step.OfLayer layer && LayerNode.isFrozen(layer.layer());
    }

    /**
     * Another copy for derivatives, with the parameters that this one has now.
     *
     * @param how what is changed in the configuration
     */
    public NetworkCopy differentiable(DifferentiableConfiguration how) {
        return new NetworkCopy(copy, copy.copy(how), i -> {
            LayerNode node = nodes.get(i);
            return !how.unfrozen() && node != null && node.isFrozen();
        });
    }

    /** A copy of a model that a treatment can be tried on: its parameters and configuration are its own. */
    public static Model duplicate(Model model) {
        return Dl4jNetwork.of(model).copy().model();
    }

    /** The copied network itself. */
    public Dl4jNetwork network() {
        return copy;
    }

    public List<Step> steps() {
        return steps;
    }

    /** A network does not say how its features lie; a preprocessor gives what it makes channels on axis 1. */
    private boolean isChannelsLastBefore(Step.OfLayer layer) {
        return layer.adapter() == null && isChannelsLast(layer.source());
    }

    /** Vertices that are no layers leave channels where they are. */
    private boolean isChannelsLast(int step) {
        LayerNode node = nodes.get(step);
        if (node != null) {
            return node.isChannelsLast();
        }
        return steps.get(step) instanceof Step.OfVertex vertex
                && isChannelsLast(vertex.sources().get(0));
    }

    /** The axis of channels in what a step computes. */
    public int channelAxis(int step, int rank) {
        return isChannelsLast(step) ? rank - 1 : 1;
    }

    /** The layer that a step is, or null. */
    public @Nullable LayerNode node(int step) {
        return nodes.get(step);
    }

    /** All layers, with and without parameters. */
    public Stream<LayerNode> nodes() {
        return nodes.stream().filter(Objects::nonNull).map(Objects::requireNonNull);
    }

    @Override
    public List<LayerView> layers() {
        return views.stream()
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }

    @Override
    public List<Chain> chains() {
        return Chains.of(IntStream.range(0, steps.size()).mapToObj(this::link).toList());
    }

    private Chains.Link link(int step) {
        LayerNode node = nodes.get(step);
        if (node == null) {
            return new Chains.Link(null, -1, "");
        }
        int source = node.step().source();
        boolean branches = steps.get(source).uses() > 1 || copy.ends().contains(source);
        Object adapter = node.step().adapter();
        return new Chains.Link(
                node,
                branches || adapter != null ? -1 : source,
                (branches ? "the branch at " : "")
                        + seam(source)
                        + (adapter == null
                                ? ""
                                : " through a " + adapter.getClass().getSimpleName()));
    }

    private String seam(int step) {
        LayerNode node = nodes.get(step);
        if (node != null) {
            return node.seam();
        }
        return steps.get(step) instanceof Step.OfVertex vertex
                ? "'" + vertex.name() + "' (" + vertex.vertex().getClass().getSimpleName() + ")"
                : ((Step.Input) steps.get(step)).phrase();
    }

    @Override
    public List<FlowNode> flow() {
        return IntStream.range(0, steps.size()).mapToObj(this::flowNode).toList();
    }

    private FlowNode flowNode(int step) {
        LayerNode node = nodes.get(step);
        if (node != null) {
            return node.flowNode(steps.get(step).sources());
        }
        LayerView view = views.get(step);
        if (view != null) {
            return new FlowNode(
                    view.name(), FlowNode.Kind.LAYER, steps.get(step).sources(), view, null);
        }
        return steps.get(step) instanceof Step.OfVertex vertex
                ? new FlowNode(vertex.name(), VertexFacts.flow(vertex.configuration()), vertex.sources(), null, null)
                : new FlowNode(steps.get(step).name(), FlowNode.Kind.INPUT, List.of(), null, null);
    }

    @Override
    public long seed() {
        return copy.seed();
    }

    @Override
    public DataType type() {
        return copy.params().dataType();
    }

    @Override
    public void sweep(MultiDataSet batch, LayerVisitor visitor) {
        requireBatch(batch);
        new Walk(copy, steps, (i, masks, forward) -> visit(i, masks, visitor, forward)).through(batch);
    }

    private INDArray visit(int step, StepMasks masks, LayerVisitor visitor, Supplier<INDArray> forward) {
        LayerNode node = Objects.requireNonNull(nodes.get(step));
        return new LayerVisit(node, visitor, masks.ofInput(step), masks.ofOutput(step))
                .compute(steps.get(step).uses() > 0, forward);
    }

    @Override
    public void requireBatch(MultiDataSet batch) {
        Batches.validate(batch, copy);
    }

    /** All parameters as they are now, in double precision: a new array, in the order of {@code Model.params()}. */
    public INDArray parameters() {
        INDArray parameters = new DifferentiableConfiguration(DataType.DOUBLE, false).parameters(copy.params());
        return parameters == null ? Nd4j.empty(DataType.DOUBLE) : parameters;
    }

    /** Which parameters are trained by gradient: ones and zeros, of the length of the parameters; null if all are. */
    public @Nullable INDArray trained() {
        List<INDArray> others = Stream.concat(
                        nodes().flatMap(node -> node.untrained().stream()),
                        vertices().flatMap(vertex -> vertex.untrained().stream()))
                .toList();
        if (others.isEmpty()) {
            return null;
        }
        INDArray trained = Nd4j.ones(type(), copy.params().length());
        for (INDArray other : others) {
            trained.get(NDArrayIndex.interval(other.offset(), other.offset() + other.length()))
                    .assign(0);
        }
        return trained;
    }

    private Stream<Step.OfVertex> vertices() {
        return steps.stream().filter(Step.OfVertex.class::isInstance).map(Step.OfVertex.class::cast);
    }

    /** Writes the copy's parameters into the user's model, in one operation and in place. */
    public void commit() {
        INDArray finished = copy.params();
        if (finished.length() > 0) {
            original.params().assign(finished);
        }
    }

    /** Frees the copy; its layers and weights are not to be used any more. */
    @Override
    public void close() {
        Buffers.free(copy.params(), List.of());
        INDArray gradients = copy.gradients();
        if (gradients != null) {
            Buffers.free(gradients, List.of());
        }
    }
}
