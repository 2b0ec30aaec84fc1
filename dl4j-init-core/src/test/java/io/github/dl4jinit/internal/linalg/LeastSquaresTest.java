package io.github.dl4jinit.internal.linalg;

import static io.github.dl4jinit.internal.linalg.TestMatrices.distance;
import static io.github.dl4jinit.internal.linalg.TestMatrices.gaussian;
import static io.github.dl4jinit.internal.linalg.TestMatrices.layouts;
import static io.github.dl4jinit.internal.linalg.TestMatrices.real;
import static io.github.dl4jinit.internal.linalg.TestMatrices.rounding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LeastSquaresTest {
    @Test
    void solve_everyShapeTypeAndLayout_agreesWithThePseudoInverse() {
        for (DataType type : TestMatrices.TYPES) {
            for (int[] shape : new int[][] {{1, 1}, {1, 6}, {6, 1}, {40, 12}, {12, 40}}) {
                INDArray matrix = gaussian(type, 8, shape[0], shape[1]);
                INDArray rightSides = gaussian(type, 9, shape[0], 3);
                RealMatrix expected = pseudoInverse(matrix).multiply(real(rightSides));
                for (int layout = 0; layout < layouts(matrix).size(); layout++) {
                    INDArray a = layouts(matrix).get(layout);
                    INDArray b = layouts(rightSides).get(layout);
                    LeastSquares fit = LeastSquares.solve(a, b);

                    assertThat(fit.solution().shape()).containsExactly(shape[1], 3);
                    assertThat(fit.rank()).isEqualTo(Math.min(shape[0], shape[1]));
                    assertThat(distance(real(fit.solution()), expected)).isLessThan(rounding(type, shape[0]));
                    assertThat(a.sub(matrix).amaxNumber().doubleValue()).isZero();
                    assertThat(b.sub(rightSides).amaxNumber().doubleValue()).isZero();
                }
            }
        }
    }

    @Test
    void solve_rankDeficient_findsTheRankAndTheSolutionOfMinimumNorm() {
        for (DataType type : TestMatrices.TYPES) {
            INDArray a = gaussian(type, 10, 30, 4).mmul(gaussian(type, 11, 4, 9));
            INDArray b = gaussian(type, 12, 30, 2);
            LeastSquares fit = LeastSquares.solve(a, b);
            RealMatrix expected = pseudoInverse(a, 4).multiply(real(b));

            assertThat(fit.rank()).isEqualTo(4);
            assertThat(fit.singularValues().length()).isEqualTo(9);
            assertThat(distance(real(fit.solution()), expected)).isLessThan(rounding(type, 30));
        }
    }

    @Test
    void condition_isTheRatioOfTheSingularValuesThatCount() {
        INDArray a = Nd4j.createFromArray(new double[][] {{4, 0, 0}, {0, 0.5, 0}, {0, 0, 1e-20}});
        LeastSquares fit = LeastSquares.solve(a, Nd4j.ones(DataType.DOUBLE, 3, 1));
        assertThat(fit.rank()).isEqualTo(2);
        assertThat(fit.condition()).isEqualTo(8);
        assertThat(fit.solution().toDoubleVector()).containsExactly(new double[] {0.25, 2, 0}, within(1e-15));
        assertThat(LeastSquares.solve(a, Nd4j.ones(DataType.DOUBLE, 3, 1), 0.2).rank())
                .isEqualTo(1);

        LeastSquares zero = LeastSquares.solve(Nd4j.zeros(DataType.DOUBLE, 3, 2), Nd4j.ones(DataType.DOUBLE, 3, 1));
        assertThat(zero.rank()).isZero();
        assertThat(zero.condition()).isEqualTo(1);
        assertThat(zero.solution().toDoubleVector()).containsExactly(0, 0);
    }

    @Test
    void solve_badInput_saysWhatAndWhy() {
        INDArray a = Nd4j.ones(DataType.DOUBLE, 3, 2);
        assertThatThrownBy(() -> LeastSquares.solve(a, Nd4j.ones(DataType.DOUBLE, 2, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("b must have the rows and the data type of the matrix, 3 and DOUBLE, got 2 and DOUBLE");
        assertThatThrownBy(() -> LeastSquares.solve(a, Nd4j.ones(DataType.FLOAT, 3, 1)))
                .hasMessageEndingWith("got 3 and FLOAT");
        assertThatThrownBy(() -> LeastSquares.solve(a, Nd4j.ones(DataType.DOUBLE, 3, 1), Double.NaN))
                .hasMessage("rcond must be >= 0 and < 1, got NaN");
    }

    private static RealMatrix pseudoInverse(INDArray a) {
        return pseudoInverse(a, Math.min(a.rows(), a.columns()));
    }

    /** From Hipparchus's singular vectors: {@code sum v_i u_i' / s_i} over the given number of them. */
    private static RealMatrix pseudoInverse(INDArray a, int rank) {
        SingularValueDecomposition svd = new SingularValueDecomposition(real(a));
        RealMatrix inverse = real(a).transpose().scalarMultiply(0);
        for (int i = 0; i < rank; i++) {
            inverse = inverse.add(svd.getV()
                    .getColumnMatrix(i)
                    .multiply(svd.getUT().getRowMatrix(i))
                    .scalarMultiply(1 / svd.getSingularValues()[i]));
        }
        return inverse;
    }
}
