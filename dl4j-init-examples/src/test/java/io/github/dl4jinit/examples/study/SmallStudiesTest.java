package io.github.dl4jinit.examples.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.data.RealData;
import io.github.dl4jinit.examples.study.box.BoxStudy;
import io.github.dl4jinit.examples.study.dyingrelu.DyingReluStudy;
import io.github.dl4jinit.examples.study.glorot.GlorotBengioStudy;
import io.github.dl4jinit.examples.study.he.HeStudy;
import io.github.dl4jinit.examples.study.lps.LpsStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The smaller versions of the studies of initializers, to their pages and pictures. */
class SmallStudiesTest {

    @TempDir
    private Path folder;

    @Test
    void dyingRelu_writesItsPage() throws IOException {
        assertThat(page(Commands.line(new DyingReluStudy()), "dying-relu"))
                .contains("## Dead networks at depth 100", "| width | He |", "(dying-relu/dead-5.svg)");
    }

    @Test
    @Tag("slow")
    void box_writesItsPage() throws IOException {
        assertThat(page(Commands.line(new BoxStudy()), "box", "--seeds", "1"))
                .contains("| Box, residual, additive | 0.000", "(box/image-he-plain.svg)", "## sin(2 pi x) by depth");
    }

    @Test
    void he_writesItsPage() throws IOException {
        String data = RealData.with("mnist").toString();
        assertThat(page(Commands.line(new HeStudy()), "he", "--seeds", "1", "--data-dir", data))
                .contains(
                        "| PReLU, slopes 0.25 | He with the slope |",
                        "| 64, 256, 64, 256, ... | out |",
                        "| truncated normal |")
                .contains("(he/convergence-3.svg)");
    }

    @Test
    @Tag("slow")
    void glorotBengio_writesItsPage() throws IOException {
        assertThat(page(Commands.line(new GlorotBengioStudy()), "glorot-bengio"))
                .contains("| normalized | 5 |", "(glorot-bengio/gradients-standard.svg)", "| Sigmoid, 5 layers | 5 |");
    }

    @Test
    @Tag("slow")
    void lps_writesItsPage() throws IOException {
        String data = RealData.with("mnist").toString();
        RealData.with("cifar-10-subset");
        assertThat(page(Commands.line(new LpsStudy()), "lps", "--data-dir", data))
                .contains("## CIFAR-10, a part", "| 6-layer ReLU convolution network, 8 channels |");
    }

    private String page(CommandLine study, String name, String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of(more));
        args.addAll(List.of("--output", folder.toString()));
        assertThat(study.execute(args.toArray(String[]::new))).isZero();
        return Files.readString(folder.resolve(name + ".md"));
    }
}
