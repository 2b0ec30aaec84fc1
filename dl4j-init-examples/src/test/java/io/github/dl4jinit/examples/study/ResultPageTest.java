package io.github.dl4jinit.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultPageTest {

    private static final LineChart CHART = new LineChart(
            "Loss",
            "epoch",
            "nats",
            "",
            LineChart.Scale.LINEAR,
            10,
            List.of(),
            List.of(new Curve("He", 0, List.of(new Point(0, 2), new Point(1, 1)))));

    @TempDir
    private Path folder;

    @Test
    void write_makesThePageItsPictureAndALinkToTheNumbers() throws IOException {
        String page = written("He ends at 0.25.");

        assertThat(page)
                .startsWith("# A study\n\nHe ends at 0.25.\n\n## Results\n")
                .contains("| scheme | loss |\n|---|--:|\n| he \\| two | 0.25 |\n")
                .contains("![Loss](small/loss.svg)")
                .contains("    mvn something\n")
                .contains("commit ")
                .contains("(small/raw.csv)")
                .contains("| seeds | 1 to 3 |")
                .doesNotContain("another run");
        assertThat(folder.resolve("small/loss.svg")).content().startsWith("<svg");
        assertThat(folder.resolve("small/raw.csv")).content().contains("he,");
    }

    @Test
    void write_readingWithANumberThatNoTableHas_saysSo() throws IOException {
        assertThat(written("He ends at 0.25, LSUV at 0.31."))
                .contains(
                        "**The text above was written for another run: it names 0.31, and the tables below do not.**");
    }

    @Test
    void chart_sameFileTwice_isRefused() {
        ResultPage page = ResultPage.of("small", "A study", "").chart("loss", CHART);

        assertThatThrownBy(() -> page.chart("loss", CHART))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("loss");
    }

    private String written(String reading) throws IOException {
        Journal journal = Journal.open(ResultPage.rawNumbers(folder, "small"), List.of("scheme"), List.of("loss"));
        journal.row(List.of("he"), () -> new double[] {0.25});
        ResultPage.of("small", "A study", reading)
                .heading("Results")
                .table(new Table(List.of("scheme", "loss"), List.of(List.of("he | two", "0.25"))))
                .chart("loss", CHART)
                .write(folder, Facts.here("mvn something", Map.of("seeds", "1 to 3")), journal);
        return Files.readString(folder.resolve("small.md"));
    }
}
