package io.github.dl4jinit.probe;

import io.github.dl4jinit.network.Samples;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The numbers that a step answered, unit by unit.
 *
 * @param values [counted rows * units], row by row
 * @param units how many units
 * @param epsilon relative spacing of the numbers that the network computes with
 */
@SuppressWarnings("ArrayRecordComponent") // Lives as long as one measurement of one layer.
record Outputs(double[] values, int units, double epsilon) {

    /** Fewer units in the last place than this are rounding. */
    private static final double ROUNDING = 8;

    static Outputs of(Samples samples) {
        int units = (int) samples.rows().size(1);
        double[] all = Signals.numbers(samples.rows());
        INDArray mask = samples.mask();
        return new Outputs(mask == null ? all : counted(all, units, mask.toDoubleVector()), units, samples.epsilon());
    }

    private static double[] counted(double[] all, int units, double[] mask) {
        int kept = 0;
        for (int row = 0; row < mask.length; row++) {
            if (mask[row] != 0) {
                System.arraycopy(all, row * units, all, kept * units, units);
                kept++;
            }
        }
        return Arrays.copyOf(all, kept * units);
    }

    double mean() {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    double variance() {
        double mean = mean();
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(Double.NaN);
    }

    /** The smallest value that at least this share of all do not exceed. */
    double quantile(double share) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    double share(Saturation saturation) {
        return Arrays.stream(values).filter(saturation::holds).count() / (double) values.length;
    }

    /** The share of the units whose values differ by rounding at most; null with fewer than two rows. */
    @Nullable
    Double dead() {
        if (values.length < 2 * units) {
            return null;
        }
        int dead = 0;
        for (int unit = 0; unit < units; unit++) {
            dead += isConstant(unit) ? 1 : 0;
        }
        return dead / (double) units;
    }

    /** Whether every unit is dead. */
    boolean isConstant() {
        Double dead = dead();
        return dead != null && dead == 1;
    }

    private boolean isConstant(int unit) {
        double least = values[unit];
        double most = values[unit];
        for (int i = unit; i < values.length; i += units) {
            if (!Double.isFinite(values[i])) {
                return false; // Lost is another fate.
            }
            least = Math.min(least, values[i]);
            most = Math.max(most, values[i]);
        }
        return most - least <= ROUNDING * epsilon * Math.max(Math.abs(most), Math.abs(least));
    }
}
