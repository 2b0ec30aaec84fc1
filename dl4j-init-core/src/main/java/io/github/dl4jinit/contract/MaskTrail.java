package io.github.dl4jinit.contract;

import io.github.dl4jinit.internal.signal.Padding;
import io.github.dl4jinit.network.LayerCatalog;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.layers.recurrent.LastTimeStepLayer;
import org.deeplearning4j.nn.layers.recurrent.TimeDistributedLayer;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Which entries count at each layer, as DL4J's own {@code feedForwardMaskArray} hands masks on. */
final class MaskTrail {

    /** DL4J's mask, and whether it is still applied. */
    private static final Pair<INDArray, MaskState> NONE = new Pair<>(null, null);

    private final Map<String, INDArray> before = new HashMap<>();
    private final Map<String, INDArray> after = new HashMap<>();

    private MaskTrail() {}

    /** Follows the mask of the features through a chain whose layers still hold their inputs. */
    static MaskTrail of(MultiLayerNetwork network, MultiDataSet batch) {
        MaskTrail trail = new MaskTrail();
        int examples = (int) network.getInput().size(0);
        Pair<INDArray, MaskState> now = trail.input(batch, 0);
        for (int i = 0; i < network.getnLayers(); i++) {
            InputPreProcessor adapter = network.getLayerWiseConfigurations().getInputPreProcess(i);
            String name = network.getLayer(i).conf().getLayer().getLayerName();
            now = trail.layer(
                    name == null ? "layer" + i : name,
                    network.getLayerWiseConfigurations().getConf(i).getLayer(),
                    network.getLayer(i),
                    adapter,
                    now,
                    examples);
            if (network.getLayer(i) instanceof IOutputLayer) {
                trail.label(name == null ? "layer" + i : name, batch, 0);
            }
        }
        return trail;
    }

    /** Follows the masks of the features through a graph whose layers still hold their inputs. */
    static MaskTrail of(ComputationGraph network, MultiDataSet batch) {
        MaskTrail trail = new MaskTrail();
        int examples = (int) network.getInput(0).size(0);
        Map<Integer, Pair<INDArray, MaskState>> known = new HashMap<>();
        for (int index : network.topologicalSortOrder()) {
            GraphVertex vertex = network.getVertices()[index];
            if (vertex.isInputVertex()) {
                known.put(index, trail.input(batch, index));
                continue;
            }
            VertexIndices[] sources = vertex.getInputVertices();
            INDArray[] inputs = new INDArray[sources.length];
            MaskState state = MaskState.Passthrough;
            for (int i = 0; i < sources.length; i++) {
                Pair<INDArray, MaskState> source = Objects.requireNonNull(known.get(sources[i].getVertexIndex()));
                inputs[i] = source.getFirst();
                state = source.getSecond() == MaskState.Active ? MaskState.Active : state;
            }
            if (vertex instanceof LayerVertex layer) {
                known.put(
                        index,
                        trail.layer(
                                vertex.getVertexName(),
                                configuration(network, vertex.getVertexName()),
                                vertex.getLayer(),
                                layer.getLayerPreProcessor(),
                                new Pair<>(inputs[0], state),
                                examples));
            } else {
                boolean masked = Arrays.stream(inputs).anyMatch(mask -> mask != null);
                known.put(index, masked ? orNone(vertex.feedForwardMaskArrays(inputs, state, examples)) : NONE);
            }
        }
        List<String> outputs = network.getConfiguration().getNetworkOutputs();
        for (int i = 0; i < outputs.size(); i++) {
            trail.label(outputs.get(i), batch, i);
        }
        return trail;
    }

    private static org.deeplearning4j.nn.conf.layers.Layer configuration(ComputationGraph network, String vertex) {
        org.deeplearning4j.nn.conf.graph.GraphVertex known =
                Objects.requireNonNull(network.getConfiguration().getVertices().get(vertex));
        return ((org.deeplearning4j.nn.conf.graph.LayerVertex) known)
                .getLayerConf()
                .getLayer();
    }

