package io.github.dl4jinit.examples.study;

import io.github.dl4jinit.examples.compare.MedianAndRange;
import java.util.List;
import java.util.Locale;

/** Numbers in the cells of a page's tables. */
public final class TableNumbers {

    private TableNumbers() {}

    /** Three decimals, or two digits and a power of ten where three decimals would hide the number or swell it. */
    public static String number(double value) {
        return value != 0 && (Math.abs(value) < 1e-2 || Math.abs(value) >= 1e4)
                ? power(value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    /** Two digits and a power of ten. */
    public static String power(double value) {
        return String.format(Locale.ROOT, "%.1e", value);
    }

    /** The median, then the smallest and the largest. */
    public static String spread(List<Double> values) {
        return spread(MedianAndRange.of(values));
    }

    public static String spread(MedianAndRange spread) {
        return number(spread.median()) + " (" + number(spread.low()) + " .. " + number(spread.high()) + ")";
    }
}
