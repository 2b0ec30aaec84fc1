package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.StepMemory;
import io.github.dl4jinit.internal.structure.SameDiffBackward;
import io.github.dl4jinit.internal.structure.Step;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A vertex that is no layer. Its backward pass follows a forward pass from the same inputs, whose shapes and values vertices keep. */
final class VertexPassage implements Passage {

    private final Step.OfVertex step;
    private final GraphVertex vertex;
    private final INDArray[] inputs;
    private final boolean training;
    private final INDArray output;

    VertexPassage(Step.OfVertex step, INDArray[] inputs, boolean training) {
        this.step = step;
        this.vertex = step.vertex();
        this.inputs = inputs;
        this.training = training;
        this.output = forward(inputs);
    }

    private INDArray forward(INDArray[] given) {
        for (int i = 0; i < given.length; i++) {
            vertex.setInput(i, given[i], StepMemory.current());
        }
        return vertex.doForward(training, StepMemory.current());
    }

    @Override
    public INDArray output() {
        return output;
    }

    @Override
    public Pull pull(INDArray epsilon, Consumer<INDArray> deltas) {
        return new Pull(Arrays.asList(backward(inputs, epsilon.dup())), Map.of());
    }

    @Override
    public @Nullable INDArray[] factor(Sensitivities sensitivities) {
        INDArray[] repeated = Arrays.stream(inputs).map(sensitivities::repeat).toArray(INDArray[]::new);
        return backward(repeated, sensitivities.epsilon());
    }

    private @Nullable INDArray[] backward(INDArray[] given, INDArray epsilon) {
        forward(given);
        vertex.setEpsilon(SameDiffBackward.corrected(step, epsilon));
        @Nullable
        INDArray[] epsilons = vertex.doBackward(false, StepMemory.current()).getSecond();
        vertex.clear();
        return epsilons;
    }
}
