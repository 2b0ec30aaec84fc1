package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.internal.signal.Masks;
import io.github.dl4jinit.network.LayerCatalog;
import io.github.dl4jinit.network.LayerFacts;
import io.github.dl4jinit.network.Moments;
import io.github.dl4jinit.scheme.WeightShape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D.DataFormat;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Checks of batches: whether they are there, are finite, and have the shapes that the layers take which features go into first. DL4J says so in
 * the middle of a forward pass, if at all; an initializer that looks at no data never gets there.
 */
public final class Batches {

    private Batches() {}

    /** Whether a batch is there, is finite, and has the shapes that the network's first layers take. */
    public static void validate(MultiDataSet batch, Dl4jNetwork network) {
        validate(batch, network.inputs());
        firstLayers(network)
                .forEach(entry -> require(batch.getFeatures(entry.input().number()), entry));
    }

    public static void validate(MultiDataSet batch, int inputs) {
        if (batch == null) {
            throw new IllegalArgumentException("the batch is null: give features for " + inputs + " input(s)");
        }
        INDArray[] features = batch.getFeatures();
        int given = features == null ? 0 : features.length;
        if (given != inputs) {
            throw new IllegalArgumentException(
                    "the network has " + inputs + " input(s), the batch has " + given + " array(s) of features");
        }
        for (int i = 0; i < inputs; i++) {
            validate(features[i], i);
            requireExamples("the features' mask of input " + i, Masks.ofFeatures(batch, i), features[i]);
        }
    }

    private static void requireExamples(String what, @Nullable INDArray array, INDArray features) {
        if (array != null && array.size(0) != features.size(0)) {
            throw new IllegalArgumentException(what + " has " + array.size(0) + " rows, shape "
                    + Arrays.toString(array.shape()) + ": its first axis must be that of the features, which hold "
                    + features.size(0) + " example(s)");
        }
    }

    private static void validate(@Nullable INDArray features, int input) {
        if (features == null || features.isEmpty() || features.length() == 0) {
            throw new IllegalArgumentException("features of input " + input + " are empty: give at least one example");
        }
        if (features.dataType().isFPType()) {
            Moments moments = Moments.of(features);
            if (!Double.isFinite(moments.mean()) || !Double.isFinite(moments.variance())) {
                throw new IllegalArgumentException("features of input " + input
                        + " hold NaN or infinite values, or larger ones than can be squared: clean the batch before the"
                        + " network sees it");
            }
        }
    }

    public static void validateLabels(MultiDataSet batch, int outputs) {
        INDArray[] labels = batch.getLabels();
        int given = labels == null ? 0 : labels.length;
        boolean missing = given == 0 || Arrays.stream(labels).anyMatch(Objects::isNull);
        if (missing || given != outputs) {
            throw new IllegalArgumentException(
                    "a loss needs labels: the network has " + outputs + " output(s), the batch has " + given
                            + " array(s) of labels" + (given > 0 && missing ? ", some null" : ""));
        }
        for (int i = 0; i < outputs; i++) {
            requireExamples(
                    "the array of labels of output " + i,
                    labels[i],
                    batch.getFeatures(i < batch.getFeatures().length ? i : 0));
        }
    }

    /** A layer that takes an input of the network. */
    private record Entry(Step.Input input, Step.OfLayer step, Layer configuration) {}

    private static List<Entry> firstLayers(Dl4jNetwork network) {
        List<Step> steps = network.steps();
        return steps.stream()
                .filter(Step.OfLayer.class::isInstance)
                .map(Step.OfLayer.class::cast)
                .filter(step -> steps.get(step.source()) instanceof Step.Input)
                .map(step -> new Entry(
                        (Step.Input) steps.get(step.source()),
                        step,
                        LayerNode.innermost(step.layer()).conf().getLayer()))
                .toList();
    }

    /** Numbers of the inputs whose features are indices of words, which go to an embedding directly or through vertices. */
    public static Set<Integer> inputsOfIndices(List<Step> steps) {
        Set<Integer> inputs = new HashSet<>();
        for (Step step : steps) {
            if (step instanceof Step.OfLayer layer
                    && kind(layer, LayerNode.innermost(layer.layer()).conf().getLayer())
                            .equals(Optional.of(WeightShape.Kind.EMBEDDING))) {
                addInputs(steps, layer.source(), inputs);
            }
        }
        return inputs;
    }

    private static void addInputs(List<Step> steps, int source, Set<Integer> inputs) {
        if (steps.get(source) instanceof Step.Input input) {
            inputs.add(input.number());
        } else if (steps.get(source) instanceof Step.OfVertex vertex) {
            vertex.sources().forEach(next -> addInputs(steps, next, inputs));
        }
    }

