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

import io.github.dl4jinit.internal.number.Precision;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SvdTest {
    @Test
    void thinAndFull_everyShapeTypeAndLayout_reconstructAndLeaveTheirInput() {
        for (DataType type : TestMatrices.TYPES) {
            for (int[] shape : TestMatrices.SHAPES) {
                INDArray values = gaussian(type, 3, shape[0], shape[1]);
                for (INDArray a : layouts(values)) {
                    int k = Math.min(shape[0], shape[1]);
                    check(Svd.thin(a), values, k, k);
                    check(Svd.full(a), values, shape[0], shape[1]);
                    assertThat(a.sub(values).amaxNumber().doubleValue()).isZero();
                }
            }
        }
    }

    @Test
    void values_everyShapeTypeAndLayout_areThoseOfTheDecomposition() {
        for (DataType type : TestMatrices.TYPES) {
            for (int[] shape : TestMatrices.SHAPES) {
                INDArray values = gaussian(type, 3, shape[0], shape[1]);
                double[] expected = Svd.thin(values).s().castTo(DataType.DOUBLE).toDoubleVector();
                double precision = 100 * Precision.epsilon(type) * expected[0];
                for (INDArray a : layouts(values)) {
                    assertThat(Svd.values(a).castTo(DataType.DOUBLE).toDoubleVector())
                            .containsExactly(expected, within(precision));
                    assertThat(a.sub(values).amaxNumber().doubleValue()).isZero();
                }
            }
        }
    }

    private static void check(Svd svd, INDArray a, int left, int right) {
        DataType type = a.dataType();
        assertThat(svd.u().shape()).containsExactly(a.rows(), left);
        assertThat(svd.vt().shape()).containsExactly(right, a.columns());
        assertThat(svd.s().shape()).containsExactly(Math.min(a.rows(), a.columns()));
        assertThat(svd.u().dataType()).isEqualTo(type);
        assertThat(defect(real(svd.u()))).isLessThan(orthogonality(type));
        assertThat(defect(real(svd.vt()).transpose())).isLessThan(orthogonality(type));

        RealMatrix diagonal = MatrixUtils.createRealMatrix(left, right);
        for (int i = 0; i < svd.s().length(); i++) {
            diagonal.setEntry(i, i, svd.s().getDouble(i));
        }
        RealMatrix product = real(svd.u()).multiply(diagonal).multiply(real(svd.vt()));
        assertThat(distance(product, real(a))).isLessThan(rounding(type, a.rows()));
    }

    @Test
    void singularValues_agreeWithHipparchus() {
        INDArray a = gaussian(DataType.DOUBLE, 4, 30, 17);
        assertThat(Svd.thin(a).s().toDoubleVector())
                .containsExactly(new SingularValueDecomposition(real(a)).getSingularValues(), within(1e-12));
    }

    @Test
    void thin_rankOne_hasOneSingularValue() {
        INDArray a = Nd4j.ones(DataType.DOUBLE, 6, 4);
        assertThat(Svd.thin(a).s().toDoubleVector())
                .containsExactly(new double[] {Math.sqrt(24), 0, 0, 0}, within(1e-14));
    }

    @Test
    void thin_notFinite_saysSo() {
        INDArray a = Nd4j.zeros(DataType.FLOAT, 2, 2).putScalar(0, Float.POSITIVE_INFINITY);
        assertThatThrownBy(() -> Svd.thin(a))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a must be finite, got 1 NaN or infinite");
    }
}
