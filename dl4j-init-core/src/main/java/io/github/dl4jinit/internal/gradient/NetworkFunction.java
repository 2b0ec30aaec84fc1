package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.internal.structure.Batches;
import io.github.dl4jinit.internal.structure.DifferentiableConfiguration;
import io.github.dl4jinit.internal.structure.LayerNode;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.LayerFacts.LossSlot;
import io.github.dl4jinit.network.Samples;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

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

    private final NetworkCopy copy;
    private final Recorder recorder;

    /** By the shapes of one example, on which alone they depend. */
    private final Map<List<List<Long>>, Optional<String>> obstacles = new HashMap<>();

    private NetworkFunction(NetworkCopy copy, Recorder recorder) {
        this.copy = copy;
        this.recorder = recorder;
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
        return RandomState.kept(() -> {
            NetworkCopy copy = NetworkCopy.of(model, new DifferentiableConfiguration(type, false));
            Recorder recorder = new Recorder(copy, new Recording.Way(false, false, Recording.End.OUTPUT, true));
            recorder.whyNoDerivative().ifPresent(reason -> {
                throw new IllegalArgumentException(reason);
            });
            OwnParameters.of(model);
            copy.network().ends().forEach(end -> seed(copy.node(end), activated));
            return new NetworkFunction(copy, recorder);
        });
    }

    /** Puts the sensitivity in the place of the loss. */
    private static void seed(@Nullable LayerNode node, boolean activated) {
        if (node != null && node.inside() instanceof IOutputLayer) {
            LossSlot slot = node.facts().loss(node.configuration()).orElseThrow();
            slot.put().accept(LossTap.ofOutput(ignored -> {}));
            if (!activated) {
                ((BaseLayer) node.configuration()).setActivationFn(new ActivationIdentity());
            }
        }
    }

    /** The copy's parameters: live, in DL4J's order. */
    public INDArray params() {
        return copy.network().params();
    }

    /** Ones for the parameters that training would change, zeros for the others. */
    private INDArray trained() {
        INDArray mask = copy.trained();
        INDArray trained = mask == null ? Nd4j.ones(params().dataType(), params().length()) : mask;
        boolean[] reached = recorder.reached();
        for (int i = 0; i < reached.length; i++) {
            LayerNode node = copy.node(i);
            if (node != null && node.hasParameters() && !reached[i]) {
                for (INDArray parameter : node.layer().paramTable().values()) {
                    trained.get(NDArrayIndex.interval(parameter.offset(), parameter.offset() + parameter.length()))
                            .assign(0);
                }
            }
        }
        return trained;
    }

    /**
     * Checks a batch.
     *
     * @param features one array per input, [n, ...]
     * @throws IllegalArgumentException if the batch is empty, not finite, or does not fit the network's inputs
     */
    public void requireBatch(INDArray... features) {
        Batches.validate(new MultiDataSet(features, null), copy.network().inputs());
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
        return outputs(record(features));
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
        int source = beforeLastLayer();
        INDArray given = record(features).output(source);
        long examples = features[0].size(0);
        return given.dup('c').reshape('c', examples, given.length() / examples);
    }

    private int beforeLastLayer() {
        List<Integer> ends = copy.network().ends();
        if (ends.size() != 1) {
            throw new IllegalArgumentException(
                    "the network has " + ends.size() + " outputs, so that no layer is its last: take one apart");
        }
        int step = ends.get(0);
        while (!hasParameters(step)) {
            if (copy.steps().get(step).sources().size() != 1) {
                throw new IllegalArgumentException(
                        "after the last layer with parameters the network does not run in one"
                                + " line, so that no layer is its last");
            }
            step = copy.steps().get(step).sources().get(0);
        }
        return copy.steps().get(step).sources().get(0);
    }

    private boolean hasParameters(int step) {
        LayerNode node = copy.node(step);
        return node != null && node.hasParameters();
    }

    private Recording record(INDArray[] features) {
        INDArray[] cast = Arrays.stream(features)
                .map(input -> input.castTo(params().dataType()))
                .toArray(INDArray[]::new);
        return recorder.record(new MultiDataSet(cast, null));
    }

    private INDArray outputs(Recording recording) {
        INDArray[] rows =
                copy.network().ends().stream().map(end -> rows(end, recording)).toArray(INDArray[]::new);
        return rows.length == 1 ? rows[0].dup('c') : Nd4j.concat(1, rows);
    }

    private INDArray rows(int end, Recording recording) {
        long examples = recording.output(0).size(0);
        INDArray signal = recording.output(end);
        if (signal.size(0) != examples) {
            throw new IllegalArgumentException(
                    recorder.where(end) + " gives " + signal.size(0) + " rows for " + examples
                            + " examples, so that the outputs of an example are not known; use an RnnOutputLayer for series");
        }
        return signal.dup('c').reshape('c', examples, signal.length() / examples);
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
            consumer.accept(jacobian(example(features, i)));
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
        Recording recording = record(features);
        int count = (int) outputs(recording).size(1);
        return recording.factors(OutputUnits.all(outputsOf(recording), count), count);
    }

    private List<INDArray> outputsOf(Recording recording) {
        return recording.ends().stream().map(recording::output).toList();
    }

    /** [outputs, parameters] of one example. */
    private INDArray jacobian(INDArray[] example) {
        Recording recording = record(example);
        int count = (int) outputs(recording).length();
        INDArray gradients = Objects.requireNonNull(copy.network().gradients());
        INDArray jacobian = Nd4j.createUninitialized(params().dataType(), new long[] {count, params().length()}, 'c');
        for (int k = 0; k < count; k++) {
            gradients.assign(0);
            recording.pullBack(OutputUnits.one(outputsOf(recording), k), (step, delta, ignored) -> {});
            jacobian.putRow(k, gradients.reshape(gradients.length()));
        }
        return jacobian.muliRowVector(trained());
    }

    /**
     * Where numbers stop being finite, on the way forward or back.
     *
     * @param features one array per input, [n, ...]
     * @return the step with the reason, and what to do
     */
    public String whyNotFinite(INDArray... features) {
        return recorder.whyNotFinite(record(features));
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
        return obstacles.computeIfAbsent(shapes, key -> recorder.whyNotFactored(record(example(features, 0))));
    }

    @Override
    public void close() {
        copy.close();
    }
}
