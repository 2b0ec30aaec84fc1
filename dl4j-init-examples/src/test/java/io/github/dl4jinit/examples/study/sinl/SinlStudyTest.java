package io.github.dl4jinit.examples.study.sinl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.data.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinlStudyTest {

    @TempDir
    private Path folder;

    @Test
    void aCornerOfTheGrid_isTrainedAndWritten() throws IOException {
        String variable = System.getenv().getOrDefault(DataFolder.VARIABLE, "");
        Path data = variable.isEmpty() ? Path.of("..", "..", "shared", "data") : Path.of(variable);
        assumeTrue(Files.isDirectory(data.resolve("letter-recognition")), "no letter data");
        String args = "--data letter --depths 3 --methods din,sinl --epochs 1 --seeds 2 --data-dir " + data;

        assertThat(run(args)).isZero();

        String page = Files.readString(folder.resolve("sinl.md"));
        assertThat(page)
                .contains("| network | DIN | SINL printed | seeds |")
                .contains("| 3-layer tanh MLP, width 32 |")
                .contains("| letter | 2 | 0.0 |")
                .contains("--methods din,sinl");
        assertThat(folder.resolve("sinl/letter-tanh-depth.svg")).content().startsWith("<svg");
        List<String> rows = Files.readAllLines(folder.resolve("sinl/raw.csv"));

        assertThat(run(args + " --report")).isZero();

        assertThat(Files.readAllLines(folder.resolve("sinl/raw.csv"))).isEqualTo(rows);
    }

    private int run(String args) {
        List<String> all = new ArrayList<>(List.of(args.split(" ")));
        all.addAll(List.of("--output", folder.toString()));
        return Commands.line(new SinlStudy()).execute(all.toArray(String[]::new));
    }
}
