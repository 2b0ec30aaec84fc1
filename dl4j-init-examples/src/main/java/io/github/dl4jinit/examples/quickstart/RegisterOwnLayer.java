package io.github.dl4jinit.examples.quickstart;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.network.LayerCatalog;
import io.github.dl4jinit.network.LayerFacts;
import io.github.dl4jinit.scheme.WeightShape;
import java.io.PrintStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Tell the library where the weights of an own layer lie; until then initializers leave it alone, and say so. */
public final class RegisterOwnLayer {

    private RegisterOwnLayer() {}

    /**
     * Initializes a network with an own layer before and after registering its class, and prints both reports.
     *
     * @param args none
     */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        DataSet batch = new DataSet(Nd4j.randn(500, 20), null);
        out.print(Lsuv.defaults().initialize(network(), batch));

        LayerCatalog.register(
                ScaledDense.class,
                LayerFacts.of(ScaledDense.class)
                        .linear("kernel", "offset", (layer, shape) -> WeightShape.dense(shape[0], shape[1]))
                        .build());
        out.print(Lsuv.defaults().initialize(network(), batch));
    }

    private static MultiLayerNetwork network() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .activation(Activation.TANH)
                .list()
                .layer(new ScaledDense(30))
                .layer(new ScaledDense(30))
                .layer(new OutputLayer.Builder()
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(20))
                .build());
        network.init();
        return network;
    }
}
