package io.github.dl4jinit.examples.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {

    @Test
    void lines_thousandsOfEpochs_printTenLinesAndEndAtAll() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ProgressDisplay progress = new ProgressDisplay.Lines(
                "Training", "epochs", 5000, new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
            for (int i = 0; i < 5000; i++) {
                progress.advance(1);
            }
        }

        String text = bytes.toString(StandardCharsets.UTF_8);
        assertThat(text.lines()).hasSize(10);
        assertThat(text.lines().findFirst())
                .hasValueSatisfying(l -> assertThat(l).startsWith("Training: 500 of 5000"));
        assertThat(text).contains("5000 of 5000 epochs");
    }
}
