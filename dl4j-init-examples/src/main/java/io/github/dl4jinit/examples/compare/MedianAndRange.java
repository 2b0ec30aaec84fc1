package io.github.dl4jinit.examples.compare;

import java.util.List;

/**
 * The spread of one quantity over seeds. Infinite values, which stand for lost runs, take their place in the order.
 *
 * @param low the smallest
 * @param median the middle one, or the mean of the two in the middle
 * @param high the largest
 */
public record MedianAndRange(double low, double median, double high) {

    /**
     * The spread of these values.
     *
     * @param values at least one
     * @return their extremes and their median
     */
    public static MedianAndRange of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a spread needs at least 1 value, got none");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int n = sorted.size();
        double below = sorted.get((n - 1) / 2);
        double above = sorted.get(n / 2);
        double median = below / 2 + above / 2;
        return new MedianAndRange(sorted.get(0), median, sorted.get(n - 1));
    }

    boolean overlaps(MedianAndRange other) {
        return low <= other.high && other.low <= high;
    }
}
