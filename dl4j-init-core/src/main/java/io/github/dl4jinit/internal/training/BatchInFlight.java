package io.github.dl4jinit.internal.training;

import io.github.dl4jinit.internal.signal.Padding;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
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
 * Reads the minibatch of a training step back out of the network that it is in. DL4J hands listeners the network only; features, labels
 * and masks lie in it, the masks in the shapes that single layers need.
 */
final class BatchInFlight {

    private static final Logger LOG = LoggerFactory.getLogger(BatchInFlight.class);

    private BatchInFlight() {}

    static MultiDataSet of(MultiLayerNetwork network) {
        INDArray features = network.getInput();
        INDArray labels = network.getLabels();
        return new org.nd4j.linalg.dataset.MultiDataSet(
                new INDArray[] {features},
                labels == null ? null : new INDArray[] {labels},
                alone(featuresMask(network, features)),
                alone(labelsMask(network.getOutputLayer(), features)));
    }

    static MultiDataSet of(ComputationGraph graph) {
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
     * after convolutions. The output layer's is the labels' mask, and a masking layer's is its own. So the first mask found is the
     * features' only if it makes the masks of all layers; else the padding that the features show may.
     */
    private static @Nullable INDArray featuresMask(MultiLayerNetwork network, INDArray features) {
        int hidden = network.getnLayers() - 1;
        for (int i = 0; i < hidden; i++) {
            INDArray mask = network.getLayer(i).getMaskArray();
            boolean own = network.getLayerWiseConfigurations().getConf(i).getLayer() instanceof MaskZeroLayer;
            if (mask != null && !own) {
                boolean flattened = features.rank() == 3 && mask.size(0) != features.size(0);
                INDArray candidate =
                        flattened ? TimeSeriesUtils.reshapeVectorToTimeSeriesMask(mask, (int) features.size(0)) : mask;
                Optional<INDArray> found = Stream.concat(Stream.of(candidate), Padding.shownBy(features).stream())
                        .filter(possible -> makesAllMasks(possible, network))
                        .findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                LOG.warn(
                        "The mask of the features cannot be recovered after layer {}: the network is initialized as if"
                                + " this minibatch had none. To use the mask, initialize by hand before fit.",
                        i);
                return null;
            }
        }
        return null;
    }

    private static boolean makesAllMasks(INDArray featuresMask, MultiLayerNetwork network) {
        try (NetworkCopy copied = NetworkCopy.of(network)) {
            return hasSameMasks((MultiLayerNetwork) copied.network().model(), featuresMask, network);
        }
    }

    private static boolean hasSameMasks(MultiLayerNetwork copy, INDArray featuresMask, MultiLayerNetwork network) {
        try {
            copy.setInput(network.getInput());
            copy.setLayerMaskArrays(featuresMask, null);
        } catch (RuntimeException e) {
            return false; // It does not fit the shapes.
        }
        for (int i = 0; i < network.getnLayers() - 1; i++) {
            if (!Objects.equals(
                    copy.getLayer(i).getMaskArray(), network.getLayer(i).getMaskArray())) {
                return false;
            }
        }
        return true;
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
