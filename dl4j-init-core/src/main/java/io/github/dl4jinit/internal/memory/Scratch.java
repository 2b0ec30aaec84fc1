package io.github.dl4jinit.internal.memory;

import java.util.ArrayDeque;
import java.util.Deque;
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
 * <p>For use by the thread that made it. As DL4J's own workspaces do, it stays with the thread for the next computation, unless it is
 * large.
 */
public final class Scratch implements AutoCloseable {

    /** ND4J's settings of a workspace that becomes as large as is needed. */
    public static final WorkspaceConfiguration GROWING = WorkspaceConfiguration.builder()
            .initialSize(0)
            .policyLearning(LearningPolicy.FIRST_LOOP)
            .policySpill(SpillPolicy.REALLOCATE)
            .policyReset(ResetPolicy.BLOCK_LEFT)
            .build();

    /** Bytes above which the memory is given back. */
    private static final long LARGE = 128L << 20;

    private static final AtomicLong COUNT = new AtomicLong();
    private static final ThreadLocal<Deque<String>> UNUSED = ThreadLocal.withInitial(ArrayDeque::new);

    private final String name;

    /** Memory that is empty at first, or what another computation of this thread has left. */
    public Scratch() {
        String left = UNUSED.get().poll();
        name = left == null ? "dl4j-init scratch " + COUNT.incrementAndGet() : left;
    }

    /** Begins a step, to be closed: until then ND4J's new arrays lie in this memory, and afterwards are no longer to be used. */
    public MemoryWorkspace step() {
        return Nd4j.getWorkspaceManager().getAndActivateWorkspace(GROWING, name);
    }

    /** Ends the computation. */
    @Override
    public void close() {
        MemoryWorkspace memory = Nd4j.getWorkspaceManager().getWorkspaceForCurrentThread(GROWING, name);
        if (memory.getCurrentSize() > LARGE) {
            Nd4j.getWorkspaceManager().destroyWorkspace(memory);
        }
        UNUSED.get().push(name);
    }
}
