package io.github.dl4jinit.examples;

import io.github.dl4jinit.examples.data.Shapeset;
import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.ntk.KernelDrift;
import io.github.dl4jinit.ntk.KernelRegression;
import io.github.dl4jinit.ntk.KernelRegression.Loss;
import io.github.dl4jinit.ntk.KernelSpectrum;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a network's neural tangent kernel says about its training, with a bar while the kernel is computed tile by tile. */
public final class ShowKernel {

    private ShowKernel() {}

    /**
     * Computes the kernel of 300 pictures.
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
        DataSet pictures = new Shapeset(1).pictures(0, examples);
        INDArray x = pictures.getFeatures();

        INDArray kernel = kernel(network, x);

        KernelSpectrum spectrum = KernelSpectrum.of(kernel);
        out.printf(
                Locale.ROOT,
                "largest eigenvalue %.4g, condition %.4g, effective rank %.3g of %d%n",
                spectrum.largest(),
                spectrum.condition(),
                spectrum.effectiveRank(),
                examples);
        out.printf(
                Locale.ROOT, "alignment with the labels %.3f%n", KernelDrift.alignment(kernel, pictures.getLabels()));
        double rate = KernelRegression.of(kernel, network.output(x), pictures.getLabels(), Loss.MSE)
                .largestStableLearningRate();
        out.printf(Locale.ROOT, "gradient descent on all of them diverges above a learning rate of about %.3g%n", rate);
    }

    private static INDArray kernel(MultiLayerNetwork network, INDArray x) {
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("Kernel")
                .setInitialMax(1)
                .setStyle(ProgressBarStyle.ASCII)
                .build()) {
            return EmpiricalNtk.builder(network)
                    .memory(8L << 20)
                    .progress((done, total) -> bar.maxHint(total).stepTo(done))
                    .build()
                    .kernel(x, x);
        }
    }
}
