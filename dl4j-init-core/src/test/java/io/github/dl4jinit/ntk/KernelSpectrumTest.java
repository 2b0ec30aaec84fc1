package io.github.dl4jinit.ntk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.linalg.Haar;
import io.github.dl4jinit.network.Networks;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class KernelSpectrumTest {
    private static INDArray kernel(double... eigenvalues) {
        INDArray q = Haar.fill(Nd4j.create(DataType.DOUBLE, eigenvalues.length, eigenvalues.length), 1);
        return q.mmul(Nd4j.diag(Nd4j.createFromArray(eigenvalues))).mmul(q.transpose());
    }

    @Test
    void spectrum_isWhatTheKernelWasBuiltFrom() {
        KernelSpectrum spectrum = KernelSpectrum.of(kernel(1, 8, 2));
        assertThat(spectrum.largest()).isCloseTo(8, within(1e-12));
        assertThat(spectrum.smallest()).isCloseTo(1, within(1e-12));
        assertThat(spectrum.condition()).isCloseTo(8, within(1e-11));
        assertThat(spectrum.rank()).isEqualTo(3);
        double entropy = -(8 * Math.log(8 / 11.0) + 2 * Math.log(2 / 11.0) + Math.log(1 / 11.0)) / 11;
        assertThat(spectrum.effectiveRank()).isCloseTo(Math.exp(entropy), within(1e-11));
    }

    @Test
    void effectiveRank_ofEqualEigenvalues_isTheirNumber() {
        assertThat(KernelSpectrum.of(Nd4j.eye(5).castTo(DataType.DOUBLE)).effectiveRank())
                .isCloseTo(5, within(1e-12));
    }

    @Test
    void missingDirections_haveNoCondition() {
        KernelSpectrum spectrum = KernelSpectrum.of(kernel(1, 0, 2, 0));
        assertThat(spectrum.rank()).isEqualTo(2);
        assertThat(spectrum.condition()).isInfinite();
        assertThat(KernelSpectrum.of(Nd4j.zeros(DataType.DOUBLE, 3, 3)).effectiveRank())
                .isZero();
    }

    @Test
    void negativeEigenvalue_isAnError() {
        assertThatThrownBy(() -> KernelSpectrum.of(kernel(1, -1e-3))).hasMessageContaining("negative");
    }

    @Test
    void change_andDistance_areOfTheirDefinitions() {
        INDArray k = kernel(1, 2, 3);
        assertThat(KernelDrift.relativeChange(k, k)).isZero();
        assertThat(KernelDrift.relativeChange(k, k.mul(3))).isCloseTo(2, within(1e-12));
        assertThat(KernelDrift.distance(k, k.mul(3))).isCloseTo(0, within(1e-12));
        INDArray one = Nd4j.createFromArray(new double[][] {{1, 0}, {0, 0}});
        INDArray other = Nd4j.createFromArray(new double[][] {{0, 0}, {0, 1}});
        assertThat(KernelDrift.distance(one, other)).isCloseTo(1, within(1e-12));
    }

    @Test
    void alignment_isOneForTheLabelsOwnKernel() {
        INDArray labels = Networks.oneHot(1, DataType.FLOAT, 8);
        INDArray own = labels.mmul(labels.transpose());
        assertThat(KernelDrift.alignment(own.mul(2), labels)).isCloseTo(1, within(1e-7));
        // y y' has 1 for pairs of one class: against the identity the cosine is sqrt(n) / |y y'|.
        assertThat(KernelDrift.alignment(Nd4j.eye(8), labels))
                .isCloseTo(Math.sqrt(8) / own.norm2Number().doubleValue(), within(1e-6));
    }

    @Test
    void badInput_isRefused() {
        INDArray zero = Nd4j.zeros(DataType.DOUBLE, 2, 2);
        assertThatThrownBy(() -> KernelDrift.relativeChange(zero, zero)).hasMessageContaining("not zero");
        assertThatThrownBy(() -> KernelDrift.distance(Nd4j.eye(2), Nd4j.eye(3))).hasMessageContaining("[2, 2]");
        assertThatThrownBy(() -> KernelDrift.alignment(Nd4j.eye(2), Nd4j.ones(3, 1)))
                .hasMessageContaining("[2, classes]");
    }
}
