package io.github.dl4jinit.linalg;

import java.util.concurrent.atomic.AtomicLong;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Memory for what lives for one step of a long computation, and is used again in the next. Fresh memory costs a page fault for every 4 kB,
 * which is more than most operations on it, and its garbage is only found when Java's own memory runs short.
 *
 * <p>For use by the thread that made it.
 */
public final class Scratch implements AutoCloseable {

    /** ND4J's settings of a workspace that becomes as large as is needed. */
    public static final WorkspaceConfiguration GROWING = WorkspaceConfiguration.builder()
            .initialSize(0)
            .policyLearning(LearningPolicy.FIRST_LOOP)
            .policySpill(SpillPolicy.REALLOCATE)
            .policyReset(ResetPolicy.BLOCK_LEFT)
            .build();

    private static final AtomicLong COUNT = new AtomicLong();

    private final String name = "dl4j-init scratch " + COUNT.incrementAndGet();

    /**
     * Begins a step: until it is closed, ND4J's new arrays lie in this memory, and afterwards are no longer to be used.
     *
     * @return to be closed
     */
    public MemoryWorkspace step() {
        return Nd4j.getWorkspaceManager().getAndActivateWorkspace(GROWING, name);
    }

    /** Frees the memory. */
    @Override
    public void close() {
        if (Nd4j.getWorkspaceManager().checkIfWorkspaceExists(name)) {
            Nd4j.getWorkspaceManager()
                    .destroyWorkspace(Nd4j.getWorkspaceManager().getWorkspaceForCurrentThread(GROWING, name));
        }
    }
}
