package io.github.dl4jinit.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final List<String> KEYS = List.of("scheme", "seed");
    private static final List<String> VALUES = List.of("loss", "accuracy");

    @TempDir
    private Path folder;

    @Test
    void row_afterARestart_isReadAndNotMeasuredAgain() {
        double[] measured =
                open().row(List.of("he, \"twice\"", "1"), () -> new double[] {0.1, Double.POSITIVE_INFINITY});

        double[] read = open().row(List.of("he, \"twice\"", "1"), () -> {
            throw new AssertionError("measured again");
        });

        assertThat(read).isEqualTo(measured).containsExactly(0.1, Double.POSITIVE_INFINITY);
        assertThat(open().row(List.of("he, \"twice\"", "2"), () -> new double[] {7}))
                .containsExactly(7);
    }

    @Test
    void everyRow_saysDayAndCommit() throws IOException {
        Journal journal = open();
        journal.row(List.of("he", "1"), () -> new double[] {1, 2});

        assertThat(Files.readAllLines(journal.file())).first().isEqualTo("scheme,seed,date,commit,loss,accuracy");
        assertThat(Files.readAllLines(journal.file()).get(1)).matches("he,1,\\d{4}-\\d\\d-\\d\\d,[\\w-]+,1.0,2.0");
        assertThat(journal.origins()).singleElement().asString().contains(", commit ");
    }

    @Test
    void open_lineThatWasNotFinished_isMeasuredAgain() throws IOException {
        open().row(List.of("he", "1"), () -> new double[] {1, 2});
        Files.writeString(folder.resolve("raw.csv"), "he,2,2026-01-01,abc,3.1", StandardOpenOption.APPEND);

        assertThat(open().row(List.of("he", "2"), () -> new double[] {4, 5})).containsExactly(4, 5);
        assertThat(Files.readAllLines(folder.resolve("raw.csv"))).hasSize(3);
    }

    @Test
    void open_fileOfAnotherStudy_isRefused() {
        open();

        assertThatThrownBy(() -> Journal.open(folder.resolve("raw.csv"), KEYS, List.of("loss")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("delete the file");
    }

    private Journal open() {
        return Journal.open(folder.resolve("raw.csv"), KEYS, VALUES);
    }
}
