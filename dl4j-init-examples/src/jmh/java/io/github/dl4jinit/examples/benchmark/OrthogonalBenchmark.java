package io.github.dl4jinit.examples.benchmark;

import io.github.dl4jinit.scheme.Orthogonal;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A Haar matrix in float, random numbers included, against the bare LAPACK factorization that the usual way needs, random
 * numbers not included, on the same memory. DL4J's own is {@link Dl4jOrthogonal}.
 *
 * <pre>mvn -q -Pbenchmark -am -pl dl4j-init-examples compile exec:exec -Dargs=OrthogonalBenchmark</pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class OrthogonalBenchmark {
    /** The memory that both write. */
    @State(Scope.Benchmark)
    public static class Target {
        /** Rows and columns. */
        @Param({"512", "1024", "2048", "4096"})
        public int n;

        INDArray matrix = Nd4j.empty(DataType.FLOAT);

        /** Allocates. */
        @Setup
        public void allocate() {
            matrix = Nd4j.create(DataType.FLOAT, new long[] {n, n}, 'f');
        }
    }

    /** A fresh Gaussian matrix, whose making is not measured, for each factorization. */
    @State(Scope.Benchmark)
    public static class Gaussian {
        FloatPointer tau = new FloatPointer();

        /** Allocates. */
        @Setup
        public void allocate(Target target) {
            tau = new FloatPointer(target.n);
        }

        /** Draws. */
        @Setup(Level.Invocation)
        public void draw(Target target) {
            Nd4j.randn(target.matrix);
        }
    }

    /** Reflectors drawn, then {@code sorgqr}. */
    @Benchmark
    public INDArray orthogonal(Target target) {
        return new Orthogonal(1).init(target.n, target.n, new long[] {target.n, target.n}, 'f', target.matrix);
    }

    /** {@code sgeqrf}, then {@code sorgqr}. */
    @Benchmark
    public int bareLapack(Target target, Gaussian gaussian) {
        int n = target.n;
        FloatPointer a = (FloatPointer) target.matrix.data().addressPointer();
        int factorized = openblas.LAPACKE_sgeqrf(openblas.LAPACK_COL_MAJOR, n, n, a, n, gaussian.tau);
        return factorized + openblas.LAPACKE_sorgqr(openblas.LAPACK_COL_MAJOR, n, n, n, a, n, gaussian.tau);
    }
}
