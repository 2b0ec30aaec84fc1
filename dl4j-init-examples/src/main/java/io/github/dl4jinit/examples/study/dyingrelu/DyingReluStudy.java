package io.github.dl4jinit.examples.study.dyingrelu;

import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.Proportion;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.initializer.LinearProduct;
import io.github.dl4jinit.initializer.RandomizedAsymmetric;
import io.github.dl4jinit.scheme.OnesOrthogonal;
import io.github.dl4jinit.scheme.Orthogonal;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How often a narrow ReLU network is born dead, by width, depth and initialization, against the bound for symmetric weights. */
@Command(
        name = "dying-relu",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        description = "Counts the ReLU networks that are dead or collapsed before training.")
public final class DyingReluStudy implements Callable<Integer> {

    private static final String NAME = "dying-relu";
    private static final IActivation RELU = new ActivationReLU();
    private static final List<Integer> DEPTHS = List.of(2, 3, 5, 10, 20, 30, 50, 70, 100);
    private static final List<Integer> SHOWN = List.of(10, 50, 100);
    private static final int POINTS = 100;
    private static final int INPUTS = 2;

    @Mixin
    private StudyOptions options = new StudyOptions();

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new DyingReluStudy(), args);
    }

    private record Way(
            String name, String title, BiFunction<NetworkPopulation, INDArray, List<NetworkPopulation.State>> run) {}

    private static final List<Way> WAYS = List.of(
            new Way("he", "He", (e, x) -> e.runScheme(VarianceScaling.heNormal(), x)),
            new Way("glorot", "Glorot", (e, x) -> e.runScheme(VarianceScaling.glorotNormal(), x)),
            new Way("orthogonal", "Orthogonal, gain sqrt 2", (e, x) -> e.runScheme(new Orthogonal(Math.sqrt(2)), x)),
            new Way(
                    "lps",
                    "LPS-reconstruction",
                    (e, x) -> e.run(LinearProduct.defaults().neurons(RELU), x)),
            new Way(
                    "rai",
                    "RAI",
                    (e, x) -> e.run(RandomizedAsymmetric.defaults().neurons(), x)),
            new Way("deep-narrow", "DeepNarrow", (e, x) -> e.runScheme(OnesOrthogonal.defaults(), x)),
            new Way("lsuv", "LSUV", NetworkPopulation::runLsuv));

    private record Result(Proportion dead, Proportion collapsed, double spread) {}

    @Override
    public Integer call() {
        int networks = options.full() ? 1000 : 20;
        List<Integer> widths =
                options.full() ? IntStream.rangeClosed(2, 10).boxed().toList() : List.of(2, 5);
        Journal journal = options.journal(
                NAME, List.of("networks", "scheme", "width", "depth"), List.of("dead", "collapsed", "median_spread"));
        Map<String, Result> results = new LinkedHashMap<>();
        for (Way way : WAYS) {
            for (int width : widths) {
                measure(way, width, networks, journal, results);
                options.say(way.title() + ", width " + width);
            }
        }
        page(networks, widths, results).write(options.output(), facts(networks, widths), journal);
        return 0;
    }

    private void measure(Way way, int width, int networks, Journal journal, Map<String, Result> results) {
        List<NetworkPopulation.State> states = new ArrayList<>();
        for (int depth : DEPTHS) {
            double[] row = journal.row(List.of("" + networks, way.name(), "" + width, "" + depth), () -> {
                if (states.isEmpty()) {
                    states.addAll(population(way, width, networks));
                }
                NetworkPopulation.State state = states.get(depth - 1);
                return new double[] {state.dead().hits(), state.collapsed().hits(), state.spread()};
            });
            results.put(
                    key(way, width, depth),
                    new Result(new Proportion((int) row[0], networks), new Proportion((int) row[1], networks), row[2]));
        }
    }

    private static List<NetworkPopulation.State> population(Way way, int width, int networks) {
        Nd4j.getRandom().setSeed(1000 + width);
        return way.run()
                .apply(new NetworkPopulation(networks, width, DEPTHS.get(DEPTHS.size() - 1), RELU), points(width));
    }

    /** Uniform in the square from -1 to 1, the same for all schemes. */
    private static INDArray points(long seed) {
        Random random = new Random(seed);
        INDArray points = Nd4j.create(DataType.DOUBLE, POINTS, INPUTS);
        for (int i = 0; i < points.length(); i++) {
            points.putScalar(i, 2 * random.nextDouble() - 1);
        }
        return points;
    }

    private static String key(Way way, int width, int depth) {
        return way.name() + " " + width + " " + depth;
    }

    /** Lu et al. 2019: the probability that one point dies in a network with symmetric weights. */
    private static double bound(int width, int depth) {
        return 1 - Math.pow(1 - Math.pow(2, -width), depth);
    }

    private ResultPage page(int networks, List<Integer> widths, Map<String, Result> results) {
        ResultPage page = ResultPage.of(NAME, "Dying ReLU: networks that are dead before training");
        for (int depth : SHOWN) {
            page.heading("Dead networks at depth " + depth)
                    .paragraph(
                            "Share of " + networks
                                    + " networks, its 95 % interval in brackets. The last column is the bound for symmetric weights.")
                    .table(table(widths, results, depth, true));
        }
        page.heading("Collapsed networks at depth 50").table(table(widths, results, 50, false));
        page.heading("By depth");
        for (int width : widths.stream()
                .filter(w -> w == 2 || w == 3 || w == 5 || w == 10)
                .toList()) {
            page.chart("dead-" + width, chart(width, results, true))
                    .chart("collapsed-" + width, chart(width, results, false));
        }
        return page.heading("How large the signal is")
                .paragraph(
                        "The largest standard deviation of a unit of the last layer over the points, the median over the networks.")
                .table(spreads(widths, results));
    }

    private static Table table(List<Integer> widths, Map<String, Result> results, int depth, boolean dead) {
        List<String> head = new ArrayList<>(List.of("width"));
        WAYS.forEach(way -> head.add(way.title()));
        if (dead) {
            head.add("bound");
        }
        List<List<String>> rows = new ArrayList<>();
        for (int width : widths) {
            List<String> row = new ArrayList<>(List.of("" + width));
            for (Way way : WAYS) {
                Result result = Objects.requireNonNull(results.get(key(way, width, depth)));
                Proportion share = dead ? result.dead() : result.collapsed();
                row.add(share.toText(3));
            }
            if (dead) {
                row.add(String.format(Locale.ROOT, "%.3f", bound(width, depth)));
            }
            rows.add(row);
        }
        return new Table(head, rows);
    }

    private static Table spreads(List<Integer> widths, Map<String, Result> results) {
        List<String> head = new ArrayList<>(List.of("width, depth"));
        WAYS.forEach(way -> head.add(way.title()));
        List<List<String>> rows = new ArrayList<>();
        for (int width : widths) {
            for (int depth : SHOWN) {
                List<String> row = new ArrayList<>(List.of(width + ", " + depth));
                WAYS.forEach(way -> row.add(String.format(
                        Locale.ROOT,
                        "%.1e",
                        Objects.requireNonNull(results.get(key(way, width, depth)))
                                .spread())));
                rows.add(row);
            }
        }
        return new Table(head, rows);
    }

    private static LineChart chart(int width, Map<String, Result> results, boolean dead) {
        List<Curve> curves = new ArrayList<>();
        for (int style = 0; style < WAYS.size(); style++) {
            Way way = WAYS.get(style);
            curves.add(new Curve(
                    way.title(),
                    style,
                    DEPTHS.stream()
                            .map(depth -> {
                                Result result = Objects.requireNonNull(results.get(key(way, width, depth)));
                                Proportion share = dead ? result.dead() : result.collapsed();
                                return new Point(depth, share.low(), share.value(), share.high());
                            })
                            .toList()));
        }
        if (dead) {
            curves.add(new Curve(
                    "Bound for symmetric weights",
                    WAYS.size(),
                    DEPTHS.stream()
                            .map(depth -> new Point(depth, bound(width, depth)))
                            .toList()));
        }
        return new LineChart(
                (dead ? "Dead" : "Collapsed") + " networks of width " + width,
                "layers",
                "share",
                "",
                Scale.LINEAR,
                1,
                List.of(),
                curves);
    }

    private Facts facts(int networks, List<Integer> widths) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("networks", networks + " for each scheme and width, cut off at each depth");
        settings.put("widths", widths.toString());
        settings.put("depths", DEPTHS.toString());
        settings.put("points", POINTS + " uniform in the square from -1 to 1, the same for all schemes");
        settings.put("seeds", "1000 + width for the weights, width for the points");
        settings.put("DeepNarrow", "has nothing random: its networks are all alike");
        return options.facts(settings);
    }
}
