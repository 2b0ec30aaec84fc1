package io.github.dl4jinit.network;

import io.github.dl4jinit.internal.memory.Buffers;
import io.github.dl4jinit.internal.memory.KeepAlive;
import io.github.dl4jinit.internal.signal.Masks;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mean and variance over all entries of an array: batch, channels, positions.
 *
 * @param count number of entries
 * @param mean arithmetic mean
 * @param variance population variance (divided by the count), as in LSUV
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Moments(long count, double mean, double variance) {

    /**
     * The moments of all entries.
     *
     * @param values any shape, order and floating type, not empty
     * @return mean and variance, summed in double precision; NaN or infinite if an entry is
     */
    public static Moments of(INDArray values) {
        return of(values, null);
    }

    /**
     * The moments of those entries that a mask leaves in.
     *
     * @param values [n, ...], not empty
     * @param mask of ones (count) and zeros (do not), of a shape that {@link Masks#widen} knows, or null for all entries
     * @return mean and variance over the entries with a mask of one
     */
    public static Moments of(INDArray values, @Nullable INDArray mask) {
        if (mask != null) {
            return masked(values.castTo(DataType.DOUBLE), Masks.widen(mask, values));
        }
        INDArray dense = contiguous(values);
        Moments moments;
        if (dense.dataType() == DataType.FLOAT) {
            FloatBuffer entries = dense.data().asNioFloat();
            moments = of(entries::get, dense.length());
        } else {
            DoubleBuffer entries = dense.data().asNioDouble();
            moments = of(entries::get, dense.length());
        }
        KeepAlive.untilHere(dense);
        if (dense != values) {
            Buffers.free(dense, List.of(values));
        }
        return moments;
    }

    /** All entries in one run of memory, in whichever order: moments do not depend on it. */
    private static INDArray contiguous(INDArray values) {
        if (values.dataType() != DataType.FLOAT && values.dataType() != DataType.DOUBLE) {
            return values.castTo(DataType.DOUBLE);
        }
        boolean whole = !values.isView() && values.elementWiseStride() == 1 && values.offset() == 0;
        return whole ? values : values.dup();
    }

    // A shift by the first entry keeps the one-pass formula from cancelling where the mean is far from zero.
    private static Moments of(IntToDoubleFunction entry, long count) {
        double shift = entry.applyAsDouble(0);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < Math.toIntExact(count); i++) {
            double deviation = entry.applyAsDouble(i) - shift;
            sum += deviation;
            squares += deviation * deviation;
        }
        double mean = sum / count;
        return new Moments(count, shift + mean, Math.max(0, squares / count - mean * mean));
    }

    private static Moments masked(INDArray values, INDArray mask) {
        double count = mask.sumNumber().doubleValue();
        double mean = values.mul(mask).sumNumber().doubleValue() / count;
        INDArray deviations = values.sub(mean).muli(mask);
        return new Moments(
                Math.round(count), mean, deviations.muli(deviations).sumNumber().doubleValue() / count);
    }
}
