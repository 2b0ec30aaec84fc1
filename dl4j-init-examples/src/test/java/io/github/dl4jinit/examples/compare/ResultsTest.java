package io.github.dl4jinit.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.examples.compare.RunResult.EpochResult;
import io.github.dl4jinit.examples.compare.RunResult.LayerVariance;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {

    private static Results results;

    @TempDir
    private Path folder;

    /** Half of these runs diverge, so that NaN has to make the way there and back, too. */
    @BeforeAll
    static void train() throws InterruptedException {
        Scheme he = Schemes.named("he");
        List<RunResult> runs = new ArrayList<>();
        Results good = Small.results(Small.plan(List.of(Small.MLP), List.of(he), 0.05));
        runs.addAll(good.runs());
        runs.addAll(Small.results(Small.plan(List.of(Small.RESIDUAL), List.of(he), 1e30))
                .runs());
        results = new Results(good.facts(), runs);
    }

    @Test
    void json_writtenAndRead_isEqual() {
        results.writeJson(folder.resolve("r.json"));

        assertThat(Results.readJson(folder.resolve("r.json"))).isEqualTo(results);
        assertThat(results.runs()).anyMatch(r -> !r.finished()).anyMatch(RunResult::finished);
    }

    @Test
    void epochsCsv_read_holdsEveryEpochOfEveryRun() throws IOException {
        results.writeEpochs(folder.resolve("e.csv"));

        List<CSVRecord> rows = rows("e.csv");
        int row = 0;
        for (RunResult run : results.runs()) {
            for (EpochResult epoch : run.epochs()) {
                CSVRecord record = rows.get(row++);
                assertThat(record.get("network")).isEqualTo(run.network());
                assertThat(record.get("scheme")).isEqualTo(run.scheme());
                assertThat(Long.parseLong(record.get("seed"))).isEqualTo(run.seed());
                assertThat(record.get("outcome")).isEqualTo(run.outcome().name());
                assertThat(new EpochResult(
                                Integer.parseInt(record.get("epoch")),
                                Double.parseDouble(record.get("train_loss")),
                                Double.parseDouble(record.get("test_loss")),
                                Double.parseDouble(record.get("test_accuracy"))))
                        .isEqualTo(epoch);
            }
        }
        assertThat(rows).hasSize(row);
    }

    @Test
    void startCsv_read_holdsEveryLayerOfEveryRun() throws IOException {
        results.writeStart(folder.resolve("s.csv"));

        List<LayerVariance> expected =
                results.runs().stream().flatMap(r -> r.start().stream()).toList();
        assertThat(rows("s.csv"))
                .extracting(r -> new LayerVariance(r.get("layer"), Double.parseDouble(r.get("variance"))))
                .isEqualTo(expected);
    }

    private List<CSVRecord> rows(String name) throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (Reader reader = Files.newBufferedReader(folder.resolve(name))) {
            return format.parse(reader).getRecords();
        }
    }
}
