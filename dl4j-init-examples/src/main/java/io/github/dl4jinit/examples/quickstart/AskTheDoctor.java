package io.github.dl4jinit.examples.quickstart;

import io.github.dl4jinit.doctor.Diagnosis;
import io.github.dl4jinit.doctor.InitDoctor;
import io.github.dl4jinit.examples.data.Shapeset;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.io.PrintStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Will this network train? The doctor says which layer will not, and what fixes it, before the first update. */
public final class AskTheDoctor {

    private AskTheDoctor() {}

    /**
     * Examines a deep network with too small weights, and treats it.
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
                .activation(Activation.RELU)
                .weightInit(VarianceScaling.standardUniform())
                .list();
        for (int i = 0; i < 10; i++) {
            layers.layer(new DenseLayer.Builder().nOut(64).build());
        }
        layers.layer(
                new OutputLayer.Builder().nOut(9).activation(Activation.SOFTMAX).build());
        MultiLayerNetwork network = new MultiLayerNetwork(
                layers.setInputType(InputType.feedForward(1024)).build());
        network.init();
        DataSet batch = new Shapeset(1).images(0, 128);

        Diagnosis diagnosis = InitDoctor.examine(network, batch);
        out.print(diagnosis.toText());
        diagnosis.prescribe().initialize(network, batch);
        out.println("Healthy now: " + InitDoctor.examine(network, batch).healthy());
    }
}
