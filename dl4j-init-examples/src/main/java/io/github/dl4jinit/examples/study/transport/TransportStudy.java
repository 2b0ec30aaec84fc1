package io.github.dl4jinit.examples.study.transport;

import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.HeatMap;
import io.github.dl4jinit.examples.charts.HeatMap.Colours;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.RegressionNetwork;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.examples.study.TrainingClock;
import io.github.dl4jinit.trainer.pde.LinearRows;
import io.github.dl4jinit.trainer.pde.PhysicsInformedTrainer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Transport by a physics-informed network: {@code u_t + a u_x = 0} on the unit square of space and time, a bump at the start, nothing but
 * the exact solution {@code u(x, t) = u(x - a t, 0)} to compare with.
 */
@Command(
        name = "transport",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "The transport equation by least squares gradient descent, in space and time.")
public final class TransportStudy implements Callable<Integer> {

    private static final String NAME = "transport";
    private static final double SPEED = 0.5;
    private static final int WIDTH = 40;
    private static final double INITIAL_WEIGHT = 100;
    private static final double RATE = 3e-3;

    /** Cells of the images along space and along time. */
    private static final int COLUMNS = 40;

    private static final int ROWS = 10;

    @Mixin
    private StudyOptions options = new StudyOptions();

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new TransportStudy(), args);
    }

    private record Network(String title, Activation activation, int depth, boolean residual) {}

    private static final List<Network> NETWORKS = List.of(
            new Network("tanh, 2 layers", Activation.TANH, 2, false),
            new Network("tanh, 4 layers", Activation.TANH, 4, false),
            new Network("tanh, 4 layers, residual", Activation.TANH, 4, true),
            new Network("softplus, 2 layers", Activation.SOFTPLUS, 2, false));

    private List<Integer> looks() {
        return options.full() ? List.of(0, 1, 4, 16, 64, 256) : List.of(0, 1);
    }

    private int points() {
        return options.full() ? 24 : 8;
    }

    @Override
    public Integer call() {
        List<Integer> looks = looks();
        Journal journal = options.journal(
                NAME,
                List.of("network", "seed"),
                looks.stream()
                        .flatMap(epochs -> java.util.stream.Stream.of("error " + epochs, "seconds " + epochs))
                        .toList());
        List<List<String>> rows = new ArrayList<>();
        List<Curve> curves = new ArrayList<>();
        for (Network network : NETWORKS) {
            List<double[]> runs = options.seeds(options.full() ? 3 : 1).stream()
                    .map(seed -> journal.row(List.of(network.title(), "" + seed), () -> errors(network, seed)))
                    .toList();
            List<Point> points = new ArrayList<>();
            List<String> cells = new ArrayList<>(List.of(network.title()));
            for (int look = 0; look < looks.size(); look++) {
                int at = 2 * look;
                MedianAndRange error =
                        MedianAndRange.of(runs.stream().map(run -> run[at]).toList());
                points.add(new Point(look, error.low(), error.median(), error.high()));
                cells.add(TableNumbers.power(error.median()));
            }
            MedianAndRange last = MedianAndRange.of(
                    runs.stream().map(run -> run[2 * looks.size() - 2]).toList());
            cells.add(TableNumbers.power(last.low()) + " .. " + TableNumbers.power(last.high()));
            cells.add(String.format(
                    Locale.ROOT,
                    "%.1f",
                    MedianAndRange.of(runs.stream()
                                    .map(run -> run[2 * looks.size() - 1])
                                    .toList())
                            .median()));
            rows.add(cells);
            curves.add(new Curve(network.title(), curves.size(), points));
            options.say(network.title());
        }
        page(looks, rows, curves).write(options.output(), facts(), journal);
        return 0;
    }

    private ResultPage page(List<Integer> looks, List<List<String>> rows, List<Curve> curves) {
        ResultPage page = ResultPage.of(NAME, "Transport by a physics-informed network");
        List<String> head = new ArrayList<>(List.of("network"));
        looks.forEach(epochs -> head.add("" + epochs));
        head.addAll(List.of("range at the end", "seconds"));
        page.heading("Error against the exact solution")
                .paragraph(
                        "Root mean square of u - u_exact on a grid of 101 x 101 points, after so many updates of the hidden layers, each"
                                + " followed by a solve; 0 is the solve alone on the basis that the network starts with. Medians over the seeds."
                                + " The root mean square of u_exact is " + TableNumbers.power(norm()) + ".")
                .table(new Table(head, rows))
                .chart(
                        "errors",
                        new LineChart(
                                "Error against the exact solution, median and range",
                                "updates",
                                "root mean square error",
                                "",
                                Scale.LOG,
                                Double.POSITIVE_INFINITY,
                                looks.stream().map(String::valueOf).toList(),
                                curves));
        Network shown = NETWORKS.get(0);
        ComputationGraph graph = build(shown, 1);
        trainer(graph).fit(Math.max(1, looks.get(looks.size() - 1)));
        INDArray grid = grid(ROWS, COLUMNS);
        INDArray answer = graph.outputSingle(grid);
        INDArray error = answer.sub(at(grid, TransportStudy::exact));
        double largest = error.amaxNumber().doubleValue();
        return page.heading("In space and time")
                .paragraph(
                        "The network '" + shown.title() + "', seed 1, at the end of its training; time runs downwards.")
                .chart("solution", map("u(x, t)", answer, Colours.SEQUENTIAL, 0, 1))
                .chart(
                        "error",
                        map(
                                "u - u_exact, largest " + TableNumbers.power(largest),
                                error,
                                Colours.DIVERGING,
                                -largest,
                                largest));
    }

    private static double bump(double x) {
        return Math.exp(-64 * (x - 0.3) * (x - 0.3));
    }

    private static double exact(double x, double t) {
        return bump(x - SPEED * t);
    }

    private static double norm() {
        INDArray values = at(grid(101, 101), TransportStudy::exact);
        return values.norm2Number().doubleValue() / Math.sqrt(values.rows());
    }

    private double[] errors(Network network, long seed) {
        ComputationGraph graph = build(network, seed);
        INDArray grid = grid(101, 101);
        INDArray exact = at(grid, TransportStudy::exact);
        List<Double> numbers = new ArrayList<>();
        List<Integer> looks = looks();
        int[] done = {0};
        TrainingClock clock = new TrainingClock(Integer.MAX_VALUE, Double.POSITIVE_INFINITY, () -> 0, seconds -> {
            // The first epoch makes no update.
            if (looks.contains(done[0]++)) {
                numbers.add(graph.outputSingle(grid).sub(exact).norm2Number().doubleValue() / Math.sqrt(exact.rows()));
                numbers.add(seconds);
            }
        });
        graph.setListeners(clock);
        trainer(graph, 0).fit(1);
        trainer(graph).fit(looks.get(looks.size() - 1));
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private PhysicsInformedTrainer trainer(ComputationGraph graph) {
        return trainer(graph, 1);
    }

    private PhysicsInformedTrainer trainer(ComputationGraph graph, int updates) {
        int n = points();
        INDArray inside = grid(n, n);
        INDArray start = line(4 * n, i -> new double[] {i, 0});
        INDArray left = line(2 * n, i -> new double[] {0, i});
        return PhysicsInformedTrainer.builder(graph)
                .rows(LinearRows.derivatives(
                        "residual", inside, List.of(SPEED, 1.0), Nd4j.zeros(DataType.DOUBLE, (long) n * n, 1), 1))
                .rows(LinearRows.values("initial", start, at(start, TransportStudy::exact), INITIAL_WEIGHT))
                .rows(LinearRows.values("boundary", left, at(left, TransportStudy::exact), INITIAL_WEIGHT))
                .updates(updates)
                .build();
    }

    /** The function gets 0, 1, ... and gives coordinates in steps. */
    private static INDArray line(int n, IntFunction<double[]> place) {
        return Nd4j.createFromArray(IntStream.range(0, n).mapToObj(place).toArray(double[][]::new))
                .div(n - 1);
    }

    /** Rows of equal time, from x = 0 to 1 each. */
    private static INDArray grid(int times, int places) {
        return Nd4j.createFromArray(IntStream.range(0, times * places)
                .mapToObj(i -> new double[] {(i % places) / (places - 1.0), Math.floorDiv(i, places) / (times - 1.0)})
                .toArray(double[][]::new));
    }

    private static INDArray at(INDArray points, DoubleBinaryOperator u) {
        return Nd4j.createFromArray(IntStream.range(0, points.rows())
                .mapToObj(i -> new double[] {u.applyAsDouble(points.getDouble(i, 0), points.getDouble(i, 1))})
                .toArray(double[][]::new));
    }

    private static ComputationGraph build(Network network, long seed) {
        ComputationGraph graph = new RegressionNetwork(
                        network.activation(), 2, WIDTH, network.depth(), network.residual())
                .build(seed, new Adam(RATE));
        // DL4J has no law for first layers of few inputs: slopes of about 4 and kinks all over the square, for all
        // networks alike.
        INDArray weights = graph.getLayer("layer1").getParam("W");
        weights.muli(4 / Math.sqrt(weights.mul(weights).meanNumber().doubleValue()));
        INDArray bias = graph.getLayer("layer1").getParam("b");
        INDArray centres = Nd4j.rand(DataType.DOUBLE, WIDTH, 2);
        bias.assign(weights.transpose().mul(centres).sum(1).neg().reshape(bias.shape()));
        return graph;
    }

    private static HeatMap map(String title, INDArray values, Colours colours, double low, double high) {
        List<List<Double>> cells = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            int from = row * COLUMNS;
            cells.add(IntStream.range(from, from + COLUMNS)
                    .mapToObj(values::getDouble)
                    .toList());
        }
        return new HeatMap(
                title, "x", "t", ticks(COLUMNS), ticks(ROWS), cells, List.of(), colours, Scale.LINEAR, low, high);
    }

    private static List<String> ticks(int n) {
        return IntStream.range(0, n)
                .mapToObj(i -> String.format(Locale.ROOT, "%.2f", (double) i / (n - 1)))
                .toList();
    }

    private Facts facts() {
        Map<String, String> settings = new LinkedHashMap<>();
        int n = points();
        settings.put("equation", "u_t + " + SPEED + " u_x = 0 for x and t in [0, 1]; u(x, 0) = exp(-64 (x - 0.3)^2)");
        settings.put(
                "rows",
                n + " x " + n + " residuals of weight 1, " + 4 * n + " initial and " + 2 * n
                        + " boundary values of weight " + INITIAL_WEIGHT + " each");
        settings.put(
                "networks",
                "width " + WIDTH
                        + "; first layer: weights of root mean square 4, biases so that each unit is 0 at a random point");
        settings.put("updater", "Adam at " + RATE + " for the hidden layers");
        settings.put("seeds", "1, 2, ...");
        settings.put("seconds", "processor time of the training thread; run with OMP_NUM_THREADS=1");
        settings.put("precision", "DOUBLE");
        return options.facts(settings);
    }
}
