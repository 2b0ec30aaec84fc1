package io.github.dl4jinit.examples.study.ntk;

import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.study.DenseNetwork;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.ntk.KernelSpectrum;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * What theory says of equal weights, in numbers. Zeros: only the output's bias has a derivative, so that every entry of the kernel is 1, and
 * with sigmoid features of 1/2 it is 1 + width / 4; rank 1. Other constants: all units of a layer are one, and the kernel has the same parts as
 * that of the network of width 1 which computes the same, with other positive factors, so that the rank is the same.
 */
final class EqualWeights {

    private static final int WIDTH = 64;
    private static final double VALUE = 0.1;

    private EqualWeights() {}

    /** For two hidden layers and examples that are more than the inputs are. */
    static Table table(INDArray x) {
        List<List<String>> rows = new ArrayList<>();
        for (Activation activation : List.of(Activation.TANH, Activation.RELU, Activation.SIGMOID)) {
            String name =
                    activation == Activation.RELU ? "ReLU" : activation.name().toLowerCase(Locale.ROOT);
            rows.add(row(name + ", constant 0", network(x, activation, WIDTH, 0, 0), x));
            rows.add(row(name + ", constant " + VALUE, network(x, activation, WIDTH, VALUE, VALUE), x));
            rows.add(row(name + ", width 1, the same function", network(x, activation, 1, VALUE, WIDTH * VALUE), x));
            rows.add(row(
                    name + ", Glorot",
                    network(x, activation, WIDTH, VarianceScaling.glorotUniform(), VarianceScaling.glorotUniform()),
                    x));
        }
        return new Table(
                List.of(
                        "start",
                        "smallest entry",
                        "largest entry",
                        "largest eigenvalue",
                        "rank",
                        "output, first example"),
                rows);
    }

    private static List<String> row(String name, MultiLayerNetwork network, INDArray x) {
        INDArray kernel = EmpiricalNtk.of(network).kernel(x, x);
        KernelSpectrum spectrum = KernelSpectrum.of(kernel);
        return List.of(
                name,
                TableNumbers.number(kernel.minNumber().doubleValue()),
                TableNumbers.number(kernel.maxNumber().doubleValue()),
                TableNumbers.number(spectrum.largest()),
                Integer.toString(spectrum.rank()),
                String.format(Locale.ROOT, "%.6f", network.output(x).getDouble(0)));
    }

    private static MultiLayerNetwork network(INDArray x, Activation activation, int width, double first, double other) {
        return network(x, activation, width, new WeightInitConstant(first), new WeightInitConstant(other));
    }

    private static MultiLayerNetwork network(
            INDArray x, Activation activation, int width, IWeightInit first, IWeightInit other) {
        return DenseNetwork.of(
                        new NeuralNetConfiguration.Builder()
                                .seed(1)
                                .dataType(DataType.DOUBLE)
                                .activation(activation),
                        x.columns())
                .hidden(width, first)
                .hidden(width, other)
                .output(DenseNetwork.linear(LossFunction.L2).weightInit(other), 1);
    }
}
