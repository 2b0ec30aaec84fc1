package io.github.dl4jinit.examples.compare;

import io.github.dl4jinit.examples.charts.Chart;
import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Page;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Section;
import io.github.dl4jinit.examples.charts.Table;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Results for readers: text for a terminal and a page for a browser.
 */
public final class Report {

    private static final double UNLIMITED = Double.POSITIVE_INFINITY;

    private final Plan plan;
    private final Results results;
    private final List<NetworkSummary> summaries;

    /**
     * A report.
     *
     * @param plan what was trained
     * @param results what came out
     */
    public Report(Plan plan, Results results) {
        this.plan = plan;
        this.results = results;
        this.summaries = NetworkSummary.of(plan, results.runs());
    }

    /**
     * What came out.
     *
     * @return all runs
     */
    public Results results() {
        return results;
    }

    /**
     * Tables and a sentence or two for each network.
     *
     * @return lines for a terminal
     */
    public String toText() {
        StringBuilder text = new StringBuilder();
        for (NetworkSummary summary : summaries) {
            text.append(summary.network().title()).append("\n\n");
            text.append(summary.table().toText()).append('\n');
            summary.reading().forEach(paragraph -> text.append(wrapped(paragraph)));
            text.append('\n');
        }
        return text.toString();
    }

    private static String wrapped(String paragraph) {
        return paragraph.replaceAll("(.{1,100})(?: |$)", "$1\n");
    }

    /**
     * The interactive page.
     *
     * @return a page with all curves, tables and settings
     */
    public Page toPage() {
        return new Page("How a network starts", lead(), sections(), details());
    }

    /**
     * The charts of each network, for pictures beside the page.
     *
     * @return charts in the order of the page
     */
    public List<Section> sections() {
        return summaries.stream()
                .map(s -> new Section(s.network().title(), s.reading(), charts(s), List.of(s.table())))
                .toList();
    }

    private String lead() {
        return String.format(
                Locale.ROOT,
                "The same networks from different initial weights, all else the same: data %s, %s with learning rate %s,"
                        + " minibatches of %d in the same order for each seed. Lines are medians over %d seed%s, bands"
                        + " reach from the worst to the best. A run whose loss became infinite counts as worse than any"
                        + " other. Click a name to hide or show it.",
                results.facts().settings().getOrDefault("data", "?"),
                plan.rule().title(),
                plan.learningRate(),
                plan.batch(),
                plan.seeds().size(),
                plan.seeds().size() == 1 ? "" : "s");
    }

    private List<Table> details() {
        return List.of(
                new Table(
                        List.of("run again with", ""),
                        List.of(List.of("command", results.facts().command()))),
                table("setting", results.facts().settings()),
                table("machine", results.facts().machine()),
                new Table(
                        List.of("scheme", ""),
                        plan.schemes().stream()
                                .map(s -> List.of(s.title(), s.description()))
                                .toList()));
    }

    private static Table table(String title, Map<String, String> values) {
        return new Table(
                List.of(title, ""),
                values.entrySet().stream()
                        .map(e -> List.of(e.getKey(), e.getValue()))
                        .toList());
    }

    private List<Chart> charts(NetworkSummary summary) {
        return List.of(
                epochs(summary, "Training loss", "nats", "", SchemeSummary::trainLoss, 1, lossCeiling(summary)),
                epochs(
                        summary,
                        "Test accuracy",
                        "share of test examples",
                        "%",
                        SchemeSummary::testAccuracy,
                        100,
                        UNLIMITED),
                epochs(summary, "Test loss", "nats", "", SchemeSummary::testLoss, 1, lossCeiling(summary)),
                variances(summary));
    }

    private LineChart epochs(
            NetworkSummary summary,
            String title,
            String measure,
            String unit,
            BiFunction<SchemeSummary, Integer, MedianAndRange> quantity,
            double factor,
            double ceiling) {
        return new LineChart(
                title,
                "epoch",
                measure,
                unit,
                Scale.LINEAR,
                ceiling,
                List.of(),
                curves(summary, s -> IntStream.rangeClosed(0, plan.epochs())
                        .mapToObj(epoch -> point(epoch, quantity.apply(s, epoch), factor))
                        .toList()));
    }

    /** Twice the lowest loss before training, rounded up, so that a start that is far off does not flatten all other curves. */
    private static double lossCeiling(NetworkSummary summary) {
        return Math.ceil(2
                * summary.schemes().stream()
                        .mapToDouble(s -> s.testLoss(0).median())
                        .min()
                        .orElse(UNLIMITED));
    }

    private static LineChart variances(NetworkSummary summary) {
        List<String> layers = summary.schemes().stream()
                .map(SchemeSummary::layers)
                .filter(names -> !names.isEmpty())
                .findFirst()
                .orElse(List.of());
        return new LineChart(
                "Variance at the start",
                "hidden layer",
                "of each hidden layer's output, before training",
                "",
                Scale.LOG,
                UNLIMITED,
                layers,
                curves(summary, s -> IntStream.range(0, s.layers().size())
                        .mapToObj(layer -> point(layer, s.startVariance(layer), 1))
                        .toList()));
    }

    private static List<Curve> curves(NetworkSummary summary, Function<SchemeSummary, List<Point>> points) {
        return summary.schemes().stream()
                .map(s -> new Curve(s.scheme().title(), s.style(), points.apply(s)))
                .toList();
    }

    private static Point point(double x, MedianAndRange y, double factor) {
        return new Point(x, factor * y.low(), factor * y.median(), factor * y.high());
    }
}
