package io.github.dl4jinit.examples.study.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.data.RealData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorStudyTest {

    /** Eight tiny networks, five updates each: the page is whole, and a second run adds no row. */
    @Test
    void smallStudy_writesItsPage_andGoesOnFromItsNumbers(@TempDir Path folder) throws IOException {
        Path data = RealData.with("letter-recognition");
        RealData.with("coil-20");
        String[] args = {"--networks", "8", "--output", folder.toString(), "--data-dir", data.toString()};

        assertThat(Commands.line(new DoctorStudy()).execute(args)).isZero();

        String rows = Files.readString(folder.resolve("doctor").resolve("raw.csv"));
        assertThat(rows.lines()).hasSize(9);
        assertThat(Files.readString(folder.resolve("doctor.md")))
                .contains("signal-vanishes", "gradient-explodes", "any rule", "doctor/signal-vanishes.svg");
        assertThat(Commands.line(new DoctorStudy()).execute(args)).isZero();
        assertThat(Files.readString(folder.resolve("doctor").resolve("raw.csv")))
                .isEqualTo(rows);
    }
}
