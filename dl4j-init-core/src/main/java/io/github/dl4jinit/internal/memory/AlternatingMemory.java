package io.github.dl4jinit.internal.memory;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Memory for the activations of a chain, of which two layers' are held at a time: a layer's output lies in the memory of
 * the last layer but one.
 *
 * <p>Fresh memory for each layer would cost a deep chain a page fault for every 4 kB of activations; DL4J's own inference
 * takes turns between two workspaces for the same reason. These two belong to one sweep and are freed with it.
 */
public final class AlternatingMemory implements SweepMemory {

    private static final AtomicLong SWEEPS = new AtomicLong();

    private final List<LayerWorkspaceMgr> turns;
    private final @Nullable MemoryWorkspace outside = Nd4j.getMemoryManager().getCurrentWorkspace();
    private int layers;
    private MemoryWorkspace ofInput;
    private MemoryWorkspace ofOutput;

    public AlternatingMemory() {
        String name = "dl4j-init sweep " + SWEEPS.incrementAndGet();
        turns = Stream.of(manager(name + " even", name + " odd"), manager(name + " odd", name + " even"))
                .toList();
        // As if there had been two layers before the first, which may need room for its input.
        ofInput = open(turns.get(0));
        ofOutput = open(turns.get(1));
    }

    private static LayerWorkspaceMgr manager(String outputs, String inputs) {
        return LayerWorkspaceMgr.builder()
                .with(ArrayType.ACTIVATIONS, outputs, Scratch.GROWING)
                .with(ArrayType.INPUT, inputs, Scratch.GROWING)
                .defaultNoWorkspace()
                .build();
    }

    /** Gives up the last layer's input and makes room for the next layer's output. */
    @Override
    public LayerWorkspaceMgr nextStep() {
        LayerWorkspaceMgr turn = turns.get(layers++ % 2);
        ofInput.close();
        ofInput = ofOutput;
        ofOutput = open(turn);
        return turn;
    }

    private MemoryWorkspace open(LayerWorkspaceMgr turn) {
        MemoryWorkspace opened = turn.notifyScopeEntered(ArrayType.ACTIVATIONS);
        // They are not closed in the order in which nested ones are.
        opened.setPreviousWorkspace(outside);
        return opened;
    }

    @Override
    public void close() {
        for (MemoryWorkspace workspace : List.of(ofInput, ofOutput)) {
            workspace.close();
            Nd4j.getWorkspaceManager().destroyWorkspace(workspace);
        }
    }
}
