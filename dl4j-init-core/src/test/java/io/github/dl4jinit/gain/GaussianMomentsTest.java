package io.github.dl4jinit.gain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.gaussian.Elementwise;
import io.github.dl4jinit.internal.gaussian.Formula;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.hipparchus.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;

class GaussianMomentsTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    /** slope * z + offset from one point to another. */
    private record Segment(double from, double to, double slope, double offset) {}

    @ParameterizedTest
    @CsvSource({"0, 1", "0, 0.01", "0, 30", "0.7, 2", "-3, 0.5"})
    void of_piecewiseLinear_isTheClosedForm(double mean, double q) {
        double inf = INFINITY;
        assertLinear(Activation.IDENTITY.getActivationFunction(), mean, q, new Segment(-inf, inf, 1, 0));
        assertLinear(new ActivationReLU(), mean, q, new Segment(0, inf, 1, 0));
        assertLinear(
                Activation.RELU6.getActivationFunction(), mean, q, new Segment(0, 6, 1, 0), new Segment(6, inf, 0, 6));
        assertLinear(new ActivationLReLU(0.25), mean, q, new Segment(-inf, 0, 0.25, 0), new Segment(0, inf, 1, 0));
        assertLinear(
                Activation.HARDTANH.getActivationFunction(),
                mean,
                q,
                new Segment(-inf, -1, 0, -1),
                new Segment(-1, 1, 1, 0),
                new Segment(1, inf, 0, 1));
        // DL4J holds the slope in single precision: the kinks of the value are not at 2.5 exactly, those of the
        // derivative are.
        double slope = 0.2f;
        assertLinear(
                Activation.HARDSIGMOID.getActivationFunction(),
                mean,
                q,
                List.of(new Segment(-0.5 / slope, 0.5 / slope, slope, 0.5), new Segment(0.5 / slope, inf, 0, 1)),
                List.of(new Segment(-2.5, 2.5, slope, 0)));
        // Jumps: at 1, and at a place that no panel knows of.
        assertLinear(new ActivationThresholdedReLU(), mean, q, new Segment(1, inf, 1, 0));
        assertLinear(new ActivationThresholdedReLU(0.3711), mean, q, new Segment(0.3711, inf, 1, 0));
        assertLinear(
                new ActivationReLU(null, 0.4, 0.25),
                mean,
                q,
                new Segment(-inf, 0.4, 0.25, -0.1),
                new Segment(0.4, inf, 1, 0));
        assertLinear(
                new Elementwise(z -> z > 0.3711 ? 1 : -1, z -> 0),
                mean,
                q,
                new Segment(-inf, 0.3711, 0, -1),
                new Segment(0.3711, inf, 0, 1));
    }

    /** A jump just beside a place where panels are cut: a rule without nodes at the ends loses it (1e-6 too much at 95/256 + 6e-6). */
    @Test
    void of_jumpBesideAnEdge_isSeen() {
        for (double edge : new double[] {0, 0.25, 95.0 / 256, 1, 3}) {
            for (double distance = 1e-2; distance > 1e-14; distance /= 7) {
                double above = edge + distance;
                assertThat(GaussianMoments.of(new Elementwise(z -> z > above ? 1 : 0, z -> 0), 0, 1)
                                .value())
                        .as("jump at %s + %s", edge, distance)
                        .isCloseTo(1 - below(above, 0, 1), within(1e-12));
                double under = edge - distance;
                assertThat(GaussianMoments.of(new Elementwise(z -> z > under ? 1 : 0, z -> 0), 0, 1)
                                .value())
                        .as("jump at %s - %s", edge, distance)
                        .isCloseTo(1 - below(under, 0, 1), within(1e-12));
            }
        }
    }

    /** An activation that is zero but for the outermost deviations has tiny moments, not none: a network behind it is dead. */
    @Test
    void of_thresholdFarOut_isTinyAndNoError() {
        for (double deviations = 9; deviations < 20; deviations += 0.3) {
            double deviation = 1 / deviations;
            assertThat(GaussianMoments.of(Activation.THRESHOLDEDRELU, 0, deviation * deviation)
                            .square())
                    .isBetween(0.0, 1e-15);
        }
        assertThat(new MeanField(Activation.THRESHOLDEDRELU.getActivationFunction(), 1.5, 0).fixedPoint())
                .isZero();
    }

    private static void assertLinear(IActivation f, double mean, double q, Segment... segments) {
        assertLinear(f, mean, q, List.of(segments), List.of(segments));
    }

    private static void assertLinear(
            IActivation f, double mean, double q, List<Segment> ofValue, List<Segment> ofSlope) {
        double value = 0;
        double square = 0;
        for (Segment s : ofValue) {
            double mass = mass(s, mean, q);
            double first = mean * mass - q * (density(s.to(), mean, q) - density(s.from(), mean, q));
            double second = (mean * mean + q) * mass
                    - q
                            * (edge(s.to(), mean) * density(s.to(), mean, q)
                                    - edge(s.from(), mean) * density(s.from(), mean, q));
            value += s.slope() * first + s.offset() * mass;
            square += s.slope() * s.slope() * second
                    + 2 * s.slope() * s.offset() * first
                    + s.offset() * s.offset() * mass;
        }
        double slope = 0;
        double slopeSquare = 0;
        for (Segment s : ofSlope) {
            slope += s.slope() * mass(s, mean, q);
            slopeSquare += s.slope() * s.slope() * mass(s, mean, q);
        }
        GaussianMoments moments = GaussianMoments.of(f, mean, q);
        double size = Math.max(1, Math.sqrt(mean * mean + q));
        assertThat(moments.value()).as("E f of %s", f).isCloseTo(value, within(1e-12 * size));
        assertThat(moments.square()).as("E f^2 of %s", f).isCloseTo(square, within(1e-12 * size * size));
        assertThat(moments.slope()).as("E f' of %s", f).isCloseTo(slope, within(1e-12));
        assertThat(moments.slopeSquare()).as("E f'^2 of %s", f).isCloseTo(slopeSquare, within(1e-12));
    }

    /** P(from < z < to), without cancellation in the upper tail. */
    private static double mass(Segment s, double mean, double q) {
        return s.from() > mean
                ? below(2 * mean - s.from(), mean, q) - below(2 * mean - s.to(), mean, q)
                : below(s.to(), mean, q) - below(s.from(), mean, q);
    }

    /** P(z < x). */
    private static double below(double x, double mean, double q) {
        return 0.5 * Erf.erfc((mean - x) / Math.sqrt(2 * q));
    }

    private static double density(double x, double mean, double q) {
        return Double.isInfinite(x) ? 0 : Math.exp(-(x - mean) * (x - mean) / (2 * q)) / Math.sqrt(2 * Math.PI * q);
    }

    private static double edge(double x, double mean) {
        return Double.isInfinite(x) ? 0 : x + mean;
    }

    @ParameterizedTest
    @CsvSource({"0.01", "1", "25"})
    void of_cubeErfAndExponential_areTheClosedForms(double q) {
        GaussianMoments cube = GaussianMoments.of(Activation.CUBE, 0, q);
        assertThat(cube.value()).isCloseTo(0, within(1e-12 * q * q));
        assertThat(cube.square()).isCloseTo(15 * q * q * q, within(15e-12 * q * q * q));
        assertThat(cube.slope()).isCloseTo(3 * q, within(3e-12 * q));
        assertThat(cube.slopeSquare()).isCloseTo(27 * q * q, within(27e-12 * q * q));

        IActivation erf = new Elementwise(Erf::erf, z -> 2 / Math.sqrt(Math.PI) * Math.exp(-z * z));
        GaussianMoments moments = GaussianMoments.of(erf, 0, q);
        assertThat(moments.square()).isCloseTo(2 / Math.PI * Math.asin(2 * q / (1 + 2 * q)), within(1e-12));
        assertThat(moments.slope()).isCloseTo(2 / Math.sqrt(Math.PI * (1 + 2 * q)), within(1e-12));
        assertThat(moments.slopeSquare()).isCloseTo(4 / Math.PI / Math.sqrt(1 + 4 * q), within(1e-12));

        // E[exp(z)^2] = exp(2q); at q = 25 the mass lies beyond the range, and that must not pass in silence.
        IActivation exponential = new Elementwise(Math::exp, Math::exp);
        if (q < 2) {
            assertThat(GaussianMoments.of(exponential, 0, q).square())
                    .isCloseTo(Math.exp(2 * q), within(1e-12 * Math.exp(2 * q)));
        } else {
            assertThatThrownBy(() -> GaussianMoments.of(exponential, 0, q))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("grows too fast for this variance");
        }
    }

    /**
     * Against the trapezoidal rule on hand-written formulas, whose error for a function that is analytic within a distance d of the real line is
     * exp(-2 pi d / step): below 1e-30 here, where d is at least 1.5 (GELU: pi / 1.702 = 1.8, tanh: pi / 2) and the step 0.02 to 0.1.
     */
    @ParameterizedTest
    @EnumSource(names = {"SIGMOID", "SOFTPLUS", "TANH", "SWISH", "GELU", "MISH", "CUBE"})
    void of_smooth_agreesWithTheTrapezoidalRule(Activation activation) {
        Formula formula = Formula.of(activation);
        double[][] cases = {{0, 1}, {0, 0.04}, {1.3, 2}, {-0.5, 25}};
        for (double[] c : cases) {
            GaussianMoments moments = GaussianMoments.of(activation, c[0], c[1]);
            DoubleUnaryOperator f = formula.f();
            DoubleUnaryOperator d = formula.slope();
            double size = Math.max(1, moments.square());
            assertThat(moments.value()).isCloseTo(trapezoid(f, c[0], c[1]), within(1e-11 * size));
            assertThat(moments.square())
                    .isCloseTo(trapezoid(z -> Math.pow(f.applyAsDouble(z), 2), c[0], c[1]), within(1e-11 * size));
            assertThat(moments.slope()).isCloseTo(trapezoid(d, c[0], c[1]), within(1e-11 * size));
            assertThat(moments.slopeSquare())
                    .isCloseTo(trapezoid(z -> Math.pow(d.applyAsDouble(z), 2), c[0], c[1]), within(1e-11 * size));
        }
    }

    private static double trapezoid(DoubleUnaryOperator g, double mean, double q) {
        double deviation = Math.sqrt(q);
        double step = Math.min(0.1, 0.1 / deviation);
        double sum = 0;
        for (double x = -14; x <= 14; x += step) {
            sum += g.applyAsDouble(mean + deviation * x) * Math.exp(-x * x / 2);
        }
        return sum * step / Math.sqrt(2 * Math.PI);
    }

    /**
     * Against a million draws. A right value passes at 5 standard errors with probability 1 - 6e-7 for each of the 76 numbers; the seed is
     * fixed. The negative control: every E[f^2] that is 5 % off fails (its relative standard error is at most 0.4 %, for the cube).
     */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SOFTMAX", "RRELU"})
    void of_everyActivation_agreesWithMonteCarlo(Activation activation) {
        Formula formula = Formula.of(activation);
        double mean = 0.3;
        double q = 1.7;
        Random random = new Random(20_100_513);
        int n = 1_000_000;
        double[] sum = new double[4];
        double[] sumOfSquares = new double[4];
        for (int i = 0; i < n; i++) {
            double z = mean + Math.sqrt(q) * random.nextGaussian();
            double f = formula.f().applyAsDouble(z);
            double d = formula.slope().applyAsDouble(z);
            double[] draws = {f, f * f, d, d * d};
            for (int k = 0; k < 4; k++) {
                sum[k] += draws[k];
                sumOfSquares[k] += draws[k] * draws[k];
            }
        }
        GaussianMoments moments = GaussianMoments.of(activation, mean, q);
        double[] expected = {moments.value(), moments.square(), moments.slope(), moments.slopeSquare()};
        for (int k = 0; k < 4; k++) {
            double average = sum[k] / n;
            double error = Math.sqrt(Math.max(0, sumOfSquares[k] / n - average * average) / n);
            assertThat(expected[k]).as("moment %d of %s", k, activation).isCloseTo(average, within(5 * error + 1e-6));
            if (k == 1) {
                assertThat(1.05 * expected[k]).as("negative control").isNotCloseTo(average, within(5 * error + 1e-6));
            }
        }
    }

    @Test
    void of_singlePrecisionInside_isAcceptedAtItsAccuracy() {
        IActivation single =
                new Elementwise(z -> (float) Math.tanh(z), z -> (float) (1 / (Math.cosh(z) * Math.cosh(z))));
        GaussianMoments exact = GaussianMoments.of(Activation.TANH, 0, 1);
        GaussianMoments rough = GaussianMoments.of(single, 0, 1);
        assertThat(rough.square()).isCloseTo(exact.square(), within(1e-7));
    }

    @Test
    void of_noise_isRefused() {
        IActivation noise = new Elementwise(z -> Math.sin(1e9 * z), z -> 1e9 * Math.cos(1e9 * z));
        assertThatThrownBy(() -> GaussianMoments.of(noise, 0, 1))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("do not converge");
    }

    @Test
    void of_badArguments_sayValueAndBound() {
        assertThatThrownBy(() -> GaussianMoments.of(Activation.TANH, 0, 0))
                .hasMessage("variance must be finite and > 0, got 0.0");
        assertThatThrownBy(() -> GaussianMoments.of(Activation.TANH, 0, Double.NaN))
                .hasMessageContaining("got NaN");
        assertThatThrownBy(() -> GaussianMoments.of(Activation.TANH, Double.NaN, 1))
                .hasMessage("mean must be finite, got NaN");
        // DL4J's backward pass of swish divides infinity by infinity from z = 355 on.
        assertThatThrownBy(() -> GaussianMoments.of(Activation.SWISH, 0, 1e6))
                .hasMessageContaining("derivative of activation swish is NaN")
                .hasMessageContaining("smaller variance");
    }

    /** Of the first nodes only the two beside it feel the bump, by its foot: the scale of the error must grow as it is found. */
    @Test
    void of_narrowBump_isFound() {
        double width = 1e-3;
        IActivation bump = new Elementwise(
                z -> Math.exp(-Math.pow((z - 0.37) / width, 2)),
                z -> -2 * (z - 0.37) / (width * width) * Math.exp(-Math.pow((z - 0.37) / width, 2)));
        double narrow = width / Math.sqrt(2 + width * width) * Math.exp(-0.37 * 0.37 / (2 + width * width));
        assertThat(GaussianMoments.of(bump, 0, 1).value()).isCloseTo(narrow, within(1e-12));
    }
}
