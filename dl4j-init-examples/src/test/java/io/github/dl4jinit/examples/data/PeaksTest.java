package io.github.dl4jinit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;

class PeaksTest {

    /** Counted by another program. */
    @Test
    void levels_haveTheGridPointsOfTheBenchmark() {
        assertThat(Peaks.levels().stream().map(List::size)).containsExactly(1829, 7968, 47557, 6384, 1798);
    }

    @Test
    void draw_givesEachLevelItsShareInOneRandomOrder() {
        DataSet set = Peaks.draw(1000, 1);

        assertThat(set.getLabels().sum(0).toDoubleVector()).containsOnly(200);
        assertThat(set.getFeatures().amaxNumber().doubleValue()).isBetween(2.0, 3.0);
        assertThat(set.getLabels().getRows(0, 1, 2, 3, 4, 5, 6, 7, 8, 9).sum(0).toDoubleVector())
                .isNotEqualTo(new double[] {2, 2, 2, 2, 2});
        assertThat(Peaks.draw(1000, 1)).isEqualTo(set);
        assertThat(Peaks.draw(1000, 2)).isNotEqualTo(set);
    }

    @Test
    void draw_ofANumberThatLevelsCannotShare_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Peaks.draw(7, 1))
                .withMessageContaining("multiple of 5, got 7");
    }
}
