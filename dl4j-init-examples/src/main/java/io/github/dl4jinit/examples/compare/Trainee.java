package io.github.dl4jinit.examples.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** The few things that a run asks of a network, whichever of DL4J's two kinds it is. */
interface Trainee {

    void fit(DataSet batch);

    INDArray output(INDArray features);

    /** The output of every hidden layer, after its activation function, from input to output. */
    Map<String, INDArray> hidden(INDArray features);

    static Trainee of(Model model) {
        if (model instanceof MultiLayerNetwork chain) {
            return new Chain(chain);
        }
        if (model instanceof ComputationGraph graph) {
            return new Graph(graph);
        }
        throw new IllegalArgumentException("neither MultiLayerNetwork nor ComputationGraph: " + model.getClass());
    }

    /** A {@link MultiLayerNetwork}; its layers are named by their number, from 1. */
    record Chain(MultiLayerNetwork network) implements Trainee {

        @Override
        public void fit(DataSet batch) {
            network.fit(batch);
        }

        @Override
        public INDArray output(INDArray features) {
            return network.output(features, false);
        }

        @Override
        public Map<String, INDArray> hidden(INDArray features) {
            List<INDArray> activations = network.feedForward(features, false);
            Map<String, INDArray> hidden = new LinkedHashMap<>();
            // The first entry is the input, the last the output layer.
            for (int i = 1; i < activations.size() - 1; i++) {
                hidden.put(String.valueOf(i), activations.get(i));
            }
            return hidden;
        }
    }

    /** A {@link ComputationGraph} with one input and one output. */
    record Graph(ComputationGraph network) implements Trainee {

        @Override
        public void fit(DataSet batch) {
            network.fit(batch);
        }

        @Override
        public INDArray output(INDArray features) {
            return network.outputSingle(false, features);
        }

        @Override
        public Map<String, INDArray> hidden(INDArray features) {
            Map<String, INDArray> activations = network.feedForward(features, false);
            String output = network.getConfiguration().getNetworkOutputs().get(0);
            Map<String, INDArray> hidden = new LinkedHashMap<>();
            for (int vertex : network.topologicalSortOrder()) {
                String name = network.getVertices()[vertex].getVertexName();
                if (!network.getVertices()[vertex].isInputVertex() && !name.equals(output)) {
                    hidden.put(name, activations.get(name));
                }
            }
            return hidden;
        }
    }
}
