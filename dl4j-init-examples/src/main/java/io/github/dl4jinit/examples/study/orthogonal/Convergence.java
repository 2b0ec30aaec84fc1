package io.github.dl4jinit.examples.study.orthogonal;

import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.Rows;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.examples.study.orthogonal.NtkNetwork.Law;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Which networks converge, over depth and learning rate. */
final class Convergence {

    /** Examples that the largest stable rate of minibatches is taken from. */
    private static final int STABLE_ON = 16;

    private static final List<Double> PARTS = List.of(0.05, 0.4, 1.6, 3.2);

    private final StudyOptions options;
    private final Journal journal;
    private final LabelledData digits;
    private final List<Long> seeds;

    Convergence(StudyOptions options, Journal journal, LabelledData digits, List<Long> seeds) {
        this.options = options;
        this.journal = journal;
        this.digits = digits;
        this.seeds = seeds;
    }

    private Experiments.Plan plan() {
        return options.full() ? new Experiments.Plan(50, 60, 10, 0.6, 32) : new Experiments.Plan(20, 4, 2, 0.6, 8);
    }

    void addTo(ResultPage page) {
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
            NtkNetwork network = NtkNetwork.tanh(hidden);
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
}
