package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.network.Networks;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TurnTest {

    private static final int ROWS = 1500;
    private static final int COLUMNS = 300;

    /** More entries than are worked on at a time, behind others in one memory, as a network's weights are. */
    private static INDArray weight(INDArray all, char order) {
        long[] strides = order == 'f' ? new long[] {1, ROWS} : new long[] {COLUMNS, 1};
        return Nd4j.create(all.data(), new long[] {ROWS, COLUMNS}, strides, all.length() - ROWS * COLUMNS, order);
    }

    private static double distance(INDArray a, INDArray b) {
        return a.castTo(DataType.DOUBLE).sub(b).amaxNumber().doubleValue();
    }

    @Test
    void weightBehindOthers_isTurnedOnEitherSide_andNothingElse() {
        for (char order : new char[] {'f', 'c'}) {
            INDArray all = Networks.normal(1, DataType.FLOAT, ROWS * COLUMNS + 700_000);
            INDArray others = all.dup();
            INDArray weight = weight(all, order);
            INDArray before = weight.castTo(DataType.DOUBLE).dup();
            INDArray a = Networks.normal(2, DataType.DOUBLE, COLUMNS, 3);
            INDArray b = Networks.normal(3, DataType.DOUBLE, COLUMNS, 3).muli(0.01);
            INDArray right = Nd4j.eye(COLUMNS).castTo(DataType.DOUBLE).addi(a.mmul(b.transpose()));
            Turn.nearIdentity(a, b).onInputsOf(weight);
            INDArray expected = before.mmul(right);
            assertThat(distance(weight, expected)).isLessThan(1e-5);

            INDArray left = Networks.normal(4, DataType.DOUBLE, ROWS, ROWS).divi(Math.sqrt(ROWS));
            Turn.dense(left).onOutputsOf(weight);
            assertThat(distance(weight, left.mmul(expected))).isLessThan(1e-5);
            long kept = all.length() - weight.length();
            assertThat(Arrays.equals(all.toFloatVector(), 0, (int) kept, others.toFloatVector(), 0, (int) kept))
                    .isTrue();
        }
    }

    /** All singular values but the largest are halved: the rest of the decomposition stays. */
    @Test
    void weightSpectrum_ofAWeightBehindOthers_scalesSingularValues() {
        INDArray all = Networks.normal(1, DataType.DOUBLE, ROWS * COLUMNS + 700_000);
        INDArray weight = weight(all, 'c');
        WeightSpectrum before = WeightSpectrum.of(weight, false);
        before.scale(weight, s -> s == before.s()[0] ? 1 : 0.5);
        WeightSpectrum after = WeightSpectrum.of(weight, false);
        assertThat(after.s()[0]).isCloseTo(before.s()[0], within(1e-9));
        for (int i = 1; i < COLUMNS; i++) {
            assertThat(after.s()[i]).isCloseTo(before.s()[i] / 2, within(1e-9));
        }
    }
}
