package io.github.dl4jinit.examples.study.leastsquares;

import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.examples.study.leastsquares.RegressionTask.Run;
import io.github.dl4jinit.examples.study.leastsquares.RegressionTask.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The trainings as tables and pictures: medians and ranges over seeds; a dash is a lost network. */
final class RegressionTables {

    private RegressionTables() {}

    private static MedianAndRange spread(List<Run> runs, ToDoubleFunction<Run> value) {
        return MedianAndRange.of(runs.stream().mapToDouble(value).boxed().toList());
    }

    static String number(double value) {
        return Double.isInfinite(value) ? "-" : TableNumbers.power(value);
    }

    static Table table(Map<RegressionTask, List<Run>> results) {
        List<List<String>> rows = new ArrayList<>();
        results.forEach((task, runs) -> {
            MedianAndRange last = spread(runs, Run::error);
            double reached = spread(runs, Run::reached).median();
            rows.add(List.of(
                    task.training(),
                    "" + task.passes(),
                    number(spread(runs, run -> run.errors().get(0)).median()),
                    number(spread(runs, Run::best).median()),
                    number(last.median()),
                    number(last.low()) + " .. " + number(last.high()),
                    seconds(runs),
                    Double.isInfinite(reached) ? "never" : String.format(Locale.ROOT, "%.3f", reached)));
        });
        return new Table(
                List.of(
                        "training",
                        "passes",
                        "after 1 pass",
                        "best",
                        "at the end",
                        "range",
                        "seconds",
                        "seconds to 1e-5"),
                rows);
    }

    static LineChart sineChart(Map<RegressionTask, List<Run>> results, boolean byPass) {
        List<Curve> curves = new ArrayList<>();
        int most =
                results.keySet().stream().mapToInt(RegressionTask::looks).max().orElseThrow();
        results.forEach((task, runs) -> {
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < task.looks(); i++) {
                int look = i;
                MedianAndRange error = spread(runs, run -> run.errors().get(look));
                // Tenfold times are equally far apart, as the passes are.
                double x = byPass
                        ? look
                        : Math.log10(
                                spread(runs, run -> run.seconds().get(look)).median());
                points.add(new Point(x, error.low(), error.median(), error.high()));
            }
            curves.add(new Curve(task.training(), curves.size(), points));
        });
        return chart(
                "sin(2 pi x), tanh: error, median and range",
                byPass ? "passes" : "seconds of one core, logarithm to base 10",
                byPass
                        ? IntStream.range(0, most)
                                .mapToObj(look -> "" + (1 << look))
                                .toList()
                        : List.of(),
                curves);
    }

    private static String line(RegressionTask task) {
        return task.network() + ", " + task.method().title();
    }

    static String errors(List<Run> runs) {
        MedianAndRange spread = spread(runs, Run::error);
        return number(spread.median()) + " (" + number(spread.low()) + " .. " + number(spread.high()) + ")";
    }

    static String seconds(List<Run> runs) {
        return String.format(Locale.ROOT, "%.2f", spread(runs, Run::time).median());
    }

    static Table byDepth(
            List<Integer> depths, Map<RegressionTask, List<Run>> results, Function<List<Run>, String> cell) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        results.forEach((task, runs) -> rows.computeIfAbsent(line(task), text -> new ArrayList<>(List.of(text)))
                .add(cell.apply(runs)));
        List<String> head = new ArrayList<>(List.of("start and training; hidden layers"));
        depths.forEach(depth -> head.add("" + depth));
        return new Table(head, new ArrayList<>(rows.values()));
    }

    static LineChart depthChart(Target target, List<Integer> depths, Map<RegressionTask, List<Run>> results) {
        Map<String, List<Point>> lines = new LinkedHashMap<>();
        results.forEach((task, runs) -> {
            MedianAndRange last = spread(runs, Run::error);
            lines.computeIfAbsent(line(task), text -> new ArrayList<>())
                    .add(new Point(depths.indexOf(task.depth()), last.low(), last.median(), last.high()));
        });
        List<Curve> curves = new ArrayList<>();
        lines.forEach((text, points) -> curves.add(new Curve(text, curves.size(), points)));
        return chart(
                target.text() + ": error at the end, median and range",
                "hidden layers",
                depths.stream().map(String::valueOf).toList(),
                curves);
    }

    private static LineChart chart(String title, String axis, List<String> categories, List<Curve> curves) {
        return new LineChart(
                title,
                axis,
                "root mean square error",
                "",
                LineChart.Scale.LOG,
                // Exploded networks run out of the picture.
                100,
                categories,
                curves);
    }
}
