package io.github.dl4jinit.internal.memory;

import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;

/** New memory for each output, which {@link Wires} frees. */
public final class FreshMemory implements SweepMemory {

    @Override
    public LayerWorkspaceMgr nextStep() {
        return LayerWorkspaceMgr.noWorkspaces();
    }

    @Override
    public void close() {}
}
