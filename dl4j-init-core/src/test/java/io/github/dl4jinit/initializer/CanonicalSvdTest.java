package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.internal.linalg.Haar;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.network.Networks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class CanonicalSvdTest {

    private static final double TOLERANCE = 1e-12;

    @BeforeEach
    void seed() {
        Nd4j.getRandom().setSeed(5);
    }

    private static INDArray haar(int n) {
        return Haar.fill(Nd4j.create(DataType.DOUBLE, n, n), 1);
    }

    private static INDArray diagonal(int rows, int columns, double... s) {
        INDArray matrix = Nd4j.zeros(DataType.DOUBLE, rows, columns);
        for (int k = 0; k < s.length; k++) {
            matrix.putScalar(k, k, s[k]);
        }
        return matrix;
    }

    private static double distance(INDArray a, INDArray b) {
        return a.sub(b).amaxNumber().doubleValue();
    }

    /** Turns the basis of columns from..to as another LAPACK might have: any orthogonal matrix is as good as any other. */
    private static void turn(INDArray basis, int from, int to, INDArray rotation) {
        INDArray columns = basis.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
        columns.assign(columns.mmul(rotation));
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "9, 7", "7, 9"})
    void result_doesNotDependOnSignsNorOnBasesOfEqualValues(int rows, int columns) {
        // Three equal values, one alone, two equal, one zero.
        double[] s = {3, 3, 3, 2, 0.5, 0.5, 0};
        INDArray a = haar(rows).mmul(diagonal(rows, columns, s)).mmul(haar(columns));
        Svd one = Svd.full(a);
        INDArray u = one.u().dup('f');
        INDArray v = one.vt().transpose().dup('f');
        INDArray three = haar(3);
        INDArray two = haar(2);
        turn(u, 0, 3, three);
        turn(v, 0, 3, three);
        turn(u, 3, 4, Nd4j.ones(DataType.DOUBLE, 1, 1).neg());
        turn(v, 3, 4, Nd4j.ones(DataType.DOUBLE, 1, 1).neg());
        turn(u, 4, 6, two);
        turn(v, 4, 6, two);
        turn(u, 6, rows, haar(rows - 6));
        turn(v, 6, columns, haar(columns - 6));
        Svd other = new Svd(u, one.s(), v.transpose());
        assertThat(distance(other.u(), one.u()))
                .as("the control: they do differ")
                .isGreaterThan(0.1);

        Svd fixed = CanonicalSvd.fix(one, TOLERANCE);
        Svd alsoFixed = CanonicalSvd.fix(other, TOLERANCE);
        assertThat(distance(fixed.u(), alsoFixed.u())).isLessThan(1e-10);
        assertThat(distance(fixed.vt(), alsoFixed.vt())).isLessThan(1e-10);
        INDArray again = fixed.u().mmul(diagonal(rows, columns, s)).mmul(fixed.vt());
        assertThat(distance(again, a)).isLessThan(1e-12);
        assertThat(distance(fixed.u().transpose().mmul(fixed.u()), diagonal(rows, rows, ones(rows))))
                .isLessThan(1e-12);
        assertThat(distance(fixed.vt().mmul(fixed.vt().transpose()), diagonal(columns, columns, ones(columns))))
                .isLessThan(1e-12);
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }

    /** All singular values are equal, so V is nearest to the axes when it is the identity, and U is the matrix itself. */
    @Test
    void orthogonalMatrix_isItsOwnLeftFactor() {
        INDArray q = haar(6);
        Svd fixed = CanonicalSvd.fix(Svd.full(q), TOLERANCE);
        assertThat(distance(fixed.vt(), diagonal(6, 6, ones(6)))).isLessThan(1e-12);
        assertThat(distance(fixed.u(), q)).isLessThan(1e-12);
    }

    @Test
    void distinctValues_keepTheirVectors_upToSign() {
        INDArray a = Networks.normal(1, DataType.DOUBLE, 5, 5);
        Svd svd = Svd.full(a);
        Svd fixed = CanonicalSvd.fix(svd, TOLERANCE);
        for (int k = 0; k < 5; k++) {
            INDArray before = svd.u().getColumn(k);
            INDArray after = fixed.u().getColumn(k);
            assertThat(Math.min(distance(before, after), distance(before.neg(), after)))
                    .isLessThan(1e-14);
            INDArray right = fixed.vt().getRow(k);
            assertThat(right.maxNumber().doubleValue())
                    .isEqualTo(right.amaxNumber().doubleValue());
        }
    }
}
