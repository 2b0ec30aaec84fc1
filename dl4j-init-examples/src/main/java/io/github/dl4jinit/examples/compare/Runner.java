package io.github.dl4jinit.examples.compare;

import io.github.dl4jinit.examples.compare.Plan.Run;
import io.github.dl4jinit.examples.data.LabelledData;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.MemoryWorkspaceManager;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Trains the runs of a plan side by side. Each run stays in one thread, and ND4J is told to compute with one: so the
 * results are the same bits however many runs go on at once, and the cores do not fight over the same work.
 */
public final class Runner {

    private final int threads;

    /**
     * A runner.
     *
     * @param threads runs at the same time
     */
    public Runner(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be >= 1, got " + threads);
        }
        this.threads = threads;
    }

    /**
     * Trains every run of a plan.
     *
     * @param plan what to train
     * @param data what to train on
     * @param epochsDone told from several threads of each epoch that is done, or will not be trained because a run was lost
     * @return the results in the order of the plan
     * @throws InterruptedException if the waiting thread was interrupted; the runs are then given up
     */
    public List<RunResult> run(Plan plan, LabelledData data, IntConsumer epochsDone) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<RunResult>> futures = new ArrayList<>();
            for (Run run : plan.runs()) {
                futures.add(pool.submit(() -> train(plan, run, data, epochsDone)));
            }
            List<RunResult> results = new ArrayList<>();
            for (Future<RunResult> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a run broke: " + e.getCause(), e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private static RunResult train(Plan plan, Run run, LabelledData data, IntConsumer epochsDone) {
        singleThreaded();
        try {
            RunResult result = new Training(plan, run, data).result(() -> epochsDone.accept(1));
            epochsDone.accept(plan.epochs() - Math.max(0, result.epochs().size() - 1));
            return result;
        } finally {
            destroyWorkspaces();
        }
    }

    /**
     * DL4J's workspaces outlive the thread that trained. ND4J can destroy all of a thread in one call, but then collects
     * garbage: an array that no Java code will touch again is freed even while a native operation of another thread still
     * reads it, and the process ends.
     */
    private static void destroyWorkspaces() {
        MemoryWorkspaceManager workspaces = Nd4j.getWorkspaceManager();
        for (MemoryWorkspace workspace : workspaces.getAllWorkspacesForCurrentThread()) {
            workspaces.destroyWorkspace(workspace);
        }
    }

    /* Some of these settings belong to the calling thread and some to the process. */
    private static void singleThreaded() {
        Nd4j.getEnvironment().setMaxThreads(1);
        Nd4j.getEnvironment().setMaxMasterThreads(1);
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
        Nd4j.factory().blas().setMaxThreads(1);
    }
}
