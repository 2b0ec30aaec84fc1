package io.github.dl4jinit.examples.benchmark;

import io.github.dl4jinit.examples.study.dyingrelu.NetworkPopulation;
import io.github.dl4jinit.initializer.LinearProduct;
import io.github.dl4jinit.initializer.RandomizedAsymmetric;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
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
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * 10,000 ReLU networks of width 5 and depth 10, initialized and probed with 200 points.
 *
 * <pre>mvn -q -Pbenchmark -am -pl dl4j-init-examples compile exec:exec -Dargs=NetworkPopulationBenchmark</pre>
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
public class NetworkPopulationBenchmark {
    private static final IActivation RELU = new ActivationReLU();

    /** The networks and their inputs. */
    @State(Scope.Benchmark)
    public static class Target {
        final NetworkPopulation population = new NetworkPopulation(10_000, 5, 10, RELU);
        final INDArray points = Nd4j.rand(DataType.DOUBLE, 200, 2);
    }

    /** A distribution of whole neurons: one draw for all networks. */
    @Benchmark
    public List<NetworkPopulation.State> randomizedAsymmetric(Target target) {
        return target.population.run(RandomizedAsymmetric.defaults().neurons(), target.points);
    }

    /** Another. */
    @Benchmark
    public List<NetworkPopulation.State> linearProduct(Target target) {
        return target.population.run(LinearProduct.defaults().neurons(RELU), target.points);
    }

    /** A scheme of weights: a draw for each network. */
    @Benchmark
    public List<NetworkPopulation.State> he(Target target) {
        return target.population.runScheme(VarianceScaling.heNormal(), target.points);
    }

    /** Orthogonal matrices, scaled on the points. */
    @Benchmark
    public List<NetworkPopulation.State> lsuv(Target target) {
        return target.population.runLsuv(target.points);
    }
}
