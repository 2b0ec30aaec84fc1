package io.github.dl4jinit.examples.compare;

import java.util.Locale;
import org.nd4j.linalg.activations.Activation;

/**
 * A network to train, without its input and output sizes, which the data decide.
 *
 * @param architecture the kind of network
 * @param depth hidden layers, or blocks of two layers for {@link Architecture#RESIDUAL}
 * @param width units or channels of each
 * @param activation the activation function of the hidden layers
 * @param graph whether it is built as a ComputationGraph, even where the architecture is a chain of layers
 */
public record NetworkSpec(Architecture architecture, int depth, int width, Activation activation, boolean graph) {

    /** Checks the sizes. */
    public NetworkSpec {
        if (depth < 1) {
            throw new IllegalArgumentException("depth must be >= 1, got " + depth);
        }
        if (width < 1) {
            throw new IllegalArgumentException("width must be >= 1, got " + width);
        }
    }

    /** A network as its architecture builds it. */
    public NetworkSpec(Architecture architecture, int depth, int width, Activation activation) {
        this(architecture, depth, width, activation, false);
    }

    /**
     * The same network as a ComputationGraph.
     *
     * @return layers of the same weights
     */
    public NetworkSpec asGraph() {
        return new NetworkSpec(architecture, depth, width, activation, true);
    }

    /** The name in tables, CSV and JSON, such as {@code mlp-5x100-tanh}. */
    public String name() {
        return String.format(
                Locale.ROOT,
                "%s-%dx%d-%s%s",
                architecture.option(),
                depth,
                width,
                activation.name().toLowerCase(Locale.ROOT),
                graph ? "-graph" : "");
    }

    /** The name in prose, such as "5-layer tanh MLP, width 100". */
    public String title() {
        String function =
                activation == Activation.RELU ? "ReLU" : activation.name().toLowerCase(Locale.ROOT);
        return String.format(Locale.ROOT, architecture.title(), depth, function, width);
    }
}
