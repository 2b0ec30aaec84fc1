package io.github.dl4jinit.internal.structure;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.nd4j.linalg.api.buffer.DataType;

/** Copies of configurations as {@link Differentiable} makes them, with nothing frozen. */
public final class Thawed {

    private Thawed() {}

    /** Where the parameters lie does not change. */
    public static MultiLayerConfiguration copyOf(MultiLayerConfiguration configuration, DataType type) {
        MultiLayerConfiguration copy = new Differentiable(false, type).copyOf(configuration);
        copy.getConfs().forEach(Thawed::thaw);
        return copy;
    }

    public static ComputationGraphConfiguration copyOf(ComputationGraphConfiguration configuration, DataType type) {
        ComputationGraphConfiguration copy = new Differentiable(false, type).copyOf(configuration);
        copy.getVertices().replaceAll((name, vertex) -> thaw(vertex));
        return copy;
    }

    private static GraphVertex thaw(GraphVertex vertex) {
        if (vertex instanceof FrozenVertex frozen) {
            return thaw(frozen.getUnderlying());
        }
        if (vertex instanceof LayerVertex layer) {
            thaw(layer.getLayerConf());
        }
        return vertex;
    }

    private static void thaw(NeuralNetConfiguration configuration) {
        if (configuration.getLayer() instanceof FrozenLayer frozen) {
            configuration.setLayer(frozen.getLayer());
        } else if (configuration.getLayer() instanceof FrozenLayerWithBackprop frozen) {
            configuration.setLayer(frozen.getUnderlying());
        }
    }
}
