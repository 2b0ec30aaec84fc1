package io.github.dl4jinit.examples.compare;

import io.github.dl4jinit.initializer.NetworkInitializer;
import java.util.function.Function;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.IActivation;

/** How a network gets its first weights. */
public sealed interface InitialState {

    /** Nothing is set: whatever DL4J does by itself. */
    record Untouched() implements InitialState {}

    /**
     * A scheme in the configuration of each layer.
     *
     * @param of from a layer's activation function to the scheme of its weights
     */
    record Weights(Function<IActivation, IWeightInit> of) implements InitialState {}

    /**
     * A batch normalization before the activation of every hidden layer, and a scheme in the configuration of each layer.
     * This changes the network, too.
     *
     * @param of from a layer's activation function to the scheme of its weights
     */
    record Normalized(Function<IActivation, IWeightInit> of) implements InitialState {}

    /**
     * An initializer of whole networks, run on the first examples before training.
     *
     * @param initializer sets the weights
     * @param examples how many it gets, 0 for one minibatch
     */
    record FirstBatch(NetworkInitializer initializer, int examples) implements InitialState {

        /** An initializer that gets the network's first minibatch. */
        public FirstBatch(NetworkInitializer initializer) {
            this(initializer, 0);
        }
    }

    /**
     * An MLP with one hidden layer more is trained as long as the run will be, then its last two hidden layers are fused into one. The
     * run is charged with the epochs after that only.
     */
    record Fused() implements InitialState {}
}
