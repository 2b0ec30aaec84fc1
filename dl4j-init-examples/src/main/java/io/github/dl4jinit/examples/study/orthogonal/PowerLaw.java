package io.github.dl4jinit.examples.study.orthogonal;

import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * A power that one quantity goes with: least squares of logarithms.
 *
 * @param exponent the slope
 * @param standardError of the slope, from what the points are off the line
 */
record PowerLaw(double exponent, double standardError) {

    static PowerLaw fit(List<Integer> x, List<Double> y) {
        if (x.size() < 3 || x.size() != y.size()) {
            throw new IllegalArgumentException("a slope and its error need at least 3 points, got " + x + " and " + y);
        }
        SimpleRegression line = new SimpleRegression();
        for (int i = 0; i < x.size(); i++) {
            line.addData(Math.log(x.get(i)), Math.log(y.get(i)));
        }
        return new PowerLaw(line.getSlope(), line.getSlopeStdErr());
    }

    /** The cell of a table. */
    String text() {
        return String.format(Locale.ROOT, "%.2f ± %.2f", exponent, standardError);
    }
}
