package io.github.dl4jinit.internal.structure;

import java.util.function.Consumer;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stands in for a layer's activation function in the copy and shows the pre-activation before the real function runs.
 *
 * <p>The layer computes itself by DL4J's own code, masks and layouts included, and each product is formed only once: what
 * the consumer does to the array in place is what the activation function gets.
 */
public final class Tap implements IActivation {

    private static final long serialVersionUID = 1L;

    private final IActivation activation;
    private final boolean passedOver;
    private final transient Consumer<INDArray> consumer;

    public Tap(IActivation activation, boolean passedOver, Consumer<INDArray> consumer) {
        this.activation = activation;
        this.passedOver = passedOver;
        this.consumer = consumer;
    }

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
        consumer.accept(in);
        return passedOver ? in : activation.getActivation(in, training);
    }

    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
        return activation.backprop(in, epsilon);
    }

    @Override
    public int numParams(int inputSize) {
        return activation.numParams(inputSize);
    }
}
