package io.github.dl4jinit.examples.study;

import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.Distribution;
import io.github.dl4jinit.examples.charts.Histogram;
import io.github.dl4jinit.examples.charts.Histogram.Form;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.study.ShapesetNetwork.Outcome;
import io.github.dl4jinit.internal.gradient.Recording;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.probe.JacobianSpectrum;
import io.github.dl4jinit.probe.Probe;
import io.github.dl4jinit.report.JacobianReport;
import io.github.dl4jinit.report.ProbeReport;
import io.github.dl4jinit.report.ProbeReport.MeanAndVariance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The look of Glorot and Bengio (2010) into networks that start badly: saturation in training, activations, gradients and
 * singular values at the start, and test errors, on Shapeset-3x2. Published numbers stand in columns of their own.
 */
@Command(
        name = "glorot-bengio",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        description = "Saturation, gradients and singular values of deep networks on Shapeset-3x2.")
public final class GlorotBengioStudy implements Callable<Integer> {

    private static final String NAME = "glorot-bengio";
    private static final int BINS = 80;
    private static final int LOOKS = 10;

    private static final ShapesetNetwork TANH = new ShapesetNetwork("Tanh", Activation.TANH, false, 5, 0.05, "27.15");
    private static final ShapesetNetwork TANH_N =
            new ShapesetNetwork("Tanh N", Activation.TANH, true, 5, 0.05, "15.60");
    private static final List<ShapesetNetwork> NETWORKS = List.of(
            new ShapesetNetwork("Softsign", Activation.SOFTSIGN, false, 5, 0.05, "16.27"),
            new ShapesetNetwork("Softsign N", Activation.SOFTSIGN, true, 5, 0.05, "16.06"),
            TANH,
            TANH_N,
            new ShapesetNetwork("Sigmoid", Activation.SIGMOID, false, 4, 0.1, "82.61"),
            new ShapesetNetwork("Sigmoid, 5 layers", Activation.SIGMOID, false, 5, 0.1, ""));

    private static final String READING = """
            What Glorot and Bengio (2010) looked at: how far the signal of standard and of normalized weights comes before training, and which layers
            saturate in training. The start is that of the paper's networks, with its 1,000 units unless the table says otherwise. The training is shorter than
            theirs by three powers of ten, and its layers are narrower: errors are not to be compared across the columns.

            **The start is the paper's.** With standard weights the deviation of the activations falls from 0.310 in the first layer to 0.032 in the fifth,
            and that of the gradients on its way back from 0.017 to 1.7e-03. Normalized weights keep 0.275 of 0.460, and 0.024 of 0.039. Mean singular values are
            0.449 to 0.489 and 0.686 to 0.781. The gradients of the weights, products of the two, are alike in all layers, with both.

            **The last sigmoid layer saturates at 0 at once**, as in the paper: within the few updates here its mean falls from one half to near 0, while the layers
            below stay about the middle, and the error does not leave that of a constant. Whether four layers come back from there, as the paper's do
            after a hundred epochs, cannot be seen in so short a training. Tanh with normalized weights saturates from the first layer on upwards: 0.116 of the outputs of layer 1
            are at a bound at the end, 0.021 of those of layer 2.

            **The order of the errors is the paper's at its two ends**: tanh with standard weights has learned nothing (83.100 per cent, a constant errs as much)
            where normalized ones have begun to (73.800); softsign needs them less (75.400 and 72.700); sigmoids have learned nothing. One rate for each
            activation, three seeds, ranges that touch: what lies within two per cent means nothing.
            """;

    @Mixin
    private StudyOptions options = new StudyOptions();

    @Option(
            names = "--updates",
            paramLabel = "N",
            description = "updates of each training (default: ${DEFAULT-VALUE}; at most 50 without --full)")
    private int updates = 3000;

