package io.github.dl4jinit.internal.memory;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/** Where DL4J's layers put what they compute. */
public final class StepMemory {

    private StepMemory() {}

    /** Where ND4J's own new arrays go: else DL4J would copy what lies there to other memory. */
    public static LayerWorkspaceMgr current() {
        MemoryWorkspace open = Nd4j.getMemoryManager().getCurrentWorkspace();
        if (open == null) {
            return LayerWorkspaceMgr.noWorkspaces();
        }
        LayerWorkspaceMgr.Builder memory = LayerWorkspaceMgr.builder().defaultNoWorkspace();
        for (ArrayType type : new ArrayType[] {ArrayType.INPUT, ArrayType.ACTIVATIONS, ArrayType.ACTIVATION_GRAD}) {
            memory.with(type, open.getId(), open.getWorkspaceConfiguration());
        }
        return memory.build();
    }
}
