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

        CanonicalSvd fixed = CanonicalSvd.of(one, TOLERANCE);
        CanonicalSvd alsoFixed = CanonicalSvd.of(other, TOLERANCE);
        INDArray left = matrix(fixed.left());
        INDArray right = matrix(fixed.right());
        assertThat(distance(left, matrix(alsoFixed.left()))).isLessThan(1e-10);
        assertThat(distance(right, matrix(alsoFixed.right()))).isLessThan(1e-10);
        INDArray again = left.mmul(diagonal(rows, columns, s)).mmul(right.transpose());
        assertThat(distance(again, a)).isLessThan(1e-12);
        assertThat(distance(left.transpose().mmul(left), diagonal(rows, rows, ones(rows))))
                .isLessThan(1e-12);
        assertThat(distance(right.transpose().mmul(right), diagonal(columns, columns, ones(columns))))
                .isLessThan(1e-12);
    }

    private static INDArray matrix(Turn turn) {
        INDArray identity = Nd4j.eye(turn.a().rows()).castTo(DataType.DOUBLE);
        turn.onInputsOf(identity);
        return identity;
    }

    /**
     * Of ten thousand inputs and ten outputs a map shows ten directions. Its right factor used to be formed, the first dense layer of a
     * LeNet taking 80 MB and 19 s.
     */
    @Test
    void completedBasis_ofFewDirections_isOrthogonal_nearestToTheAxes_andNeverFormed() {
        int n = 40;
        int rank = 5;
        Svd svd = Svd.full(Networks.normal(3, DataType.DOUBLE, rank, n));
        Turn right = CanonicalSvd.of(svd, TOLERANCE).right();
        assertThat(right.a().length()).isEqualTo(2L * rank * n);
        INDArray v = matrix(right);
        assertThat(distance(v.transpose().mmul(v), diagonal(n, n, ones(n)))).isLessThan(1e-12);
        assertThat(distance(matrix(right.transposed()), v.transpose())).isLessThan(1e-12);
        // The polar factor, by its definition: of all bases B R of the other directions, the one nearest to their axes.
        INDArray basis =
                svd.vt().get(NDArrayIndex.interval(rank, n), NDArrayIndex.all()).transpose();
        Svd polar = Svd.thin(
                basis.get(NDArrayIndex.interval(rank, n), NDArrayIndex.all()).transpose());
        INDArray nearest = basis.mmul(polar.u().mmul(polar.vt()));
        assertThat(distance(v.get(NDArrayIndex.all(), NDArrayIndex.interval(rank, n)), nearest))
                .isLessThan(1e-12);
    }

    /** Inputs that are always zero, as the margins of images are: the polar factor has a choice, but the basis is orthogonal. */
    @Test
    void completedBasis_whoseFirstRowsAreZero_isOrthogonal() {
        int n = 30;
        INDArray a = Networks.normal(3, DataType.DOUBLE, 4, n);
        a.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 10)).assign(0);
        INDArray v = matrix(CanonicalSvd.of(Svd.thin(a), TOLERANCE).right());
        assertThat(distance(v.transpose().mmul(v), diagonal(n, n, ones(n)))).isLessThan(1e-12);
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
        CanonicalSvd fixed = CanonicalSvd.of(Svd.full(q), TOLERANCE);
        assertThat(distance(fixed.v(), diagonal(6, 6, ones(6)))).isLessThan(1e-12);
        assertThat(distance(fixed.u(), q)).isLessThan(1e-12);
    }

    @Test
    void distinctValues_keepTheirVectors_upToSign() {
        INDArray a = Networks.normal(1, DataType.DOUBLE, 5, 5);
        Svd svd = Svd.full(a);
        CanonicalSvd fixed = CanonicalSvd.of(svd, TOLERANCE);
        for (int k = 0; k < 5; k++) {
            INDArray before = svd.u().getColumn(k);
            INDArray after = fixed.u().getColumn(k);
            assertThat(Math.min(distance(before, after), distance(before.neg(), after)))
                    .isLessThan(1e-14);
            INDArray right = fixed.v().getColumn(k);
            assertThat(right.maxNumber().doubleValue())
                    .isEqualTo(right.amaxNumber().doubleValue());
        }
    }
}