    @Option(
            names = "--train-width",
            paramLabel = "N",
            description = "units of the layers that are trained (default: ${DEFAULT-VALUE}; at most 20 without --full)")
    private int trainWidth = 200;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new GlorotBengioStudy(), args);
    }

    @Override
    public Integer call() {
        int startWidth = options.full() ? 1000 : 20;
        if (!options.full()) {
            updates = Math.min(updates, 50);
            trainWidth = Math.min(trainWidth, 20);
        }
        List<Long> seeds = options.seeds(options.full() ? 3 : 1);
        Journal journal = Journal.open(
                ResultPage.rawNumbers(options.output(), NAME),
                List.of("what", "network", "width", "updates", "seed", "layer", "iteration"),
                List.of("first", "second"));
        ResultPage page = new ResultPage(NAME, "Glorot and Bengio: a look into deep networks on Shapeset-3x2", READING);
        start(page, journal, startWidth, seeds.get(0));
        training(page, journal, seeds);
        page.write(options.output(), facts(startWidth, seeds), journal);
        return 0;
    }

    /** Activations, gradients and singular values before the first update, standard beside normalized. */
    private void start(ResultPage page, Journal journal, int width, long seed) {
        DataSet batch = ShapesetNetwork.probed(seed);
        List<List<String>> rows = new ArrayList<>();
        page.heading("At the start: tanh, 5 hidden layers of " + width);
        for (ShapesetNetwork network : List.of(TANH, TANH_N)) {
            String way = network.normalized() ? "normalized" : "standard";
            MultiLayerNetwork built = network.build(width, seed);
            histograms(page, way, built, batch);
            List<ProbeReport.Layer> probes =
                    new Probe(true, 0, 1).measure(built, batch).layers();
            List<JacobianReport.Line> jacobians = new ArrayList<>();
            for (int layer = 1; layer <= network.depth(); layer++) {
                int at = layer - 1;
                Function<String, List<String>> key =
                        what -> List.of(what, network.title(), "" + width, "0", "" + seed, "" + (at + 1), "0");
                double[] spread = journal.row(key.apply("start"), () -> new double[] {
                    deviation(probes.get(at).outputs().moments()),
                    deviation(probes.get(at).derivatives().gradient())
                });
                double[] weights = journal.row(key.apply("weight gradient"), () ->
                        new double[] {deviation(probes.get(at).derivatives().weightGradient())});
                double[] singular = journal.row(key.apply("singular value"), () -> {
                    if (jacobians.isEmpty()) {
                        jacobians.addAll(new JacobianSpectrum(1, 1024, true)
                                .measure(built, batch)
                                .layers());
                    }
                    return new double[] {jacobians.get(at).spectrum().mean()};
                });
                rows.add(List.of(
                        way,
                        "" + layer,
                        Cells.number(spread[0]),
                        Cells.number(spread[1]),
                        Cells.number(weights[0]),
                        Cells.number(singular[0])));
            }
            Commands.say(spec, "start, " + way);
        }
        page.paragraph(
                        "Standard deviations over 300 pictures and all units, the gradients by the pre-activations; mean singular"
                                + " value of the derivative of a layer's output by its input at one picture. Summaries of the paper give mean"
                                + " singular values of 0.5 for the standard and 0.8 for the normalized start.")
                .table(new Table(
                        List.of("start", "layer", "activation", "gradient", "weight gradient", "mean singular value"),
                        rows));
    }

    private static double deviation(@Nullable MeanAndVariance moments) {
        return Math.sqrt(Objects.requireNonNull(moments).variance());
    }

    private static void histograms(ResultPage page, String way, MultiLayerNetwork network, DataSet batch) {
        List<Distribution> activations = new ArrayList<>();
        List<Distribution> gradients = new ArrayList<>();
        try (NetworkCopy view = NetworkCopy.of(network);
                Recording tape = Recording.of(
                        view, batch.toMultiDataSet(), new Recording.Mode(DataType.FLOAT, true, Recording.End.LOSS))) {
            // Step 0 is the input, the last one the output layer.
            int hidden = tape.steps().size() - 2;
            double[][] deltas = new double[hidden + 2][];
            tape.pullBack(batch.toMultiDataSet().getLabels(), (step, delta, parameters) -> {
                if (delta != null) {
                    deltas[step] = delta.castTo(DataType.DOUBLE).dup('c').data().asDouble();
                }
            });
            double unit = deviation(deltas[hidden]);
            for (int i = 1; i <= hidden; i++) {
                double[] outputs =
                        tape.output(i).castTo(DataType.DOUBLE).dup('c').data().asDouble();
                activations.add(Distribution.density("layer " + i, i - 1, outputs, -1, 1, BINS));
                double[] scaled = Arrays.stream(deltas[i]).map(d -> d / unit).toArray();
                gradients.add(Distribution.density("layer " + i, i - 1, scaled, -3, 3, BINS));
            }
        }
        page.chart(
                        "activations-" + way,
                        new Histogram("Activations, " + way, "tanh", "density", Form.LINES, Scale.LINEAR, activations))
                .chart(
                        "gradients-" + way,
                        new Histogram(
                                "Back-propagated gradients, " + way,
                                "gradient, in standard deviations of the last layer's",
                                "density",
                                Form.LINES,
                                Scale.LINEAR,
                                gradients));
    }

    private static double deviation(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Math.sqrt(Arrays.stream(values)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElseThrow());
    }

    private void training(ResultPage page, Journal journal, List<Long> seeds) {
        Map<ShapesetNetwork, List<double[]>> tests = new LinkedHashMap<>();
        for (ShapesetNetwork network : NETWORKS) {
            tests.put(
                    network,
                    seeds.stream().map(seed -> train(journal, network, seed)).toList());
            Commands.say(spec, network.title());
        }
        page.heading("In training")
                .paragraph("Hidden layers of " + trainWidth + ", on 300 test pictures, seed " + seeds.get(0)
                        + ". Sigmoid: mean of the outputs, the band is one standard deviation. The others: the value that 98 per cent of the outputs"
                        + " do not exceed, 1 being full saturation.");
        for (ShapesetNetwork network : NETWORKS) {
            boolean sigmoid = network.activation() == Activation.SIGMOID;
            String file = ResultPage.fileName(network.title());
            page.chart(
                    "training-" + file,
                    sigmoid
                            ? chart(journal, network, seeds.get(0), "spread", "mean of the outputs", row ->
                                    new double[] {row[0] - row[1], row[0], row[0] + row[1]})
                            : chart(journal, network, seeds.get(0), "saturated", "98 % of the outputs below", row ->
                                    new double[] {row[1], row[1], row[1]}));
        }
        page.heading("Saturated outputs after training")
                .paragraph("Share of the outputs at most 1 per cent from a bound, by layer.")
                .table(saturation(journal, seeds.get(0)))
                .heading("Test errors")
                .paragraph("After " + updates + " updates of " + ShapesetNetwork.BATCH
                        + " pictures, at 1,000 others: median over the seeds, then lowest and highest. A constant guess errs at 83.333 per cent. The"
                        + " published errors are those of 1,000 units, 5 million updates and a search of the learning rate: another"
                        + " experiment, for orientation only.")
                .table(errors(tests));
    }

    private static Table errors(Map<ShapesetNetwork, List<double[]>> tests) {
        List<List<String>> rows = new ArrayList<>();
        tests.forEach((network, runs) -> rows.add(List.of(
                network.title(),
                "" + network.depth(),
                Cells.number(network.rate()),
                Cells.spread(runs.stream().map(run -> run[0]).toList()),
                Cells.spread(runs.stream().map(run -> run[1]).toList()),
                network.published())));
        return new Table(
                List.of("network", "hidden layers", "rate", "test error, %", "test loss", "published error, %"), rows);
    }

    private Table saturation(Journal journal, long seed) {
        List<List<String>> rows = new ArrayList<>();
        for (ShapesetNetwork network : NETWORKS) {
            List<String> row = new ArrayList<>(List.of(network.title()));
            for (int layer = 1; layer <= 5; layer++) {
                row.add(
                        layer > network.depth()
                                ? ""
                                : Cells.number(known(journal, key("saturated", network, seed, layer, updates))[0]));
            }
            rows.add(row);
        }
        return new Table(List.of("network", "layer 1", "layer 2", "layer 3", "layer 4", "layer 5"), rows);
    }

    /** Test error and loss. What the layers did is written down first, so that whoever knows the one knows the other. */
    private double[] train(Journal journal, ShapesetNetwork network, long seed) {
        return journal.row(key("test", network, seed, 0, updates), () -> {
            Outcome outcome = network.train(trainWidth, updates, step(), seed);
            for (ProbeReport report : outcome.reports()) {
                for (int layer = 1; layer <= network.depth(); layer++) {
                    ProbeReport.Outputs outputs = report.layers().get(layer - 1).outputs();
                    journal.row(key("spread", network, seed, layer, report.iteration()), () ->
                            new double[] {outputs.moments().mean(), deviation(outputs.moments())});
                    journal.row(key("saturated", network, seed, layer, report.iteration()), () ->
                            new double[] {Objects.requireNonNull(outputs.saturated()), outputs.percentile98()});
                }
            }
            return new double[] {outcome.error(), outcome.loss()};
        });
    }

    private int step() {
        return Math.max(1, updates / LOOKS);
    }

    private List<String> key(String what, ShapesetNetwork network, long seed, int layer, int iteration) {
        return List.of(what, network.title(), "" + trainWidth, "" + updates, "" + seed, "" + layer, "" + iteration);
    }

    private static double[] known(Journal journal, List<String> key) {
        return journal.known(key)
                .orElseThrow(() -> new IllegalStateException("no row " + key + " in " + journal.file()));
    }

    private LineChart chart(
            Journal journal,
            ShapesetNetwork network,
            long seed,
            String what,
            String label,
            Function<double[], double[]> point) {
        List<Curve> curves = new ArrayList<>();
        for (int layer = 1; layer <= network.depth(); layer++) {
            List<Point> points = new ArrayList<>();
            for (int iteration = 0; iteration <= updates; iteration += step()) {
                double[] at = point.apply(known(journal, key(what, network, seed, layer, iteration)));
                points.add(new Point(iteration, at[0], at[1], at[2]));
            }
            curves.add(new Curve("layer " + layer, layer - 1, points));
        }
        return new LineChart(
                network.title(), "updates", label, "", Scale.LINEAR, Double.POSITIVE_INFINITY, List.of(), curves);
    }

    private Facts facts(int startWidth, List<Long> seeds) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("data", "Shapeset-3x2, each picture once");
        settings.put("width", startWidth + " at the start; " + trainWidth + " in training (the paper: 1000)");
        settings.put("updates", updates + " of " + ShapesetNetwork.BATCH + " pictures (the paper: 5 million)");
        settings.put("optimizer", "plain gradient descent, one rate for each activation, not searched for");
        settings.put("weights", "standard: U(+-1/sqrt(fanIn)); N: U(+-sqrt(6/(fanIn + fanOut))); biases 0");
        settings.put("seeds", seeds.toString());
        return Facts.here(Commands.toRepeat(spec, GlorotBengioStudy.class.getName()), settings);
    }
}
