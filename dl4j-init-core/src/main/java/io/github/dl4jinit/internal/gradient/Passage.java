package io.github.dl4jinit.internal.gradient;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One step of a recorded forward pass: what it made of its inputs, and the ways back through it. */
sealed interface Passage permits LayerPassage, VertexPassage {

    /**
     * What a backward pass of one gradient for each example gives.
     *
     * @param epsilons the gradient with respect to each source, null where the step has none (indices of an embedding)
     * @param gradients the gradient with respect to each parameter, summed over the batch: views that the next backward pass overwrites
     */
    record Pull(List<@Nullable INDArray> epsilons, Map<String, INDArray> gradients) {}

    /** What the step has computed; not to be changed. */
    INDArray output();

    /**
     * Goes back with one gradient for each example.
     *
     * @param epsilon the gradient with respect to the step's output; of an output layer what the {@link Recording.End} says
     * @param deltas gets the gradient with respect to the pre-activation, if the step has one
     */
    Pull pull(INDArray epsilon, Consumer<INDArray> deltas);

    /**
     * Goes back with the sensitivities of several outputs at once, and hands the factors of the step's own derivatives to them.
     *
     * @return one array per source, of the rows of epsilon; null where nothing flows
     */
    @Nullable
    INDArray[] factor(Sensitivities sensitivities);
}
