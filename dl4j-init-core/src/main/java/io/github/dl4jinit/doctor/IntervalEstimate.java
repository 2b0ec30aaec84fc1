package io.github.dl4jinit.doctor;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A number measured on a batch, its interval over the examples, and what theory predicts.
 *
 * @param value the mean over the examples
 * @param low lower end of the 95 % interval over examples
 * @param high upper end of it
 * @param predicted what mean-field theory says, or null if it says nothing here
 */
public record IntervalEstimate(
        double value, double low, double high, @Nullable Double predicted) {

    /**
     * The same measurement beside a prediction.
     *
     * @param prediction what theory says, or null
     * @return a new estimate
     */
    public IntervalEstimate beside(@Nullable Double prediction) {
        return new IntervalEstimate(value, low, high, prediction);
    }

    /** A number without an interval. */
    static @Nullable IntervalEstimate exact(@Nullable Double value) {
        return value == null ? null : new IntervalEstimate(value, value, value, null);
    }

    /** {@return the number with its interval, such as "0.31 (0.28 .. 0.34)"} */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3g (%.3g .. %.3g)", value, low, high);
    }
}
