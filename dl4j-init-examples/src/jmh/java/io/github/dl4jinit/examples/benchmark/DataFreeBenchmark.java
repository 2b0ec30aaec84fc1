package io.github.dl4jinit.examples.benchmark;

import io.github.dl4jinit.initializer.Box;
import io.github.dl4jinit.initializer.LinearProduct;
import io.github.dl4jinit.report.InitReport;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Box and LPS-reconstruction on a ReLU network of 100 dense layers, against {@code Nd4j.randn} into the same arrays.
 *
 * <pre>mvn -q -Pbenchmark -am -pl dl4j-init-examples compile exec:exec -Dargs=DataFreeBenchmark</pre>
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 7)
@Fork(1)
public class DataFreeBenchmark {

    /** The network. */
    @State(Scope.Benchmark)
    public static class Target {
        /** Units of each layer. */
        @Param({"256", "512"})
        public int width = 256;

        MultiLayerNetwork network = network(1, 1);

        /** Builds. */
        @Setup
        public void build() {
            network = network(100, width);
        }

        private static MultiLayerNetwork network(int layers, int width) {
            NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder()
                    .updater(new Sgd(0.1))
                    .activation(Activation.RELU)
                    .list();
            for (int i = 0; i < layers; i++) {
                list.layer(new DenseLayer.Builder().nIn(width).nOut(width).build());
            }
            MultiLayerNetwork network = new MultiLayerNetwork(list.layer(
                            new OutputLayer.Builder(LossFunction.MSE)
                                    .activation(Activation.IDENTITY)
                                    .nIn(width)
                                    .nOut(1)
                                    .build())
                    .build());
            network.init();
            return network;
        }
    }

    /** Box. */
    @Benchmark
    public InitReport box(Target target) {
        return Box.defaults().initialize(target.network);
    }

    /** LPS-reconstruction. */
    @Benchmark
    public InitReport linearProduct(Target target) {
        return LinearProduct.defaults().initialize(target.network);
    }

    /** ND4J's Gaussian numbers, unscaled, into every weight and bias. */
    @Benchmark
    public int randn(Target target) {
        int arrays = 0;
        for (INDArray array : target.network.paramTable().values()) {
            Nd4j.randn(array);
            arrays++;
        }
        return arrays;
    }
}
