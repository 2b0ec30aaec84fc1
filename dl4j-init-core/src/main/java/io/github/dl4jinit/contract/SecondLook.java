package io.github.dl4jinit.contract;

import io.github.dl4jinit.network.LayerCatalog;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Variances of responses in a finished network, from DL4J's own forward pass and its own masks: a second route to what reports say, on which
 * nothing of this library's engine computes.
 */
final class SecondLook {

    /** The parameters with which a recurrent layer multiplies its input, in one direction and in two. */
    private static final String[] INPUT_WEIGHTS = {"W", "WF", "WB", "fW", "bW"};

    private final Map<String, Double> variances = new HashMap<>();

    private SecondLook() {}

    /**
     * Runs a batch through a copy of a network, at inference.
     *
     * @param model the finished network
     * @param batch what it is to answer
     */
    static SecondLook at(Model model, MultiDataSet batch) {
        INDArray[] features =
                Arrays.stream(batch.getFeatures()).map(INDArray::dup).toArray(INDArray[]::new);
        INDArray[] masks = batch.getFeaturesMaskArrays();
        SecondLook look = new SecondLook();
        if (model instanceof MultiLayerNetwork network) {
            MultiLayerNetwork copy =
                    new MultiLayerNetwork(network.getLayerWiseConfigurations().clone());
            copy.init(network.params().dup(), false);
            Map<String, Layer> layers = new LinkedHashMap<>();
            for (int i = 0; i < copy.getnLayers(); i++) {
                String name = copy.getLayer(i).conf().getLayer().getLayerName();
                layers.put(name == null ? "layer" + i : name, copy.getLayer(i));
            }
            Map<String, Capture> captures = capture(layers);
            copy.setInput(features[0]);
            copy.setMask(masks == null ? null : masks[0]);
            copy.feedForward(false, false);
            look.read(layers, captures, MaskTrail.of(copy, batch));
        } else {
            ComputationGraph graph = (ComputationGraph) model;
            ComputationGraph copy =
                    new ComputationGraph(graph.getConfiguration().clone());
            copy.init(graph.params().dup(), false);
            Map<String, Layer> layers = new LinkedHashMap<>();
            for (GraphVertex vertex : copy.getVertices()) {
                if (vertex.hasLayer()) {
                    layers.put(vertex.getVertexName(), vertex.getLayer());
                }
            }
            Map<String, Capture> captures = capture(layers);
            copy.setLayerMaskArrays(masks, null);
            copy.feedForward(features, false, false);
            look.read(layers, captures, MaskTrail.of(copy, batch));
        }
        return look;
    }

    /**
     * The population variance of a layer's pre-activation, or of x W of a recurrent layer, over the entries that masks leave in.
     *
     * @param layer DL4J's name
     * @param parameter DL4J's name of the weights
     * @return the variance, or empty if the layer has no pre-activation
     */
    OptionalDouble variance(String layer, String parameter) {
        Double variance = variances.getOrDefault(layer + "/" + parameter, variances.get(layer));
        return variance == null ? OptionalDouble.empty() : OptionalDouble.of(variance);
    }

    private static Map<String, Capture> capture(Map<String, Layer> layers) {
        Map<String, Capture> captures = new HashMap<>();
        layers.forEach((name, layer) -> {
            if (layer.numParams() > 0
                    && LayerCatalog.unwrap(layer.conf().getLayer()) instanceof BaseLayer configuration) {
                Capture capture = new Capture(configuration.getActivationFn());
                configuration.setActivationFn(capture);
                captures.put(name, capture);
            }
        });
        return captures;
    }

    private void read(Map<String, Layer> layers, Map<String, Capture> captures, MaskTrail masks) {
        layers.forEach((name, layer) -> {
            org.deeplearning4j.nn.conf.layers.Layer inside =
                    LayerCatalog.unwrap(layer.conf().getLayer());
            Capture capture = captures.get(name);
            if (inside instanceof BaseRecurrentLayer recurrent) {
                shares(name, layer, recurrent, masks.before(name));
            } else if (inside instanceof Bidirectional both && both.getFwd() instanceof BaseRecurrentLayer recurrent) {
                shares(name, layer, recurrent, masks.before(name));
            } else if (capture != null && capture.seen != null) {
                variances.put(
                        name, variance(capture.seen, MaskTrail.spread(masks.response(name), capture.seen, layer)));
            }
        });
    }

    private void shares(String name, Layer layer, BaseRecurrentLayer recurrent, @Nullable INDArray mask) {
        INDArray input = inside(layer).input();
        INDArray steps = recurrent.getRnnDataFormat() == RNNFormat.NWC ? input : input.permute(0, 2, 1);
        INDArray rows = steps.dup('c').reshape('c', steps.size(0) * steps.size(1), steps.size(2));
        INDArray counted = mask == null ? null : mask.dup('c').reshape('c', rows.size(0), 1);
        for (String parameter : INPUT_WEIGHTS) {
            INDArray weights = layer.paramTable().get(parameter);
            if (weights != null) {
                INDArray values = rows.castTo(weights.dataType()).mmul(weights);
                variances.put(
                        name + "/" + parameter,
                        variance(
                                values,
                                counted == null
                                        ? null
                                        : counted.castTo(DataType.DOUBLE).broadcast(values.shape())));
            }
        }
    }

    private static Layer inside(Layer layer) {
        return layer instanceof BaseWrapperLayer wrapper ? inside(wrapper.getUnderlying()) : layer;
    }

    /** @param mask of the values' shape, or null */
    private static double variance(INDArray values, @Nullable INDArray mask) {
        double[] numbers = values.castTo(DataType.DOUBLE).dup('c').data().asDouble();
        double[] counted = mask == null
                ? null
                : mask.castTo(DataType.DOUBLE).dup('c').data().asDouble();
        double weight = 0;
        double sum = 0;
        for (int i = 0; i < numbers.length; i++) {
            double one = counted == null ? 1 : counted[i];
            weight += one;
            sum += one * numbers[i];
        }
        double mean = sum / weight;
        double squares = 0;
        for (int i = 0; i < numbers.length; i++) {
            squares += (counted == null ? 1 : counted[i]) * (numbers[i] - mean) * (numbers[i] - mean);
        }
        return squares / weight;
    }

    /** An activation function that keeps what it is given. */
    private static final class Capture implements IActivation {

        private static final long serialVersionUID = 1L;

        private final IActivation activation;
        private transient @Nullable INDArray seen;

        Capture(IActivation activation) {
            this.activation = activation;
        }

        @Override
        @SuppressWarnings("try") // It is closed, and nothing else.
        public INDArray getActivation(INDArray in, boolean training) {
            try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
                seen = in.dup();
            }
            return activation.getActivation(in, training);
        }

        @Override
        public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
            return activation.backprop(in, epsilon);
        }

        @Override
        public int numParams(int inputSize) {
            return activation.numParams(inputSize);
        }
    }
}
