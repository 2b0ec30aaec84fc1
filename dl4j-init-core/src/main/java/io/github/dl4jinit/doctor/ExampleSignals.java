package io.github.dl4jinit.doctor;

import io.github.dl4jinit.internal.measure.UnitOutputs;
import io.github.dl4jinit.network.Samples;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The outputs of a step, example by example.
 *
 * @param squares mean square of each example's outputs
 * @param spreads mean square of each example's outputs around the mean of their unit
 */
@SuppressWarnings("ArrayRecordComponent") // Lives as long as one measurement of one layer.
record ExampleSignals(double[] squares, double[] spreads) {

    /** More examples than this are not needed for a rank, whose cost grows with their square. */
    private static final int MOST_FOR_RANK = 128;

    private static final double ROUNDING = 8;

    static ExampleSignals of(Samples samples) {
        int examples = (int) samples.examples();
        int units = (int) samples.rows().size(1);
        double[] all = UnitOutputs.numbers(samples.rows());
        int positions = all.length / units / examples;
        INDArray mask = samples.mask();
        double[] counts = mask == null ? null : UnitOutputs.numbers(mask);
        double[] means = means(all, units, counts);
        double[] squares = new double[examples];
        double[] spreads = new double[examples];
        for (int i = 0; i < examples; i++) {
            int counted = 0;
            for (int row = i * positions; row < (i + 1) * positions; row++) {
                if (counts != null && counts[row] == 0) {
                    continue;
                }
                counted++;
                for (int unit = 0; unit < units; unit++) {
                    double value = all[row * units + unit];
                    squares[i] += value * value;
                    spreads[i] += (value - means[unit]) * (value - means[unit]);
                }
            }
            squares[i] /= Math.max(1, counted) * (double) units;
            spreads[i] /= Math.max(1, counted) * (double) units;
        }
        return new ExampleSignals(squares, spreads);
    }

    private static double[] means(double[] all, int units, double @Nullable [] counts) {
        double[] means = new double[units];
        int counted = 0;
        for (int row = 0; row < all.length / units; row++) {
            if (counts == null || counts[row] != 0) {
                counted++;
                for (int unit = 0; unit < units; unit++) {
                    means[unit] += all[row * units + unit];
                }
            }
        }
        for (int unit = 0; unit < units; unit++) {
            means[unit] /= Math.max(1, counted);
        }
        return means;
    }

    /**
     * The effective number of directions in which examples differ: (sum of the eigenvalues of their covariance)^2 over the sum of
     * squares.
     *
     * @param samples what counts of a signal
     * @return from 1 to n - 1, 0 if they differ by rounding at most, NaN if they are not finite or fewer than two
     */
    static double rank(Samples samples) {
        long examples = Math.min(samples.examples(), MOST_FOR_RANK);
        if (examples < 2) {
            return Double.NaN;
        }
        INDArray flat = samples.counted()
                .dup('c')
                .reshape('c', samples.examples(), samples.rows().length() / samples.examples())
                .get(NDArrayIndex.interval(0, examples), NDArrayIndex.all())
                .dup('c');
        double size = flat.norm2Number().doubleValue();
        flat.subiRowVector(flat.mean(0));
        double deviation = flat.norm2Number().doubleValue();
        if (!Double.isFinite(size)) {
            return Double.NaN;
        }
        if (deviation <= ROUNDING * samples.epsilon() * size) {
            return 0;
        }
        flat.divi(deviation); // Fourth powers of a small signal would be 0.
        double squares = flat.mmul(flat.transpose()).norm2Number().doubleValue();
        return 1 / (squares * squares);
    }
}
