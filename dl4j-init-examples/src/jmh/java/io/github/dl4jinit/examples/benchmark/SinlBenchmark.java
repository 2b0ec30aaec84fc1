package io.github.dl4jinit.examples.benchmark;

import io.github.dl4jinit.initializer.Sinl;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.internal.linalg.SymmetricEigen;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
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
 * SINL on a pair of dense tanh layers and a batch of 512, the orthogonal start apart, against what it consists of: one forward
 * pass, the products of one bridge, and the factorizations, each measured alone.
 *
 * <pre>{@code mvn -q -Pbenchmark compile exec:exec -Dargs="SinlBenchmark"}</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class SinlBenchmark {

    private static final int BATCH = 512;

    /** Units of each layer. */
    @Param({"128", "512", "1024"})
    public int width;

    private MultiLayerNetwork network;
    private DataSet batch;
    private INDArray x;
    private INDArray y;
    private INDArray gram;
    private INDArray map;

    /** Builds the network, and the matrices that the parts are measured on. */
    @Setup
    public void build() {
        network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .activation(Activation.TANH)
                .weightInit(VarianceScaling.glorotUniform())
                .list()
                .layer(new DenseLayer.Builder().nIn(width).nOut(width).build())
                .layer(new DenseLayer.Builder().nIn(width).nOut(width).build())
                .build());
        network.init();
        batch = new DataSet(Nd4j.randn(DataType.FLOAT, BATCH, width), null);
        x = batch.getFeatures().castTo(DataType.DOUBLE);
        y = Nd4j.randn(DataType.DOUBLE, BATCH, width);
        gram = smallerGram();
        map = Nd4j.randn(DataType.DOUBLE, width, width);
    }

    private INDArray smallerGram() {
        INDArray product = BATCH < width ? x.mmul(x.transpose()) : x.transpose().mmul(x);
        return product.add(product.transpose()).divi(2);
    }

    /** {@return the output of one forward pass} */
    @Benchmark
    public INDArray partForwardPass() {
        return network.output(batch.getFeatures());
    }

    /** {@return the bridge, by the products that lead to it, and its residual} */
    @Benchmark
    public INDArray partProducts() {
        smallerGram();
        INDArray solution;
        if (BATCH < width) {
            solution = x.transpose().mmul(gram.mmul(gram.transpose().mmul(y)));
        } else {
            solution = gram.mmul(gram.transpose().mmul(x.transpose().mmul(y)));
        }
        return x.mmul(solution).subi(y);
    }

    /** {@return the eigenvalues and vectors of the smaller Gram matrix} */
    @Benchmark
    public SymmetricEigen partEigen() {
        return SymmetricEigen.of(gram);
    }

    /** {@return the singular value decomposition of the bridge} */
    @Benchmark
    public Svd partSvd() {
        return Svd.full(map);
    }

    /** {@return the singular values of the bridge that is reached, for the report} */
    @Benchmark
    public INDArray partValues() {
        return Svd.values(map);
    }

    /** {@return the report of the paper's form} */
    @Benchmark
    public InitReport sinlPrinted() {
        return Sinl.builder().orthogonalStart(false).build().initialize(network, batch);
    }

    /** {@return the report of the isometric form} */
    @Benchmark
    public InitReport sinlIsometric() {
        return Sinl.builder()
                .convention(Sinl.Convention.ISOMETRIC)
                .orthogonalStart(false)
                .build()
                .initialize(network, batch);
    }
}
