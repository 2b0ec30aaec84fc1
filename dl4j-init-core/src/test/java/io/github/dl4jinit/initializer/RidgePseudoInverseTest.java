package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.internal.linalg.LeastSquares;
import io.github.dl4jinit.network.Networks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Both routes, by X'X and by XX', against LAPACK's least squares. */
class RidgePseudoInverseTest {

    private static INDArray normal(long seed, int rows, int columns) {
        return Networks.normal(seed, DataType.DOUBLE, rows, columns);
    }

    private static double distance(INDArray a, INDArray b) {
        return a.sub(b).amaxNumber().doubleValue();
    }

    @ParameterizedTest
    @CsvSource({"30, 7", "7, 30", "9, 9"})
    void solve_isTheSolutionOfLeastNorm(int samples, int units) {
        INDArray x = normal(1, samples, units);
        INDArray y = normal(2, samples, 4);
        RidgePseudoInverse regressor = RidgePseudoInverse.of(x, Sinl.defaults());
        assertThat(distance(regressor.solve(y), LeastSquares.solve(x, y).solution()))
                .isLessThan(1e-10);
        assertThat(regressor.rank()).isEqualTo(Math.min(samples, units));
        assertThat(regressor.vectors().rows()).isEqualTo(Math.min(samples, units));
    }

    /** A ridge is as good as a further sample for each unit. */
    @ParameterizedTest
    @CsvSource({"30, 7", "7, 30"})
    void ridge_isAMultipleOfTheMeanEigenvalue(int samples, int units) {
        INDArray x = normal(1, samples, units);
        INDArray y = normal(2, samples, 4);
        double squares = x.norm2Number().doubleValue() * x.norm2Number().doubleValue();
        double ridge = 0.3 * squares / units;
        INDArray moreX = Nd4j.vstack(x, Nd4j.eye(units).castTo(DataType.DOUBLE).muli(Math.sqrt(ridge)));
        INDArray moreY = Nd4j.vstack(y, Nd4j.zeros(DataType.DOUBLE, units, 4));
        INDArray solution =
                RidgePseudoInverse.of(x, Sinl.builder().ridge(0.3).build()).solve(y);
        assertThat(distance(solution, LeastSquares.solve(moreX, moreY).solution()))
                .isLessThan(1e-10);
        assertThat(distance(solution, LeastSquares.solve(x, y).solution()))
                .as("the control")
                .isGreaterThan(1e-3);
    }

    @Test
    void directionsBelowTheCutoff_areNotUsed() {
        INDArray x = normal(1, 30, 5);
        x.putColumn(4, x.getColumn(3));
        assertThat(RidgePseudoInverse.of(x, Sinl.defaults()).rank()).isEqualTo(4);
    }

    @Test
    void isOf_thatSignalOnly() {
        INDArray x = normal(1, 6, 3);
        RidgePseudoInverse regressor = RidgePseudoInverse.of(x, Sinl.defaults());
        assertThat(regressor.isOf(x.dup())).isTrue();
        assertThat(regressor.isOf(x.dup().putScalar(17, 0.5))).isFalse();
        assertThat(regressor.isOf(normal(1, 3, 6))).isFalse();
    }
}
