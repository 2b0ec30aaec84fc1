package io.github.dl4jinit.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

    private static final double INF = Double.POSITIVE_INFINITY;

    @Test
    void of_oddCount_medianIsTheMiddleOne() {
        assertThat(Spread.of(List.of(5.0, 1.0, 2.0))).isEqualTo(new Spread(1, 2, 5));
    }

    @Test
    void of_evenCount_medianIsHalfWayBetweenTheMiddleTwo() {
        assertThat(Spread.of(List.of(8.0, 1.0, 2.0, 5.0))).isEqualTo(new Spread(1, 3.5, 8));
    }

    @Test
    void of_oneValue_isThatValueThrice() {
        assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7));
    }

    @Test
    void of_lostRuns_takeTheirPlaceInTheOrder() {
        assertThat(Spread.of(List.of(INF, 1.0, 2.0))).isEqualTo(new Spread(1, 2, INF));
        assertThat(Spread.of(List.of(INF, 1.0))).isEqualTo(new Spread(1, INF, INF));
        assertThat(Spread.of(List.of(INF, INF, 3.0, INF))).isEqualTo(new Spread(3, INF, INF));
        assertThat(Spread.of(List.of(-INF, 0.5, -INF))).isEqualTo(new Spread(-INF, -INF, 0.5));
    }

    @Test
    void of_noValues_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
    }

    @Test
    void overlaps_touchingAndApart_areToldApart() {
        assertThat(new Spread(1, 2, 3).overlaps(new Spread(3, 4, 5))).isTrue();
        assertThat(new Spread(1, 2, 3).overlaps(new Spread(3.5, 4, 5))).isFalse();
        assertThat(new Spread(3.5, 4, 5).overlaps(new Spread(1, 2, 3))).isFalse();
    }
}
