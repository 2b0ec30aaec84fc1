package io.github.dl4jinit.examples.study.orthogonal;

import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.Rows;
import io.github.dl4jinit.examples.data.StoredData;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.examples.study.orthogonal.NtkNetwork.Law;
import io.github.dl4jinit.gain.CriticalLine;
import io.github.dl4jinit.gain.GaussianMoments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
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

    /** sigma_w^2 of tanh; on the critical line sigma_b^2 would be 2.0e-5. */
    static final double WEIGHT_VARIANCE = 1.05;

    private static final NtkNetwork TANH = tanh(3);
    private static final NtkNetwork DEEP_TANH = tanh(10);
    private static final NtkNetwork RELU = new NtkNetwork(Activation.RELU, 3, 2);

    /** Of an earlier computation of this project without this library: mean and deviation of one entry, Gaussian and orthogonal. */
    private static final Map<Integer, List<String>> ELSEWHERE = Map.of(
            64, List.of("3.44 ± 1.86", "3.36 ± 1.34"),
            256, List.of("3.24 ± 0.73", "3.32 ± 0.71"),
            1024, List.of("3.19 ± 0.32", "3.28 ± 0.34"));

    /** Pictures of 7 x 7 have fewer pixels than the narrowest network has units. */
    private static final int PIXELS_OF_SMALL = 49;

    /** Networks at the start: of the narrowest and of the widest. */
    private static final int MOST_NETWORKS = 64;

    private static final int LEAST_NETWORKS = 8;

    /** Examples that the largest stable rate of minibatches is taken from. */
    private static final int STABLE_ON = 16;

    /** Rate of the trainings of all examples at once, in parts of the largest stable one. */
    private static final double PART = 0.25;

    private static final List<Double> PARTS = List.of(0.05, 0.4, 1.6, 3.2);

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

    private static NtkNetwork tanh(int hidden) {
        return new NtkNetwork(Activation.TANH, hidden, WEIGHT_VARIANCE);
    }

    /** Networks at the start, on these examples. */
    private record Case(String title, NtkNetwork network, INDArray x, int widest) {}

    /** The wider the dearer, so that the widest go with the depth. */
    private List<Integer> widths(int widest) {
        List<Integer> all = options.full() ? List.of(64, 128, 256, 512, 1024, 2048) : List.of(8, 16, 32);
        return all.stream().filter(width -> width <= widest).toList();
    }

    private List<Case> cases(LabelledData digits) {
        int n = options.full() ? 16 : 4;
        return List.of(
                new Case("ReLU, 3 hidden layers, two vectors", RELU, vectors(), 1024),
                new Case(RELU.title(), RELU, Examples.features(digits, n, RELU), 1024),
                new Case(TANH.title(), TANH, Examples.features(digits, n, TANH), 2048),
                new Case(
                        TANH.title() + ", 49 pixels",
                        TANH,
                        Examples.features(digits.limited(n, 1).reduced(4), n, TANH),
                        1024),
                new Case(DEEP_TANH.title(), DEEP_TANH, Examples.features(digits, n, DEEP_TANH), 1024));
    }

    /** Those of the test vectors of the analytic kernel. */
    private static INDArray vectors() {
        return Nd4j.createFromArray(new float[][] {{1, 0, 2, -1}, {0.5f, -1, 1, 1}});
    }

    private int networks(Case one, int width) {
        if (!options.full()) {
            return 4;
        }
        if (one.x().rows() == 2) {
            return width > 512 ? 40 : 100;
        }
        return Math.max(LEAST_NETWORKS, Math.min(MOST_NETWORKS, 16_384 / width));
    }

    @Override
    public Integer call() {
        Journal journal = options.journal(NAME, List.of("part", "network", "law", "width", "seed_or_rate"),
                Stream.iterate(1, i -> i + 1).limit(8).map(i -> "number_" + i).toList());
        LabelledData digits = StoredData.MNIST.load(options.data());
        ResultPage page = ResultPage.of(NAME, "Orthogonal against Gaussian weights, by their kernels");
        fluctuations(page, journal, digits);
        List<Long> seeds = options.seeds(options.full() ? 3 : 1);
        trainings(page, journal, digits, seeds);
        convergence(page, journal, digits, seeds);
        page.write(options.output(), facts(seeds), journal);
        return 0;
    }

    private void fluctuations(ResultPage page, Journal journal, LabelledData digits) {
        List<Case> cases = cases(digits);
        Map<String, INDArray> limits = new LinkedHashMap<>();
        Function<Case, INDArray> limit = one -> limits.computeIfAbsent(
                one.title(), title -> one.network().limit().ntk(one.x(), one.x()));
        Function<Case, Function<Law, Function<Integer, double[]>>> numbers = one -> law -> width -> {
            int networks = networks(one, width);
            return journal.row(
                    List.of("start", one.title(), law.title(), "" + width, networks + " networks"),
                    () -> Experiments.fluctuation(one.network(), law, width, networks, one.x(), limit.apply(one)));
        };
        vectors(page, cases.get(0), numbers.apply(cases.get(0)));
        List<WidthCurve> lines = new ArrayList<>();
        for (Case one : cases) {
            for (Law law : Law.values()) {
                lines.add(new WidthCurve(
                        one.title(),
                        law,
                        widths(one.widest()).stream()
                                .map(width -> {
                                    double size = numbers.apply(one).apply(law).apply(width)[0];
                                    return new Point(width, size);
                                })
                                .toList(),
                        one.x().columns() > PIXELS_OF_SMALL ? one.x().columns() : Integer.MAX_VALUE));
                options.say(one.title() + ", " + law.title());
            }
        }
        page.heading("How much kernels of one width differ")
                .paragraph(
                        "Root mean square distance of the networks' kernels from their mean, in parts of the limit's size (Frobenius norms);"
                                + " in the last row the power of the width that it falls with (least squares of logarithms, with standard error;"
                                + " with 784 pixels of the widths below 784 alone, since a first layer of more units than pixels can be an isometry)."
                                + " The pictures are " + cases.get(1).x().rows() + " digits; "
                                + networks(cases.get(1), 64)
                                + " networks of the narrowest, "
                                + networks(cases.get(1), 2048)
                                + " of the widest (two vectors: 100, 40 above width 512).")
                .table(WidthCurve.table(widths(Integer.MAX_VALUE), lines));
        WidthCurve.charts(
                page,
                "fluctuation",
                "Fluctuation of the kernel",
                "relative fluctuation",
                widths(Integer.MAX_VALUE),
                lines);
    }

    private void vectors(ResultPage page, Case one, Function<Law, Function<Integer, double[]>> numbers) {
        double limit = one.network().limit().ntk(one.x(), one.x()).getDouble(0, 1);
        List<List<String>> rows = new ArrayList<>();
        for (int width : widths(one.widest())) {
            List<String> row = new ArrayList<>(List.of("" + width));
            for (Law law : Law.values()) {
                double[] found = numbers.apply(law).apply(width);
                row.add(String.format(Locale.ROOT, "%.2f ± %.2f", found[2], found[3]));
                row.add(ELSEWHERE.containsKey(width) ? ELSEWHERE.get(width).get(law.style()) : "-");
            }
            rows.add(row);
        }
        page.heading("One entry against an independent computation")
                .paragraph(String.format(
                        Locale.ROOT,
                        "Theta(x, y) for x = (1, 0, 2, -1), y = (0.5, -1, 1, 1), 3 hidden layers of ReLU, sigma_w^2 = 2: mean ± standard deviation over"
                                + " networks (100, and 40 above width 512). *Elsewhere* are the numbers of an earlier computation of this project, without"
                                + " this library and with other draws; they are not published ones. The limit is %.3f.",
                        limit))
                .table(new Table(List.of("width", "Gaussian", "elsewhere", "orthogonal", "elsewhere"), rows));
    }

    private void trainings(ResultPage page, Journal journal, LabelledData digits, List<Long> seeds) {
        int n = options.full() ? 32 : 8;
        int updates = options.full() ? 64 : 4;
        Map<NtkNetwork, Integer> widest = new LinkedHashMap<>();
        widest.put(RELU, 1024);
        widest.put(TANH, 2048);
        widest.put(DEEP_TANH, 512);
        List<Map.Entry<WidthCurve, List<List<double[]>>>> all = new ArrayList<>();
        widest.forEach((network, most) -> {
            Experiments.Task task = Experiments.Task.of(
                    network,
                    Examples.parity(digits.train(), n, network),
                    Examples.parity(digits.test(), 2 * n, network));
            for (Law law : Law.values()) {
                List<List<double[]>> runs = widths(most).stream()
                        .map(width -> seeds.stream()
                                .map(seed -> journal.row(
                                        List.of("training", network.title(), law.title(), "" + width, "" + seed),
                                        () -> Experiments.training(network, law, width, seed, task, PART, updates)))
                                .toList())
                        .toList();
                all.add(Map.entry(new WidthCurve(network.title(), law, List.of(), Integer.MAX_VALUE), runs));
                options.say(network.title() + ", " + law.title() + ", trained");
            }
        });
        page.heading("How far the kernel moves in training")
                .paragraph(n
                        + " digits, even against odd (plus and minus the standard deviation of the outputs at the start), one output, all examples at once, "
                        + updates
                        + " updates at "
                        + PART
                        + " times the largest stable rate by the limit's kernel. The relative change of the kernel at the end,"
                        + " median (range) over the seeds.")
                .table(WidthCurve.table(widths(Integer.MAX_VALUE), lines(all, 1)));
        WidthCurve.charts(
                page,
                "drift",
                "Movement of the kernel in training",
                "relative change",
                widths(Integer.MAX_VALUE),
                lines(all, 1));
        page.paragraph("The change of its shape alone, 1 - cosine:")
                .table(WidthCurve.table(widths(Integer.MAX_VALUE), lines(all, 2)));
        page.heading("What the kernel foretells")
                .paragraph("Outputs for " + 2 * n
                        + " test digits at the end: how far the trained network is from the kernel regression with the kernel of"
                        + " its own start, in parts of how far training moved the outputs (root mean squares).")
                .table(WidthCurve.table(widths(Integer.MAX_VALUE), lines(all, 3)));
        WidthCurve.charts(
                page,
                "foretold",
                "Network against its own kernel",
                "relative distance",
                widths(Integer.MAX_VALUE),
                lines(all, 3));
        page.paragraph("The same with the kernel of the limit, from the outputs of the network's start:")
                .table(WidthCurve.table(widths(Integer.MAX_VALUE), lines(all, 4)));
        page.paragraph(
                        "Mean squared error on the test digits, of the network and (second) as its own kernel foretells, medians:")
                .table(errors(all));
    }

    private List<WidthCurve> lines(List<Map.Entry<WidthCurve, List<List<double[]>>>> all, int column) {
        return all.stream()
                .map(entry -> {
                    List<Integer> widths = widths(Integer.MAX_VALUE);
                    List<Point> points = new ArrayList<>();
                    for (List<double[]> runs : entry.getValue()) {
                        MedianAndRange spread = MedianAndRange.of(
                                runs.stream().map(run -> run[column]).toList());
                        points.add(new Point(widths.get(points.size()), spread.low(), spread.median(), spread.high()));
                    }
                    return new WidthCurve(
                            entry.getKey().network(), entry.getKey().law(), points, Integer.MAX_VALUE);
                })
                .toList();
    }

    private Table errors(List<Map.Entry<WidthCurve, List<List<double[]>>>> all) {
        List<WidthCurve> real = lines(all, 6);
        List<WidthCurve> foretold = lines(all, 7);
        List<String> head = new ArrayList<>(List.of("width"));
        real.forEach(line -> head.add(line.title()));
        List<List<String>> rows = new ArrayList<>();
        List<Integer> widths = widths(Integer.MAX_VALUE);
        for (int i = 0; i < widths.size(); i++) {
            List<String> row = new ArrayList<>(List.of("" + widths.get(i)));
            for (int line = 0; line < real.size(); line++) {
                List<Point> points = real.get(line).points();
                row.add(
                        i < points.size()
                                ? TableNumbers.number(points.get(i).mid()) + ", "
                                        + TableNumbers.number(foretold.get(line)
                                                .points()
                                                .get(i)
                                                .mid())
                                : "-");
            }
            rows.add(row);
        }
        return new Table(head, rows);
    }

    private Experiments.Plan plan() {
        return options.full() ? new Experiments.Plan(50, 60, 10, 0.6, 32) : new Experiments.Plan(20, 4, 2, 0.6, 8);
    }

    private void convergence(ResultPage page, Journal journal, LabelledData digits, List<Long> seeds) {
        int n = options.full() ? 500 : 40;
        int width = options.full() ? 128 : 16;
        Experiments.Plan plan = plan();
        page.heading("Convergence over depth and learning rate")
                .paragraph("tanh, width " + width + ", " + n + " digits, ten outputs, batches of " + plan.batch() + ", "
                        + plan.updates()
                        + " updates; rates in parts of the largest stable one of the limit's kernel, the same for both. Loss on the training digits at the"
                        + " end, median (range); updates to a loss of " + plan.target()
                        + "; accuracy on test digits; how far the kernel moved.");
        for (int hidden : options.full() ? List.of(3, 10, 20) : List.of(4)) {
            NtkNetwork network = tanh(hidden);
            DataSet train = Examples.classes(digits.train(), n, network);
            DataSet test = Examples.classes(digits.test(), options.full() ? 1000 : 50, network);
            INDArray x = Rows.first(train, STABLE_ON).getFeatures();
            double stable = Experiments.stable(network.limit().ntk(x, x));
            List<List<String>> rows = new ArrayList<>();
            List<Curve> curves = new ArrayList<>();
            for (Law law : Law.values()) {
                List<Point> points = new ArrayList<>();
                for (double part : PARTS) {
                    List<double[]> runs = seeds.stream()
                            .map(seed -> journal.row(
                                    List.of(
                                            "convergence",
                                            network.title(),
                                            law.title(),
                                            "" + width,
                                            "seed " + seed + ", rate " + part),
                                    () -> Experiments.convergence(
                                            network, law, width, seed, train, test, part * stable, plan)))
                            .toList();
                    rows.add(row(law, part, runs));
                    MedianAndRange loss =
                            MedianAndRange.of(runs.stream().map(run -> run[0]).toList());
                    points.add(new Point(points.size(), loss.low(), loss.median(), loss.high()));
                }
                curves.add(new Curve(law.title(), law.style(), points));
                options.say(network.title() + ", " + law.title() + ", convergence");
            }
            page.paragraph("**" + hidden + " hidden layers**, largest stable rate " + TableNumbers.number(stable) + ":")
                    .table(new Table(List.of("weights, rate", "loss", "updates", "accuracy", "kernel moved"), rows))
                    .chart(
                            "convergence-" + hidden,
                            new LineChart(
                                    hidden + " hidden layers: loss after " + plan.updates() + " updates",
                                    "rate, in parts of the largest stable one",
                                    "training loss",
                                    "",
                                    Scale.LOG,
                                    1,
                                    PARTS.stream().map(String::valueOf).toList(),
                                    curves));
        }
    }

    private static List<String> row(Law law, double part, List<double[]> runs) {
        Function<Integer, MedianAndRange> spread = column ->
                MedianAndRange.of(runs.stream().map(run -> run[column]).toList());
        MedianAndRange loss = spread.apply(0);
        boolean lost = Double.isInfinite(loss.median());
        double updates = spread.apply(1).median();
        return List.of(
                law.title() + ", " + part,
                lost
                        ? "lost"
                        : TableNumbers.number(loss.median()) + " (" + TableNumbers.number(loss.low()) + " .. "
                                + (Double.isInfinite(loss.high()) ? "lost" : TableNumbers.number(loss.high())) + ")",
                Double.isInfinite(updates) ? "-" : String.format(Locale.ROOT, "%.0f", updates),
                lost ? "-" : TableNumbers.number(spread.apply(2).median()),
                lost ? "-" : TableNumbers.number(spread.apply(3).median()));
    }

    private Facts facts(List<Long> seeds) {
        Map<String, String> settings = new LinkedHashMap<>();
        double slope = WEIGHT_VARIANCE
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
                        WEIGHT_VARIANCE,
                        Examples.Q,
                        slope,
                        CriticalLine.at(new ActivationTanH(), Examples.Q).biasVariance()));
        settings.put("ReLU", "sigma_w^2 = 2, examples so long that the first variance is 1");
        settings.put(
                "loss", "sum of squares over the outputs, mean over examples; its largest stable rate is n / lambda");
        settings.put(
                "data", "the first digits of MNIST's training and test parts, standardized, each scaled to one length");
        settings.put("foretold", "gradient flow with a fixed kernel after the same rate times updates");
        settings.put("seeds", seeds + "; kernels at the start: 1, 2, ... for each network");
        settings.put("precision", "FLOAT, sums in DOUBLE");
        return options.facts(settings);
    }
}
