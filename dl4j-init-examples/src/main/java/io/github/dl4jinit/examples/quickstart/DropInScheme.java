package io.github.dl4jinit.examples.quickstart;

import io.github.dl4jinit.examples.data.Shapeset;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.io.PrintStream;
import java.util.Locale;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;

/** One line of a configuration: a scheme of this library instead of DL4J's default. */
public final class DropInScheme {

    private DropInScheme() {}

    /**
     * Trains the same deep network from both and prints the training loss.
     *
     * @param args none
     */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        out.println("Training loss of a 10-layer ReLU network, before and after 40 minibatches of 50 images:");
        train(out, "DL4J's default", WeightInit.XAVIER.getWeightInitFunction());
        train(out, "VarianceScaling.heNormal()", VarianceScaling.heNormal());
    }

    private static void train(PrintStream out, String name, IWeightInit scheme) {
        NeuralNetConfiguration.ListBuilder layers = new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Nesterovs(0.005, 0.9))
                .activation(Activation.RELU)
                .weightInit(scheme) // this line
                .list();
        for (int i = 0; i < 10; i++) {
            layers.layer(new DenseLayer.Builder().nOut(64).build());
        }
        layers.layer(
                new OutputLayer.Builder().nOut(9).activation(Activation.SOFTMAX).build());
        MultiLayerNetwork network = new MultiLayerNetwork(
                layers.setInputType(InputType.feedForward(1024)).build());
        network.init();
        DataSet sample = new Shapeset(1).images(0, 200);
        double before = network.score(sample);
        network.fit(new Shapeset(1).iterator(50, 40));
        out.printf(Locale.ROOT, "  %-28s %.3f -> %.3f%n", name, before, network.score(sample));
    }
}
