package io.github.dl4jinit.examples.quickstart;

import io.github.dl4jinit.examples.data.Shapeset;
import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.listener.InitializingListener;
import java.io.PrintStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex.Op;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;

/** The same listener on a graph with a residual connection. */
public final class ListenerOnComputationGraph {

    private ListenerOnComputationGraph() {}

    /**
     * Trains for a few minibatches and prints what the listener did on the first.
     *
     * @param args none
     */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        DenseLayer.Builder linear = new DenseLayer.Builder().nOut(64).activation(Activation.IDENTITY);
        OutputLayer.Builder classes = new OutputLayer.Builder().nOut(9).activation(Activation.SOFTMAX);
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.001))
                .activation(Activation.RELU)
                .graphBuilder()
                .addInputs("pixels")
                .addLayer("stem", new DenseLayer.Builder().nOut(64).build(), "pixels")
                .addLayer("branch1", new DenseLayer.Builder().nOut(64).build(), "stem")
                .addLayer("branch2", linear.build(), "branch1")
                .addVertex("sum", new ElementWiseVertex(Op.Add), "stem", "branch2")
                .addLayer("class", classes.build(), "sum")
                .setOutputs("class")
                .setInputTypes(InputType.feedForward(1024))
                .build());
        network.init();

        InitializingListener listener = new InitializingListener(Lsuv.defaults());
        network.addListeners(listener);
        network.fit(new Shapeset(1).iterator(100, 10));

        out.print(listener.report().orElseThrow());
    }
}
