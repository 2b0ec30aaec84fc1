package io.github.dl4jinit.examples.study.ntk;

import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * Spearman's rank correlation: 1 if one quantity always rises with the other, -1 if it always falls, 0 if they go their own ways. Infinite
 * values, which stand for lost runs, take their place in the order; equal values share a rank.
 *
 * @param rho the correlation; not a number if one of the quantities is the same everywhere
 * @param low lower end of its 95 % interval
 * @param high upper end
 * @param n how many pairs there are
 */
record RankCorrelation(double rho, double low, double high, int n) {

    /** Fieller, Hartley and Pearson (1957): the variance of artanh(rho) is this over n - 3. */
    private static final double FIELLER = 1.06;

    private static final double NORMAL_95 = 1.96;

    static RankCorrelation of(List<Double> x, List<Double> y) {
        int n = x.size();
        if (n < 4 || y.size() != n) {
            throw new IllegalArgumentException(
                    "a correlation and its interval need at least 4 pairs, got " + n + " and " + y.size() + " values");
        }
        double rho = new SpearmansCorrelation().correlation(array(x), array(y));
        double centre = 0.5 * Math.log((1 + rho) / (1 - rho));
        double half = NORMAL_95 * Math.sqrt(FIELLER / (n - 3));
        return new RankCorrelation(rho, Math.tanh(centre - half), Math.tanh(centre + half), n);
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Whether the interval leaves zero out. */
    boolean toldFromZero() {
        return low > 0 || high < 0;
    }

    /** The cell of a table. */
    String text() {
        return Double.isNaN(rho) ? "-" : String.format(Locale.ROOT, "%.2f (%.2f .. %.2f)", rho, low, high);
    }
}
