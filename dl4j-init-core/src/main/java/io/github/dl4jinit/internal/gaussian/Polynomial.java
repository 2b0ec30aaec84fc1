package io.github.dl4jinit.internal.gaussian;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A polynomial with real coefficients, and its roots.
 *
 * <p>Roots by the simultaneous iteration of Aberth and Ehrlich in complex arithmetic, roots at zero split off first. Simple roots come
 * out near the last bit; of an m-fold root only about one m-th of the digits can be computed from the coefficients, by any method.
 *
 * <p>Source: O. Aberth, "Iteration methods for finding all zeros of a polynomial simultaneously" (1973).
 *
 * @param coefficients of 1, x, x^2, ...; at least one, all finite; leading zeros are dropped
 */
public record Polynomial(List<Double> coefficients) {

    private static final int MOST_STEPS = 500;
    /** Imaginary parts below this, relative to the root, are rounding. */
    private static final double REAL = 1e-7;

    /**
     * A root.
     *
     * @param real its real part
     * @param imaginary its imaginary part, exactly 0 if it is real
     */
    public record Root(double real, double imaginary) {

        /** Whether its imaginary part is 0. */
        public boolean isReal() {
            return imaginary == 0;
        }
    }

    /** Checks the coefficients and drops leading zeros. */
    public Polynomial {
        if (coefficients.isEmpty() || coefficients.stream().anyMatch(c -> !Double.isFinite(c))) {
            throw new IllegalArgumentException("a polynomial needs finite coefficients, got " + coefficients);
        }
        int size = coefficients.size();
        while (size > 1 && coefficients.get(size - 1) == 0) {
            size--;
        }
        coefficients = List.copyOf(coefficients.subList(0, size));
    }

    /** The degree: 0 for a constant, zero included. */
    public int degree() {
        return coefficients.size() - 1;
    }

    /**
     * The value.
     *
     * @param x where
     * @return the value, by Horner's rule
     */
    public double at(double x) {
        double value = 0;
        for (int i = degree(); i >= 0; i--) {
            value = value * x + coefficients.get(i);
        }
        return value;
    }

    /**
     * All roots, as often as they occur, the complex ones in pairs.
     *
     * @return as many as the degree, by real part, then by imaginary part
     * @throws ArithmeticException if the iteration does not settle, which no polynomial of moderate degree has been seen to do
     */
    public List<Root> roots() {
        List<Root> roots = new ArrayList<>();
        int zeros = 0;
        while (zeros < degree() && coefficients.get(zeros) == 0) {
            zeros++;
            roots.add(new Root(0, 0));
        }
        List<Double> rest = coefficients.subList(zeros, coefficients.size());
        if (rest.size() > 1) {
            roots.addAll(aberth(rest));
        }
        roots.sort(Comparator.comparingDouble(Root::real).thenComparingDouble(Root::imaginary));
        return List.copyOf(roots);
    }

    private static List<Root> aberth(List<Double> c) {
        int n = c.size() - 1;
        double radius = Math.pow(Math.abs(c.get(0) / c.get(n)), 1.0 / n);
        double[] re = new double[n];
        double[] im = new double[n];
        for (int k = 0; k < n; k++) {
            // Off the axes, so that no symmetry of the polynomial is one of the starting points.
            double angle = 2 * Math.PI * k / n + 0.4;
            re[k] = radius * Math.cos(angle);
            im[k] = radius * Math.sin(angle);
        }
        double moved = Double.POSITIVE_INFINITY;
        for (int step = 0; step < MOST_STEPS && moved > 1e-15; step++) {
            moved = 0;
            for (int k = 0; k < n; k++) {
                moved = Math.max(moved, improve(c, re, im, k));
            }
        }
        if (!(moved < 1e-6)) {
            throw new ArithmeticException("the roots of " + c + " do not settle, the last step moved one by " + moved
                    + " of its size: choose a lower degree");
        }
        List<Root> roots = new ArrayList<>();
        for (int k = 0; k < n; k++) {
            conjugate(re, im, k);
            boolean real = Math.abs(im[k]) <= REAL * (radius + Math.abs(re[k]));
            roots.add(new Root(re[k], real ? 0 : im[k]));
        }
        return roots;
    }

    /** Makes a complex root and the one nearest to its conjugate an exact pair. */
    private static void conjugate(double[] re, double[] im, int k) {
        int partner = k;
        for (int j = 0; j < re.length; j++) {
            if (Math.hypot(re[j] - re[k], im[j] + im[k]) < Math.hypot(re[partner] - re[k], im[partner] + im[k])) {
                partner = j;
            }
        }
        if (partner != k) {
            re[partner] = re[k];
            im[partner] = -im[k];
        }
    }

    /** One step of root k; returns how far it moved, relative to its size. */
    private static double improve(List<Double> c, double[] re, double[] im, int k) {
        double x = re[k];
        double y = im[k];
        // Horner for the value p and the derivative d.
        double pRe = 0;
        double pIm = 0;
        double dRe = 0;
        double dIm = 0;
        for (int i = c.size() - 1; i >= 0; i--) {
            double next = dRe * x - dIm * y + pRe;
            dIm = dRe * y + dIm * x + pIm;
            dRe = next;
            next = pRe * x - pIm * y + c.get(i);
            pIm = pRe * y + pIm * x;
            pRe = next;
        }
        double p2 = pRe * pRe + pIm * pIm;
        if (p2 == 0) {
            return 0;
        }
        // d / p - sum of 1 / (z_k - z_j); its reciprocal is the step.
        double sRe = (dRe * pRe + dIm * pIm) / p2;
        double sIm = (dIm * pRe - dRe * pIm) / p2;
        for (int j = 0; j < re.length; j++) {
            double gapRe = x - re[j];
            double gapIm = y - im[j];
            double gap2 = gapRe * gapRe + gapIm * gapIm;
            if (j != k && gap2 > 0) {
                sRe -= gapRe / gap2;
                sIm += gapIm / gap2;
            }
        }
        double s2 = sRe * sRe + sIm * sIm;
        if (s2 == 0) {
            return 0;
        }
        re[k] -= sRe / s2;
        im[k] += sIm / s2;
        return 1 / Math.sqrt(s2) / Math.max(Double.MIN_NORMAL, Math.hypot(re[k], im[k]));
    }
}
