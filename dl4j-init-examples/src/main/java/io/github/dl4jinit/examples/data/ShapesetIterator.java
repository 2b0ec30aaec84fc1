package io.github.dl4jinit.examples.data;

import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Cuts the endless stream into epochs; {@code reset} begins the next epoch with images not yet seen. */
final class ShapesetIterator implements DataSetIterator {
    private final Shapeset shapeset;
    private final int batchSize;
    private final int batchesPerEpoch;
    private long position;
    private int batchesGiven;
    private @Nullable DataSetPreProcessor preProcessor;

    ShapesetIterator(Shapeset shapeset, int batchSize, int batchesPerEpoch) {
        if (batchSize < 1 || batchesPerEpoch < 1) {
            throw new IllegalArgumentException("a stream needs at least 1 image a minibatch and 1 minibatch an epoch, "
                    + "got " + batchSize + " and " + batchesPerEpoch);
        }
        this.shapeset = shapeset;
        this.batchSize = batchSize;
        this.batchesPerEpoch = batchesPerEpoch;
    }

    @Override
    public boolean hasNext() {
        return batchesGiven < batchesPerEpoch;
    }

    @Override
    public DataSet next() {
        return next(batchSize);
    }

    @Override
    public DataSet next(int count) {
        if (!hasNext()) {
            throw new NoSuchElementException(
                    "the epoch's " + batchesPerEpoch + " minibatches are used up: call reset()");
        }
        DataSet batch = shapeset.images(position, count);
        position += count;
        batchesGiven++;
        if (preProcessor != null) {
            preProcessor.preProcess(batch);
        }
        return batch;
    }

    @Override
    public void reset() {
        batchesGiven = 0;
    }

    @Override
    public boolean resetSupported() {
        return true;
    }

    @Override
    public boolean asyncSupported() {
        return true;
    }

    @Override
    public int batch() {
        return batchSize;
    }

    @Override
    public int inputColumns() {
        return SceneGenerator.SIDE * SceneGenerator.SIDE;
    }

    @Override
    public int totalOutcomes() {
        return Scene.CLASS_NAMES.size();
    }

    @Override
    public List<String> getLabels() {
        return Scene.CLASS_NAMES;
    }

    @Override
    public void setPreProcessor(@Nullable DataSetPreProcessor preProcessor) {
        this.preProcessor = preProcessor;
    }

    @Override
    public @Nullable DataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }
}
