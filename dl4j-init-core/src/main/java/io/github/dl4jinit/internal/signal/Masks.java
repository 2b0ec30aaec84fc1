package io.github.dl4jinit.internal.signal;

import java.util.Arrays;
import org.deeplearning4j.util.TimeSeriesUtils;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The mask shapes of DL4J: per example, per time step, per output, for every layout of activations. */
public final class Masks {

    private Masks() {}

    /** The mask of one array of features, or null. */
    public static @Nullable INDArray ofFeatures(MultiDataSet batch, int input) {
        INDArray[] masks = batch.getFeaturesMaskArrays();
        return masks == null ? null : masks[input];
    }

    /** The mask of one array of labels, or null. */
    public static @Nullable INDArray ofLabels(MultiDataSet batch, int output) {
        INDArray[] masks = batch.getLabelsMaskArrays();
        return masks == null ? null : masks[output];
    }

    /**
     * A mask of the activations' own shape.
     *
     * @param mask [n, 1], [n, t], [n t, 1], [n, 1, h, w] or the shape of the values
     * @param values what it masks: [n, c], [n, c, t], [n, t, c], [n t, c] or [n, c, h, w]
     * @return the mask in double precision and in the shape of {@code values}
     */
    public static INDArray widen(INDArray mask, INDArray values) {
        long[] shape = values.shape();
        INDArray ones = Nd4j.ones(DataType.DOUBLE, shape);
        INDArray doubles = mask.castTo(DataType.DOUBLE);
        if (Arrays.equals(mask.shape(), shape)) {
            return doubles;
        }
        if (mask.rank() == 2 && values.rank() == 3 && mask.size(0) == shape[0]) {
            boolean timeLast = mask.size(1) == shape[2];
            if (timeLast || mask.size(1) == shape[1]) {
                long[] spread = timeLast ? new long[] {shape[0], 1, shape[2]} : new long[] {shape[0], shape[1], 1};
                return ones.muli(doubles.reshape('c', spread));
            }
        }
        if (mask.rank() == values.rank() && broadcasts(mask.shape(), shape)) {
            return ones.muli(doubles);
        }
        if (mask.length() == shape[0]) {
            long[] spread = new long[shape.length];
            Arrays.fill(spread, 1);
            spread[0] = shape[0];
            return ones.muli(doubles.reshape('c', spread));
        }
        throw new IllegalArgumentException("a mask of shape " + Arrays.toString(mask.shape())
                + " does not fit activations of shape " + Arrays.toString(shape));
    }

    /**
     * One of DL4J's masks in the layout of a signal.
     *
     * @param mask [n, steps], [n steps, 1] or [n, 1, h, w], whatever the layout of the signal; or null
     * @param values what it masks
     * @param channelAxis of the values
     * @param rowOrder how rows of steps follow each other: 'f' step by step, as DL4J has them, or 'c' example by example
     * @return a mask that {@link #widen} knows, or null
     */
    public static @Nullable INDArray fitting(@Nullable INDArray mask, INDArray values, int channelAxis, char rowOrder) {
        if (mask == null || Arrays.equals(mask.shape(), values.shape())) {
            return mask;
        }
        int rank = values.rank();
        long rows = values.size(0);
        boolean last = channelAxis == rank - 1;
        if (rank == 2 && mask.rank() == 2 && mask.size(0) != rows && mask.length() == rows) {
            return mask.dup(rowOrder).reshape(rowOrder, rows, 1);
        }
        if (rank == 3 && mask.rank() == 2) {
            INDArray steps = mask.size(0) == rows
                    ? mask
                    : TimeSeriesUtils.reshapeVectorToTimeSeriesMask(mask, Math.toIntExact(rows));
            long[] shape = last ? new long[] {rows, steps.size(1), 1} : new long[] {rows, 1, steps.size(1)};
            return steps.dup('c').reshape('c', shape);
        }
        return rank == 4 && mask.rank() == 4 && last ? mask.permute(0, 2, 3, 1) : mask;
    }

    private static boolean broadcasts(long[] mask, long[] shape) {
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] != 1 && mask[i] != shape[i]) {
                return false;
            }
        }
        return true;
    }
}
