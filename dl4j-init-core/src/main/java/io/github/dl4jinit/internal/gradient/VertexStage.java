package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.structure.LayerNode;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A vertex without a layer as a step that can be run forward and backward.
 *
 * @param vertex of the copy
 */
public record VertexStage(GraphVertex vertex) implements Stage {

    @Override
    public INDArray forward(INDArray[] inputs) {
        set(inputs);
        return vertex.doForward(true, LayerWorkspaceMgr.noWorkspaces()).dup();
    }

    @Override
    public Pull backward(INDArray[] inputs, INDArray epsilon, Consumer<INDArray> deltas) {
        // Some vertices remember the shapes of the last forward pass.
        forward(inputs);
        vertex.setEpsilon(epsilon.dup());
        return new Pull(
                Arrays.asList(vertex.doBackward(false, LayerWorkspaceMgr.noWorkspaces())
                        .getSecond()),
                Map.of());
    }

    private void set(INDArray[] inputs) {
        for (int i = 0; i < inputs.length; i++) {
            vertex.setInput(i, inputs[i].dup(), LayerWorkspaceMgr.noWorkspaces());
        }
    }

    @Override
    public @Nullable LayerNode node() {
        return null;
    }
}
