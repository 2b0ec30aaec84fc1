package io.github.dl4jinit.examples.study.box;

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
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.Proportion;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.examples.study.box.BoxNetwork.Start;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.DoubleUnaryOperator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What deep ReLU networks make of the unit square, and what they can learn, from He's and from Box initialization. */
@Command(
        name = "box",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        description = "The image of the unit square through deep networks, and two functions to learn.")
public final class BoxStudy implements Callable<Integer> {

    private static final String NAME = "box";
    private static final int DEEP = 128;
    private static final int GRID = 15;
    private static final List<Integer> SHOWN = List.of(1, 16, 128);
    private static final double COLLAPSED = 1e-6;
    private static final int EXAMPLES = 256;
    private static final double RATE = 1e-2;

    private static final List<Start> STARTS =
            List.of(Start.HE_PLAIN, Start.BOX_PLAIN, Start.HE_RESIDUAL, Start.BOX_RESIDUAL, Start.BOX_GEOMETRIC);

    @Mixin
    private StudyOptions options = new StudyOptions();

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new BoxStudy(), args);
    }

    /** What is learned. */
    private record Task(String name, String title, int width, DoubleUnaryOperator target) {}

    private static final Task JUMP = new Task(
            "jump", "two polynomials with a jump", 2, x -> x < 0.5 ? 1 - 4 * x * x : -0.5 + 2 * (x - 0.5) * (x - 0.5));
    private static final Task SINE = new Task("sine", "sin(2 pi x)", 32, x -> Math.sin(2 * Math.PI * x));

    @Override
    public Integer call() {
        Journal journal = options.journal(NAME, List.of("part", "start", "depth", "seed"), List.of("first", "second"));
        ResultPage page = ResultPage.of(NAME, "Box initialization of deep and narrow ReLU networks");
        images(page);
        collapse(page, journal);
        jump(page, journal);
        sine(page, journal);
        page.write(options.output(), facts(), journal);
        return 0;
    }

    private void images(ResultPage page) {
        page.heading("The image of the unit square")
                .paragraph("The points of a grid of " + GRID + " x " + GRID + ", after layers " + SHOWN
                        + " of networks of width 2, seed 1. A network that has collapsed shows as a single point.");
        for (Start start : STARTS) {
            ComputationGraph network = BoxNetwork.build(start, 1, 2, 2, DEEP);
            List<Cloud> clouds = new ArrayList<>();
            for (int layer : SHOWN) {
                clouds.add(new Cloud(
                        "layer " + layer, clouds.size(), cloud(BoxNetwork.image(network, start, layer, square()))));
            }
            page.chart("image-" + start.option(), new ScatterChart(start.title(), "first unit", "second unit", clouds));
        }
    }

    private static List<Point> cloud(INDArray values) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < values.rows(); i++) {
            points.add(new Point(values.getDouble(i, 0), values.getDouble(i, 1)));
        }
        return points;
    }

    private static INDArray square() {
        INDArray grid = Nd4j.create(DataType.DOUBLE, GRID * GRID, 2);
        for (int i = 0; i < GRID * GRID; i++) {
            int row = i / GRID;
            grid.putScalar(i, 0, (double) row / (GRID - 1));
            grid.putScalar(i, 1, (double) (i % GRID) / (GRID - 1));
        }
        return grid;
    }

    private void collapse(ResultPage page, Journal journal) {
        List<Long> seeds = options.seeds(options.full() ? 100 : 5);
        List<List<String>> rows = new ArrayList<>();
        for (Start start : STARTS) {
            int collapsed = 0;
            int exploded = 0;
            List<Double> largest = new ArrayList<>();
            List<Double> thickest = new ArrayList<>();
            for (long seed : seeds) {
                double[] row = journal.row(key("image", start, DEEP, seed), () -> {
                    INDArray last = BoxNetwork.image(BoxNetwork.build(start, seed, 2, 2, DEEP), start, DEEP, square());
                    return new double[] {last.maxNumber().doubleValue(), thickness(last)};
                });
                largest.add(row[0]);
                thickest.add(row[1]);
                collapsed += row[1] < COLLAPSED ? 1 : 0;
                exploded += row[0] > 1e20 ? 1 : 0;
            }
            rows.add(List.of(
                    start.title(),
                    new Proportion(collapsed, seeds.size()).toString(),
                    new Proportion(exploded, seeds.size()).toString(),
                    TableNumbers.number(MedianAndRange.of(largest).median()),
                    TableNumbers.number(MedianAndRange.of(thickest).median())));
            options.say(start.title());
        }
        page.heading("Collapse and explosion at depth " + DEEP)
                .paragraph(
                        seeds.size()
                                + " networks of width 2 each, with 95 % intervals. Collapsed: the larger principal standard"
                                + " deviation of the image of the grid is below 1e-6. Exploded: its largest entry is above 1e20.")
                .table(new Table(
                        List.of(
                                "start",
                                "collapsed",
                                "exploded",
                                "largest entry, median",
                                "principal deviation, median"),
                        rows));
    }

    private static double thickness(INDArray cloud) {
        INDArray x = cloud.getColumn(0).sub(cloud.getColumn(0).meanNumber());
        INDArray y = cloud.getColumn(1).sub(cloud.getColumn(1).meanNumber());
        double xx = x.mul(x).meanNumber().doubleValue();
        double xy = x.mul(y).meanNumber().doubleValue();
        double yy = y.mul(y).meanNumber().doubleValue();
        return Math.sqrt((xx + yy) / 2 + Math.sqrt((xx - yy) * (xx - yy) / 4 + xy * xy));
    }

    private void jump(ResultPage page, Journal journal) {
        List<Long> seeds = options.seeds(options.full() ? 5 : 2);
        int depth = 16;
        int steps = options.full() ? 300 : 10;
        List<List<String>> rows = new ArrayList<>();
        for (Start start : STARTS) {
            List<Double> errors = errors(JUMP, start, depth, steps, seeds, journal);
            MedianAndRange spread = MedianAndRange.of(errors);
            rows.add(List.of(
                    start.title(),
                    TableNumbers.number(
                            errors.stream().mapToDouble(e -> e).min().orElseThrow()),
                    TableNumbers.number(spread.median()),
                    TableNumbers.number(
                            errors.stream().mapToDouble(e -> e).max().orElseThrow())));
        }
        page.heading("A discontinuous function at width 2")
                .paragraph(
                        "f(x) = 1 - 4 x^2 below 0.5, -0.5 + 2 (x - 0.5)^2 above: root mean square error on " + EXAMPLES
                                + " points after " + steps + " steps of Adam on all points, learning rate " + RATE
                                + ", depth " + depth + ", "
                                + seeds.size() + " seeds. A constant reaches "
                                + String.format(Locale.ROOT, "%.3f", constantError(JUMP)) + ".")
                .table(new Table(List.of("start", "best", "median", "worst"), rows));
    }

    private void sine(ResultPage page, Journal journal) {
        List<Long> seeds = options.seeds(options.full() ? 3 : 1);
        List<Integer> depths = options.full() ? List.of(2, 4, 8, 16, 32, 64, 128) : List.of(2, 8);
        int steps = options.full() ? 100 : 5;
        List<Start> starts = List.of(Start.HE_RESIDUAL, Start.BOX_RESIDUAL);
        List<Curve> curves = new ArrayList<>();
        Map<Integer, List<String>> rows = new LinkedHashMap<>();
        depths.forEach(depth -> rows.put(depth, new ArrayList<>(List.of("" + depth))));
        for (Start start : starts) {
            List<Point> points = new ArrayList<>();
            for (int depth : depths) {
                List<Double> errors = errors(SINE, start, depth, steps, seeds, journal);
                double best = errors.stream().mapToDouble(e -> e).min().orElseThrow();
                double worst = errors.stream().mapToDouble(e -> e).max().orElseThrow();
                double median = MedianAndRange.of(errors).median();
                points.add(new Point(depth, best, median, worst));
                Objects.requireNonNull(rows.get(depth))
                        .addAll(List.of(
                                TableNumbers.number(median),
                                TableNumbers.number(best) + " .. " + TableNumbers.number(worst)));
            }
            curves.add(new Curve(start.title(), curves.size(), points));
        }
        page.heading("sin(2 pi x) by depth")
                .paragraph("Residual networks of width " + SINE.width() + ": root mean square error after " + steps
                        + " steps of Adam on all " + EXAMPLES + " points, learning rate " + RATE + ", " + seeds.size()
                        + " seeds. A constant reaches " + String.format(Locale.ROOT, "%.3f", constantError(SINE)) + ".")
                .chart(
                        "sine",
                        new LineChart(
                                "Error after " + steps + " steps: median, best and worst seed",
                                "layers",
                                "root mean square error",
                                "",
                                Scale.LOG,
                                10,
                                List.of(),
                                curves))
                .table(new Table(
                        List.of("layers", "He, median", "He, best .. worst", "Box, median", "Box, best .. worst"),
                        new ArrayList<>(rows.values())));
    }

    private List<Double> errors(Task task, Start start, int depth, int steps, List<Long> seeds, Journal journal) {
        List<Double> errors = new ArrayList<>();
        for (long seed : seeds) {
            double[] row = journal.row(key(task.name() + " " + steps, start, depth, seed), () ->
                    new double[] {train(task, start, depth, steps, seed), Double.NaN});
            errors.add(Double.isNaN(row[0]) ? Double.POSITIVE_INFINITY : row[0]);
        }
        options.say(task.title() + ", " + start.title() + ", depth " + depth);
        return errors;
    }

    private static double train(Task task, Start start, int depth, int steps, long seed) {
        DataSet data = examples(task);
        ComputationGraph graph = BoxNetwork.build(start, seed, 1, task.width(), depth, new Adam(RATE));
        for (int step = 0; step < steps; step++) {
            graph.fit(data);
        }
        INDArray error = graph.outputSingle(data.getFeatures()).sub(data.getLabels());
        return Math.sqrt(error.mul(error).meanNumber().doubleValue());
    }

    private static DataSet examples(Task task) {
        INDArray x = Nd4j.create(DataType.DOUBLE, EXAMPLES, 1);
        INDArray y = Nd4j.create(DataType.DOUBLE, EXAMPLES, 1);
        for (int i = 0; i < EXAMPLES; i++) {
            double at = (double) i / (EXAMPLES - 1);
            x.putScalar(i, at);
            y.putScalar(i, task.target().applyAsDouble(at));
        }
        return new DataSet(x, y);
    }

    private static double constantError(Task task) {
        INDArray y = examples(task).getLabels();
        INDArray deviation = y.sub(y.meanNumber());
        return Math.sqrt(deviation.mul(deviation).meanNumber().doubleValue());
    }

    private static List<String> key(String part, Start start, int depth, long seed) {
        return List.of(part, start.option(), "" + depth, "" + seed);
    }

    private Facts facts() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "networks",
                "ReLU; a lift to the width, then layers of that width, in residual ones each with an add; linear output");
        settings.put("depth", "layers in front of the output, the lift included");
        settings.put("precision", "double");
        settings.put("output layer", "Deeplearning4j's default, XAVIER, for all starts");
        settings.put("seeds", "1, 2, ... for weights; no other randomness");
        return options.facts(settings);
    }
}
