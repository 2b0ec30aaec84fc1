package io.github.dl4jinit.internal.gaussian;

import java.util.TreeSet;

/**
 * E[f(u) f(v)] and E[f'(u) f'(v)] by integration in two dimensions, for u and v that are almost multiples of each other.
 *
 * <p>u = sqrt(q) (a x + b y), v = sqrt(q') (c x + d y), x and y independent and standard normal, with the smaller factors for y. The outer
 * integral over x is adaptive; it sees a function that the inner one has smoothed. The inner one, over y, is cut where f itself had to
 * be cut to be integrated.
 */
final class CorrelatedPair {
    private static final GaussLobatto RULE = GaussLobatto.ofOrder(16);
    /** In standard deviations: the density beyond is below 1e-17 of its peak. */
    private static final int RANGE = 9;

    private final ScalarActivation f;
    private final double[] u;
    private final double[] v;
    private final double[] uCuts;
    private final double[] vCuts;

    CorrelatedPair(ScalarActivation f, double uVariance, double vVariance, double correlation) {
        this.f = f;
        double common = Math.sqrt((1 + correlation) / 2);
        double apart = Math.sqrt((1 - correlation) / 2);
        double uDeviation = Math.sqrt(uVariance);
        double vDeviation = Math.sqrt(vVariance);
        boolean alike = correlation >= 0;
        this.u = new double[] {uDeviation * (alike ? common : apart), uDeviation * (alike ? apart : common)};
        this.v = new double[] {vDeviation * (alike ? common : -apart), vDeviation * (alike ? -apart : common)};
        this.uCuts = cuts(uVariance);
        this.vCuts = cuts(vVariance);
    }

    private double[] cuts(double variance) {
        return GaussianQuadrature.cuts(z -> new double[][] {f.values(z), f.slopes(z)}, 0, variance);
    }

    double[] expectations() {
        return GaussianQuadrature.expectations(this::inner, 0, 1);
    }

    /** The integrals over y at several x, with one call of the activation. */
    private double[][] inner(double[] x) {
        double[][] edges = new double[x.length][];
        int nodes = 0;
        for (int i = 0; i < x.length; i++) {
            edges[i] = edges(x[i]);
            nodes += (edges[i].length - 1) * RULE.order();
        }
        double[] left = new double[nodes];
        double[] right = new double[nodes];
        double[] weight = new double[nodes];
        int at = 0;
        for (int i = 0; i < x.length; i++) {
            for (int panel = 0; panel + 1 < edges[i].length; panel++) {
                double half = (edges[i][panel + 1] - edges[i][panel]) / 2;
                double middle = edges[i][panel] + half;
                for (int node = 0; node < RULE.order(); node++, at++) {
                    double y = middle + half * GaussianQuadrature.inside(RULE.node(node));
                    left[at] = u[0] * x[i] + u[1] * y;
                    right[at] = v[0] * x[i] + v[1] * y;
                    weight[at] = half * RULE.weight(node) * Math.exp(-y * y / 2) / Math.sqrt(2 * Math.PI);
                }
            }
        }
        double[] values = products(f.values(left), f.values(right));
        double[] slopes = products(f.slopes(left), f.slopes(right));
        double[][] integrals = new double[2][x.length];
        at = 0;
        for (int i = 0; i < x.length; i++) {
            for (int node = 0; node < (edges[i].length - 1) * RULE.order(); node++, at++) {
                integrals[0][i] += weight[at] * values[at];
                integrals[1][i] += weight[at] * slopes[at];
            }
        }
        return integrals;
    }

    /** Whole standard deviations, and where u or v passes a cut. */
    private double[] edges(double x) {
        TreeSet<Double> edges = new TreeSet<>();
        for (int k = -RANGE; k <= RANGE; k++) {
            edges.add((double) k);
        }
        for (double cut : uCuts) {
            edges.add((cut - u[0] * x) / u[1]);
        }
        for (double cut : vCuts) {
            edges.add((cut - v[0] * x) / v[1]);
        }
        return edges.subSet((double) -RANGE, true, (double) RANGE, true).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private static double[] products(double[] a, double[] b) {
        double[] products = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            products[i] = a[i] * b[i];
        }
        return products;
    }
}
