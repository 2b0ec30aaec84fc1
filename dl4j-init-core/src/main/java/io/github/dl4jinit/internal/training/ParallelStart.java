package io.github.dl4jinit.internal.training;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * How the copies of a network that the workers of a {@code ParallelWrapper} train get one start: all are initialized from the minibatch of the first
 * worker, whose network is the user's own. One seed and one minibatch give the same bits.
 *
 * <p>DL4J tells a listener nothing of this. A worker is known by the name of its thread, and copies of one network by their equal parameters.
 */
public final class ParallelStart {

    /** What {@code ParallelWrapper} calls its threads, and their number. */
    private static final String WORKER = "ParallelWrapper training thread ";

    private static final int PATIENCE_SECONDS = 60;

    /** The first worker's minibatch, by the parameters of the network before its first update. */
    private final Map<Integer, CompletableFuture<MultiDataSet>> batches = new ConcurrentHashMap<>();

    /** Whether the calling thread trains a copy that the user never sees. */
    public static boolean isCopy() {
        String thread = Thread.currentThread().getName();
        return thread.startsWith(WORKER) && !thread.equals(WORKER + 0);
    }

    /**
     * The minibatch to initialize from.
     *
     * @param step the step that the calling thread is in
     * @return its own; in a worker that of the first worker
     * @throws IllegalStateException if the first worker does not come to its minibatch
     */
    public MultiDataSet batchFor(TrainingStep step) {
        if (!Thread.currentThread().getName().startsWith(WORKER)) {
            return step.batch();
        }
        CompletableFuture<MultiDataSet> first =
                batches.computeIfAbsent(parameters(step.model()), any -> new CompletableFuture<>());
        if (!isCopy()) {
            first.complete(copy(step.batch()));
        }
        try {
            return first.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "a ParallelWrapper trains this network, and its first worker has come to no minibatch for %d seconds, so that"
                                    + " the copy of '%s' cannot be initialized like it: initialize the network by hand before it"
                                    + " is handed to the wrapper",
                            PATIENCE_SECONDS,
                            Thread.currentThread().getName()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the first worker's minibatch", e);
        }
    }

    private static int parameters(Model model) {
        return Arrays.hashCode(model.params().dup().data().asBytes());
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
