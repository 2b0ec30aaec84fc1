package io.github.dl4jinit.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ProportionTest {

    /** Textbook values of Wilson's interval. */
    @Test
    void interval_isWilsons() {
        assertThat(new Proportion(0, 10).low()).isZero();
        assertThat(new Proportion(0, 10).high()).isCloseTo(0.2775, within(1e-4));
        assertThat(new Proportion(5, 10).low()).isCloseTo(0.2366, within(1e-4));
        assertThat(new Proportion(5, 10).high()).isCloseTo(0.7634, within(1e-4));
        assertThat(new Proportion(10, 10).low()).isCloseTo(0.7225, within(1e-4));
        assertThat(new Proportion(81, 263)).hasToString("0.3080 (0.2553 .. 0.3662)");
    }

    /** The second route: it holds the true probability as often as it says. */
    @Test
    void interval_holdsTheTruthNineteenTimesInTwenty() {
        Random random = new Random(1);
        int held = 0;
        for (int trial = 0; trial < 4000; trial++) {
            int hits = 0;
            for (int i = 0; i < 200; i++) {
                hits += random.nextDouble() < 0.3 ? 1 : 0;
            }
            Proportion proportion = new Proportion(hits, 200);
            held += proportion.low() <= 0.3 && 0.3 <= proportion.high() ? 1 : 0;
        }
        assertThat(held / 4000.0).isBetween(0.93, 0.97);
    }

    @Test
    void impossibleCounts_areRefused() {
        assertThatThrownBy(() -> new Proportion(3, 2)).hasMessageContaining("got 3 of 2");
        assertThatThrownBy(() -> new Proportion(0, 0)).hasMessageContaining("trials >= 1");
    }
}
