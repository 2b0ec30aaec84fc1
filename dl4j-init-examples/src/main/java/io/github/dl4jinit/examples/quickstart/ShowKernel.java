package io.github.dl4jinit.examples.quickstart;

import io.github.dl4jinit.examples.data.Shapeset;
import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.ntk.KernelRegression;
import io.github.dl4jinit.ntk.KernelRegression.Loss;
import io.github.dl4jinit.ntk.KernelSpectrum;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.io.PrintStream;
import java.util.Locale;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a network's neural tangent kernel says about its training. */
public final class ShowKernel {

    private ShowKernel() {}

    /**
     * Computes the kernel of 300 images.
     *
     * @param args none
     */
    public static void main(String[] args) {
        run(300, System.out);
    }

    static void run(int examples, PrintStream out) {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .activation(Activation.RELU)
                .weightInit(VarianceScaling.heNormal())
                .list()
                .layer(new DenseLayer.Builder().nIn(1024).nOut(256).build())
                .layer(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(256)
                        .nOut(9)
                        .build())
                .build());
        network.init();
        DataSet images = new Shapeset(1).images(0, examples);
        INDArray x = images.getFeatures();

        INDArray kernel = EmpiricalNtk.of(network).kernel(x, x);
        double rank = KernelSpectrum.of(kernel).effectiveRank();
        out.printf(Locale.ROOT, "effective rank %.3g of %d%n", rank, examples);
        double rate = KernelRegression.of(kernel, network.output(x), images.getLabels(), Loss.MSE)
                .largestStableLearningRate();
        out.printf(Locale.ROOT, "gradient descent on all of them diverges above a learning rate of about %.3g%n", rate);
    }
}
