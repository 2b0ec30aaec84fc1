package io.github.dl4jinit.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MeasuredTest {

    @Test
    void of_handComputedRows_givesMeanLogLossAndShareRight() {
        INDArray probabilities = Nd4j.createFromArray(new float[][] {{0.5f, 0.25f, 0.25f}, {0.1f, 0.2f, 0.7f}});
        INDArray labels = Nd4j.createFromArray(new float[][] {{1, 0, 0}, {0, 1, 0}});

        Measured measured = Measured.of(probabilities, labels);

        // (ln 2 + ln 5) / 2 = ln 10 / 2
        assertThat(measured.loss()).isCloseTo(Math.log(10) / 2, within(1e-6));
        assertThat(measured.accuracy()).isEqualTo(0.5);
    }

    @Test
    void of_columnMajorArrays_readsThemTheSame() {
        INDArray probabilities = Nd4j.createFromArray(new float[][] {{0.9f, 0.1f}, {0.2f, 0.8f}, {0.6f, 0.4f}});
        INDArray labels = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {0, 1}});

        assertThat(Measured.of(probabilities.dup('f'), labels.dup('f'))).isEqualTo(Measured.of(probabilities, labels));
    }

    @Test
    void of_zeroProbability_costsAsMuchAsDl4jsOwnClippedLoss() {
        INDArray probabilities = Nd4j.createFromArray(new float[][] {{1, 0}});
        INDArray labels = Nd4j.createFromArray(new float[][] {{0, 1}});

        assertThat(Measured.of(probabilities, labels).loss()).isCloseTo(10 * Math.log(10), within(1e-5));
    }

    @Test
    void of_nan_staysNan() {
        INDArray probabilities = Nd4j.createFromArray(new float[][] {{Float.NaN, Float.NaN}});
        INDArray labels = Nd4j.createFromArray(new float[][] {{0, 1}});

        assertThat(Measured.of(probabilities, labels).loss()).isNaN();
    }
}
