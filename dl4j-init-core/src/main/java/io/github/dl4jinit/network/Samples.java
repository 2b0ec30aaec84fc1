package io.github.dl4jinit.network;

import io.github.dl4jinit.internal.memory.KeepAlive;
import io.github.dl4jinit.internal.number.Precision;
import io.github.dl4jinit.internal.signal.Masks;
import java.nio.DoubleBuffer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A signal as a matrix: a row for each example, or for each position of each example, and a column for each channel.
 *
 * @param rows [examples positions, channels] in double precision, a copy
 * @param examples size of the batch that the layer saw
 * @param mask [rows, 1] of ones (counts) and zeros (does not), or null if every row counts
 * @param epsilon relative spacing of the numbers that the network computes with
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Samples(
        INDArray rows, long examples, @Nullable INDArray mask, double epsilon) {

    public static Samples of(INDArray given, int channelAxis, @Nullable INDArray mask) {
        // DL4J's one-class output layer gives [n].
        INDArray values = given.rank() == 1 ? given.reshape(given.length(), 1) : given;
        INDArray rows = byChannel(values, channelAxis).castTo(DataType.DOUBLE);
        INDArray counted = mask == null
                ? null
                : byChannel(Masks.widen(mask, values), channelAxis).getColumn(0, true);
        // Indices are exact.
        double epsilon = values.dataType().isFPType() ? Precision.epsilon(values.dataType()) : 0;
        return new Samples(rows, values.size(0), counted, epsilon);
    }

    /** One example of a batch, as a batch of one. */
    public static INDArray example(INDArray batch, long i) {
        long[] shape = batch.shape().clone();
        shape[0] = 1;
        return batch.slice(i).dup('c').reshape('c', shape);
    }

    private static INDArray byChannel(INDArray values, int channelAxis) {
        int rank = values.rank();
        int[] axes = new int[rank];
        for (int axis = 0, next = 0; axis < rank; axis++) {
            if (axis != channelAxis) {
                axes[next++] = axis;
            }
        }
        axes[rank - 1] = channelAxis;
        long channels = values.size(channelAxis);
        return values.permute(axes).dup('c').reshape('c', values.length() / channels, channels);
    }

    /** The same rows example by example, where they were position by position. */
    public Samples regrouped(long batch) {
        return new Samples(regrouped(rows, batch), batch, mask == null ? null : regrouped(mask, batch), epsilon);
    }

    private static INDArray regrouped(INDArray rows, long batch) {
        return rows.dup('c')
                .reshape('c', rows.size(0) / batch, batch, rows.size(1))
                .permute(1, 0, 2)
                .dup('c')
                .reshape('c', rows.size(0), rows.size(1));
    }

    /**
     * The mean of each example over its positions.
     *
     * @param examples size of the batch, by which the rows are ordered; one of its divisors takes neighbours together
     * @return a row per example
     */
    public Samples averaged(long examples) {
        long positions = rows.size(0) / examples;
        INDArray blocks = counted().reshape('c', examples, positions, rows.size(1));
        if (mask == null) {
            return new Samples(blocks.mean(1), examples, null, epsilon);
        }
        INDArray counts = mask.dup('c').reshape('c', examples, positions).sum(true, 1);
        INDArray means = blocks.sum(1).diviColumnVector(Transforms.max(counts, 1));
        return new Samples(means, examples, null, epsilon);
    }

    /** {@return how many rows count: at least 0} */
    public long count() {
        return mask == null ? rows.size(0) : mask.sumNumber().longValue();
    }

    /** {@return the rows with 0 for those that do not count, so that they add nothing to products: the rows themselves, or a copy} */
    public INDArray counted() {
        return mask == null ? rows : rows.mulColumnVector(mask);
    }

    /** {@return the mean of the rows that count: [channels]; 0 if no row counts} */
    public INDArray mean() {
        return counted().sum(0).divi(Math.max(1, count()));
    }

    /** {@return the deviations of the rows that count from their mean, 0 for the others; exactly 0 if they are rounding alone: a copy} */
    public INDArray deviations() {
        INDArray counting = counted().dup('c');
        long count = Math.max(1, count());
        int channels = counting.columns();
        DoubleBuffer values = counting.data().asNioDouble();
        double[] mean = new double[channels];
        for (int row = 0, at = 0; row < counting.rows(); row++) {
            for (int channel = 0; channel < channels; channel++, at++) {
                mean[channel] += values.get(at);
            }
        }
        double ofMean = 0;
        for (int channel = 0; channel < channels; channel++) {
            mean[channel] /= count;
            ofMean += count * mean[channel] * mean[channel];
        }
        double squares = 0;
        for (int row = 0, at = 0; row < counting.rows(); row++) {
            boolean counts = mask == null || mask.getDouble(row) != 0;
            for (int channel = 0; channel < channels; channel++, at++) {
                double deviation = counts ? values.get(at) - mean[channel] : 0;
                values.put(at, deviation);
                squares += deviation * deviation;
            }
        }
        KeepAlive.untilHere(counting);
        // The squares of the rows are those of the deviations and of the mean.
        boolean constant = Math.sqrt(squares) <= 8 * epsilon * Math.sqrt(squares + ofMean);
        return constant ? counting.assign(0) : counting;
    }
}
