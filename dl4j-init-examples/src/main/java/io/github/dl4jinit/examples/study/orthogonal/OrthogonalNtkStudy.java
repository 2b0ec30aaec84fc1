package io.github.dl4jinit.examples.study.orthogonal;

import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.StoredData;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.gain.CriticalLine;
import io.github.dl4jinit.gain.GaussianMoments;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Orthogonal against Gaussian weights by their neural tangent kernels: at the start, in training, and where training leaves them. */
@Command(
        name = "ntk-orthogonal",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Compares orthogonal with Gaussian weights by their neural tangent kernels.")
public final class OrthogonalNtkStudy implements Callable<Integer> {

    private static final String NAME = "ntk-orthogonal";

    @Mixin
    private StudyOptions options = new StudyOptions();

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new OrthogonalNtkStudy(), args);
    }

    @Override
    public Integer call() {
        Journal journal = options.journal(
                NAME,
                List.of("part", "network", "law", "width", "seed_or_rate"),
                Stream.iterate(1, i -> i + 1).limit(8).map(i -> "number_" + i).toList());
        LabelledData digits = StoredData.MNIST.load(options.data());
        ResultPage page = ResultPage.of(NAME, "Orthogonal against Gaussian weights, by their kernels");
        new Fluctuations(options, journal, digits).addTo(page);
        List<Long> seeds = options.seeds(options.full() ? 3 : 1);
        new Trainings(options, journal, digits, seeds).addTo(page);
        new Convergence(options, journal, digits, seeds).addTo(page);
        page.write(options.output(), facts(seeds), journal);
        return 0;
    }

    private Facts facts(List<Long> seeds) {
        Map<String, String> settings = new LinkedHashMap<>();
        double slope = NtkNetwork.WEIGHT_VARIANCE
                * GaussianMoments.of(new ActivationTanH(), 0, Examples.Q).slopeSquare();
        settings.put(
                "networks",
                "NTK parametrization, z = (sigma_w / sqrt(n)) W h, no biases; Gaussian: W ~ N(0, 1); orthogonal: Haar, times the root of the larger"
                        + " side");
        settings.put(
                "tanh",
                String.format(
                        Locale.ROOT,
                        "sigma_w^2 = %s, examples so long that the first variance is q = %s, where sigma_w^2 E[f'^2] = %.6f; the critical line wants"
                                + " sigma_b^2 = %.1e there, and the networks have none",
                        NtkNetwork.WEIGHT_VARIANCE,
                        Examples.Q,
                        slope,
                        CriticalLine.at(new ActivationTanH(), Examples.Q).biasVariance()));
        settings.put("ReLU", "sigma_w^2 = 2, examples so long that the first variance is 1");
        settings.put(
                "loss", "sum of squares over the outputs, mean over examples; its largest stable rate is n / lambda");
        settings.put(
                "data", "the first digits of MNIST's training and test parts, standardized, each scaled to one length");
        settings.put("predicted", "gradient flow with a fixed kernel after the same rate times updates");
        settings.put("seeds", seeds + "; kernels at the start: 1, 2, ... for each network");
        settings.put("precision", "FLOAT, sums in DOUBLE");
        return options.facts(settings);
    }
}
