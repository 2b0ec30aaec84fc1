package io.github.dl4jinit.internal.memory;

import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;

/** Where the steps of a sweep put their outputs. */
public interface SweepMemory extends AutoCloseable {

    /** Room for the next step. */
    LayerWorkspaceMgr nextStep();

    @Override
    void close();
}
