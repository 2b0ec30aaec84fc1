package io.github.dl4jinit.examples.study.ntk;

import io.github.dl4jinit.examples.charts.Chart;
import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.StoredData;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.LossWatch;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.ntk.Runs.Rate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The neural tangent kernels of many starts, and whether they predict how training goes. */
@Command(
        name = "ntk-initializers",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Compares the neural tangent kernels of initializers, and the trainings that follow.")
public final class NtkInitializersStudy implements Callable<Integer> {

    private static final String NAME = "ntk-initializers";

    @Mixin
    private StudyOptions options = new StudyOptions();

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new NtkInitializersStudy(), args);
    }

    private List<KernelExperiment> trials() {
        LabelledData mnist = part(StoredData.MNIST.load(options.data()), 2);
        LabelledData cifar = part(StoredData.CIFAR10.load(options.data()), 4);
        return List.of(
                trial("MNIST, ReLU", mnist, Activation.RELU, 0.6),
                trial("CIFAR-10, ReLU", cifar, Activation.RELU, 0.85));
    }

    private KernelExperiment trial(String title, LabelledData data, Activation activation, double target) {
        return options.full()
                ? new KernelExperiment(title, data, activation, target, 64, 32, 6)
                : new KernelExperiment(title, data, activation, target, 16, 16, 2);
    }

    private LabelledData part(LabelledData all, int factor) {
        LabelledData part = (options.full() ? all.limited(1000, 1000) : all.limited(KernelExperiment.LOOKED_AT, 100))
                .reduced(factor);
        return new LabelledData(
                part.name(),
                inDouble(part.train()),
                inDouble(part.validation()),
                inDouble(part.test()),
                part.classNames(),
                part.image());
    }

    private static DataSet inDouble(DataSet part) {
        return new DataSet(
                part.getFeatures().castTo(DataType.DOUBLE), part.getLabels().castTo(DataType.DOUBLE));
    }

    @Override
    public Integer call() {
        List<Long> seeds = options.seeds(options.full() ? 3 : 1);
        Journal journal = options.journal(NAME, List.of("task", "start", "seed"), KernelExperiment.COLUMNS);
        List<KernelExperiment> trials = trials();
        Map<String, Runs> results = new LinkedHashMap<>();
        for (KernelExperiment trial : trials) {
            Map<Scheme, List<double[]>> runs = new LinkedHashMap<>();
            for (Scheme start : Starts.all()) {
                runs.put(
                        start,
                        seeds.stream()
                                .map(seed -> journal.row(
                                        List.of(trial.title(), start.name(), "" + seed), () -> trial.run(start, seed)))
                                .toList());
                options.say(trial.title() + ", " + start.title());
            }
            results.put(trial.title(), new Runs(runs));
        }
        page(trials, results).write(options.output(), facts(trials.get(0), seeds), journal);
        return 0;
    }

    private ResultPage page(List<KernelExperiment> trials, Map<String, Runs> results) {
        ResultPage page = ResultPage.of(NAME, "The neural tangent kernels of initializers");
        KernelExperiment first = trials.get(0);
        Correlations.addTo(page, results);
        page.heading("Equal weights")
                .paragraph(
                        "Two hidden layers of width 64, one output, 64 digits of 7 x 7 pixels, so that a rank below 64 can be"
                                + " seen. The network of width 1 has the same first weights and the others times 64.")
                .table(EqualWeights.table(digits()));
        for (KernelExperiment trial : trials) {
            Runs runs = Objects.requireNonNull(results.get(trial.title()));
            String file = Chart.fileName(trial.title());
            page.heading(trial.title())
                    .paragraph("The kernel of " + first.probe()
                            + " training examples at the start. Medians over the seeds; the"
                            + " condition is infinite where the smallest eigenvalue is not told from zero.")
                    .table(KernelTables.starts(runs))
                    .chart("spectrum-" + file, KernelTables.spectra(trial));
            for (Rate rate : Rate.values()) {
                page.paragraph("Training, " + rate.title()
                                + ": the loss that the kernel of the start predicts, the loss that came, the updates"
                                + " to a loss of " + trial.target()
                                + ", test accuracy, how far the kernel moved in the first pass and in"
                                + " all, and how far its shape did. Medians; the range of the loss in brackets.")
                        .table(KernelTables.trainings(runs, rate));
            }
            page.chart("predicted-" + file, KernelTables.predicted(trial.title(), runs))
                    .chart("accuracy-" + file, KernelTables.accuracies(trial.title(), runs));
        }
        return page;
    }

    private INDArray digits() {
        return StoredData.MNIST
                .load(options.data())
                .limited(64, 1)
                .reduced(4)
                .train()
                .getFeatures()
                .castTo(DataType.DOUBLE);
    }

    private Facts facts(KernelExperiment trial, List<Long> seeds) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "network",
                KernelExperiment.HIDDEN + " hidden layers of width " + trial.width()
                        + " with biases of 0 (but for Box and the LPS-reconstruction), 10 linear outputs, the sum of squares over the outputs"
                        + " as loss (mean over examples)");
        settings.put(
                "data",
                "the first " + trial.data().train().numExamples() + " training and "
                        + trial.data().test().numExamples()
                        + " test images, standardized, then averaged down to 14 x 14 pixels (MNIST) and 8 x 8 in colour (CIFAR-10)");
        settings.put(
                "kernel",
                "trace kernel of the first " + trial.probe()
                        + " training images; alignment of the centred kernel with the centred labels");
        settings.put(
                "training",
                "plain gradient descent, batches of " + KernelExperiment.BATCH + " in one order, " + trial.epochs()
                        + " passes; shared rate "
                        + KernelExperiment.SHARED_RATE + ", own rate " + KernelExperiment.OWN_PART
                        + " times n / lambda for the largest eigenvalue lambda of the full kernel of the n images");
        settings.put(
                "predicted loss",
                "kernel regression on the kernel's images, from the outputs of the start, after the same rate times updates");
        settings.put(
                "loss",
                "on the first " + KernelExperiment.LOOKED_AT + " training images, every " + KernelExperiment.LOOK
                        + " updates; lost if not below " + (int) LossWatch.LOST + " times that of the start");
        settings.put("seeds", seeds.toString());
        settings.put("precision", "DOUBLE");
        return options.facts(settings);
    }
}
