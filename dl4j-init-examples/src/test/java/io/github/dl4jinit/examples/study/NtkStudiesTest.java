package io.github.dl4jinit.examples.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.data.RealData;
import io.github.dl4jinit.examples.study.ntk.NtkInitializersStudy;
import io.github.dl4jinit.examples.study.orthogonal.OrthogonalNtkStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The smaller versions of the studies of kernels, to their pages. */
class NtkStudiesTest {

    @TempDir
    private Path folder;

    @Test
    @Tag("slow")
    void initializers_writesItsPage() throws IOException {
        RealData.with("cifar-10-subset");
        assertThat(page(Commands.line(new NtkInitializersStudy()), "ntk-initializers"))
                .contains("| tanh, constant 0 | 1.000 | 1.000 | 64.000 | 1 | 0.000000 |")
                .contains("| sigmoid, constant 0 | 17.000 | 17.000 |", "(ntk-initializers/spectrum-mnist-relu.svg)");
    }

    @Test
    @Tag("slow")
    void orthogonal_writesItsPage() throws IOException {
        assertThat(page(Commands.line(new OrthogonalNtkStudy()), "ntk-orthogonal"))
                .contains("The limit is 3.228.", "| power |", "(ntk-orthogonal/convergence-4.svg)");
    }

    private String page(CommandLine study, String name) throws IOException {
        String data = RealData.with("mnist").toString();
        assertThat(study.execute("--seeds", "1", "--data-dir", data, "--output", folder.toString()))
                .isZero();
        return Files.readString(folder.resolve(name + ".md"));
    }
}
