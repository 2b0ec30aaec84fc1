package io.github.dl4jinit.examples.charts;

import io.github.dl4jinit.examples.charts.LineChart.Scale;
import java.util.List;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Distributions over one horizontal axis: one layer beside the other, or one iteration beside the other.
 *
 * @param title heading of the chart
 * @param xLabel what the numbers are
 * @param yLabel what the heights are
 * @param form how a distribution is drawn
 * @param scale linear or logarithmic vertical axis; empty bins are missing on a logarithmic one
 * @param distributions in the order of the legend
 */
public record Histogram(
        String title, String xLabel, String yLabel, Form form, Scale scale, List<Distribution> distributions)
        implements Chart {

    /** How a distribution is drawn. */
    public enum Form {
        /** A line through the middles of the tops: several distributions can be told apart. */
        LINES,
        /** A bar for each bin: for one distribution, or two that are to be seen through each other. */
        BARS
    }

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int HEIGHT = 340;

    /** Copies the list. */
    public Histogram {
        distributions = List.copyOf(distributions);
    }

    @Override
    public List<LegendEntry> legend() {
        return distributions.stream()
                .map(d -> new LegendEntry(d.name(), d.style()))
                .toList();
    }

    @Override
    public int height() {
        return HEIGHT;
    }

    @Override
    public ObjectNode option() {
        ObjectNode option = MAPPER.createObjectNode().put("animation", false).put("kind", "histogram");
        option.putObject("title").put("text", title);
        ArrayNode names = option.putObject("legend").putArray("data");
        distributions.stream().map(Distribution::name).distinct().forEach(names::add);
        option.putObject("tooltip")
                .put("trigger", form == Form.LINES ? "axis" : "item")
                .put("confine", true);
        option.putObject("xAxis")
                .put("name", xLabel)
                .put("type", "value")
                .put(
                        "min",
                        distributions.stream()
                                .mapToDouble(Distribution::from)
                                .min()
                                .orElse(0))
                .put(
                        "max",
                        distributions.stream()
                                .mapToDouble(
                                        d -> d.from() + d.width() * d.heights().size())
                                .max()
                                .orElse(1));
        option.putObject("yAxis")
                .put("name", yLabel)
                .put("type", scale == Scale.LOG ? "log" : "value")
                .put("unit", "");
        ArrayNode series = option.putArray("series");
        distributions.forEach(d -> draw(series.addObject(), d));
        return option;
    }

    private void draw(ObjectNode series, Distribution distribution) {
        String colour = Palette.colour(distribution.style());
        series.put("name", distribution.name()).put("color", colour).put("clip", true);
        if (form == Form.LINES) {
            series.put("type", "line")
                    .put("symbol", "none")
                    .putObject("lineStyle")
                    .put("width", 1.6)
                    .put("type", Palette.dash(distribution.style()));
        } else {
            series.put("type", "custom").put("renderItem", "bar");
            ObjectNode encode = series.putObject("encode");
            encode.putArray("x").add(0).add(1);
            encode.put("y", 2);
        }
        ArrayNode data = series.putArray("data");
        for (int bin = 0; bin < distribution.heights().size(); bin++) {
            double left = distribution.from() + bin * distribution.width();
            double height = distribution.heights().get(bin);
            ArrayNode item = data.addArray();
            if (form == Form.LINES) {
                item.add(left + distribution.width() / 2);
            } else {
                item.add(left).add(left + distribution.width());
            }
            if (scale == Scale.LINEAR || height > 0) {
                item.add(height);
            } else {
                item.addNull();
            }
        }
    }
}
