package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.StepMemory;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.StackVertex;
import org.deeplearning4j.nn.graph.vertex.impl.UnstackVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A vertex of a graph that is no layer. */
public final class VertexStep implements Step {

    private final GraphVertex vertex;

    public VertexStep(GraphVertex vertex) {
        this.vertex = vertex;
    }

    @Override
    public String where() {
        return "vertex '" + vertex.getVertexName() + "' (" + vertex.getClass().getSimpleName() + ")";
    }

    @Override
    public INDArray forward(INDArray[] inputs, int examples, boolean back) {
        LayerWorkspaceMgr memory = StepMemory.current();
        for (int i = 0; i < inputs.length; i++) {
            vertex.setInput(i, inputs[i], memory);
        }
        return vertex.doForward(false, memory);
    }

    @Override
    public @Nullable INDArray[] backward(Backward pass) {
        INDArray[] inputs = new INDArray[vertex.getNumInputArrays()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = pass.repeated(i);
        }
        // Anew: vertices keep shapes and values of the forward pass.
        forward(inputs, pass.rows(), true);
        vertex.setEpsilon(pass.epsilon());
        @Nullable
        INDArray[] epsilons = vertex.doBackward(false, StepMemory.current()).getSecond();
        vertex.clear();
        return epsilons;
    }

    @Override
    public boolean trains() {
        return vertex.numParams() > 0;
    }

    @Override
    public boolean stops() {
        return false;
    }

    @Override
    public @Nullable String obstacle(INDArray[] inputs) {
        if (vertex instanceof StackVertex || vertex instanceof UnstackVertex) {
            return where()
                    + " sends several signals through the same weights, so that a layer's rows are not its examples";
        }
        return trains() ? where() + " has parameters and is no layer" : null;
    }
}
