package io.github.dl4jinit.internal.gaussian;

import io.github.dl4jinit.internal.number.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.nd4j.linalg.activations.IActivation;

/**
 * The polynomial of a given degree that comes closest to an activation, in least squares.
 *
 * <p>P minimizes {@code E[(f(z) - P(z))^2]}: for z uniform in [-h, h] ({@link #onInterval}) by the Legendre polynomials, for z ~ N(0, s^2)
 * ({@link #gaussian}) by the Hermite polynomials.
 *
 * <p>Plain numbers. ReLU of degree 2 on [-1, 1]: {@code 3/32 + x/2 + 15/32 x^2}. Coefficients that are rounding next to the
 * largest are made 0, so that the degree can come out lower than asked for: ReLU has no cubic part.
 *
 * <p>Use it for the roots of an activation ({@code LinearProduct}), or wherever a network is to be seen as a polynomial.
 *
 * <p>Source: the best approximation in an inner product space by orthogonal polynomials; textbook.
 */
public final class PolynomialFit {

    /** The highest degree that can be asked for. */
    public static final int HIGHEST_DEGREE = 20;

    private static final int PANELS = 512;
    private static final double ROUNDING = 1e-12;

    private PolynomialFit() {}

    /**
     * The closest polynomial on an interval around zero.
     *
     * @param activation any function of one number
     * @param halfWidth h, finite and > 0
     * @param degree 1 .. 20
     * @return P, of this degree or a lower one
     * @throws IllegalArgumentException if the activation is no function of one number
     */
    public static Polynomial onInterval(IActivation activation, double halfWidth, int degree) {
        Bounds.positive("half width", halfWidth);
        requireDegree(degree);
        ScalarActivation f = new ScalarActivation(activation);
        GaussLobatto rule = GaussLobatto.ofOrder(16);
        double[] x = new double[PANELS * rule.order()];
        for (int i = 0; i < x.length; i++) {
            double middle = -1 + (2 * (i / rule.order()) + 1.0) / PANELS;
            x[i] = middle + rule.node(i % rule.order()) / PANELS;
        }
        double[] z = new double[x.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = halfWidth * x[i];
        }
        double[] values = f.values(z);
        double[] parts = new double[degree + 1];
        double[] legendre = new double[degree + 1];
        for (int i = 0; i < x.length; i++) {
            legendreAt(x[i], legendre);
            for (int k = 0; k <= degree; k++) {
                parts[k] += (k + 0.5) * rule.weight(i % rule.order()) / PANELS * values[i] * legendre[k];
            }
        }
        return inPowers(parts, halfWidth, k -> new double[] {(2 * k + 1.0) / (k + 1), -k / (k + 1.0)});
    }

    /**
     * The closest polynomial under a Gaussian.
     *
     * @param activation any function of one number
     * @param standardDeviation s, finite and > 0
     * @param degree 1 .. 20
     * @return P, of this degree or a lower one
     * @throws IllegalArgumentException if the activation is no function of one number
     * @throws ArithmeticException if a moment does not converge
     */
    public static Polynomial gaussian(IActivation activation, double standardDeviation, int degree) {
        Bounds.positive("standard deviation", standardDeviation);
        requireDegree(degree);
        ScalarActivation f = new ScalarActivation(activation);
        double[] parts = GaussianQuadrature.expectations(
                z -> {
                    double[] scaled = new double[z.length];
                    for (int i = 0; i < z.length; i++) {
                        scaled[i] = standardDeviation * z[i];
                    }
                    return times(f.values(scaled), z, degree);
                },
                0,
                1);
        return inPowers(parts, standardDeviation, k -> new double[] {1, -k});
    }

    /** f(z) He_k(z) / k! for k = 0 .. degree. */
    private static double[][] times(double[] values, double[] z, int degree) {
        double[][] products = new double[degree + 1][z.length];
        for (int i = 0; i < z.length; i++) {
            double previous = 0;
            double current = 1;
            double factorial = 1;
            for (int k = 0; k <= degree; k++) {
                products[k][i] = values[i] * current / factorial;
                double next = z[i] * current - k * previous;
                previous = current;
                current = next;
                factorial *= k + 1;
            }
        }
        return products;
    }

    private static void legendreAt(double x, double[] into) {
        double previous = 0;
        double current = 1;
        for (int k = 0; k < into.length; k++) {
            into[k] = current;
            double next = ((2 * k + 1) * x * current - k * previous) / (k + 1);
            previous = current;
            current = next;
        }
    }

    /** @param recursion from k to the factors of {@code p_(k+1) = first x p_k + second p_(k-1)} */
    private static Polynomial inPowers(double[] parts, double scale, IntFunction<double[]> recursion) {
        int size = parts.length;
        double[] sum = new double[size];
        double[] previous = new double[size];
        double[] current = new double[size];
        current[0] = 1;
        for (int k = 0; k < size; k++) {
            double[] factors = recursion.apply(k);
            double[] next = new double[size];
            for (int i = 0; i < size; i++) {
                sum[i] += parts[k] * current[i];
                next[i] = (i == 0 ? 0 : factors[0] * current[i - 1]) + factors[1] * previous[i];
            }
            previous = current;
            current = next;
        }
        return cleaned(sum, scale);
    }

    private static Polynomial cleaned(double[] coefficients, double scale) {
        double largest = 0;
        for (double c : coefficients) {
            largest = Math.max(largest, Math.abs(c));
        }
        List<Double> cleaned = new ArrayList<>();
        double power = 1;
        for (double c : coefficients) {
            cleaned.add(Math.abs(c) <= ROUNDING * largest ? 0 : c / power);
            power *= scale;
        }
        return new Polynomial(cleaned);
    }

    /**
     * Checks a degree.
     *
     * @param degree what was asked for
     * @throws IllegalArgumentException if it is not in 1 .. {@value #HIGHEST_DEGREE}
     */
    public static void requireDegree(int degree) {
        if (degree < 1 || degree > HIGHEST_DEGREE) {
            throw new IllegalArgumentException("degree must be in 1 .. " + HIGHEST_DEGREE + ", got " + degree);
        }
    }
}
