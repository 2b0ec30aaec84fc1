package io.github.dl4jinit.examples.study.newton;

import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.newton.ClassifierTraining.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A setting and its runs, as tables and pictures show them. */
record SettingRuns(ClassifierTraining setting, List<Run> runs) {

    MedianAndRange spread(ToDoubleFunction<Run> value) {
        return MedianAndRange.of(runs.stream().mapToDouble(value).boxed().toList());
    }

    double reached() {
        return spread(Run::reached).median();
    }

    double accuracy() {
        return spread(run -> Run.last(run.accuracy())).median();
    }

    static Table table(List<SettingRuns> results) {
        return new Table(
                List.of(
                        "training",
                        "passes",
                        "seeds",
                        "accuracy",
                        "range",
                        "training loss",
                        "seconds",
                        "seconds to 0.93"),
                results.stream().map(SettingRuns::row).toList());
    }

    private static List<String> row(SettingRuns result) {
        MedianAndRange accuracy = result.spread(run -> Run.last(run.accuracy()));
        double seconds = result.spread(run -> Run.last(run.seconds())).median();
        return List.of(
                result.setting().text(),
                "" + result.runs().get(0).accuracy().size(),
                "" + result.runs().size(),
                number("%.4f", accuracy.median()),
                number("%.4f", accuracy.low()) + " .. " + number("%.4f", accuracy.high()),
                number("%.4f", result.spread(run -> Run.last(run.loss())).median()),
                number("%.2f", seconds),
                number("%.2f", result.reached()));
    }

    private static String number(String format, double value) {
        return Double.isInfinite(value) ? "-" : String.format(Locale.ROOT, format, value);
    }

    static void charts(ResultPage page, String file, String title, List<SettingRuns> results) {
        page.chart(file + "-passes", chart(title, "passes", results, true))
                .chart(file + "-seconds", chart(title, "seconds of one core", results, false));
    }

    private static LineChart chart(String title, String axis, List<SettingRuns> results, boolean byPass) {
        List<Curve> curves = new ArrayList<>();
        for (SettingRuns result : results) {
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < result.runs().get(0).loss().size(); i++) {
                int pass = i;
                MedianAndRange loss = result.spread(run -> run.loss().get(pass));
                double x = byPass
                        ? pass + 1
                        : result.spread(run -> run.seconds().get(pass)).median();
                points.add(new Point(x, loss.low(), loss.median(), loss.high()));
            }
            curves.add(new Curve(result.setting().text(), curves.size(), points));
        }
        return new LineChart(
                title + ": training loss, median and range",
                axis,
                "cross-entropy",
                "",
                LineChart.Scale.LOG,
                Double.POSITIVE_INFINITY,
                List.of(),
                curves);
    }
}
