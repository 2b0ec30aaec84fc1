package io.github.dl4jinit.trainer;

import io.github.dl4jinit.trainer.SoftmaxProblem.Iterate;
import java.util.Random;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One Newton step of the authors' settings (gradient, three conjugate gradient iterations, line search) on 10,000 examples of 128
 * features and 10 classes, against the matrix products it needs: one for the gradient and two for each iteration. In the trainer's
 * package, since the step alone is nobody else's to call.
 *
 * <pre>mvn -q -Pbenchmark compile exec:exec -Dargs="NewtonStepBenchmark -prof gc"</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class NewtonStepBenchmark {

    private static final int EXAMPLES = 10_000;
    private static final int FEATURES = 128;
    private static final int CLASSES = 10;
    private static final int ITERATIONS = 3;

    private final BacktrackingNewton newton = new BacktrackingNewton(1, new NewtonDirection.ByConjugateGradients(ITERATIONS, 1e-6, 0), 1e-4, 0.7);
    private INDArray basis = Nd4j.empty(DataType.DOUBLE);
    private INDArray coefficients = Nd4j.empty(DataType.DOUBLE);
    private INDArray logits = Nd4j.empty(DataType.DOUBLE);
    private INDArray image = Nd4j.empty(DataType.DOUBLE);
    private SoftmaxProblem problem = new SoftmaxProblem(
            Nd4j.ones(DataType.DOUBLE, 1, 1), Nd4j.ones(DataType.DOUBLE, 1, 1), 1, 0, 1);
    private Iterate start = problem.at(Nd4j.zeros(DataType.DOUBLE, 1, 1));

    /** Draws features like those behind a ReLU, and labels. */
    @Setup
    public void draw() {
        Random random = new Random(1);
        basis = matrix(EXAMPLES, FEATURES);
        coefficients = matrix(FEATURES, CLASSES);
        logits = matrix(EXAMPLES, CLASSES);
        image = matrix(FEATURES, CLASSES);
        INDArray targets = matrix(EXAMPLES, CLASSES);
        for (int i = 0; i < EXAMPLES; i++) {
            for (int j = 0; j < FEATURES; j++) {
                basis.putScalar(i, j, Math.max(0, random.nextGaussian()));
            }
            targets.putScalar(i, random.nextInt(CLASSES), 1);
        }
        for (int i = 0; i < FEATURES; i++) {
            for (int c = 0; c < CLASSES; c++) {
                coefficients.putScalar(i, c, 0.1 * random.nextGaussian());
            }
        }
        problem = new SoftmaxProblem(basis, targets, 1.0 / EXAMPLES, 0, FEATURES);
        start = problem.at(coefficients);
    }

    private static INDArray matrix(int rows, int columns) {
        return Nd4j.create(DataType.DOUBLE, new long[] {rows, columns}, 'f');
    }

    /** {@return where one step ends} */
    @Benchmark
    public BacktrackingNewton.Descent newtonStep() {
        return newton.descend(problem, start);
    }

    /** {@return the last of the products that a step needs, into memory that is there} */
    @Benchmark
    public INDArray itsProducts() {
        for (int i = 0; i < ITERATIONS; i++) {
            Nd4j.gemm(basis, coefficients, logits, false, false, 1, 0);
            Nd4j.gemm(basis, logits, image, true, false, 1, 0);
        }
        return Nd4j.gemm(basis, logits, image, true, false, 1, 0);
    }
}
