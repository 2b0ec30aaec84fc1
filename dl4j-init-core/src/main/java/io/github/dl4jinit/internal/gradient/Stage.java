package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.structure.LayerNode;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One step of a {@link Tape}: a layer or vertex that can be run forward and backward on given arrays. */
public interface Stage {

    /**
     * What a backward pass through one step gives.
     *
     * @param epsilons the gradient by each source, null where the step has none (indices of an embedding)
     * @param gradients the gradient by each parameter, summed over the batch: views that the next backward pass overwrites
     */
    public record Pull(List<@Nullable INDArray> epsilons, Map<String, INDArray> gradients) {}

    /** Computes the step; inputs are neither kept nor changed. */
    public INDArray forward(INDArray[] inputs);

    /**
     * Runs DL4J's backward pass of the step.
     *
     * @param inputs what {@link #forward} got
     * @param epsilon the gradient by the step's output; of an output layer, the labels of its loss
     * @param deltas gets the gradient by the pre-activation, if the step has one
     */
    public Pull backward(INDArray[] inputs, INDArray epsilon, Consumer<INDArray> deltas);

    /** The layer, or null if the step is a vertex without one. */
    @Nullable
    public LayerNode node();
}
