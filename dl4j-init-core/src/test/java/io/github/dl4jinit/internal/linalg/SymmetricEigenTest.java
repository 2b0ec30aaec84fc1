package io.github.dl4jinit.internal.linalg;

import static io.github.dl4jinit.internal.linalg.TestMatrices.defect;
import static io.github.dl4jinit.internal.linalg.TestMatrices.distance;
import static io.github.dl4jinit.internal.linalg.TestMatrices.gaussian;
import static io.github.dl4jinit.internal.linalg.TestMatrices.layouts;
import static io.github.dl4jinit.internal.linalg.TestMatrices.orthogonality;
import static io.github.dl4jinit.internal.linalg.TestMatrices.real;
import static io.github.dl4jinit.internal.linalg.TestMatrices.rounding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SymmetricEigenTest {
    @Test
    void of_everySizeTypeAndLayout_reconstructsAndLeavesItsInput() {
        for (DataType type : TestMatrices.TYPES) {
            for (int n : new int[] {1, 2, 7, 64, 160}) {
                INDArray general = gaussian(type, 5, n, n);
                INDArray values = general.add(general.transpose());
                for (INDArray a : layouts(values)) {
                    SymmetricEigen eigen = SymmetricEigen.of(a);
                    RealMatrix v = real(eigen.vectors());
                    RealMatrix d =
                            MatrixUtils.createRealDiagonalMatrix(eigen.values().toDoubleVector());

                    assertThat(eigen.values().toDoubleVector()).isSorted();
                    assertThat(defect(v)).isLessThan(orthogonality(type));
                    assertThat(distance(v.multiply(d).multiply(v.transpose()), real(values)))
                            .isLessThan(rounding(type, n));
                    assertThat(a.sub(values).amaxNumber().doubleValue()).isZero();
                }
            }
        }
    }

    @Test
    void values_agreeWithHipparchus() {
        INDArray general = gaussian(DataType.DOUBLE, 6, 15, 15);
        INDArray a = general.add(general.transpose());
        double[] theirs = new EigenDecompositionSymmetric(real(a)).getEigenvalues();
        Arrays.sort(theirs);
        assertThat(SymmetricEigen.of(a).values().toDoubleVector()).containsExactly(theirs, within(1e-12));
    }

    @Test
    void of_notSymmetricOrNotSquare_saysSo() {
        INDArray a = Nd4j.eye(3).castTo(DataType.DOUBLE).putScalar(0, 2, 0.5);
        assertThatThrownBy(() -> SymmetricEigen.of(a))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a must be symmetric, got max|A - A'| = 0.5, bound 6.6");
        assertThatThrownBy(() -> SymmetricEigen.of(Nd4j.zeros(DataType.FLOAT, 2, 3)))
                .hasMessage("a must be square and symmetric, got shape [2, 3]");
    }

    @Test
    void of_symmetricUpToRounding_isAccepted() {
        INDArray x = gaussian(DataType.FLOAT, 7, 200, 50);
        INDArray gram = x.mmul(x.transpose());
        assertThat(SymmetricEigen.of(gram).values().getDouble(199)).isPositive();
    }
}
