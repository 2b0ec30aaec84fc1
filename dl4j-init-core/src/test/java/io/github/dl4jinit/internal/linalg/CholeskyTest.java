package io.github.dl4jinit.internal.linalg;

import static io.github.dl4jinit.internal.linalg.TestMatrices.distance;
import static io.github.dl4jinit.internal.linalg.TestMatrices.gaussian;
import static io.github.dl4jinit.internal.linalg.TestMatrices.layouts;
import static io.github.dl4jinit.internal.linalg.TestMatrices.real;
import static io.github.dl4jinit.internal.linalg.TestMatrices.rounding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CholeskyTest {
    @Test
    void of_everySizeTypeAndLayout_agreesWithHipparchusAndSolves() {
        for (DataType type : TestMatrices.TYPES) {
            for (int n : new int[] {1, 2, 7, 64, 160}) {
                INDArray values = positiveDefinite(type, n);
                RealMatrix expected = new CholeskyDecomposition(real(values), 1e-4, 1e-10).getL();
                INDArray b = gaussian(type, 14, n, 3);
                for (INDArray a : layouts(values)) {
                    Cholesky cholesky = Cholesky.of(a);
                    assertThat(distance(real(cholesky.l()), expected)).isLessThan(rounding(type, n));
                    assertThat(a.sub(values).amaxNumber().doubleValue()).isZero();
                    for (INDArray rightSides : layouts(b)) {
                        RealMatrix x = real(cholesky.solve(rightSides));
                        assertThat(distance(real(values).multiply(x), real(b))).isLessThan(rounding(type, n));
                    }
                }
            }
        }
    }

    @Test
    void solve_factorInAnotherLayout_isTheSame() {
        INDArray a = positiveDefinite(DataType.DOUBLE, 9);
        INDArray b = gaussian(DataType.DOUBLE, 15, 9, 2);
        Cholesky cholesky = Cholesky.of(a);
        INDArray x = new Cholesky(cholesky.l().dup('c')).solve(b);
        assertThat(x.sub(cholesky.solve(b)).amaxNumber().doubleValue()).isZero();
    }

    @Test
    void of_notPositiveDefinite_namesRoutineSizesAndMeaning() {
        INDArray a = Nd4j.eye(4).castTo(DataType.DOUBLE).putScalar(2, 2, -1.0);
        assertThatThrownBy(() -> Cholesky.of(a))
                .isInstanceOf(LinalgException.class)
                .hasMessage("LAPACK's potrf failed on a 4 x 4 DOUBLE matrix with info = 3: the matrix is not positive"
                        + " definite, its leading minor of that order is not positive");
    }

    private static INDArray positiveDefinite(DataType type, int n) {
        INDArray x = gaussian(type, 13, n, 2 * n);
        INDArray gram = x.mmul(x.transpose()).divi(n);
        return gram.addi(gram.transpose().dup()).divi(2);
    }
}
