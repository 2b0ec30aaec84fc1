package io.github.dl4jinit.contract;

import io.github.dl4jinit.internal.random.RandomState;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * All of a user's that a tool can reach, as it was at one moment. After the tool has run, or has thrown, it says what is not the same, bit for
 * bit:
 *
 * <pre>{@code
 * Untouched before = Untouched.of(network, batch);
 * Probe.measure(network, batch);
 * before.check();
 * }</pre>
 *
 * <p>A tool that has something to change is asked about the rest: {@code before.check(Untouched.Part.PARAMETERS)}. Arrays are copied, so take small
 * networks.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class Untouched {

    /** What belongs to a user. */
    public enum Part {
        /** The arrays of the batch that networks compute with. */
        FEATURES,
        /** The arrays of the batch that losses compare with. */
        LABELS,
        /** The masks of features and labels. */
        MASKS,
        /** The calling thread's ND4J generator. */
        RANDOM,
        /** All parameters, statistics of batch normalization among them. */
        PARAMETERS,
        /** The gradient of the last backward pass, and the last score. */
        GRADIENT,
        /** What the updater has gathered: momentum and the like. */
        UPDATER,
        /** Iterations and epochs. */
        COUNTERS,
        /** The configuration, as JSON without the counters. */
        CONFIGURATION,
        /** Which listeners are attached, in which order. */
        LISTENERS,
        /** What layers keep between calls: inputs, masks, the state of recurrent layers. */
        STATE,
        /** The workspace that is open in this thread. */
        WORKSPACE;

        /** {@return what belongs to a user and changes in training: parameters, gradient, updater, counters, generator, state} */
        public static Part[] changedByTraining() {
            return new Part[] {PARAMETERS, GRADIENT, UPDATER, COUNTERS, RANDOM, STATE};
        }
    }

    /** Something to look at. */
    private record Place(Part part, String name) {}

    private final Map<Place, Supplier<@Nullable Object>> looks = new LinkedHashMap<>();
    private final Map<Place, @Nullable Object> found = new LinkedHashMap<>();

    private Untouched(Model model, @Nullable MultiDataSet batch) {
        if (batch != null) {
            arrays(Part.FEATURES, "features of input", batch.getFeatures());
            arrays(Part.LABELS, "labels of output", batch.getLabels());
            arrays(Part.MASKS, "features mask of input", batch.getFeaturesMaskArrays());
            arrays(Part.MASKS, "labels mask of output", batch.getLabelsMaskArrays());
        }
        look(Part.RANDOM, "state of Nd4j.getRandom()", RandomState::current);
        look(Part.PARAMETERS, "parameters", () -> bits(model.params()));
        look(Part.GRADIENT, "gradient", () -> bits(model.getGradientsViewArray()));
        look(Part.GRADIENT, "score", model::score);
        look(Part.WORKSPACE, "open workspace", () -> Nd4j.getMemoryManager().getCurrentWorkspace());
        if (model instanceof MultiLayerNetwork network) {
            chain(network);
        } else if (model instanceof ComputationGraph network) {
            graph(network);
        } else {
            throw new IllegalArgumentException("a model must be a MultiLayerNetwork or a ComputationGraph, got "
                    + model.getClass().getName());
        }
        looks.forEach((place, look) -> found.put(place, look.get()));
    }

    /**
     * Remembers everything.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @param batch what the tool will be given, or null
     * @return what there is now
     */
    public static Untouched of(Model model, @Nullable MultiDataSet batch) {
        return new Untouched(model, batch);
    }

    /**
     * What is not as it was.
     *
     * @param allowed parts that may change
     * @return names of places, empty if nothing changed
     */
    public List<String> changes(Part... allowed) {
        Set<Part> free = EnumSet.noneOf(Part.class);
        free.addAll(Arrays.asList(allowed));
        return looks.entrySet().stream()
                .filter(look -> !free.contains(look.getKey().part()))
                .filter(look -> !Objects.deepEquals(
                        found.get(look.getKey()), look.getValue().get()))
                .map(look -> look.getKey().name())
                .toList();
    }

    /**
     * Holds that nothing has changed.
     *
     * @param allowed parts that may change
     * @throws AssertionError with the names of all places that are not as they were
     */
    public void check(Part... allowed) {
        List<String> changes = changes(allowed);
        if (!changes.isEmpty()) {
            throw new AssertionError("changed, though it is the user's: " + String.join(", ", changes));
        }
    }

    private void look(Part part, String name, Supplier<@Nullable Object> look) {
        looks.put(new Place(part, name), look);
    }

    private void arrays(Part part, String name, INDArray @Nullable [] arrays) {
        for (int i = 0; arrays != null && i < arrays.length; i++) {
            INDArray array = arrays[i];
            look(part, name + " " + i, () -> bits(array));
        }
    }

    private void chain(MultiLayerNetwork network) {
        look(
                Part.UPDATER,
                "updater state",
                () -> network.getUpdater(false) == null
                        ? null
                        : bits(network.getUpdater(false).getStateViewArray()));
        look(
                Part.COUNTERS,
                "iterations and epochs",
                () -> List.of(network.getIterationCount(), network.getEpochCount()));
        look(
                Part.CONFIGURATION,
                "configuration",
                () -> withoutCounters(network.getLayerWiseConfigurations().toJson()));
        look(Part.LISTENERS, "listeners", () -> List.copyOf(network.getListeners()));
        look(Part.STATE, "input", () -> bits(network.input()));
        look(Part.STATE, "labels in use", () -> bits(network.getLabels()));
        layers(network.getLayers());
    }

    private void graph(ComputationGraph network) {
        look(
                Part.UPDATER,
                "updater state",
                () -> network.getUpdater(false) == null
                        ? null
                        : bits(network.getUpdater(false).getStateViewArray()));
        look(
                Part.COUNTERS,
                "iterations and epochs",
                () -> List.of(
                        network.getConfiguration().getIterationCount(),
                        network.getConfiguration().getEpochCount()));
        look(
                Part.CONFIGURATION,
                "configuration",
                () -> withoutCounters(network.getConfiguration().toJson()));
        look(Part.LISTENERS, "listeners", () -> List.copyOf(network.getListeners()));
        look(Part.STATE, "inputs", () -> bits(network.getInputs()));
        layers(network.getLayers());
    }

    private void layers(Layer[] layers) {
        for (Layer layer : layers) {
            String name = String.valueOf(layer.conf().getLayer().getLayerName());
            look(Part.STATE, "input of " + name, () -> bits(layer.input()));
            look(Part.STATE, "mask of " + name, () -> bits(layer.getMaskArray()));
            if (layer instanceof RecurrentLayer recurrent) {
                look(Part.STATE, "time steps of " + name, () -> state(recurrent));
            }
        }
    }

    /** Layers that read their series both ways keep none, and throw if they are asked. */
    private static Object state(RecurrentLayer layer) {
        try {
            return bits(layer.rnnGetPreviousState());
        } catch (UnsupportedOperationException keepsNone) {
            return "none";
        }
    }

    private static String withoutCounters(String json) {
        return json.replaceAll("\"(iterationCount|epochCount)\" : \\d+", "");
    }

    private static Object bits(INDArray @Nullable [] arrays) {
        return arrays == null
                ? List.of()
                : Arrays.stream(arrays).map(Untouched::bits).toArray();
    }

    private static Map<String, Object> bits(@Nullable Map<String, INDArray> arrays) {
        Map<String, Object> bits = new TreeMap<>();
        if (arrays != null) {
            arrays.forEach((name, array) -> bits.put(name, Objects.requireNonNullElse(bits(array), "nothing")));
        }
        return bits;
    }

    /** The shape, and each number as a double: equal only if all bits are, and NaN equal to itself. */
    private static @Nullable Object bits(@Nullable INDArray array) {
        if (array == null || array.isEmpty() || array.wasClosed()) {
            return null;
        }
        // Its workspace may have moved on, so that the numbers are not the array's any more.
        if (array.isAttached()) {
            return System.identityHashCode(array);
        }
        double[] numbers = array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
        return new Object[] {array.shape(), numbers};
    }
}
