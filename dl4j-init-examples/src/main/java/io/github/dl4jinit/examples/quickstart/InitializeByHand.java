package io.github.dl4jinit.examples.quickstart;

import io.github.dl4jinit.examples.data.Shapeset;
import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.report.InitReport;
import java.io.PrintStream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;

/** No listener: initialize a convolution network from a batch of your choice and read the report. */
public final class InitializeByHand {

    private InitializeByHand() {}

    /**
     * Initializes a network and prints the report as text and as JSON.
     *
     * @param args none
     */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .activation(Activation.RELU)
                .convolutionMode(ConvolutionMode.Same)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(16).build())
                .layer(new SubsamplingLayer.Builder()
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(32).build())
                .layer(new OutputLayer.Builder()
                        .nOut(9)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutionalFlat(32, 32, 1))
                .build());
        network.init();

        InitReport report = Lsuv.builder().tolerance(0.001).build().initialize(network, new Shapeset(1).images(0, 256));

        out.print(report);
        out.println(report.converged() ? "Every layer has variance 1." : "Some layer is off.");
        out.println(report.toJson());
    }
}
