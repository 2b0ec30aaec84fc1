package io.github.dl4jinit.initializer;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * The numbers from a lower to an upper end; as a box, the cube of vectors whose entries all lie there.
 *
 * @param low the lower end, finite
 * @param high the upper end, finite, at least low
 */
record ValueRange(double low, double high) {

    /** In which {@link Box} wants its inputs unless told otherwise. */
    static final ValueRange UNIT = new ValueRange(0, 1);

    ValueRange {
        if (!Double.isFinite(low) || !Double.isFinite(high) || low > high) {
            throw new IllegalArgumentException(
                    "an interval needs finite ends, low <= high, got low " + low + ", high " + high);
        }
    }

    double side() {
        return high - low;
    }

    /** The range of all sums of a number from here and one from there. */
    ValueRange plus(ValueRange other) {
        return new ValueRange(low + other.low, high + other.high);
    }

    /** The smallest range that holds both. */
    ValueRange hull(ValueRange other) {
        return new ValueRange(Math.min(low, other.low), Math.max(high, other.high));
    }

    /** Whether a number is inside, the ends included; false for NaN. */
    boolean contains(double value) {
        return low <= value && value <= high;
    }

    @Override
    public String toString() {
        return "[" + text(low) + ", " + text(high) + "]";
    }

    private static String text(double end) {
        return new BigDecimal(end)
                .round(new MathContext(6))
                .stripTrailingZeros()
                .toPlainString();
    }
}
