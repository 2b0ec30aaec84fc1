package io.github.dl4jinit.examples.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.data.RealData;
import io.github.dl4jinit.examples.study.leastsquares.LeastSquaresStudy;
import io.github.dl4jinit.examples.study.newton.NewtonStudy;
import io.github.dl4jinit.examples.study.partition.PartitionStudy;
import io.github.dl4jinit.examples.study.transport.TransportStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The smaller versions of the studies of the trainers, to their pages. */
class TrainerStudiesTest {

    @TempDir
    private Path folder;

    @Test
    @Tag("slow")
    void ngd_writesItsPage() throws IOException {
        assertThat(page(Commands.line(new NewtonStudy()), "ngd"))
                .contains("## MNIST, the authors' settings", "## Peaks", "| Adam, batch 10000, at 0.001 |");
    }

    @Test
    void lsgd_writesItsPage() throws IOException {
        assertThat(page(Commands.line(new LeastSquaresStudy()), "lsgd"))
                .contains("| LSGD, Adam at 0.001 |", "| Box, residual, additive, L-BFGS |", "lsgd/jump-depth.svg");
    }

    @Test
    void transport_writesItsPage() throws IOException {
        assertThat(page(Commands.line(new TransportStudy()), "transport"))
                .contains("| tanh, 2 layers |", "transport/solution.svg");
    }

    @Test
    void pou_writesItsPage() throws IOException {
        assertThat(page(Commands.line(new PartitionStudy()), "pou"))
                .contains("| three parabolas with two jumps | 3 | 2 |");
    }

    private String page(CommandLine study, String name) throws IOException {
        String data = RealData.with("mnist").toString();
        assertThat(study.execute("--seeds", "1", "--data-dir", data, "--output", folder.toString()))
                .isZero();
        return Files.readString(folder.resolve(name + ".md"));
    }
}
