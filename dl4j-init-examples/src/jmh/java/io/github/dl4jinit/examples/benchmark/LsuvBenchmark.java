package io.github.dl4jinit.examples.benchmark;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
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
 * LSUV on a batch of 256, the orthogonal start apart, against one forward pass of the same network.
 *
 * <pre>{@code mvn -q -Pbenchmark compile exec:exec -Dargs="LsuvBenchmark"}</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class LsuvBenchmark {

    private static final int BATCH = 256;

    /** Hidden layers. */
    @Param({"10", "100"})
    public int depth;

    /** Units of each. */
    @Param({"256", "512"})
    public int width;

    private MultiLayerNetwork network;
    private INDArray features;
    private DataSet batch;

    /** Builds the network, with weights that LSUV has to scale. */
    @Setup
    public void build() {
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .activation(Activation.TANH)
                .weightInit(VarianceScaling.standardUniform())
                .list();
        for (int i = 0; i < depth; i++) {
            list.layer(new DenseLayer.Builder().nIn(width).nOut(width).build());
        }
        network = new MultiLayerNetwork(list.layer(new OutputLayer.Builder()
                        .activation(Activation.SOFTMAX)
                        .nIn(width)
                        .nOut(10)
                        .build())
                .build());
        network.init();
        features = Nd4j.randn(DataType.FLOAT, BATCH, width);
        batch = new DataSet(features, null);
    }

    /** {@return the output of one forward pass} */
    @Benchmark
    public INDArray forwardPass() {
        return network.output(features);
    }

    /** {@return the report of LSUV on the network's own weights} */
    @Benchmark
    public InitReport lsuv() {
        return Lsuv.builder().orthogonalStart(false).build().initialize(network, batch);
    }

    /** {@return the report of LSUV with its orthogonal start} */
    @Benchmark
    public InitReport lsuvWithOrthogonalStart() {
        return Lsuv.defaults().initialize(network, batch);
    }
}
