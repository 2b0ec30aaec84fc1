package io.github.dl4jinit.examples.study.ntk;

import io.github.dl4jinit.examples.charts.Chart;
import io.github.dl4jinit.examples.charts.Cloud;
import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.ScatterChart;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.StoredData;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.LossWatch;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.examples.study.ntk.Runs.Rate;
import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.ntk.KernelSpectrum;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The neural tangent kernels of many starts, and whether they foretell how training goes. */
@Command(
        name = "ntk-initializers",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Compares the neural tangent kernels of initializers, and the trainings that follow.")
public final class NtkInitializersStudy implements Callable<Integer> {

    private static final String NAME = "ntk-initializers";

    private static final List<String> DRAWN =
            List.of("constant 0", "constant 1", "N(0.0, 0.01^2)", "N(0.0, 1.0^2)", "he", "orthogonal", "lsuv", "box");

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
        Journal journal = options.journal(NAME, List.of("task", "start", "seed"),
                KernelExperiment.COLUMNS);
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
                    .table(starts(runs))
                    .chart("spectrum-" + file, spectra(trial));
            for (Rate rate : Rate.values()) {
                page.paragraph("Training, " + rate.title()
                                + ": the loss that the kernel of the start foretells, the loss that came, the updates"
                                + " to a loss of " + trial.target()
                                + ", test accuracy, how far the kernel moved in the first pass and in"
                                + " all, and how far its shape did. Medians; the range of the loss in brackets.")
                        .table(trainings(runs, rate));
            }
            page.chart("foretold-" + file, foretold(trial.title(), runs))
                    .chart("accuracy-" + file, accuracies(trial.title(), runs));
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

    private static Table starts(Runs results) {
        List<List<String>> rows = new ArrayList<>();
        results.starts()
                .forEach(start -> rows.add(List.of(
                        start.title(),
                        TableNumbers.power(results.median(start, "largest")),
                        TableNumbers.number(results.median(start, "effective_rank")),
                        String.format(Locale.ROOT, "%.0f", results.median(start, "rank")),
                        power(results.median(start, "condition")),
                        TableNumbers.number(results.median(start, "alignment")),
                        TableNumbers.power(results.median(start, "stable_rate")))));
        return new Table(
                List.of(
                        "start",
                        "largest eigenvalue",
                        "effective rank",
                        "rank",
                        "condition",
                        "alignment",
                        "largest stable rate"),
                rows);
    }

    private static String power(double value) {
        return Double.isInfinite(value) ? "infinite" : TableNumbers.power(value);
    }

    private static Table trainings(Runs results, Rate rate) {
        List<List<String>> rows = new ArrayList<>();
        results.starts().forEach(start -> {
            MedianAndRange loss = results.spread(start, rate.column("loss"));
            double updates = results.median(start, rate.column("updates"));
            double foretold = results.median(start, rate.column("foretold"));
            boolean lost = Double.isInfinite(loss.median());
            rows.add(List.of(
                    start.title(),
                    Double.isInfinite(foretold) ? "unstable" : TableNumbers.number(foretold),
                    lost
                            ? "lost"
                            : TableNumbers.number(loss.median()) + " (" + number(loss.low()) + " .. "
                                    + number(loss.high()) + ")",
                    Double.isInfinite(updates) ? "-" : String.format(Locale.ROOT, "%.0f", updates),
                    lost ? "-" : TableNumbers.number(results.median(start, rate.column("accuracy"))),
                    number(results.median(start, rate.column("drift_early"))),
                    number(results.median(start, rate.column("drift"))),
                    number(results.median(start, rate.column("distance")))));
        });
        return new Table(
                List.of("start", "foretold", "loss", "updates", "accuracy", "first pass", "moved", "shape"), rows);
    }

    private static String number(double value) {
        return Double.isInfinite(value) ? "lost" : TableNumbers.number(value);
    }

    /** Of seed 1. */
    private static LineChart spectra(KernelExperiment trial) {
        INDArray x = trial.data().limited(trial.probe(), 1).train().getFeatures();
        List<Curve> curves = new ArrayList<>();
        for (Scheme start : Starts.all()) {
            if (DRAWN.contains(start.name())) {
                List<Double> values = KernelSpectrum.of(
                                EmpiricalNtk.of(trial.start(start, 1)).kernel(x, x))
                        .eigenvalues();
                double least = values.size() * Math.ulp(1.0);
                curves.add(new Curve(
                        start.title(),
                        curves.size(),
                        IntStream.range(0, values.size())
                                .mapToObj(i -> new Point(i + 1, values.get(i) / values.get(0)))
                                .filter(point -> point.mid() > least)
                                .toList()));
            }
        }
        return new LineChart(
                trial.title() + ": eigenvalues, in parts of the largest",
                "number",
                "eigenvalue",
                "",
                Scale.LOG,
                Double.POSITIVE_INFINITY,
                List.of(),
                curves);
    }

    private static ScatterChart foretold(String title, Runs results) {
        return scatter(
                title + ": the loss that came, by the loss foretold",
                "foretold loss, power of ten",
                "loss, power of ten",
                results,
                "foretold",
                "loss");
    }

    private static ScatterChart accuracies(String title, Runs results) {
        return scatter(
                title + ": accuracy by the largest eigenvalue",
                "largest eigenvalue, power of ten",
                "test accuracy",
                results,
                "largest",
                "accuracy");
    }

    private static ScatterChart scatter(String title, String xLabel, String yLabel, Runs results, String x, String y) {
        List<Cloud> clouds = new ArrayList<>();
        for (Rate rate : Rate.values()) {
            clouds.add(new Cloud(
                    rate.title(),
                    rate.style(),
                    results.starts().stream()
                            .map(start -> {
                                double height = results.median(start, rate.column(y));
                                return new Point(
                                        Math.log10(results.median(start, rate.column(x))),
                                        y.equals("accuracy") ? height : Math.log10(height));
                            })
                            .toList()));
        }
        return new ScatterChart(title, xLabel, yLabel, clouds);
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
                        + " test pictures, standardized, then averaged down to 14 x 14 pixels (MNIST) and 8 x 8 in colour (CIFAR-10)");
        settings.put(
                "kernel",
                "trace kernel of the first " + trial.probe()
                        + " training pictures; alignment of the centred kernel with the centred labels");
        settings.put(
                "training",
                "plain gradient descent, batches of " + KernelExperiment.BATCH + " in one order, " + trial.epochs()
                        + " passes; shared rate "
                        + KernelExperiment.SHARED_RATE + ", own rate " + KernelExperiment.OWN_PART
                        + " times n / lambda for the largest eigenvalue lambda of the full kernel of the n pictures");
        settings.put(
                "foretold loss",
                "kernel regression on the kernel's pictures, from the outputs of the start, after the same rate times updates");
        settings.put(
                "loss",
                "on the first " + KernelExperiment.LOOKED_AT + " training pictures, every " + KernelExperiment.LOOK
                        + " updates; lost if not below " + (int) LossWatch.LOST + " times that of the start");
        settings.put("seeds", seeds.toString());
        settings.put("precision", "DOUBLE");
        return options.facts(settings);
    }
}
