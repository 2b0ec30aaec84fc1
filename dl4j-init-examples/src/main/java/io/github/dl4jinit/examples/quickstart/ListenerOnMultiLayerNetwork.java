package io.github.dl4jinit.examples.quickstart;

import io.github.dl4jinit.examples.data.Shapeset;
import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.listener.InitializingListener;
import java.io.PrintStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;

/** One listener: the network is initialized from the first minibatch that {@code fit} sees. */
public final class ListenerOnMultiLayerNetwork {

    private ListenerOnMultiLayerNetwork() {}

    /**
     * Trains for a few minibatches and prints what the listener did on the first.
     *
     * @param args none
     */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        NeuralNetConfiguration.ListBuilder layers = new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.001))
                .activation(Activation.TANH)
                .list();
        for (int i = 0; i < 5; i++) {
            layers.layer(new DenseLayer.Builder().nOut(64).build());
        }
        layers.layer(new OutputLayer.Builder()
                        .nOut(9)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(1024));
        MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
        network.init();

        InitializingListener listener = new InitializingListener(Lsuv.defaults());
        network.addListeners(listener);
        network.fit(new Shapeset(1).iterator(100, 10));

        out.print(listener.report().orElseThrow());
    }
}
