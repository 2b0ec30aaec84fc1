package io.github.dl4jinit.examples.study.glorot;

import io.github.dl4jinit.examples.charts.Chart;
import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.examples.study.glorot.ShapesetNetwork.Outcome;
import io.github.dl4jinit.report.ProbeReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.nd4j.linalg.activations.Activation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
        Journal journal = options.journal(
                NAME,
                List.of("what", "network", "width", "updates", "seed", "layer", "iteration"),
                List.of("first", "second"));
        ResultPage page = ResultPage.of(NAME, "Glorot and Bengio: a look into deep networks on Shapeset-3x2");
        StartTables.addTo(page, List.of(TANH, TANH_N), options, journal, startWidth, seeds.get(0));
        training(page, journal, seeds);
        page.write(options.output(), facts(startWidth, seeds), journal);
        return 0;
    }

    private void training(ResultPage page, Journal journal, List<Long> seeds) {
        Map<ShapesetNetwork, List<double[]>> tests = new LinkedHashMap<>();
        for (ShapesetNetwork network : NETWORKS) {
            tests.put(
                    network,
                    seeds.stream().map(seed -> train(journal, network, seed)).toList());
            options.say(network.title());
        }
        page.heading("In training")
                .paragraph("Hidden layers of " + trainWidth + ", on 300 test images, seed " + seeds.get(0)
                        + ". Sigmoid: mean of the outputs, the band is one standard deviation. The others: the value that 98 per cent of the outputs"
                        + " do not exceed, 1 being full saturation.");
        for (ShapesetNetwork network : NETWORKS) {
            boolean sigmoid = network.activation() == Activation.SIGMOID;
            String file = Chart.fileName(network.title());
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
                        + " images, at 1,000 others: median over the seeds, then lowest and highest. A constant guess errs at 83.333 per cent. The"
                        + " published errors are those of 1,000 units, 5 million updates and a search of the learning rate: another"
                        + " experiment, for orientation only.")
                .table(errors(tests));
    }

    private static Table errors(Map<ShapesetNetwork, List<double[]>> tests) {
        List<List<String>> rows = new ArrayList<>();
        tests.forEach((network, runs) -> rows.add(List.of(
                network.title(),
                "" + network.depth(),
                TableNumbers.number(network.rate()),
                TableNumbers.spread(runs.stream().map(run -> run[0]).toList()),
                TableNumbers.spread(runs.stream().map(run -> run[1]).toList()),
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
                                : TableNumbers.number(
                                        known(journal, key("saturated", network, seed, layer, updates))[0]));
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
                            new double[] {outputs.moments().mean(), StartTables.deviation(outputs.moments())});
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
        settings.put("data", "Shapeset-3x2, each image once");
        settings.put("width", startWidth + " at the start; " + trainWidth + " in training (the paper: 1000)");
        settings.put("updates", updates + " of " + ShapesetNetwork.BATCH + " images (the paper: 5 million)");
        settings.put("optimizer", "plain gradient descent, one rate for each activation, not searched for");
        settings.put("weights", "standard: U(+-1/sqrt(fanIn)); N: U(+-sqrt(6/(fanIn + fanOut))); biases 0");
        settings.put("seeds", seeds.toString());
        return options.facts(settings);
    }
}
