package io.github.dl4jinit.examples.benchmark;

import io.github.dl4jinit.scheme.Fan;
import io.github.dl4jinit.scheme.Law;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.concurrent.TimeUnit;
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
 * 100 million float weights by each law, against {@code Nd4j.randn} on the same view.
 *
 * <pre>mvn -q -Pbenchmark -am -pl dl4j-init-examples compile exec:exec -Dargs=VarianceScalingBenchmark</pre>
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(1)
public class VarianceScalingBenchmark {
    private static final int N = 10_000;

    /** The memory that all write. */
    @State(Scope.Benchmark)
    public static class Target {
        INDArray weights = Nd4j.empty(DataType.FLOAT);

        /** Allocates. */
        @Setup
        public void allocate() {
            weights = Nd4j.create(DataType.FLOAT, new long[] {N, N}, 'f');
        }
    }

    /** The law of the weights. */
    @State(Scope.Benchmark)
    public static class Scheme {
        /** Each of them. */
        @Param
        public Law law = Law.NORMAL;
    }

    /** Ours. */
    @Benchmark
    public INDArray varianceScaling(Target target, Scheme scheme) {
        return new VarianceScaling(2, Fan.IN, scheme.law).init(N, N, new long[] {N, N}, 'f', target.weights);
    }

    /** ND4J's Gaussian numbers, unscaled. */
    @Benchmark
    public INDArray randn(Target target) {
        return Nd4j.randn(target.weights);
    }
}
