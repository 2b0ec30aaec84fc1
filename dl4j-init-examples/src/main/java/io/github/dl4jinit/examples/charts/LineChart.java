package io.github.dl4jinit.examples.charts;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Curves with bands over one horizontal axis.
 *
 * @param title heading of the chart
 * @param xLabel what the horizontal axis counts
 * @param yLabel what the vertical axis measures
 * @param unit written after the numbers of the vertical axis, may be empty
 * @param scale linear or logarithmic vertical axis
 * @param ceiling where the vertical axis ends at the latest, infinite for no such limit; what is higher runs out of it
 * @param categories names of the positions 0, 1, ... on the horizontal axis; empty for a numeric axis
 * @param curves the curves, in the order of the legend
 */
public record LineChart(
        String title,
        String xLabel,
        String yLabel,
        String unit,
        Scale scale,
        double ceiling,
        List<String> categories,
        List<Curve> curves)
        implements Chart {

    /** The vertical axis. */
    public enum Scale {
        /** Equal steps are equal differences. */
        LINEAR,
        /** Equal steps are equal ratios; values must be above zero, others are drawn as missing. */
        LOG
    }

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int HEIGHT = 340;

    /** Copies the lists. */
    public LineChart {
        categories = List.copyOf(categories);
        curves = List.copyOf(curves);
    }

    @Override
    public List<LegendEntry> legend() {
        return curves.stream().map(c -> new LegendEntry(c.name(), c.style())).toList();
    }

    @Override
    public int height() {
        return HEIGHT;
    }

    @Override
    public ObjectNode option() {
        ObjectNode option = MAPPER.createObjectNode().put("animation", false).put("kind", "lines");
        option.putObject("title").put("text", title);
        ArrayNode legend = option.putObject("legend").putArray("data");
        curves.stream().map(Curve::name).distinct().forEach(legend::add);
        option.putObject("tooltip").put("trigger", "axis").put("confine", true);
        horizontal(option.putObject("xAxis"));
        vertical(option.putObject("yAxis"));
        ArrayNode series = option.putArray("series");
        for (Curve curve : curves) {
            // The line comes first because the legend takes its sign from the first of a name; z draws the band below.
            line(series.addObject(), curve);
            band(series.addObject(), curve);
        }
        return option;
    }

    private void horizontal(ObjectNode axis) {
        axis.put("name", xLabel);
        if (categories.isEmpty()) {
            double first = xs().min().orElse(0);
            double last = xs().max().orElse(1);
            axis.put("type", "value")
                    .put("min", shortened(first, RoundingMode.FLOOR))
                    .put("max", shortened(last, RoundingMode.CEILING));
        } else {
            axis.put("type", "category").put("boundaryGap", false);
            categories.forEach(axis.putArray("data")::add);
        }
    }

    /** The ends of the axis are labelled with the number itself. */
    private static double shortened(double end, RoundingMode away) {
        return end == Math.rint(end)
                ? end
                : BigDecimal.valueOf(end).round(new MathContext(3, away)).doubleValue();
    }

    private DoubleStream xs() {
        return curves.stream().flatMap(c -> c.points().stream()).mapToDouble(Point::x);
    }

    private void vertical(ObjectNode axis) {
        axis.put("name", yLabel)
                .put("type", scale == Scale.LOG ? "log" : "value")
                .put("scale", true)
                .put("unit", unit);
        double highest = curves.stream()
                .flatMap(c -> c.points().stream())
                .flatMapToDouble(p -> DoubleStream.of(p.mid(), p.high()))
                .filter(Double::isFinite)
                .max()
                .orElse(0);
        if (highest > ceiling) {
            axis.put("max", ceiling).put("name", yLabel + ", axis cut");
        }
    }

    private void band(ObjectNode series, Curve curve) {
        series.put("type", "custom")
                .put("name", curve.name())
                .put("color", Palette.colour(curve.style()))
                .put("renderItem", "band")
                .put("clip", true)
                .put("silent", true)
                .put("z", 1);
        encode(series, 1, 2);
        ArrayNode data = series.putArray("data");
        for (Point p : curve.points()) {
            ArrayNode item = data.addArray().add(p.x());
            add(item, p.low());
            add(item, p.high());
        }
    }

    private void line(ObjectNode series, Curve curve) {
        String colour = Palette.colour(curve.style());
        series.put("type", "line")
                .put("name", curve.name())
                .put("color", colour)
                .put("symbol", Palette.marker(curve.style()))
                .put("symbolSize", 6)
                .put("clip", true)
                .put("z", 2);
        series.putObject("lineStyle").put("width", 2).put("type", Palette.dash(curve.style()));
        markLoss(series, curve);
        encode(series, 1);
        ArrayNode data = series.putArray("data");
        for (Point p : curve.points()) {
            ArrayNode item = data.addArray().add(p.x());
            add(item, p.mid());
            add(item, p.low());
            add(item, p.high());
        }
    }

    /** The word "lost" at the last point before the line becomes infinite. */
    private static void markLoss(ObjectNode series, Curve curve) {
        List<Point> points = curve.points();
        for (int i = 1; i < points.size(); i++) {
            Point last = points.get(i - 1);
            if (Double.isInfinite(points.get(i).mid()) && Double.isFinite(last.mid())) {
                ObjectNode mark =
                        series.putObject("markPoint").put("silent", true).put("symbolSize", 1);
                mark.putObject("label")
                        .put("formatter", "lost")
                        .put("position", "right")
                        .put("color", Palette.colour(curve.style()));
                mark.putArray("data")
                        .addObject()
                        .putArray("coord")
                        .add(last.x())
                        .add(last.mid());
            }
        }
    }

    private static void encode(ObjectNode series, int... y) {
        ObjectNode encode = series.putObject("encode").put("x", 0);
        ArrayNode dimensions = encode.putArray("y");
        IntStream.of(y).forEach(dimensions::add);
    }

    private void add(ArrayNode item, double value) {
        if (Double.isFinite(value) && (scale == Scale.LINEAR || value > 0)) {
            item.add(value);
        } else {
            item.addNull();
        }
    }
}
