package io.github.dl4jinit.examples.compare;

import io.github.dl4jinit.initializer.NetworkInitializer;
import java.util.function.Function;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.IActivation;

/** How a network gets its first weights. */
public sealed interface Start {

    /** Nothing is set: whatever DL4J does by itself. */
    record Untouched() implements Start {}

    /**
     * A scheme in the configuration of each layer.
     *
     * @param of from a layer's activation function to the scheme of its weights
     */
    record Weights(Function<IActivation, IWeightInit> of) implements Start {}

    /**
     * An initializer of whole networks, run on the first minibatch before training.
     *
     * @param initializer sets the weights, given the network's first minibatch
     */
    record FirstBatch(NetworkInitializer initializer) implements Start {}
}
