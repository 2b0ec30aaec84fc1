package io.github.dl4jinit.internal.signal;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The mask shapes of DL4J: per example, per time step, per output, for every layout of activations. */
public final class Masks {

    private Masks() {}

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

    private static boolean broadcasts(long[] mask, long[] shape) {
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] != 1 && mask[i] != shape[i]) {
                return false;
            }
        }
        return true;
    }
}
