package io.github.dl4jinit.examples.study.orthogonal;

import io.github.dl4jinit.examples.charts.Chart;
import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.examples.study.orthogonal.NtkNetwork.Law;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a kind of network shows over its widths.
 *
 * @param network title of the network
 * @param law of its weights
 * @param points a quantity by width
 * @param bound the power is that of the widths below
 */
record WidthCurve(String network, Law law, List<Point> points, int bound) {

    WidthCurve {
        points = List.copyOf(points);
    }

    /** The wider the dearer, so that the widest go with the depth. */
    static List<Integer> widths(boolean full, int widest) {
        List<Integer> all = full ? List.of(64, 128, 256, 512, 1024, 2048) : List.of(8, 16, 32);
        return all.stream().filter(width -> width <= widest).toList();
    }

    PowerLaw power() {
        List<Point> fitted = points.stream().filter(point -> point.x() < bound).toList();
        return PowerLaw.fit(
                fitted.stream().map(point -> (int) point.x()).toList(),
                fitted.stream().map(Point::mid).toList());
    }

    String title() {
        return network + ", " + law.title();
    }

    /** A row for each width, and one for the powers. */
    static Table table(List<Integer> widths, List<WidthCurve> lines) {
        List<String> head = new ArrayList<>(List.of("width"));
        lines.forEach(line -> head.add(line.title()));
        List<List<String>> rows = new ArrayList<>();
        for (int width : widths) {
            List<String> row = new ArrayList<>(List.of("" + width));
            for (WidthCurve line : lines) {
                row.add(line.points().stream()
                        .filter(point -> point.x() == width)
                        .map(point -> point.low() == point.high()
                                ? TableNumbers.number(point.mid())
                                : TableNumbers.spread(new MedianAndRange(point.low(), point.mid(), point.high())))
                        .findFirst()
                        .orElse("-"));
            }
            rows.add(row);
        }
        List<String> powers = new ArrayList<>(List.of("power"));
        lines.forEach(line -> powers.add(line.power().text()));
        rows.add(powers);
        return new Table(head, rows);
    }

    /** Puts a chart for each network on a page. */
    static void charts(
            ResultPage page, String file, String title, String yLabel, List<Integer> widths, List<WidthCurve> lines) {
        Map<String, List<Curve>> curves = new LinkedHashMap<>();
        for (WidthCurve line : lines) {
            curves.computeIfAbsent(line.network(), network -> new ArrayList<>())
                    .add(new Curve(
                            line.law().title(),
                            line.law().style(),
                            line.points().stream()
                                    .map(point -> new Point(
                                            widths.indexOf((int) point.x()), point.low(), point.mid(), point.high()))
                                    .toList()));
        }
        curves.forEach((network, two) -> page.chart(
                file + "-" + Chart.fileName(network),
                new LineChart(
                        title + ": " + network,
                        "width",
                        yLabel,
                        "",
                        Scale.LOG,
                        Double.POSITIVE_INFINITY,
                        widths.stream().map(String::valueOf).toList(),
                        two)));
    }
}
