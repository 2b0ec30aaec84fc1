package io.github.dl4jinit.internal.training;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * How the copies of a network that the workers of a {@code ParallelWrapper} train get one start: all are initialized from the minibatch of the first
 * worker, whose network is the user's own. One seed and one minibatch give the same bits.
 *
 * <p>DL4J tells a listener nothing of this. A worker is known by the name of its thread, and a copy that was made before the first worker initialized its
 * network by its parameters. A copy that was made later, which DL4J leaves to chance, has its start already.
 */
public final class ParallelStart {

    /** What {@code ParallelWrapper} calls its threads, and their number. */
    private static final String WORKER = "ParallelWrapper training thread ";

    private static final int PATIENCE_SECONDS = 60;

    /** @param digest of the parameters of the network before its first update, and their number */
    private record Start(int digest, long parameters) {

        static Start of(Model model) {
            return new Start(Arrays.hashCode(model.params().dup().data().asBytes()), model.numParams());
        }
    }

    private final Map<Start, MultiDataSet> batches = new ConcurrentHashMap<>();

    /** Whether the calling thread trains a copy that the user never sees. */
    public static boolean isCopy() {
        String thread = Thread.currentThread().getName();
        return thread.startsWith(WORKER) && !thread.equals(WORKER + 0);
    }

    /**
     * The minibatch to initialize from.
     *
     * @param step the step that the calling thread is in
     * @return its own; in a worker that of the first worker; empty if the network is a copy of one that has been initialized
     * @throws IllegalStateException if the first worker does not come to its minibatch
     */
    public Optional<MultiDataSet> batchFor(TrainingStep step) {
        if (!Thread.currentThread().getName().startsWith(WORKER)) {
            return Optional.of(step.batch());
        }
        Start start = Start.of(step.model());
        if (isCopy()) {
            return ofFirstWorker(start);
        }
        synchronized (batches) {
            batches.put(start, copy(step.batch()));
            batches.notifyAll();
        }
        return Optional.of(step.batch());
    }

    private Optional<MultiDataSet> ofFirstWorker(Start start) {
        long end = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
        synchronized (batches) {
            while (batches.keySet().stream().noneMatch(known -> known.parameters == start.parameters)) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new IllegalStateException(String.format(
                            Locale.ROOT,
                            "a ParallelWrapper trains this network, and its first worker has come to no minibatch for %d seconds, so that"
                                    + " the copy of '%s' cannot be initialized like it: initialize the network by hand before it"
                                    + " is handed to the wrapper",
                            PATIENCE_SECONDS,
                            Thread.currentThread().getName()));
                }
                await(left);
            }
        }
        return Optional.ofNullable(batches.get(start));
    }

    private void await(long milliseconds) {
        try {
            batches.wait(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the first worker's minibatch", e);
        }
    }

    /** The worker's own arrays belong to its workspaces. */
    private static MultiDataSet copy(MultiDataSet batch) {
        return new org.nd4j.linalg.dataset.MultiDataSet(
                copy(batch.getFeatures()),
                copy(batch.getLabels()),
                copy(batch.getFeaturesMaskArrays()),
                copy(batch.getLabelsMaskArrays()));
    }

    private static INDArray @Nullable [] copy(INDArray @Nullable [] arrays) {
        return arrays == null
                ? null
                : Arrays.stream(arrays)
                        .map(array -> array == null ? null : array.detach().dup())
                        .toArray(INDArray[]::new);
    }
}
