package io.github.dl4jinit.internal.gaussian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.gaussian.Polynomial.Root;
import io.github.dl4jinit.internal.linalg.LeastSquares;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PolynomialFitTest {

    private static Polynomial onUnit(Activation activation, int degree) {
        return PolynomialFit.onInterval(activation.getActivationFunction(), 1, degree);
    }

    private static void assertCoefficients(Polynomial polynomial, double precision, double... expected) {
        assertThat(polynomial.degree()).isEqualTo(expected.length - 1);
        for (int i = 0; i < expected.length; i++) {
            assertThat(polynomial.coefficients().get(i)).as("x^%d", i).isCloseTo(expected[i], within(precision));
        }
    }

    private static void assertRoots(Polynomial polynomial, double precision, double... expected) {
        List<Root> roots = polynomial.roots();
        assertThat(roots).hasSize(expected.length).allMatch(Root::isReal);
        for (int i = 0; i < expected.length; i++) {
            assertThat(roots.get(i).real()).isCloseTo(expected[i], within(precision));
        }
    }

    /** Computed elsewhere, by another program. */
    @Test
    void knownFits_andTheirRoots() {
        assertCoefficients(onUnit(Activation.RELU, 2), 1e-14, 3 / 32.0, 0.5, 15 / 32.0);
        assertCoefficients(onUnit(Activation.RELU, 3), 1e-14, 3 / 32.0, 0.5, 15 / 32.0);
        assertRoots(onUnit(Activation.RELU, 2), 5e-5, -0.8239, -0.2427);
        assertCoefficients(onUnit(Activation.RELU, 4), 1e-6, 0.058594, 0.5, 0.820312, 0, -0.410156);
        assertRoots(onUnit(Activation.RELU, 4), 5e-4, -0.9165, -0.5942, -0.1573, 1.668);
        assertCoefficients(onUnit(Activation.TANH, 3), 1e-5, 0, 0.97969, 0, -0.226813);
        assertRoots(onUnit(Activation.TANH, 3), 1e-4, -2.0783, 0, 2.0783);
        assertCoefficients(onUnit(Activation.SIGMOID, 3), 1e-6, 0.5, 0.249562, 0, -0.018723);
        assertCoefficients(
                PolynomialFit.gaussian(Activation.RELU.getActivationFunction(), 1, 2), 1e-6, 0.199471, 0.5, 0.199471);
    }

    /** The second route: plain least squares on ten thousand points. */
    @ParameterizedTest
    @CsvSource({"TANH, 2.5, 5", "RELU, 0.7, 4", "ELU, 1, 3", "SWISH, 3, 6", "HARDTANH, 2, 5", "SOFTPLUS, 1, 2"})
    void onInterval_isTheLeastSquaresSolution(Activation activation, double halfWidth, int degree) {
        int n = 10_000;
        double[] z = new double[n];
        INDArray powers = Nd4j.create(DataType.DOUBLE, n, degree + 1);
        for (int i = 0; i < n; i++) {
            z[i] = halfWidth * (2 * (i + 0.5) / n - 1);
            for (int k = 0; k <= degree; k++) {
                powers.putScalar(i, k, Math.pow(z[i], k));
            }
        }
        IActivation f = activation.getActivationFunction();
        double[] values = new ScalarActivation(f).values(z);
        INDArray solution = LeastSquares.solve(
                        powers, Nd4j.createFromArray(values).reshape(n, 1))
                .solution();
        Polynomial fit = PolynomialFit.onInterval(f, halfWidth, degree);
        for (double x = -halfWidth; x <= halfWidth; x += halfWidth / 7) {
            double other = 0;
            for (int k = 0; k <= degree; k++) {
                other += solution.getDouble(k) * Math.pow(x, k);
            }
            assertThat(fit.at(x)).isCloseTo(other, within(1e-6));
        }
    }

    /** The second route: the error is orthogonal to every power, by Monte Carlo; the wrong variance is the control. */
    @Test
    void gaussian_leavesAnErrorThatNoPowerExplains() {
        IActivation f = Activation.RELU.getActivationFunction();
        Random random = new Random(3);
        double[] z = random.doubles(400_000, 0, 1)
                .map(u -> 1.5 * random.nextGaussian())
                .toArray();
        double[] values = new ScalarActivation(f).values(z);
        assertThat(correlation(PolynomialFit.gaussian(f, 1.5, 4), z, values)).isLessThan(0.01);
        assertThat(correlation(PolynomialFit.gaussian(f, 1, 4), z, values)).isGreaterThan(0.1);
    }

    private static double correlation(Polynomial fit, double[] z, double[] values) {
        double largest = 0;
        for (int k = 0; k <= 4; k++) {
            double product = 0;
            double errors = 0;
            double powers = 0;
            for (int i = 0; i < z.length; i++) {
                double error = values[i] - fit.at(z[i]);
                double power = Math.pow(z[i], k);
                product += error * power;
                errors += error * error;
                powers += power * power;
            }
            largest = Math.max(largest, Math.abs(product) / Math.sqrt(errors * powers));
        }
        return largest;
    }

    /** From roots to coefficients and back, complex pairs and roots at zero among them. */
    @Test
    void roots_ofProducts_areTheirFactors() {
        Random random = new Random(8);
        for (int trial = 0; trial < 200; trial++) {
            List<Root> roots = new ArrayList<>();
            double[] product = {random.nextGaussian() * 10};
            while (roots.size() < 2 + trial % 8) {
                double a = random.nextInt(8) == 0 ? 0 : 4 * random.nextGaussian();
                double b = 1 + random.nextDouble();
                if (random.nextBoolean()) {
                    roots.add(new Root(a, 0));
                    product = times(product, -a, 1);
                } else {
                    roots.add(new Root(a, b));
                    roots.add(new Root(a, -b));
                    product = times(product, a * a + b * b, -2 * a, 1);
                }
            }
            List<Double> coefficients = new ArrayList<>();
            for (double c : product) {
                coefficients.add(c);
            }
            List<Root> found = new ArrayList<>(new Polynomial(coefficients).roots());
            assertThat(found).hasSameSizeAs(roots);
            for (Root root : roots) {
                Root nearest = found.stream()
                        .min((p, q) -> Double.compare(distance(p, root), distance(q, root)))
                        .orElseThrow();
                // Random roots may nearly coincide; then only half of the digits are there.
                assertThat(distance(nearest, root)).isLessThan(1e-3);
                found.remove(nearest);
            }
        }
    }

    private static double distance(Root a, Root b) {
        return Math.hypot(a.real() - b.real(), a.imaginary() - b.imaginary());
    }

    private static double[] times(double[] a, double... b) {
        double[] product = new double[a.length + b.length - 1];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                product[i + j] += a[i] * b[j];
            }
        }
        return product;
    }

    @Test
    void badArguments_areRefused() {
        IActivation relu = Activation.RELU.getActivationFunction();
        assertThatThrownBy(() -> PolynomialFit.onInterval(relu, 0, 2)).hasMessageContaining("half width");
        assertThatThrownBy(() -> PolynomialFit.gaussian(relu, Double.NaN, 2)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> PolynomialFit.gaussian(relu, 1, 21)).hasMessageContaining("1 .. 20, got 21");
        assertThatThrownBy(() -> PolynomialFit.onInterval(Activation.SOFTMAX.getActivationFunction(), 1, 2))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Polynomial(List.of())).hasMessageContaining("finite coefficients");
        assertThat(new Polynomial(List.of(3.0, 0.0)).roots()).isEmpty();
        assertThat(new Polynomial(List.of(1.0, 0.0, 1.0)).roots())
                .extracting(Root::isReal)
                .containsExactly(false, false);
    }
}
