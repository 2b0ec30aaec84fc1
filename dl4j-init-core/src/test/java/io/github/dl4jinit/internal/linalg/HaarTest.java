package io.github.dl4jinit.internal.linalg;

import static io.github.dl4jinit.internal.linalg.TestMatrices.defect;
import static io.github.dl4jinit.internal.linalg.TestMatrices.gaussian;
import static io.github.dl4jinit.internal.linalg.TestMatrices.layouts;
import static io.github.dl4jinit.internal.linalg.TestMatrices.orthogonality;
import static io.github.dl4jinit.internal.linalg.TestMatrices.real;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.hipparchus.distribution.continuous.BetaDistribution;
import org.hipparchus.distribution.continuous.UniformRealDistribution;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class HaarTest {
    /**
     * With 10,000 samples of a 5 x 5 matrix, five standard errors are 2.5 points of a sign's 50 %, and 5.3 % of a variance;
     * the Kolmogorov-Smirnov test sees a difference of 2.2 points in the distribution of an entry. A right sampler fails with a
     * probability of some 1e-3 over all checks, and the seed is fixed.
     */
    private static final int SAMPLES = 10_000;

    private static final int N = 5;

    @BeforeEach
    void seed() {
        Nd4j.getRandom().setSeed(2026);
    }

    @Test
    void fill_everyShapeTypeAndLayout_isOrthonormalTimesGain() {
        for (DataType type : TestMatrices.TYPES) {
            for (int[] shape : TestMatrices.SHAPES) {
                for (INDArray target : layouts(gaussian(type, 1, shape[0], shape[1]))) {
                    INDArray returned = Haar.fill(target, 1.5);

                    assertThat(returned).isSameAs(target);
                    RealMatrix q = real(target).scalarMultiply(1 / 1.5);
                    assertThat(defect(shape[0] < shape[1] ? q.transpose() : q)).isLessThan(orthogonality(type));
                }
            }
        }
    }

    @Test
    void fill_largeFloat_isOrthonormal() {
        INDArray q = Haar.fill(Nd4j.create(DataType.FLOAT, 1024, 1024), 1).castTo(DataType.DOUBLE);
        assertThat(q.transpose().mmul(q).sub(Nd4j.eye(1024)).amaxNumber().doubleValue())
                .isLessThan(1e-5);
    }

    @Test
    void fill_memoryFullOfNan_doesNotMatter() {
        INDArray target = Nd4j.valueArrayOf(new long[] {6, 6}, Double.NaN, DataType.DOUBLE);
        INDArray clean = Nd4j.zeros(DataType.DOUBLE, 6, 6);
        Nd4j.getRandom().setSeed(3);
        Haar.fill(target, 1);
        Nd4j.getRandom().setSeed(3);
        Haar.fill(clean, 1);
        assertThat(target).isEqualTo(clean);
    }

    @Test
    void fill_view_leavesTheRestOfItsArray() {
        INDArray parent = Nd4j.zeros(DataType.FLOAT, 12, 9);
        Haar.fill(parent.get(NDArrayIndex.interval(2, 3, 11), NDArrayIndex.interval(1, 5)), 1);
        assertThat(Arrays.stream(parent.data().asDouble()).filter(entry -> entry != 0))
                .hasSize(3 * 4);
    }

    @Test
    void fill_sameSeed_givesTheSameBits() {
        for (DataType type : TestMatrices.TYPES) {
            INDArray first = Nd4j.create(type, 40, 70);
            INDArray second = Nd4j.create(type, 40, 70);
            Nd4j.getRandom().setSeed(7);
            Haar.fill(first, 1);
            Nd4j.getRandom().setSeed(7);
            Haar.fill(second, 1);
            assertThat(first.equalsWithEps(second, 0)).isTrue();
            Haar.fill(second, 1);
            assertThat(first.equalsWithEps(second, 1e-3)).isFalse();
        }
    }

    @Test
    void fill_badInput_saysWhatAndWhy() {
        INDArray target = Nd4j.create(DataType.FLOAT, 2, 2);
        for (double gain : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> Haar.fill(target, gain))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("gain must be finite and > 0, got " + gain);
        }
        assertThatThrownBy(() -> Haar.fill(Nd4j.create(DataType.FLOAT, 2, 2, 2), 1))
                .hasMessageContaining("rank-2 array, got shape [2, 2, 2]");
    }

    @Test
    void fill_manySamples_areHaarDistributed() {
        assertThat(rejections(draw(() -> real(Haar.fill(Nd4j.create(DataType.FLOAT, new long[] {N, N}, 'c'), 1)))))
                .isEmpty();
    }

    /** The columns of a tall sample are those of a square one: so its entries have the same distribution. */
    @Test
    void fill_tallAndWide_entriesHaveTheHaarLaw() {
        for (long[] shape : new long[][] {{N, 3}, {3, N}}) {
            List<RealMatrix> samples = draw(() -> real(Haar.fill(Nd4j.create(DataType.DOUBLE, shape), 1)));
            for (int i = 0; i < shape[0]; i++) {
                for (int j = 0; j < shape[1]; j++) {
                    assertThat(lawOfEntry(entries(samples, i, j)))
                            .as("entry %d, %d", i, j)
                            .isGreaterThan(1e-4);
                }
            }
        }
    }

    /** The second route: what the reflectors imitate, done in full. */
    @Test
    void qrWithSignFix_isHaarDistributedToo_andHasTheSameTraces() {
        List<RealMatrix> factorized = draw(HaarTest::qrWithSignFix);
        assertThat(rejections(factorized)).isEmpty();

        // Two samples of 2,000 (the test is slow on more) show a difference of 7 points between the laws.
        List<RealMatrix> drawn = draw(() -> real(Haar.fill(Nd4j.create(DataType.DOUBLE, N, N), 1)));
        assertThat(new KolmogorovSmirnovTest()
                        .kolmogorovSmirnovTest(traces(drawn.subList(0, 2000)), traces(factorized.subList(0, 2000))))
                .isGreaterThan(1e-4);
    }

    @Test
    void qrWithoutSignFix_isOrthogonalButRejected() {
        assertThat(rejections(
                        draw(() -> real(Qr.of(Nd4j.randn(DataType.DOUBLE, N, N)).q()))))
                .contains("sign of entry 0, 0", "determinant", "trace");
    }

    @Test
    void singularVectorsOfAUniformMatrix_areOrthogonalButRejected() {
        assertThat(rejections(draw(
                        () -> real(Svd.thin(Nd4j.rand(DataType.DOUBLE, N, N)).u()))))
                .contains("distribution of entry 0, 0");
    }

    private static RealMatrix qrWithSignFix() {
        Qr qr = Qr.of(Nd4j.randn(DataType.DOUBLE, N, N));
        RealMatrix q = real(qr.q());
        RealMatrix r = real(qr.r());
        for (int j = 0; j < N; j++) {
            q.setColumnVector(j, q.getColumnVector(j).mapMultiply(Math.signum(r.getEntry(j, j))));
        }
        return q;
    }

    private static List<RealMatrix> draw(Supplier<RealMatrix> sampler) {
        return Stream.generate(sampler).limit(SAMPLES).toList();
    }

    /** The properties of the Haar measure on O(5) that the samples do not have. */
    private static List<String> rejections(List<RealMatrix> samples) {
        List<String> rejected = new ArrayList<>();
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                String entry = "entry " + i + ", " + j;
                double[] values = entries(samples, i, j);
                check(rejected, "sign of " + entry, values, Math::signum, 0, 1);
                // q^2 is Beta(1/2, (n - 1)/2): mean 1/n, variance 2 (n - 1) / (n^2 (n + 2)).
                double deviation = Math.sqrt(2.0 * (N - 1) / (N * N * (N + 2.0)));
                check(rejected, "variance of " + entry, values, q -> q * q, 1.0 / N, deviation);
                if (lawOfEntry(values) < 1e-4) {
                    rejected.add("distribution of " + entry);
                }
            }
        }
        double[] determinants = samples.stream()
                .mapToDouble(q -> new LUDecomposition(q).getDeterminant())
                .toArray();
        check(rejected, "determinant", determinants, Math::signum, 0, 1);
        // The trace has the moments of a standard Gaussian up to a high order (Diaconis and Shahshahani 1994).
        double[] traces = traces(samples);
        check(rejected, "trace", traces, t -> t, 0, 1);
        check(rejected, "variance of the trace", traces, t -> t * t, 1, Math.sqrt(2));
        check(rejected, "fourth moment of the trace", traces, t -> Math.pow(t, 4), 3, Math.sqrt(96));
        return rejected;
    }

    private static void check(
            List<String> rejected,
            String name,
            double[] values,
            DoubleUnaryOperator f,
            double expected,
            double deviation) {
        double mean = Arrays.stream(values).map(f).average().orElseThrow();
        if (!(Math.abs(mean - expected) < 5 * deviation / Math.sqrt(SAMPLES))) {
            rejected.add(name);
        }
    }

    /** The p-value of an entry's distribution: a random sign times the root of Beta(1/2, (n - 1)/2). */
    private static double lawOfEntry(double[] values) {
        BetaDistribution square = new BetaDistribution(0.5, (N - 1) / 2.0);
        double[] uniform = Arrays.stream(values)
                .map(q -> 0.5 + 0.5 * Math.signum(q) * square.cumulativeProbability(Math.min(1, q * q)))
                .toArray();
        return new KolmogorovSmirnovTest().kolmogorovSmirnovTest(new UniformRealDistribution(0, 1), uniform);
    }

    private static double[] entries(List<RealMatrix> samples, int i, int j) {
        return samples.stream().mapToDouble(q -> q.getEntry(i, j)).toArray();
    }

    private static double[] traces(List<RealMatrix> samples) {
        return samples.stream().mapToDouble(RealMatrix::getTrace).toArray();
    }
}
