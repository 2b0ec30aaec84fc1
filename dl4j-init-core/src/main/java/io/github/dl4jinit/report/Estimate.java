package io.github.dl4jinit.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A number measured on a batch, with the interval that other examples would put it in, beside what theory predicts.
 *
 * @param value the mean over the examples
 * @param low lower end of the 95 % interval over examples
 * @param high upper end of it
 * @param predicted what mean-field theory says, or null if it says nothing here
 */
public record Estimate(
        double value, double low, double high, @Nullable Double predicted) {

    /**
     * The same measurement beside a prediction.
     *
     * @param prediction what theory says, or null
     * @return a new estimate
     */
    public Estimate beside(@Nullable Double prediction) {
        return new Estimate(value, low, high, prediction);
    }

    /**
     * The interval in words.
     *
     * @return such as "0.31 (0.28 .. 0.34)"
     */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3g (%.3g .. %.3g)", value, low, high);
    }
}
