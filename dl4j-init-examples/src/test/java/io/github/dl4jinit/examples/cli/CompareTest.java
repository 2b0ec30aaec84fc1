package io.github.dl4jinit.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.examples.compare.Results;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CompareTest {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void run_smallSettings_writesTableFilesPageAndPictures() throws IOException {
        int code = run("--train 100 --epochs 1 --seeds 1 --batch 50 --width 8 --schemes dl4j,he --svg");

        assertThat(err.toString()).isEmpty();
        assertThat(code).isZero();
        assertThat(out.toString())
                .contains("5-layer tanh MLP", "10-layer ReLU MLP", "5-block residual graph", "DL4J default", "He")
                .contains("index.html");
        Results results = Results.readJson(folder.resolve("results.json"));
        assertThat(results.runs()).hasSize(3 * 2);
        assertThat(results.facts().command()).startsWith("mvn -q compile exec:exec -Dargs=\"--train 100");
        assertThat(results.facts().settings()).containsEntry("learning rate", "0.005");
        assertThat(results.facts().machine()).containsEntry("Deeplearning4j", "1.0.0-M2.1");
        assertThat(Files.readString(folder.resolve("index.html"))).endsWith("</html>\n");
        assertThat(Files.readAllLines(folder.resolve("epochs.csv"))).hasSize(1 + 6 * 2);
        assertThat(Files.readAllLines(folder.resolve("start.csv"))).hasSize(1 + 2 * (5 + 10 + 16));
        assertThat(folder.resolve("5-layer-tanh-mlp-width-8-test-accuracy.svg"))
                .content()
                .startsWith("<svg");
    }

    @Test
    void run_ownTable_trainsOnIt() throws IOException {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            rows.add(i % 7 + "," + (i % 2 == 0 ? 1 : -1) * (1 + i % 3) + "," + (i % 2 == 0 ? "even" : "odd"));
        }
        Path table = Files.write(folder.resolve("numbers.csv"), rows);

        int code = run("--data csv " + table + " --depth 1 --width 4 --epochs 1 --seeds 1 --batch 10 --schemes glorot");

        assertThat(err.toString()).isEmpty();
        assertThat(code).isZero();
        assertThat(out.toString()).contains("1-layer ReLU MLP, width 4");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--schemes he,magic | unknown scheme 'magic', known are dl4j",
                "--data iris | choose one of letter",
                "--data csv | --data csv needs a file",
                "--data letter x.csv | takes no file",
                "--data csv missing.csv | missing.csv",
                "--seeds 0 | --seeds must be >= 1, got 0",
                "--epochs 0 | epochs must be >= 1, got 0",
                "--learning-rate -1 | learning rate must be finite and > 0, got -1.0",
                "--depth 0 | depth must be >= 1, got 0",
                "--train 10 | --batch must be <= the 10 training examples, got 125",
                "--train 0 | --train must be >= 1, got 0",
                "--threads 0 | --threads must be >= 1, got 0",
                "--activation magic | Invalid value for option '--activation'",
                "--epochs many | Invalid value for option '--epochs'",
                "--epoch 3 | Unknown option",
                "--data-dir /no/such/folder --data letter | /no/such/folder does not exist",
            })
    void run_badInput_isRefusedWithTheRemedyAndCodeTwo(String args, String message) {
        int code = run(args);

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains(message).contains("Try --help.").doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void run_convolutionOnATable_saysWhichDataHavePictures() throws IOException {
        Path table = Files.write(
                folder.resolve("t.csv"),
                List.of("1,a", "2,b", "3,a", "4,b", "5,a", "6,b", "7,a", "8,b", "9,a", "10,b"));

        int code = run("--data csv " + table + " --architecture conv");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("--architecture conv needs images");
    }

    @Test
    void run_outputThatIsAFile_isRefusedBeforeTraining() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        int code = run("--output " + file);

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("cannot write to --output " + file);
    }

    @Test
    void help_namesEveryScheme() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("--schemes", "dl4j", "glorot", "he", "--data-dir", "Examples:");
    }

    @Test
    void version_isThatOfTheBuild() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).containsPattern("dl4j-init \\d+\\.\\d+");
    }

    private int run(String args) {
        List<String> all = new ArrayList<>(List.of(args.split(" ")));
        if (!args.contains("--output")) {
            all.addAll(List.of("--output", folder.toString()));
        }
        CommandLine command = Commands.line(new Compare());
        command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return command.execute(all.toArray(String[]::new));
    }
}