    /** A mask of the features; where there is none, what fills series up counts as masked. */
    private Pair<INDArray, MaskState> input(MultiDataSet batch, int input) {
        INDArray[] masks = batch.getFeaturesMaskArrays();
        return masks != null && masks[input] != null
                ? new Pair<>(masks[input], MaskState.Active)
                : new Pair<>(Padding.of(batch).orElse(null), MaskState.Active);
    }

    /** What labels leave out does not count at an output. */
    private void label(String output, MultiDataSet batch, int number) {
        INDArray[] masks = batch.getLabelsMaskArrays();
        if (masks != null && masks[number] != null) {
            after.put(output, masks[number]);
        }
    }

    private static Pair<INDArray, MaskState> orNone(@Nullable Pair<INDArray, MaskState> pair) {
        return pair == null ? NONE : pair;
    }

    private Pair<INDArray, MaskState> layer(
            String name,
            org.deeplearning4j.nn.conf.layers.Layer configuration,
            Layer layer,
            @Nullable InputPreProcessor adapter,
            Pair<INDArray, MaskState> given,
            int examples) {
        Pair<INDArray, MaskState> now = given;
        if (adapter != null && now.getFirst() != null) {
            now = orNone(adapter.feedForwardMaskArray(now.getFirst(), now.getSecond(), examples));
        }
        Layer inside = layer;
        if (configuration instanceof MaskZeroLayer zero) {
            inside = ((BaseWrapperLayer) layer).getUnderlying();
            now = new Pair<>(Padding.otherThan(zero.getMaskingValue(), inside.input(), zero), MaskState.Active);
        }
        INDArray mask = now.getFirst();
        before.put(name, mask);
        boolean output = inside instanceof IOutputLayer;
        Pair<INDArray, MaskState> next = mask == null || inside instanceof LastTimeStepLayer
                ? NONE
                : output ? now : orNone(inside.feedForwardMaskArray(mask, now.getSecond(), examples));
        after.put(name, next.getFirst());
        return next;
    }

    /** {@return the mask of what a layer gets, or null} */
    @Nullable
    INDArray before(String layer) {
        return before.get(layer);
    }

    /** {@return the mask of what a layer answers, or null} */
    @Nullable
    INDArray response(String layer) {
        return after.get(layer);
    }

    /**
     * A mask of the shape of a response.
     *
     * @param mask [n, 1], [n, t], [n, 1, h, w] or the like, or null
     * @param values [n, c], [n t, c], [n, c, t], [n, t, c] or of an image
     * @param layer that computed the values
     * @return zeros and ones, or null
     */
    static @Nullable INDArray spread(@Nullable INDArray mask, INDArray values, Layer layer) {
        if (mask == null || Arrays.equals(mask.shape(), values.shape())) {
            return mask;
        }
        INDArray ones = Nd4j.ones(DataType.DOUBLE, values.shape());
        INDArray doubles = mask.castTo(DataType.DOUBLE);
        long rows = values.size(0);
        if (values.rank() == 2 && mask.length() == rows) {
            // DL4J lays out time steps column by column; its TimeDistributed row by row, but it empties them column by
            // column.
            if (layer instanceof TimeDistributedLayer distributed) {
                INDArray left = distributed.getUnderlying().getMaskArray();
                INDArray counted = ones.mul(doubles.dup('c').reshape('c', rows, 1));
                return left == null
                        ? counted
                        : counted.mul(left.castTo(DataType.DOUBLE).reshape(rows, 1));
            }
            return ones.mul(doubles.dup('f').reshape('f', rows, 1));
        }
        boolean channelsLast = LayerCatalog.of(layer.conf().getLayer())
                .isChannelsLast(layer.conf().getLayer());
        if (mask.rank() == 2) {
            long[] wide = new long[values.rank()];
            Arrays.fill(wide, 1);
            wide[0] = rows;
            wide[channelsLast ? 1 : 2] = mask.size(1);
            return ones.mul(doubles.dup('c').reshape('c', wide));
        }
        return ones.mul(channelsLast ? doubles.permute(0, 2, 3, 1) : doubles);
    }
}
