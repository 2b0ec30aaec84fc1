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

import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class QrTest {
    @Test
    void of_everyShapeTypeAndLayout_reconstructsAndLeavesItsInput() {
        for (DataType type : TestMatrices.TYPES) {
            for (int[] shape : TestMatrices.SHAPES) {
                INDArray values = gaussian(type, 1, shape[0], shape[1]);
                for (INDArray a : layouts(values)) {
                    Qr qr = Qr.of(a);
                    int k = Math.min(shape[0], shape[1]);

                    assertThat(qr.q().shape()).containsExactly(shape[0], k);
                    assertThat(qr.r().shape()).containsExactly(k, shape[1]);
                    assertThat(qr.q().dataType()).isEqualTo(type);
                    assertThat(defect(real(qr.q()))).isLessThan(orthogonality(type));
                    assertThat(distance(real(qr.q()).multiply(real(qr.r())), real(values)))
                            .isLessThan(rounding(type, shape[0]));
                    assertThat(a.sub(values).amaxNumber().doubleValue()).isZero();
                }
            }
        }
    }

    /** QR is unique up to the signs of the rows of R, so another implementation must give the same magnitudes. */
    @Test
    void of_tallMatrix_agreesWithHipparchusUpToSigns() {
        INDArray a = gaussian(DataType.DOUBLE, 2, 20, 12);
        RealMatrix theirs = new QRDecomposition(real(a)).getR();
        double[][] r = Qr.of(a).r().toDoubleMatrix();
        for (int i = 0; i < 12; i++) {
            double sign = Math.signum(r[i][i] * theirs.getEntry(i, i));
            for (int j = 0; j < 12; j++) {
                assertThat(Math.abs(r[i][j] - sign * theirs.getEntry(i, j))).isLessThan(1e-12);
            }
        }
    }

    @Test
    void of_badInput_saysWhatAndWhy() {
        assertThatThrownBy(() -> Qr.of(Nd4j.zeros(DataType.FLOAT, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a must be a non-empty rank-2 array, got shape [3]");
        assertThatThrownBy(() -> Qr.of(Nd4j.empty(DataType.FLOAT))).hasMessageContaining("non-empty");
        assertThatThrownBy(() -> Qr.of(Nd4j.zeros(DataType.FLOAT16, 2, 2)))
                .hasMessage("a must be FLOAT or DOUBLE, got HALF; convert it with castTo(DataType.FLOAT)");
        INDArray nan = Nd4j.zeros(DataType.DOUBLE, 2, 3).putScalar(1, 2, Double.NaN);
        nan.putScalar(0, 0, Double.NEGATIVE_INFINITY);
        assertThatThrownBy(() -> Qr.of(nan))
                .hasMessage("a must be finite, got 2 NaN or infinite values in shape [2, 3]");
    }

    /** Scratch memory is closed, and ND4J refuses to close what belongs to a workspace. */
    @Test
    void of_insideAWorkspace_works() {
        INDArray q;
        try (var workspace = Nd4j.getWorkspaceManager().getAndActivateWorkspace("QrTest")) {
            q = Qr.of(Nd4j.rand(DataType.DOUBLE, 9, 4)).q();
            assertThat(workspace.isScopeActive()).isTrue();
        }
        assertThat(defect(real(q))).isLessThan(1e-12);
    }
}
