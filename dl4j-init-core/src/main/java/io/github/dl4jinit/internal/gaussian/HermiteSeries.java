package io.github.dl4jinit.internal.gaussian;

import java.util.Arrays;

/**
 * An activation of a Gaussian variable and its derivative as sums of normalized Hermite polynomials.
 *
 * @param variance the variance of the variable
 * @param value f(sqrt(variance) z)
 * @param slope f'(sqrt(variance) z)
 */
record HermiteSeries(double variance, Coefficients value, Coefficients slope) {
    private static final int FEW = 64;
    private static final int MANY = 512;
    /** The part of the square that may be missing for the short series to do. */
    private static final double COMPLETE = 1e-13;

    static HermiteSeries of(ScalarActivation f, double variance) {
        if (variance == 0) {
            return atZero(f);
        }
        HermiteSeries series = of(f, variance, FEW);
        return series.value.isComplete() && series.slope.isComplete() ? series : of(f, variance, MANY);
    }

    static HermiteSeries atZero(ScalarActivation f) {
        double value = f.values(new double[] {0})[0];
        double slope = f.slopes(new double[] {0})[0];
        return new HermiteSeries(
                0,
                new Coefficients(new double[] {value}, value * value),
                new Coefficients(new double[] {slope}, slope * slope));
    }

    /** All coefficients and both squares by one integration. */
    private static HermiteSeries of(ScalarActivation f, double variance, int terms) {
        double deviation = Math.sqrt(variance);
        double[] all = GaussianQuadrature.expectations(
                z -> {
                    double[] scaled = Arrays.stream(z).map(x -> deviation * x).toArray();
                    double[] values = f.values(scaled);
                    double[] slopes = f.slopes(scaled);
                    double[][] products = new double[2 * terms + 2][z.length];
                    for (int i = 0; i < z.length; i++) {
                        double previous = 0;
                        double current = 1;
                        for (int k = 0; k < terms; k++) {
                            products[k][i] = values[i] * current;
                            products[terms + k][i] = slopes[i] * current;
                            double next = (z[i] * current - Math.sqrt(k) * previous) / Math.sqrt(k + 1);
                            previous = current;
                            current = next;
                        }
                        products[2 * terms][i] = values[i] * values[i];
                        products[2 * terms + 1][i] = slopes[i] * slopes[i];
                    }
                    return products;
                },
                0,
                1);
        return new HermiteSeries(
                variance,
                new Coefficients(Arrays.copyOf(all, terms), all[2 * terms]),
                new Coefficients(Arrays.copyOfRange(all, terms, 2 * terms), all[2 * terms + 1]));
    }

    /** A function g of z ~ N(0, 1). */
    static final class Coefficients {
        /** E[g(z) h_k(z)], k from 0. */
        private final double[] terms;
        /** E[g(z)^2], the sum of the squares of all terms. */
        private final double square;

        Coefficients(double[] terms, double square) {
            this.terms = terms;
            this.square = square;
        }

        double square() {
            return square;
        }

        /** What the squares of the terms leave over. */
        private double missing() {
            double sum = 0;
            for (double term : terms) {
                sum += term * term;
            }
            return Math.max(0, square - sum);
        }

        boolean isComplete() {
            return missing() <= COMPLETE * square;
        }

        /** E[g(x) h(y)] for x, y ~ N(0, 1) with this correlation. */
        double sum(Coefficients other, double correlation) {
            double sum = 0;
            double power = 1;
            for (int k = 0; k < Math.min(terms.length, other.terms.length); k++) {
                sum += terms[k] * other.terms[k] * power;
                power *= correlation;
            }
            return sum;
        }

        /** Whether {@link #sum} is right to this part of what it can be at most, by Cauchy's inequality. */
        boolean isWithin(double accuracy, Coefficients other, double correlation) {
            int shared = Math.min(terms.length, other.terms.length);
            double left =
                    Arrays.stream(terms, shared, terms.length).map(x -> x * x).sum() + missing();
            double right = Arrays.stream(other.terms, shared, other.terms.length)
                            .map(x -> x * x)
                            .sum()
                    + other.missing();
            return Math.pow(Math.abs(correlation), shared) * Math.sqrt(left * right)
                    <= accuracy * Math.sqrt(square * other.square);
        }
    }
}
