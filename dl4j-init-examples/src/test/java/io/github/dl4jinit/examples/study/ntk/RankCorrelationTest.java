package io.github.dl4jinit.examples.study.ntk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class RankCorrelationTest {

    private static final double INFINITY = Double.POSITIVE_INFINITY;

    @Test
    void of_looksAtTheOrderAlone() {
        RankCorrelation found = RankCorrelation.of(List.of(1.0, 2.0, 3.0, 4.0), List.of(-INFINITY, 5.0, 6.0, INFINITY));
        assertThat(found.rho()).isEqualTo(1);
        // Ranks 1 2.5 2.5 4 against 2 1 3 4: products 3, squares 4.5 and 5.
        found = RankCorrelation.of(List.of(0.0, 7.0, 7.0, 9.0), List.of(2.0, 1.0, 3.0, 4.0));
        assertThat(found.rho()).isCloseTo(3 / Math.sqrt(22.5), within(1e-12));
        assertThat(found.toldFromZero()).isFalse();
        assertThatThrownBy(() -> RankCorrelation.of(List.of(1.0), List.of(1.0))).hasMessageContaining("got 1 and 1");
    }
}
