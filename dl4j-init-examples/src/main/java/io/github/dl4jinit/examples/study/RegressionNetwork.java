package io.github.dl4jinit.examples.study;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Networks of one output for functions of few variables: a lift to the width, layers of that width, in residual networks each with an
 * add, and a linear output. Layers are named layer1, layer2, ..., their sums add2, add3, ...; in double precision.
 *
 * @param activation of the hidden layers
 * @param inputs variables
 * @param width of the hidden layers
 * @param depth hidden layers, the lift included
 * @param residual whether all hidden layers but the first are added to what they get
 */
public record RegressionNetwork(Activation activation, int inputs, int width, int depth, boolean residual) {

    /** With Deeplearning4j's own weights. */
    public ComputationGraph build(long seed, IUpdater updater) {
        return build(seed, updater, new WeightInitXavier());
    }

    public ComputationGraph build(long seed, IUpdater updater, IWeightInit hiddenWeights) {
        GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.DOUBLE)
                .updater(updater)
                .activation(activation)
                .graphBuilder()
                .addInputs("in");
        String last = "in";
        for (int layer = 1; layer <= depth; layer++) {
            DenseLayer dense = new DenseLayer.Builder()
                    .nIn(layer == 1 ? inputs : width)
                    .nOut(width)
                    .build();
            dense.setWeightInitFn(hiddenWeights);
            graph.addLayer("layer" + layer, dense, last);
            if (residual && layer > 1) {
                graph.addVertex("add" + layer, new ElementWiseVertex(ElementWiseVertex.Op.Add), last, "layer" + layer);
            }
            last = output(layer);
        }
        ComputationGraph network = new ComputationGraph(graph.addLayer(
                        "out",
                        new OutputLayer.Builder(LossFunction.MSE)
                                .nIn(width)
                                .nOut(1)
                                .activation(Activation.IDENTITY)
                                .build(),
                        last)
                .setOutputs("out")
                .build());
        network.init();
        return network;
    }

    /** The name of what a layer puts out, the add included. */
    public String output(int layer) {
        return (residual && layer > 1 ? "add" : "layer") + layer;
    }
}
