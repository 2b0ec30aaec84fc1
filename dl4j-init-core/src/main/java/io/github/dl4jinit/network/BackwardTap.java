package io.github.dl4jinit.network;

import java.util.function.Consumer;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Stands in for an activation function of the copy and shows a copy of what flows back through it. */
final class BackwardTap implements IActivation {

    private static final long serialVersionUID = 1L;

    private final IActivation activation;
    private final transient Consumer<INDArray> consumer;

    BackwardTap(IActivation activation, Consumer<INDArray> consumer) {
        this.activation = activation;
        this.consumer = consumer;
    }

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
        return activation.getActivation(in, training);
    }

    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
        Pair<INDArray, INDArray> result = activation.backprop(in, epsilon);
        consumer.accept(result.getFirst().dup());
        return result;
    }

    @Override
    public int numParams(int inputSize) {
        return activation.numParams(inputSize);
    }
}
