package io.github.dl4jinit.ntk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.scheme.Fan;
import io.github.dl4jinit.scheme.Law;
import io.github.dl4jinit.scheme.Orthogonal;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Random networks of width 256 against the limit of infinite width, in the standard parametrization: means over 25 networks within four
 * standard errors. The standard error is 1 to 5 % of the kernel, so that an error of a fifth of it, such as one layer too few, is found
 * almost surely; that is the control.
 */
class WideNetworksTest {
    private static final int WIDTH = 256;
    private static final int NETWORKS = 25;
    private static final INDArray PAIR = Nd4j.createFromArray(new double[][] {{1, 0, 2, -1}, {0.5, -1, 1, 1}});

    @ParameterizedTest
    @CsvSource({"RELU, 2, false", "RELU, 2, true", "TANH, 1.5, false", "TANH, 1.5, true"})
    void theMean_isTheLimit(Activation activation, double weightVariance, boolean orthogonal) {
        INDArray sum = Nd4j.zeros(DataType.DOUBLE, 2, 2);
        INDArray squares = Nd4j.zeros(DataType.DOUBLE, 2, 2);
        for (int seed = 0; seed < NETWORKS; seed++) {
            INDArray kernel = EmpiricalNtk.of(network(seed, activation, weightVariance, orthogonal))
                    .kernel(PAIR, PAIR);
            sum.addi(kernel);
            squares.addi(kernel.mul(kernel));
        }
        INDArray mean = sum.div(NETWORKS);
        INDArray variance = squares.div(NETWORKS).subi(mean.mul(mean));
        assertThat(largestDeviation(mean, variance, limit(activation, weightVariance, 3)))
                .isLessThan(4);
        assertThat(largestDeviation(mean, variance, limit(activation, weightVariance, 2)))
                .as("control: one layer too few")
                .isGreaterThan(4);
    }

    private static INDArray limit(Activation activation, double weightVariance, int depth) {
        int[] widths = new int[depth];
        Arrays.fill(widths, WIDTH);
        return AnalyticNtk.of(activation.getActivationFunction(), depth, weightVariance, 0)
                .standard(true, widths)
                .ntk(PAIR, PAIR);
    }

    /** In standard errors. */
    private static double largestDeviation(INDArray mean, INDArray variance, INDArray limit) {
        double largest = 0;
        for (int i = 0; i < 4; i++) {
            double error = Math.sqrt(variance.getDouble(i) / (NETWORKS - 1));
            largest = Math.max(largest, Math.abs(mean.getDouble(i) - limit.getDouble(i)) / error);
        }
        return largest;
    }

    private static org.deeplearning4j.nn.multilayer.MultiLayerNetwork network(
            int seed, Activation activation, double weightVariance, boolean orthogonal) {
        IWeightInit gaussian = new VarianceScaling(weightVariance, Fan.IN, Law.NORMAL);
        IWeightInit hidden = orthogonal ? new Orthogonal(Math.sqrt(weightVariance)) : gaussian;
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder()
                .seed(1000 + seed)
                .dataType(DataType.DOUBLE)
                .activation(activation)
                .list()
                .layer(new DenseLayer.Builder()
                        .nIn(4)
                        .nOut(WIDTH)
                        .weightInit(gaussian)
                        .build());
        for (int layer = 1; layer < 3; layer++) {
            list.layer(new DenseLayer.Builder()
                    .nIn(WIDTH)
                    .nOut(WIDTH)
                    .weightInit(hidden)
                    .build());
        }
        return Networks.init(list.layer(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(WIDTH)
                        .nOut(1)
                        .weightInit(gaussian)
                        .build())
                .build());
    }
}
