package io.github.dl4jinit.examples.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void toText_names_areLeftAndValuesRight() {
        Table table = new Table(List.of("name", "n"), List.of(List.of("a", "1"), List.of("longer", "1000")));

        assertThat(table.toText()).isEqualTo("""
                        name       n
                        ------------
                        a          1
                        longer  1000
                        """);
    }

    @Test
    void new_rowOfAnotherWidth_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Table(List.of("a", "b"), List.of(List.of("1"))))
                .withMessageContaining("2 columns");
    }
}
