package io.github.dl4jinit.trainer;

import io.github.dl4jinit.internal.split.SplitNetwork;
import java.util.function.Consumer;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** The batches of a training, which can be passed over more than once. */
interface RepeatableBatches {

    void forEach(Consumer<DataSet> use);

    static RepeatableBatches of(DataSet batch) {
        return use -> use.accept(batch);
    }

    static RepeatableBatches of(DataSetIterator data) {
        if (!data.resetSupported()) {
            throw new IllegalArgumentException("the trainer passes over the data more than once, and "
                    + data.getClass().getSimpleName()
                    + " cannot be reset: collect its batches in a ListDataSetIterator");
        }
        return use -> {
            data.reset();
            while (data.hasNext()) {
                use.accept(data.next());
            }
        };
    }

    /** Passes over the data once and refuses what a network cannot be trained on. */
    default void require(SplitNetwork network) {
        boolean[] some = {false};
        forEach(batch -> {
            network.require(batch);
            some[0] = true;
        });
        if (!some[0]) {
            throw new IllegalArgumentException("the data have no batch: give at least one");
        }
    }
}
