package io.github.dl4jinit.network;

import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;

/**
 * One step of a forward pass, as the flow of signals sees it: an input, a layer, an activation, an add, ...
 *
 * @param name DL4J's name of the layer or vertex
 * @param kind what it does to the signal, at inference
 * @param sources indices, in {@link NetworkView#flow}, of the steps whose outputs it takes
 * @param layer the layer or vertex, of a step of kind {@link Kind#LAYER}, else null
 * @param activation the function, of a step of kind {@link Kind#ACTIVATION}, else null
 */
@API(status = API.Status.STABLE, since = "0.1")
public record FlowNode(
        String name,
        Kind kind,
        List<Integer> sources,
        @Nullable LayerView layer,
        @Nullable IActivation activation) {

    /** What a step does to its sources. */
    public enum Kind {
        /** An input of the network. */
        INPUT,
        /** A layer, or a vertex, that has parameters. */
        LAYER,
        /** An activation function that stands by itself. */
        ACTIVATION,
        /** Each output is a value of a source, an average of such values, or the zero of a padding: pooling, merging, ... */
        SELECTION,
        /** The sum of all sources. */
        ADD,
        /** Anything else. */
        OTHER
    }

    /** Makes the list immutable. */
    public FlowNode {
        sources = List.copyOf(sources);
    }
}
