package io.github.dl4jinit.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SmallMainsTest {

    @Test
    void dropInScheme_afterTheSameTraining_endsBelowTheDefault() {
        String text = output(DropInScheme::run);

        Matcher losses = Pattern.compile("(\\d\\.\\d{3}) -> (\\d\\.\\d{3})").matcher(text);
        assertThat(losses.find()).isTrue();
        double byDefault = Double.parseDouble(losses.group(2));
        assertThat(losses.find()).isTrue();
        assertThat(Double.parseDouble(losses.group(2))).isLessThan(byDefault);
    }

    @Test
    void listenerOnMultiLayerNetwork_printsALineForEachOfSixLayers() {
        assertThat(output(ListenerOnMultiLayerNetwork::run)).contains("LSUV: 6 converged, 0 stalled, 0 skipped");
    }

    @Test
    void listenerOnComputationGraph_printsALineForEachOfFourLayers() {
        assertThat(output(ListenerOnComputationGraph::run))
                .contains("LSUV: 4 converged, 0 stalled, 0 skipped")
                .contains("stem", "branch1", "branch2", "class");
    }

    @Test
    void initializeByHand_printsTheReportTwice() {
        assertThat(output(InitializeByHand::run))
                .contains("Every layer has variance 1.")
                .contains("\"initializer\" : \"LSUV\"");
    }

    @Test
    void showKernel_saysWhereTrainingDiverges() {
        assertThat(output(out -> ShowKernel.run(60, out)))
                .contains("effective rank")
                .contains("diverges above a learning rate of about 0.");
    }

    @Test
    void askTheDoctor_findsTheVanishingSignalAndTreatsIt() {
        assertThat(output(AskTheDoctor::run)).contains("signal-vanishes", "Healthy now: true");
    }

    /** What a reader copies fits on a screen. */
    @Test
    void mains_haveSixtyLinesAtMost() throws IOException {
        Path folder = Path.of("src", "main", "java", "io", "github", "dl4jinit", "examples", "quickstart");
        int mains = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                List<String> lines = Files.readAllLines(file);
                if (lines.stream().anyMatch(line -> line.contains("static void main("))) {
                    mains++;
                    assertThat(lines).as(file.toString()).hasSizeLessThanOrEqualTo(60);
                }
            }
        }
        assertThat(mains).isEqualTo(7);
    }

    private static String output(Consumer<PrintStream> main) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        main.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