    private static Optional<WeightShape.Kind> kind(Step.OfLayer step, Layer configuration) {
        return LayerCatalog.of(configuration)
                .weights(configuration, step.layer().paramTable())
                .stream()
                .map(weight -> weight.shape().kind())
                .findFirst();
    }

    private static void require(INDArray features, Entry entry) {
        String where = "features of input " + entry.input().number() + " have the shape "
                + Arrays.toString(features.shape()) + ", ";
        Layer configuration = entry.configuration();
        String layer =
                "'" + entry.step().name() + "' (" + configuration.getClass().getSimpleName() + ")";
        INDArray signal = adapted(features, entry, where, layer);
        Optional<LayerFacts> facts = LayerCatalog.facts(configuration.getClass());
        long needed = width(configuration);
        if (facts.isEmpty() || needed <= 0) {
            return;
        }
        Optional<WeightShape.Kind> kind = kind(entry.step(), configuration);
        if (kind.equals(Optional.of(WeightShape.Kind.EMBEDDING))) {
            requireIndices(features, entry, layer, needed);
            return;
        }
        boolean bare = LayerNode.innermost(entry.step().layer()) == entry.step().layer();
        if (signal.rank() < 2 || (bare && kind.isPresent() && !takesRank(configuration, kind.get(), signal))) {
            throw new IllegalArgumentException(where + "and " + layer + " takes no array of rank " + signal.rank()
                    + ": reshape them, or let setInputType(...) put a preprocessor before it");
        }
        int axis = facts.get().isChannelsLast(configuration) ? signal.rank() - 1 : 1;
        // A wrapper may have a layout of its own.
        boolean fits = bare
                ? signal.size(axis) == needed
                : Arrays.stream(signal.shape()).skip(1).anyMatch(size -> size == needed);
        if (!fits) {
            throw new IllegalArgumentException(where + "which is a width of " + signal.size(axis) + ", and " + layer
                    + " needs " + needed + ", its nIn: give the features that the network was built for");
        }
    }

    /** What the layer gets of one example, by its preprocessor. */
    private static INDArray adapted(INDArray features, Entry entry, String where, String layer) {
        InputPreProcessor adapter = entry.step().adapter();
        if (adapter == null) {
            return features;
        }
        INDArray one = features.slice(0).reshape(ofOne(features.shape())).dup();
        try {
            return adapter.clone().preProcess(one, 1, LayerWorkspaceMgr.noWorkspaces());
        } catch (RuntimeException refusal) {
            throw new IllegalArgumentException(
                    where + "which the preprocessor " + adapter + " before " + layer + " does not take: "
                            + refusal.getMessage() + ". Give the features that the network was built for.",
                    refusal);
        }
    }

    private static long[] ofOne(long[] shape) {
        long[] one = shape.clone();
        one[0] = 1;
        return one;
    }

    private static long width(Layer configuration) {
        if (configuration instanceof Bidirectional both) {
            return width(both.getFwd());
        }
        return configuration instanceof FeedForwardLayer layer ? layer.getNIn() : 0;
    }

    private static boolean takesRank(Layer configuration, WeightShape.Kind kind, INDArray signal) {
        return switch (kind) {
            case CONV_1D -> signal.rank() == 3;
            case CONV_2D, DECONV_2D, DEPTHWISE, SEPARABLE_DEPTH -> signal.rank() == 4;
            case CONV_3D, DECONV_3D -> signal.rank() == 5;
            default -> needsNoPreprocessor(configuration, type(signal));
        };
    }

    /** DL4J would put a preprocessor before a layer that does not take what it gets. */
    private static boolean needsNoPreprocessor(Layer configuration, @Nullable InputType type) {
        try {
            return type != null && configuration.getPreProcessorForInputType(type) == null;
        } catch (RuntimeException refusal) {
            return false;
        }
    }

    private static @Nullable InputType type(INDArray signal) {
        long[] shape = signal.shape();
        return switch (signal.rank()) {
            case 2 -> InputType.feedForward(shape[1]);
            case 3 -> InputType.recurrent(shape[1], shape[2]);
            case 4 -> InputType.convolutional(shape[2], shape[3], shape[1]);
            case 5 -> InputType.convolutional3D(DataFormat.NCDHW, shape[2], shape[3], shape[4], shape[1]);
            default -> null;
        };
    }

    private static void requireIndices(INDArray features, Entry entry, String layer, long vocabulary) {
        double least = features.minNumber().doubleValue();
        double largest = features.maxNumber().doubleValue();
        if (least < 0 || largest >= vocabulary) {
            throw new IllegalArgumentException(
                    "features of input " + entry.input().number() + " are indices from "
                            + least + " to " + largest + ", and " + layer + " takes those from 0 to " + (vocabulary - 1)
                            + ", its nIn less 1");
        }
    }
}
