package io.github.dl4jinit.internal.measure;

import io.github.dl4jinit.internal.memory.KeepAlive;
import io.github.dl4jinit.internal.number.Precision;
import io.github.dl4jinit.network.Samples;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The outputs of a step, unit by unit.
 *
 * @param values [counted rows * units], row by row
 * @param units how many units
 * @param epsilon relative spacing of the numbers that the network computes with
 */
@SuppressWarnings("ArrayRecordComponent") // Lives as long as one measurement of one layer.
public record UnitOutputs(double[] values, int units, double epsilon) {

    /** Fewer units in the last place than this are rounding. */
    private static final double ROUNDING = 8;

    /**
     * The outputs that count.
     *
     * @param samples outputs of a step, with their mask
     * @return the rows that the mask leaves
     */
    public static UnitOutputs of(Samples samples) {
        int units = (int) samples.rows().size(1);
        double[] all = numbers(samples.rows());
        INDArray mask = samples.mask();
        return new UnitOutputs(
                mask == null ? all : counted(all, units, mask.toDoubleVector()), units, samples.epsilon());
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

    /**
     * An array's numbers in one piece: ND4J's own way asks the buffer for each number separately.
     *
     * @param values any array
     * @return its numbers in 'c' order
     */
    public static double[] numbers(INDArray values) {
        double[] numbers = new double[Math.toIntExact(values.length())];
        INDArray rows = values.castTo(DataType.DOUBLE).dup('c');
        rows.data().asNioDouble().get(numbers);
        KeepAlive.untilHere(rows);
        return numbers;
    }

    /**
     * The relative spacing of an array's numbers.
     *
     * @param values any array
     * @return machine epsilon of its type; 0 for integers, which are exact
     */
    public static double epsilon(INDArray values) {
        return values.dataType().isFPType() ? Precision.epsilon(values.dataType()) : 0;
    }

    /** {@return the mean of all outputs, NaN if there are none} */
    public double mean() {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /** {@return the variance of all outputs, NaN if there are none} */
    public double variance() {
        double mean = mean();
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(Double.NaN);
    }

    /**
     * A quantile.
     *
     * @param proportion 0..1
     * @return the smallest value that at least this proportion of all do not exceed
     */
    public double quantile(double proportion) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(proportion * sorted.length) - 1];
    }

    /**
     * How many outputs are saturated.
     *
     * @param saturation the bounds of the activation function
     * @return their proportion, 0..1
     */
    public double proportion(Saturation saturation) {
        return Arrays.stream(values).filter(saturation::holds).count() / (double) values.length;
    }

    /** The units whose values differ by rounding at most: their proportion, 0..1; null with fewer than two rows. */
    public @Nullable Double dead() {
        if (values.length < 2 * units) {
            return null;
        }
        int dead = 0;
        for (int unit = 0; unit < units; unit++) {
            dead += isConstant(unit) ? 1 : 0;
        }
        return dead / (double) units;
    }

    /** {@return whether every unit is dead} */
    public boolean isConstant() {
        Double dead = dead();
        return dead != null && dead == 1;
    }

    private boolean isConstant(int unit) {
        double least = values[unit];
        double most = values[unit];
        for (int i = unit; i < values.length; i += units) {
            if (!Double.isFinite(values[i])) {
                return false; // A unit that overflows is not dead.
            }
            least = Math.min(least, values[i]);
            most = Math.max(most, values[i]);
        }
        return most - least <= ROUNDING * epsilon * Math.max(Math.abs(most), Math.abs(least));
    }
}
