package io.github.dl4jinit.examples.benchmark;

import io.github.dl4jinit.doctor.Diagnosis;
import io.github.dl4jinit.doctor.InitDoctor;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
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
 * The doctor on a network of 50 layers and 5 million parameters that needs treatment, and a batch of 256.
 *
 * <pre>{@code mvn -q -Pbenchmark compile exec:exec -Dargs="DoctorBenchmark"}</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
public class DoctorBenchmark {

    private static final int BATCH = 256;
    private static final int DEPTH = 50;
    private static final int WIDTH = 316;

    /** Of the hidden layers. */
    @Param({"RELU", "TANH"})
    public Activation activation = Activation.RELU;

    private MultiLayerNetwork network;
    private DataSet batch;

    /** Builds the network, whose signal dies. */
    @Setup
    public void build() {
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .activation(activation)
                .weightInit(VarianceScaling.standardUniform())
                .list();
        for (int i = 0; i < DEPTH; i++) {
            list.layer(new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).build());
        }
        network = new MultiLayerNetwork(list.layer(new OutputLayer.Builder()
                        .activation(Activation.SOFTMAX)
                        .nIn(WIDTH)
                        .nOut(10)
                        .build())
                .build());
        network.init();
        batch = new DataSet(Nd4j.randn(DataType.FLOAT, BATCH, WIDTH), null);
    }

    /** {@return the numbers of each layer, without theory and remedies} */
    @Benchmark
    public List<LayerVitals> look() {
        return InitDoctor.look(network, batch.toMultiDataSet());
    }

    /** {@return everything, with what was tried} */
    @Benchmark
    public Diagnosis examine() {
        return InitDoctor.examine(network, batch);
    }
}
