package io.github.dl4jinit.examples.compare;

import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.weights.WeightInitRelu;
import org.deeplearning4j.nn.weights.WeightInitUniform;
import org.deeplearning4j.nn.weights.WeightInitXavierUniform;

/** The known schemes, by name. A new initializer needs one more line here. */
public final class Schemes {

    private static final List<Scheme> ALL = List.of(
            new Scheme(
                    "dl4j",
                    "DL4J default",
                    "nothing set: what DL4J does by itself (Xavier, normal)",
                    new Start.Untouched()),
            new Scheme(
                    "standard",
                    "Standard",
                    "uniform in +-1/sqrt(fan-in)",
                    new Start.Weights(f -> new WeightInitUniform())),
            new Scheme("glorot", "Glorot", "x", new Start.Weights(f -> new WeightInitXavierUniform())),
            new Scheme("he", "He", "x", new Start.Weights(f -> new WeightInitRelu())));

    private Schemes() {}

    /** All schemes, in the order of tables and legends. */
    public static List<Scheme> all() {
        return ALL;
    }

    /**
     * Finds a scheme.
     *
     * @param name its name
     * @return the scheme
     * @throws IllegalArgumentException if there is none, with the names that there are
     */
    public static Scheme named(String name) {
        return ALL.stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown scheme '" + name + "', known are "
                        + ALL.stream().map(Scheme::name).collect(Collectors.joining(", "))));
    }
}
