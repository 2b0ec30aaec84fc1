package io.github.dl4jinit.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.examples.study.RateSearch.Choice;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateSearchTest {

    @Test
    void halfDecades_hasTwoRatesADecadeAndSeedsOfItsOwn() {
        RateSearch search = RateSearch.halfDecades(-3, -1, 2);

        assertThat(search.rates()).containsExactly(1e-3, 3e-3, 1e-2, 3e-2, 1e-1);
        assertThat(search.seeds()).containsExactly(1001L, 1002L);
    }

    @Test
    void best_takesTheLowestMedianNotTheLowestScore() {
        RateSearch search = new RateSearch(List.of(0.1, 0.2, 0.3), List.of(1L, 2L, 3L));

        // 0.2 has one lucky seed; its median is 5.
        Choice choice = search.best((rate, seed) -> rate == 0.2 && seed == 1 ? 0 : rate == 0.1 ? 4 : 5);

        assertThat(choice).isEqualTo(new Choice(0.1, 4, true));
    }

    @Test
    void best_lostRuns_countAsWorst() {
        RateSearch search = RateSearch.halfDecades(-2, -1, 1);

        assertThat(search.best((rate, seed) -> rate == 0.03 ? 9 : Double.NaN)).isEqualTo(new Choice(0.03, 9, false));
    }

    @Test
    void best_allLost_isTheLowestRateAtTheEdgeWithoutAScore() {
        Choice choice = RateSearch.halfDecades(-2, -1, 1).best((rate, seed) -> Double.NaN);

        assertThat(choice).isEqualTo(new Choice(0.01, Double.POSITIVE_INFINITY, true));
    }

    @Test
    void descendingRates_areRefused() {
        assertThatThrownBy(() -> new RateSearch(List.of(0.2, 0.1), List.of(1L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ascending");
    }
}
