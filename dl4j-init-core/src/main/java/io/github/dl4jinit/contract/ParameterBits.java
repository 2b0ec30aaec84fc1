package io.github.dl4jinit.contract;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Parameters as numbers that can be compared bit for bit. */
final class ParameterBits {

    private ParameterBits() {}

    /** By name, of everything that has parameters. */
    static Map<String, double[]> byName(Model model) {
        Map<String, double[]> parameters = new LinkedHashMap<>();
        if (model instanceof MultiLayerNetwork network) {
            for (int i = 0; i < network.getnLayers(); i++) {
                String name = network.getLayer(i).conf().getLayer().getLayerName();
                add(parameters, name == null ? "layer" + i : name, network.getLayer(i));
            }
        } else {
            for (GraphVertex vertex : ((ComputationGraph) model).getVertices()) {
                add(parameters, vertex.getVertexName(), vertex.hasLayer() ? vertex.getLayer() : vertex);
            }
        }
        return parameters;
    }

    private static void add(Map<String, double[]> parameters, String name, Trainable trainable) {
        if (trainable.numParams() > 0) {
            parameters.put(name, of(trainable.params()));
        }
    }

    static double[] of(@Nullable INDArray array) {
        return array == null || array.isEmpty()
                ? new double[0]
                : array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
    }
}
