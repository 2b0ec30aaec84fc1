package io.github.dl4jinit.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class MedianAndRangeTest {

    private static final double INF = Double.POSITIVE_INFINITY;

    @Test
    void of_oddCount_medianIsTheMiddleOne() {
        assertThat(MedianAndRange.of(List.of(5.0, 1.0, 2.0))).isEqualTo(new MedianAndRange(1, 2, 5));
    }

    @Test
    void of_evenCount_medianIsHalfWayBetweenTheMiddleTwo() {
        assertThat(MedianAndRange.of(List.of(8.0, 1.0, 2.0, 5.0))).isEqualTo(new MedianAndRange(1, 3.5, 8));
    }

    @Test
    void of_oneValue_isThatValueThrice() {
        assertThat(MedianAndRange.of(List.of(7.0))).isEqualTo(new MedianAndRange(7, 7, 7));
    }

    @Test
    void of_lostRuns_takeTheirPlaceInTheOrder() {
        assertThat(MedianAndRange.of(List.of(INF, 1.0, 2.0))).isEqualTo(new MedianAndRange(1, 2, INF));
        assertThat(MedianAndRange.of(List.of(INF, 1.0))).isEqualTo(new MedianAndRange(1, INF, INF));
        assertThat(MedianAndRange.of(List.of(INF, INF, 3.0, INF))).isEqualTo(new MedianAndRange(3, INF, INF));
        assertThat(MedianAndRange.of(List.of(-INF, 0.5, -INF))).isEqualTo(new MedianAndRange(-INF, -INF, 0.5));
    }

    @Test
    void of_noValues_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> MedianAndRange.of(List.of()));
    }

    @Test
    void overlaps_touchingAndApart_areToldApart() {
        assertThat(new MedianAndRange(1, 2, 3).overlaps(new MedianAndRange(3, 4, 5)))
                .isTrue();
        assertThat(new MedianAndRange(1, 2, 3).overlaps(new MedianAndRange(3.5, 4, 5)))
                .isFalse();
        assertThat(new MedianAndRange(3.5, 4, 5).overlaps(new MedianAndRange(1, 2, 3)))
                .isFalse();
    }
}
