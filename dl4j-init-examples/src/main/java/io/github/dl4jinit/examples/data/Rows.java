package io.github.dl4jinit.examples.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Examples of a data set, picked by their number: rows of a table or whole images, with their labels. All are copies. */
public final class Rows {

    private Rows() {}

    /**
     * These examples in this order.
     *
     * @param from features {@code [examples, ...]} and labels {@code [examples, outputs]}
     * @param rows numbers from 0
     * @return a copy of them
     */
    public static DataSet take(DataSet from, int... rows) {
        return new DataSet(take(from.getFeatures(), rows), take(from.getLabels(), rows));
    }

    private static INDArray take(INDArray from, int[] rows) {
        // A copy: shape() hands out the array's own.
        long[] shape = from.shape().clone();
        INDArray flat = from.reshape('c', shape[0], from.length() / shape[0]);
        shape[0] = rows.length;
        return Nd4j.pullRows(flat, 1, rows).reshape('c', shape);
    }

    /**
     * The first examples.
     *
     * @param from a data set
     * @param count how many at most
     * @return a copy of them
     */
    public static DataSet first(DataSet from, int count) {
        return range(from, 0, count);
    }

    private static DataSet range(DataSet from, int first, int count) {
        return take(
                from,
                IntStream.range(first, Math.min(first + count, from.numExamples()))
                        .toArray());
    }

    /**
     * Minibatches in the order of the examples. DataSet.batchBy takes the set apart into single examples first.
     *
     * @param set a data set
     * @param size examples of each; the last one may have fewer
     * @return copies
     */
    public static List<DataSet> batches(DataSet set, int size) {
        List<DataSet> batches = new ArrayList<>();
        for (int first = 0; first < set.numExamples(); first += size) {
            batches.add(range(set, first, size));
        }
        return batches;
    }
}
