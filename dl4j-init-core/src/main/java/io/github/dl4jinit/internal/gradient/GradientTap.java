package io.github.dl4jinit.internal.gradient;

import java.util.function.Consumer;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Stands in for a layer's activation function in a backward pass and shows the gradient by the pre-activation. */
public final class GradientTap implements IActivation {

    private static final long serialVersionUID = 1L;

    private final IActivation activation;
    private final transient Consumer<INDArray> consumer;

    public GradientTap(IActivation activation, Consumer<INDArray> consumer) {
        this.activation = activation;
        this.consumer = consumer;
    }

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
        return activation.getActivation(in, training);
    }

    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
        Pair<INDArray, INDArray> gradients = activation.backprop(in, epsilon);
        consumer.accept(gradients.getFirst());
        return gradients;
    }

    @Override
    public int numParams(int inputSize) {
        return activation.numParams(inputSize);
    }
}
