package io.github.dl4jinit.initializer;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * The numbers from a lower to an upper end; as a box, the cube of vectors whose entries all lie there.
 *
 * @param low the lower end, finite
 * @param high the upper end, finite, at least low
 */
public record Interval(double low, double high) {

    /** The unit interval, in which {@link Box} wants its inputs unless told otherwise. */
    public static final Interval UNIT = new Interval(0, 1);

    /** Checks the ends. */
    public Interval {
        if (!Double.isFinite(low) || !Double.isFinite(high) || low > high) {
            throw new IllegalArgumentException(
                    "an interval needs finite ends, low <= high, got low " + low + ", high " + high);
        }
    }

    /**
     * The length.
     *
     * @return high - low
     */
    public double side() {
        return high - low;
    }

    /**
     * The sums of a number from here and one from there.
     *
     * @param other another interval
     * @return the interval of all sums
     */
    public Interval plus(Interval other) {
        return new Interval(low + other.low, high + other.high);
    }

    /**
     * The smallest interval that holds both.
     *
     * @param other another interval
     * @return the hull
     */
    public Interval hull(Interval other) {
        return new Interval(Math.min(low, other.low), Math.max(high, other.high));
    }

    /**
     * Whether a number is inside, the ends included.
     *
     * @param value any
     * @return false for NaN
     */
    public boolean contains(double value) {
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
