package io.github.dl4jinit.internal.gaussian;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.activations.IActivation;

/** Any activation, by Mehler's formula; pairs for which that converges too slowly by integration in two dimensions. */
final class HermiteMap implements KernelMap {
    /** The part of a pair's size that the omitted terms may add up to. */
    private static final double ACCURACY = 1e-10;

    private final ScalarActivation f;

    HermiteMap(IActivation activation) {
        this.f = new ScalarActivation(activation);
    }

    @Override
    public double square(double q) {
        return q == 0 ? HermiteSeries.atZero(f).value().square() : f.meanSquare(q);
    }

    @Override
    public PairMoments moments(double[] rows, double[] columns, double[][] covariances) {
        Map<Double, HermiteSeries> known = new HashMap<>();
        PairMoments moments = new PairMoments(rows.length, columns.length);
        for (int i = 0; i < rows.length; i++) {
            HermiteSeries row = known.computeIfAbsent(rows[i], q -> HermiteSeries.of(f, q));
            for (int j = 0; j < columns.length; j++) {
                HermiteSeries column = known.computeIfAbsent(columns[j], q -> HermiteSeries.of(f, q));
                double[] pair = pair(row, column, covariances[i][j]);
                moments.set(i, j, pair[0], pair[1]);
            }
        }
        return moments;
    }

    private double[] pair(HermiteSeries u, HermiteSeries v, double covariance) {
        if (u.variance() == 0 || v.variance() == 0) {
            return new double[] {u.value().sum(v.value(), 0), u.slope().sum(v.slope(), 0)};
        }
        double correlation = covariance / Math.sqrt(u.variance() * v.variance());
        double rho = Math.max(-1, Math.min(1, correlation));
        if (u.value().isWithin(ACCURACY, v.value(), rho) && u.slope().isWithin(ACCURACY, v.slope(), rho)) {
            return new double[] {u.value().sum(v.value(), rho), u.slope().sum(v.slope(), rho)};
        }
        // The variance is the same to the last bit on the diagonal; there the sums of all squares are known.
        if (rho == 1 && u.variance() == v.variance()) {
            return new double[] {u.value().square(), u.slope().square()};
        }
        return new CorrelatedPair(f, u.variance(), v.variance(), rho).expectations();
    }
}
