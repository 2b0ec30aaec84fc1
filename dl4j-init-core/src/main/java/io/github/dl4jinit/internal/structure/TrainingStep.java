package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.internal.memory.Buffers;
import io.github.dl4jinit.internal.random.RandomState;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.layers.recurrent.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.TimeSeriesUtils;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training step that a network is in between DL4J's callbacks {@code onBackwardPass}, where {@link #of} finds all of
 * the minibatch, and {@code onGradientCalculation}, where {@link #redoAfter} may change the network: gradients are
 * computed, the update is not made yet.
 *
 * @param model the user's network
 * @param iterations updates made so far
 * @param epochs epochs finished so far
 * @param batch features, labels and masks of the step
 */
public record TrainingStep(Model model, int iterations, int epochs, MultiDataSet batch) {

    private static final Logger LOG = LoggerFactory.getLogger(TrainingStep.class);

    /**
     * The step that a model is in.
     *
     * @param model what DL4J handed to {@code onBackwardPass}
     * @return the step, or empty if it is a single layer in pretraining
     */
    public static Optional<TrainingStep> of(Model model) {
        if (model instanceof MultiLayerNetwork network) {
            return Optional.of(new TrainingStep(
                    model,
                    iterations(network.getIterationCount(), network.getLayers()),
                    network.getEpochCount(),
                    batchOf(network)));
        }
        if (model instanceof ComputationGraph graph) {
            return Optional.of(new TrainingStep(
                    model,
                    iterations(graph.getIterationCount(), graph.getLayers()),
                    graph.getEpochCount(),
                    batchOf(graph)));
        }
        return Optional.empty();
    }

    /**
     * How many updates a model says that it has had.
     *
     * @param model what DL4J handed to a listener
     * @return the count, or -1 if it is a single layer in pretraining
     */
    public static int iterations(Model model) {
        if (model instanceof MultiLayerNetwork network) {
            return network.getIterationCount();
        }
        return model instanceof ComputationGraph graph ? graph.getIterationCount() : -1;
    }

    /**
     * Whether the network has learned anything.
     *
     * @return true if it has made an update or finished an epoch
     */
    public boolean hasTrained() {
        return iterations > 0 || epochs > 0;
    }

    /**
     * Changes the network and computes the step's gradients again, with the random numbers of the first time, as if the
     * network had been changed before the step.
     *
     * @param change changes the model's parameters, looking at the batch; if it throws, the step stands as it was
     */
    public void redoAfter(BiConsumer<Model, MultiDataSet> change) {
        Optional<RandomState> before = stateBefore();
        RandomState now = RandomState.current();
        try (INDArray parameters = model.params().dup()) {
            redoAfter(change, before, parameters, now);
        }
    }

    private void redoAfter(
            BiConsumer<Model, MultiDataSet> change,
            Optional<RandomState> before,
            INDArray parameters,
            RandomState now) {
        try {
            change.accept(model, batch);
            before.ifPresentOrElse(
                    RandomState::restore,
                    () -> LOG.warn("This ND4J's random generator cannot be wound back: the dropout masks of the first"
                            + " iteration are other ones than those of a network initialized before fit."));
            recompute();
        } catch (RuntimeException | Error e) {
            model.params().assign(parameters);
            now.restore();
            throw e;
        }
    }

    private Optional<RandomState> stateBefore() {
        try (NetworkView rehearsal = NetworkView.copyOf(model)) {
            return RandomState.before(() -> rehearsal.rehearse(batch));
        }
    }

    private void recompute() {
        if (model instanceof MultiLayerNetwork network) {
            if (network.getLayerWiseConfigurations().getBackpropType() == BackpropType.TruncatedBPTT) {
                network.rnnClearPreviousState();
            }
            network.computeGradientAndScore();
        } else if (model instanceof ComputationGraph graph) {
            if (graph.getConfiguration().getBackpropType() == BackpropType.TruncatedBPTT) {
                graph.rnnClearPreviousState();
            }
            graph.computeGradientAndScore();
        }
    }

    /** Pretraining counts in the layers only. */
    private static int iterations(int ofNetwork, Layer[] layers) {
        return Math.max(
                ofNetwork,
                Arrays.stream(layers)
                        .mapToInt(layer -> layer.conf().getIterationCount())
                        .max()
                        .orElse(0));
    }

    private static MultiDataSet batchOf(MultiLayerNetwork network) {
        INDArray features = network.getInput();
        INDArray labels = network.getLabels();
        return new org.nd4j.linalg.dataset.MultiDataSet(
                new INDArray[] {features},
                labels == null ? null : new INDArray[] {labels},
                alone(featuresMask(network, features)),
                alone(labelsMask(network.getOutputLayer(), features)));
    }

    private static MultiDataSet batchOf(ComputationGraph graph) {
        INDArray[] labels = new INDArray[graph.getNumOutputArrays()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = labelsOf(graph.getOutputLayer(i));
        }
        return new org.nd4j.linalg.dataset.MultiDataSet(
                graph.getInputs(), labels, graph.getInputMaskArrays(), graph.getLabelMaskArrays());
    }

    /** A ComputationGraph shows its labels only through its output layers, and forgets them after the backward pass. */
    private static INDArray labelsOf(Layer output) {
        Layer layer = output instanceof FrozenLayerWithBackprop frozen ? frozen.getInsideLayer() : output;
        return ((IOutputLayer) layer).getLabels();
    }

    /**
     * A MultiLayerNetwork keeps the features' mask only in those of its layers that use it: flattened if they are dense, reduced
     * behind convolutions. The output layer's is the labels' mask. So the first mask found is the features' only if it makes
     * the masks of all layers.
     */
    private static @Nullable INDArray featuresMask(MultiLayerNetwork network, INDArray features) {
        int hidden = network.getnLayers() - 1;
        for (int i = 0; i < hidden; i++) {
            INDArray mask = network.getLayer(i).getMaskArray();
            if (mask != null) {
                boolean flattened = features.rank() == 3 && mask.size(0) != features.size(0);
                INDArray candidate =
                        flattened ? TimeSeriesUtils.reshapeVectorToTimeSeriesMask(mask, (int) features.size(0)) : mask;
                if (makesAllMasks(candidate, network)) {
                    return candidate;
                }
                LOG.warn(
                        "The mask of the features cannot be had from behind layer {}: the network is initialized as if"
                                + " this minibatch had none. To use the mask, initialize by hand before fit.",
                        i);
                return null;
            }
        }
        return null;
    }

    private static boolean makesAllMasks(INDArray featuresMask, MultiLayerNetwork network) {
        ChainExecution copy = ChainExecution.copyOf(network);
        try {
            return copy.hasSameMasks(featuresMask, network);
        } finally {
            Buffers.free(copy.params(), List.of());
        }
    }

    /** An RnnOutputLayer keeps its mask flattened, per time step or per output. */
    private static @Nullable INDArray labelsMask(Layer output, INDArray features) {
        INDArray mask = output.getMaskArray();
        if (mask == null || !(output instanceof RnnOutputLayer)) {
            return mask;
        }
        int examples = (int) features.size(0);
        return mask.isColumnVectorOrScalar()
                ? TimeSeriesUtils.reshapeVectorToTimeSeriesMask(mask, examples)
                : TimeSeriesUtils.reshape2dTo3d(mask, examples, LayerWorkspaceMgr.noWorkspaces(), ArrayType.INPUT);
    }

    private static INDArray @Nullable [] alone(@Nullable INDArray mask) {
        return mask == null ? null : new INDArray[] {mask};
    }
}
