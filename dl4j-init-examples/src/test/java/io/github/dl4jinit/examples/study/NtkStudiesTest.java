package io.github.dl4jinit.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.examples.data.RealData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The smaller versions of the studies of kernels, to their pages, and the statistics that they rest on. */
class NtkStudiesTest {

    private static final double INFINITY = Double.POSITIVE_INFINITY;

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

    @Test
    void rankCorrelation_looksAtTheOrderAlone() {
        RankCorrelation found = RankCorrelation.of(List.of(1.0, 2.0, 3.0, 4.0), List.of(-INFINITY, 5.0, 6.0, INFINITY));
        assertThat(found.rho()).isEqualTo(1);
        // Ranks 1 2.5 2.5 4 against 2 1 3 4: products 3, squares 4.5 and 5.
        found = RankCorrelation.of(List.of(0.0, 7.0, 7.0, 9.0), List.of(2.0, 1.0, 3.0, 4.0));
        assertThat(found.rho()).isCloseTo(3 / Math.sqrt(22.5), within(1e-12));
        assertThat(found.toldFromZero()).isFalse();
        assertThatThrownBy(() -> RankCorrelation.of(List.of(1.0), List.of(1.0))).hasMessageContaining("got 1 and 1");
    }

    @Test
    void powerLaw_findsTheExponent() {
        PowerLaw law = PowerLaw.fit(List.of(1, 2, 4), List.of(3.0, 1.5, 0.75));
        assertThat(law.exponent()).isCloseTo(-1, within(1e-12));
        assertThat(law.standardError()).isCloseTo(0, within(1e-7));
        assertThatThrownBy(() -> PowerLaw.fit(List.of(1, 2), List.of(1.0, 2.0))).hasMessageContaining("3 points");
    }

    private String page(CommandLine study, String name) throws IOException {
        String data = RealData.with("mnist").toString();
        assertThat(study.execute("--seeds", "1", "--data-dir", data, "--output", folder.toString()))
                .isZero();
        return Files.readString(folder.resolve(name + ".md"));
    }
}
