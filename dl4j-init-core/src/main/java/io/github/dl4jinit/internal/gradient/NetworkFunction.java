package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.Buffers;
import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.internal.structure.Batches;
import io.github.dl4jinit.network.Samples;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * A copy of a network as a differentiable function of its parameters, in inference mode: no dropout and no weight noise, batch
 * normalization by its stored statistics, no masks.
 *
 * <p>Its value for an example is the row of all its outputs, one output array after the other, each flattened. Derivatives are those
 * of DL4J's own backward pass, run with any sensitivity of the outputs in place of a loss. They go by the parameters that training would
 * change: not those of frozen layers, nor of what lies before a {@code FrozenLayer}, nor the stored statistics.
 *
 * <p>Not for use by several threads. Close it to free the copy.
 */
public final class NetworkFunction implements AutoCloseable {

    private final DifferentiableGraph graph;

    /** By the shapes of one example, on which alone they depend. */
    private final Map<List<List<Long>>, Optional<String>> obstacles = new HashMap<>();

    private NetworkFunction(DifferentiableGraph graph) {
        this.graph = graph;
    }

    /**
     * Copies a network.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called; only read
     * @param activated whether the value is what output layers give after their activation; else the pre-activation (logits)
     * @param type the precision to compute with
     * @return the function
     * @throws IllegalArgumentException if an output layer's loss is not a function of its output alone, or if layers share weights
     */
    public static NetworkFunction copyOf(Model model, boolean activated, DataType type) {
        RandomState found = RandomState.current();
        try {
            requireOwnParameters(model);
            if (model instanceof MultiLayerNetwork network) {
                return new NetworkFunction(DifferentiableGraph.ofChain(network, activated, type));
            }
            if (model instanceof ComputationGraph graph) {
                return new NetworkFunction(DifferentiableGraph.ofGraph(graph, activated, type));
            }
            throw new IllegalArgumentException("a model must be a MultiLayerNetwork or a ComputationGraph, got "
                    + (model == null ? "null" : model.getClass().getName()));
        } finally {
            found.restore();
        }
    }

    /** DL4J gives each layer a view of its own into the parameters; a user who puts one array into two layers shares weights. */
    private static void requireOwnParameters(Model model) {
        Map<Long, String> byOffset = new TreeMap<>();
        INDArray all = model.params();
        if (all == null) {
            throw new IllegalStateException("the network has no parameters: call init() on it first");
        }
        for (Map.Entry<String, INDArray> entry : model.paramTable().entrySet()) {
            INDArray own = entry.getValue();
            if (!Buffers.sameMemory(own, all)) {
                throw new IllegalArgumentException(
                        "parameter '" + entry.getKey() + "' does not lie in the network's own parameters:"
                                + " it was replaced, or is shared. Give each layer its own array, with setParam or assign");
            }
            String other = byOffset.put(own.offset(), entry.getKey());
            if (other != null) {
                throw new IllegalArgumentException("parameters '" + other + "' and '" + entry.getKey()
                        + "' share their memory: give each layer its own array, with setParam or assign");
            }
        }
    }

    /**
     * The copy's parameters.
     *
     * @return live, in DL4J's order
     */
    public INDArray params() {
        return graph.params();
    }

    /**
     * Which parameters training would change.
     *
     * @return ones and zeros, of the shape of {@link #params}
     */
    public INDArray trained() {
        return graph.trained();
    }

    /**
     * Seed of the network's configuration.
     *
     * @return the seed that {@code init()} used
     */
    public long seed() {
        return graph.seed();
    }

    /**
     * Checks a batch.
     *
     * @param features one array per input, [n, ...]
     * @throws IllegalArgumentException if the batch is empty, not finite, or does not fit the network's inputs
     */
    public void requireBatch(INDArray... features) {
        Batches.validate(new MultiDataSet(features, null), graph.inputs());
    }

    /**
     * The value.
     *
     * @param features one array per input, [n, ...]
     * @return [n, outputs], a copy
     * @throws IllegalArgumentException if the batch is empty, not finite, or does not fit the network's inputs
     */
    public INDArray outputs(INDArray... features) {
        requireBatch(features);
        return graph.outputs(graph.forward(features));
    }

    /**
     * What the last layer with parameters gets.
     *
     * @param features one array per input, [n, ...]
     * @return [n, features], a copy
     * @throws IllegalArgumentException if there are several outputs, so that no layer is the last
     */
    public INDArray lastFeatures(INDArray... features) {
        requireBatch(features);
        return graph.lastFeatures(features);
    }

    /**
     * The derivatives of all outputs for one example after the other, each by a backward pass of its own.
     *
     * @param features one array per input, [n, ...]
     * @param consumer gets [outputs, parameters] for each example
     */
    public void jacobians(INDArray[] features, Consumer<INDArray> consumer) {
        requireBatch(features);
        for (long i = 0; i < features[0].size(0); i++) {
            consumer.accept(graph.jacobian(example(features, i)));
        }
    }

    private static INDArray[] example(INDArray[] features, long i) {
        return Arrays.stream(features).map(input -> Samples.example(input, i)).toArray(INDArray[]::new);
    }

    /**
     * The derivatives of all outputs for all examples, in the factors of which each layer's is a product: one forward pass and one
     * backward pass of all outputs at once.
     *
     * @param features one array per input, [n, ...]
     * @return the factors, some perhaps in the memory of the features; derivatives in place of factors that are more numbers than they
     * @throws IllegalArgumentException if there is a layer without such factors, as {@link #whyNotFactored} says
     */
    public Factors factors(INDArray... features) {
        requireBatch(features);
        whyNotFactored(features).ifPresent(reason -> {
            throw new IllegalArgumentException(reason);
        });
        return graph.factors(features);
    }

    /**
     * Why a layer's derivative is not a product of what it gets and of what flows back to it.
     *
     * @param features one array per input, of which the first example is looked at
     * @return the first such layer and the reason, or empty
     */
    public Optional<String> whyNotFactored(INDArray... features) {
        List<List<Long>> shapes = Arrays.stream(features)
                .map(input -> Arrays.stream(input.shape()).skip(1).boxed().toList())
                .toList();
        return obstacles.computeIfAbsent(shapes, key -> Optional.ofNullable(graph.obstacle(example(features, 0))));
    }

    @Override
    public void close() {
        Buffers.free(graph.params(), List.of());
        Buffers.free(graph.gradients(), List.of());
    }
}
