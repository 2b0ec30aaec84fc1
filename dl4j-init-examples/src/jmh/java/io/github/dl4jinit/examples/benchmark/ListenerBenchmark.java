package io.github.dl4jinit.examples.benchmark;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.listener.InitializingListener;
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
import org.nd4j.linalg.learning.config.Sgd;
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
 * {@code fit} from the second iteration on, with and without the listener, on a network so small that the listener would
 * show.
 *
 * <pre>{@code mvn -q -Pbenchmark compile exec:exec -Dargs="ListenerBenchmark"}</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(2)
public class ListenerBenchmark {

    /** Whether the listener is attached. */
    @Param({"false", "true"})
    public boolean attached;

    private MultiLayerNetwork network;
    private DataSet batch;

    /** Builds the network and makes its first iteration, in which the listener runs. */
    @Setup
    public void build() {
        network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .updater(new Sgd(1e-6))
                .activation(Activation.TANH)
                .list()
                .layer(new DenseLayer.Builder().nIn(16).nOut(16).build())
                .layer(new OutputLayer.Builder()
                        .activation(Activation.SOFTMAX)
                        .nIn(16)
                        .nOut(4)
                        .build())
                .build());
        network.init();
        if (attached) {
            network.setListeners(new InitializingListener(Lsuv.defaults()));
        }
        INDArray labels = Nd4j.zeros(DataType.FLOAT, 32, 4);
        labels.putColumn(0, Nd4j.ones(DataType.FLOAT, 32, 1));
        batch = new DataSet(Nd4j.randn(DataType.FLOAT, 32, 16), labels);
        network.fit(batch);
    }

    /** Makes one iteration. */
    @Benchmark
    public void fit() {
        network.fit(batch);
    }
}
