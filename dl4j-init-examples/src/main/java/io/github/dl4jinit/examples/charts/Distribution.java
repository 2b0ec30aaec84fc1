package io.github.dl4jinit.examples.charts;

import java.util.ArrayList;
import java.util.List;

/**
 * How numbers are spread: the heights of neighbouring bins of equal width.
 *
 * @param name name in legend and tooltip
 * @param style index into the {@link Palette}
 * @param from left edge of the first bin
 * @param width width of each bin, above zero
 * @param heights from left to right, finite and >= 0
 */
public record Distribution(String name, int style, double from, double width, List<Double> heights) {

    /** Copies the heights and checks them. */
    public Distribution {
        heights = List.copyOf(heights);
        if (!(width > 0) || !Double.isFinite(from + width * heights.size())) {
            throw new IllegalArgumentException(
                    "bins must start at a finite number and be wider than 0, got from " + from + ", width " + width);
        }
        for (double height : heights) {
            if (!(height >= 0) || Double.isInfinite(height)) {
                throw new IllegalArgumentException("a height must be finite and >= 0, got " + height);
            }
        }
    }

    /**
     * The density of numbers: the area over an interval is the share of all numbers that lie in it. Numbers outside of the
     * bins count for the total and are not drawn; the right edge belongs to the last bin.
     *
     * @param name name in the legend
     * @param style index into the {@link Palette}
     * @param numbers at least one
     * @param from left edge of the first bin
     * @param to right edge of the last bin
     * @param bins how many
     * @return the distribution
     */
    public static Distribution density(String name, int style, double[] numbers, double from, double to, int bins) {
        if (numbers.length == 0 || bins < 1) {
            throw new IllegalArgumentException(
                    "a density needs numbers and bins, got " + numbers.length + " and " + bins);
        }
        double width = (to - from) / bins;
        long[] counts = new long[bins];
        for (double number : numbers) {
            if (number >= from && number <= to) {
                counts[Math.min(bins - 1, (int) ((number - from) / width))]++;
            }
        }
        List<Double> heights = new ArrayList<>();
        for (long count : counts) {
            heights.add(count / (numbers.length * width));
        }
        return new Distribution(name, style, from, width, heights);
    }
}
