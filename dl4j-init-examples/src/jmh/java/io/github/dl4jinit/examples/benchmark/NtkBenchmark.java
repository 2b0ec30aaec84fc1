package io.github.dl4jinit.examples.benchmark;

import io.github.dl4jinit.ntk.EmpiricalNtk;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
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
 * Kernels by layer-wise contraction against one backward pass per example and output.
 *
 * <pre>{@code mvn -q -Pbenchmark compile exec:exec -Dargs="NtkBenchmark"}</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgsAppend = "-Dorg.bytedeco.javacpp.maxbytes=6G")
public class NtkBenchmark {

    /** 784-512-512-10 tanh, n = 128; 784-256x3-10 tanh, n = 32; 20 and 50 channels of 5 x 5, 500 units, n = 32. */
    public enum Network {
        /** Two hidden layers. */
        WIDE,
        /** Three hidden layers. */
        ANCHOR,
        /** Convolutions. */
        LENET
    }

    /** What to look at. */
    @Param({"WIDE", "ANCHOR", "LENET"})
    public Network network = Network.WIDE;

    /** How. */
    @Param({"STRUCTURED", "JACOBIAN"})
    public EmpiricalNtk.Method method = EmpiricalNtk.Method.STRUCTURED;

    private EmpiricalNtk kernels;
    private INDArray examples;

    /** Builds the network. */
    @Setup
    public void build() {
        MultiLayerNetwork model = new MultiLayerNetwork(
                switch (network) {
                    case WIDE -> dense(512, 2);
                    case ANCHOR -> dense(256, 3);
                    case LENET -> lenet();
                });
        model.init();
        kernels = EmpiricalNtk.builder(model).method(method).memory(2L << 30).build();
        examples = switch (network) {
            case WIDE -> Nd4j.randn(DataType.FLOAT, 128, 784);
            case ANCHOR -> Nd4j.randn(DataType.FLOAT, 32, 784);
            case LENET -> Nd4j.randn(DataType.FLOAT, 32, 1, 28, 28);
        };
    }

    private static MultiLayerConfiguration dense(int width, int depth) {
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .activation(Activation.TANH)
                .list();
        for (int i = 0; i < depth; i++) {
            list.layer(new DenseLayer.Builder().nOut(width).build());
        }
        return list.layer(output()).setInputType(InputType.feedForward(784)).build();
    }

    private static MultiLayerConfiguration lenet() {
        return new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .activation(Activation.RELU)
                .list()
                .layer(new ConvolutionLayer.Builder(5, 5).nOut(20).build())
                .layer(pooling())
                .layer(new ConvolutionLayer.Builder(5, 5).nOut(50).build())
                .layer(pooling())
                .layer(new DenseLayer.Builder().nOut(500).build())
                .layer(output())
                .setInputType(InputType.convolutional(28, 28, 1))
                .build();
    }

    private static SubsamplingLayer pooling() {
        return new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build();
    }

    private static OutputLayer output() {
        return new OutputLayer.Builder().activation(Activation.SOFTMAX).nOut(10).build();
    }

    /** {@return the trace kernel} */
    @Benchmark
    public INDArray trace() {
        return kernels.kernel(examples, examples);
    }

    /** {@return the kernel of all pairs of outputs} */
    @Benchmark
    public INDArray full() {
        return kernels.fullKernel(examples, examples);
    }
}
