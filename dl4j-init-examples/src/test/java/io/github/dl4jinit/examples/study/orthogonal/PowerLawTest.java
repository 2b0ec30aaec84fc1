package io.github.dl4jinit.examples.study.orthogonal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PowerLawTest {

    @Test
    void fit_findsTheExponent() {
        PowerLaw law = PowerLaw.fit(List.of(1, 2, 4), List.of(3.0, 1.5, 0.75));
        assertThat(law.exponent()).isCloseTo(-1, within(1e-12));
        assertThat(law.standardError()).isCloseTo(0, within(1e-7));
        assertThatThrownBy(() -> PowerLaw.fit(List.of(1, 2), List.of(1.0, 2.0))).hasMessageContaining("3 points");
    }
}
