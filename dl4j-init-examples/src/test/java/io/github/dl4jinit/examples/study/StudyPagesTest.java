package io.github.dl4jinit.examples.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.data.RealData;
import io.github.dl4jinit.examples.study.box.BoxStudy;
import io.github.dl4jinit.examples.study.dyingrelu.DyingReluStudy;
import io.github.dl4jinit.examples.study.glorot.GlorotBengioStudy;
import io.github.dl4jinit.examples.study.he.HeStudy;
import io.github.dl4jinit.examples.study.leastsquares.LeastSquaresStudy;
import io.github.dl4jinit.examples.study.lps.LpsStudy;
import io.github.dl4jinit.examples.study.newton.NewtonStudy;
import io.github.dl4jinit.examples.study.ntk.NtkInitializersStudy;
import io.github.dl4jinit.examples.study.orthogonal.OrthogonalNtkStudy;
import io.github.dl4jinit.examples.study.partition.PartitionStudy;
import io.github.dl4jinit.examples.study.transport.TransportStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The smaller versions of the studies, to their pages and charts. */
class StudyPagesTest {

    @TempDir
    private Path folder;

    @Test
    void dyingRelu_writesItsPage() throws IOException {
        assertThat(page(new DyingReluStudy(), "dying-relu"))
                .contains("## Dead networks at depth 100", "| width | He |", "(dying-relu/dead-5.svg)");
    }

    @Test
    @Tag("slow")
    void box_writesItsPage() throws IOException {
        assertThat(page(new BoxStudy(), "box", "--seeds", "1"))
                .contains("| Box, residual, additive | 0.000", "(box/image-he-plain.svg)", "## sin(2 pi x) by depth");
    }

    @Test
    void he_writesItsPage() throws IOException {
        assertThat(page(new HeStudy(), "he", "--seeds", "1", "--data-dir", mnist()))
                .contains(
                        "| PReLU, slopes 0.25 | He with the slope |",
                        "| 64, 256, 64, 256, ... | out |",
                        "| truncated normal |")
                .contains("(he/convergence-3.svg)");
    }

    @Test
    @Tag("slow")
    void glorotBengio_writesItsPage() throws IOException {
        assertThat(page(new GlorotBengioStudy(), "glorot-bengio"))
                .contains("| normalized | 5 |", "(glorot-bengio/gradients-standard.svg)", "| Sigmoid, 5 layers | 5 |");
    }

    @Test
    @Tag("slow")
    void lps_writesItsPage() throws IOException {
        RealData.with("cifar-10-subset");
        assertThat(page(new LpsStudy(), "lps", "--data-dir", mnist()))
                .contains("## CIFAR-10, a part", "| 6-layer ReLU convolution network, 8 channels |");
    }

    @Test
    @Tag("slow")
    void ngd_writesItsPage() throws IOException {
        assertThat(page(new NewtonStudy(), "ngd", "--seeds", "1", "--data-dir", mnist()))
                .contains("## MNIST, the authors' settings", "## Peaks", "| Adam, batch 10000, at 0.001 |");
    }

    @Test
    void lsgd_writesItsPage() throws IOException {
        assertThat(page(new LeastSquaresStudy(), "lsgd", "--seeds", "1"))
                .contains("| LSGD, Adam at 0.001 |", "| Box, residual, additive, L-BFGS |", "lsgd/jump-depth.svg");
    }

    @Test
    void transport_writesItsPage() throws IOException {
        assertThat(page(new TransportStudy(), "transport", "--seeds", "1"))
                .contains("| tanh, 2 layers |", "transport/solution.svg");
    }

    @Test
    void pou_writesItsPage() throws IOException {
        assertThat(page(new PartitionStudy(), "pou", "--seeds", "1"))
                .contains("| three parabolas with two jumps | 3 | 2 |");
    }

    @Test
    @Tag("slow")
    void ntkInitializers_writesItsPage() throws IOException {
        RealData.with("cifar-10-subset");
        assertThat(page(new NtkInitializersStudy(), "ntk-initializers", "--seeds", "1", "--data-dir", mnist()))
                .contains("| tanh, constant 0 | 1.000 | 1.000 | 64.000 | 1 | 0.000000 |")
                .contains("| sigmoid, constant 0 | 17.000 | 17.000 |", "(ntk-initializers/spectrum-mnist-relu.svg)");
    }

    @Test
    @Tag("slow")
    void ntkOrthogonal_writesItsPage() throws IOException {
        assertThat(page(new OrthogonalNtkStudy(), "ntk-orthogonal", "--seeds", "1", "--data-dir", mnist()))
                .contains("The limit is 3.228.", "| power |", "(ntk-orthogonal/convergence-4.svg)");
    }

    private static String mnist() {
        return RealData.with("mnist").toString();
    }

    private String page(Object study, String name, String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of(more));
        args.addAll(List.of("--output", folder.toString()));
        assertThat(Commands.line(study).execute(args.toArray(String[]::new))).isZero();
        return Files.readString(folder.resolve(name + ".md"));
    }
}
