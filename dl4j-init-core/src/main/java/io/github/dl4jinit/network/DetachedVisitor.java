package io.github.dl4jinit.network;

import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/** Lets a visitor make arrays that outlive the sweep's own memory. */
record DetachedVisitor(LayerVisitor visitor) implements LayerVisitor {

    @Override
    public void enter(LayerView layer) {
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            visitor.enter(layer);
        }
    }

    @Override
    public boolean linear() {
        return visitor.linear();
    }

    @Override
    public void respond(LayerView layer, Response response) {
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            visitor.respond(layer, response);
        }
    }
}
