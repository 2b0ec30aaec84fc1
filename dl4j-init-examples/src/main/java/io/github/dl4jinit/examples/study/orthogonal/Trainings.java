package io.github.dl4jinit.examples.study.orthogonal;

import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.examples.study.orthogonal.NtkNetwork.Law;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How far kernels move in training, and what the kernel of the start says of where it ends. */
final class Trainings {

    /** Rate of the trainings of all examples at once, in parts of the largest stable one. */
    private static final double PART = 0.25;

    private final StudyOptions options;
    private final Journal journal;
    private final LabelledData digits;
    private final List<Long> seeds;

    Trainings(StudyOptions options, Journal journal, LabelledData digits, List<Long> seeds) {
        this.options = options;
        this.journal = journal;
        this.digits = digits;
        this.seeds = seeds;
    }

    void addTo(ResultPage page) {
        int n = options.full() ? 32 : 8;
        int updates = options.full() ? 64 : 4;
        Map<NtkNetwork, Integer> widest = new LinkedHashMap<>();
        widest.put(NtkNetwork.RELU, 1024);
        widest.put(NtkNetwork.TANH, 2048);
        widest.put(NtkNetwork.DEEP_TANH, 512);
        List<Map.Entry<WidthCurve, List<List<double[]>>>> all = new ArrayList<>();
        widest.forEach((network, most) -> {
            Experiments.Task task = Experiments.Task.of(
                    network,
                    Examples.parity(digits.train(), n, network),
                    Examples.parity(digits.test(), 2 * n, network));
            for (Law law : Law.values()) {
                List<List<double[]>> runs = WidthCurve.widths(options.full(), most).stream()
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
                .table(WidthCurve.table(WidthCurve.widths(options.full(), Integer.MAX_VALUE), lines(all, 1)));
        WidthCurve.charts(
                page,
                "drift",
                "Movement of the kernel in training",
                "relative change",
                WidthCurve.widths(options.full(), Integer.MAX_VALUE),
                lines(all, 1));
        page.paragraph("The change of its shape alone, 1 - cosine:")
                .table(WidthCurve.table(WidthCurve.widths(options.full(), Integer.MAX_VALUE), lines(all, 2)));
        page.heading("What the kernel predicts")
                .paragraph("Outputs for " + 2 * n
                        + " test digits at the end: how far the trained network is from the kernel regression with the kernel of"
                        + " its own start, in parts of how far training moved the outputs (root mean squares).")
                .table(WidthCurve.table(WidthCurve.widths(options.full(), Integer.MAX_VALUE), lines(all, 3)));
        WidthCurve.charts(
                page,
                "predicted",
                "Network against its own kernel",
                "relative distance",
                WidthCurve.widths(options.full(), Integer.MAX_VALUE),
                lines(all, 3));
        page.paragraph("The same with the kernel of the limit, from the outputs of the network's start:")
                .table(WidthCurve.table(WidthCurve.widths(options.full(), Integer.MAX_VALUE), lines(all, 4)));
        page.paragraph(
                        "Mean squared error on the test digits, of the network and (second) as its own kernel predicts, medians:")
                .table(errors(all));
    }

    private List<WidthCurve> lines(List<Map.Entry<WidthCurve, List<List<double[]>>>> all, int column) {
        return all.stream()
                .map(entry -> {
                    List<Integer> widths = WidthCurve.widths(options.full(), Integer.MAX_VALUE);
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
        List<WidthCurve> predicted = lines(all, 7);
        List<String> head = new ArrayList<>(List.of("width"));
        real.forEach(line -> head.add(line.title()));
        List<List<String>> rows = new ArrayList<>();
        List<Integer> widths = WidthCurve.widths(options.full(), Integer.MAX_VALUE);
        for (int i = 0; i < widths.size(); i++) {
            List<String> row = new ArrayList<>(List.of("" + widths.get(i)));
            for (int line = 0; line < real.size(); line++) {
                List<Point> points = real.get(line).points();
                row.add(
                        i < points.size()
                                ? TableNumbers.number(points.get(i).mid()) + ", "
                                        + TableNumbers.number(predicted
                                                .get(line)
                                                .points()
                                                .get(i)
                                                .mid())
                                : "-");
            }
            rows.add(row);
        }
        return new Table(head, rows);
    }
}
