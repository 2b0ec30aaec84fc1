package io.github.dl4jinit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class MomentsTest {

    private static final INDArray TWO_ROWS = Nd4j.createFromArray(new double[][] {{1, 2}, {3, 6}});

    @Test
    void of_handComputed() {
        assertThat(Moments.of(TWO_ROWS)).isEqualTo(new Moments(4, 3, 3.5));
        assertThat(Moments.of(TWO_ROWS.castTo(DataType.FLOAT))).isEqualTo(new Moments(4, 3, 3.5));
        assertThat(Moments.of(TWO_ROWS.castTo(DataType.INT32))).isEqualTo(new Moments(4, 3, 3.5));
        assertThat(Moments.of(TWO_ROWS.transpose())).isEqualTo(new Moments(4, 3, 3.5));
    }

    @Test
    void of_view() {
        assertThat(Moments.of(TWO_ROWS.get(NDArrayIndex.all(), NDArrayIndex.point(1))))
                .isEqualTo(new Moments(2, 4, 4));
        assertThat(Moments.of(TWO_ROWS.get(NDArrayIndex.point(1), NDArrayIndex.all())))
                .isEqualTo(new Moments(2, 4.5, 2.25));
    }

    @Test
    void of_farFromZero_keepsItsDigits() {
        INDArray shifted = Networks.normal(1, DataType.DOUBLE, 1000);
        double variance = Moments.of(shifted).variance();
        assertThat(Moments.of(shifted.add(1e7)).variance()).isCloseTo(variance, within(1e-7));
    }

    @Test
    void of_mask_perExample_perStep_perEntry() {
        INDArray perExample = Nd4j.createFromArray(new double[][] {{0}, {1}});
        assertThat(Moments.of(TWO_ROWS, perExample)).isEqualTo(new Moments(2, 4.5, 2.25));
        INDArray perEntry = Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}});
        assertThat(Moments.of(TWO_ROWS, perEntry)).isEqualTo(new Moments(2, 3.5, 6.25));
        INDArray series = TWO_ROWS.reshape('c', 1, 2, 2);
        INDArray perStep = Nd4j.createFromArray(new double[][] {{1, 0}});
        assertThat(Moments.of(series, perStep)).isEqualTo(new Moments(2, 2, 1));
    }

    @Test
    void of_maskOfAnotherShape_isRefused() {
        assertThatThrownBy(() -> Moments.of(TWO_ROWS, Nd4j.ones(5, 7)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a mask of shape [5, 7] does not fit activations of shape [2, 2]");
    }

    @Test
    void of_nan_isNan() {
        INDArray nan = TWO_ROWS.dup().putScalar(0, Double.NaN);
        assertThat(Moments.of(nan).variance()).isNaN();
    }
}
