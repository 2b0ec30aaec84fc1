package io.github.dl4jinit.examples.study.ntk;

import io.github.dl4jinit.examples.compare.InitialState;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.compare.Schemes;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.deeplearning4j.nn.weights.WeightInitDistribution;

/** The starts whose kernels are compared: what DL4J can draw without a scheme, then the schemes. */
final class Starts {

    private Starts() {}

    /** In the order of tables. */
    static List<Scheme> all() {
        return Stream.concat(
                        Stream.of(
                                constant(0),
                                constant(1),
                                normal(0, 0.001),
                                normal(0, 0.01),
                                normal(0, 0.03),
                                normal(0, 0.1),
                                normal(0, 0.3),
                                normal(0, 1),
                                normal(0.01, 0.03),
                                normal(0.1, 0.03),
                                normal(-0.1, 0.03),
                                uniform(-0.05, 0.05),
                                uniform(0, 0.1)),
                        Stream.of(
                                        "standard",
                                        "glorot",
                                        "he",
                                        "orthogonal",
                                        "lsuv",
                                        "sinl",
                                        "sinl-balanced",
                                        "box",
                                        "lps")
                                .map(Schemes::named))
                .toList();
    }

    private static Scheme constant(int value) {
        return weights("constant " + value, new WeightInitConstant(value));
    }

    private static Scheme normal(double mean, double deviation) {
        return weights(
                "N(" + mean + ", " + deviation + "^2)",
                new WeightInitDistribution(new NormalDistribution(mean, deviation)));
    }

    private static Scheme uniform(double low, double high) {
        return weights("U(" + low + ", " + high + ")", new WeightInitDistribution(new UniformDistribution(low, high)));
    }

    private static Scheme weights(String name, IWeightInit weights) {
        return new Scheme(name, name, "all weights, whatever the layer", new InitialState.Weights(f -> weights));
    }
}
