package io.github.dl4jinit.examples.charts;

import io.github.dl4jinit.examples.charts.LineChart.Scale;
import java.util.List;
import java.util.Locale;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * A table of numbers as colours.
 *
 * @param title heading of the chart
 * @param xLabel what the columns are
 * @param yLabel what the rows are
 * @param columns names of the columns, from left to right
 * @param rows names of the rows, from the top down
 * @param values one list per row, one number per column; NaN leaves the cell empty
 * @param labels what stands in the cells, in the shape of {@code values}; empty for colours only
 * @param colours from what to what the colours go
 * @param scale whether equal steps of colour are equal differences or equal ratios
 * @param low the number that gets the first colour, and every lower one with it; above zero if the scale is logarithmic
 * @param high the number that gets the last colour, and every higher one with it
 */
public record HeatMap(
        String title,
        String xLabel,
        String yLabel,
        List<String> columns,
        List<String> rows,
        List<List<Double>> values,
        List<List<String>> labels,
        Colours colours,
        Scale scale,
        double low,
        double high)
        implements Chart {

    /** From what to what the colours go. */
    public enum Colours {
        /** From pale to dark: more of one thing. */
        SEQUENTIAL,
        /** From blue through grey to red: away from the middle of the scale in either direction. */
        DIVERGING;

        private List<String> stops() {
            return this == SEQUENTIAL
                    ? List.of("#f4f6f8", "#a6cbe3", "#0072b2", "#08306b")
                    : List.of("#0a4a78", "#4a9bd0", "#eceff1", "#e08a4a", "#9c3800");
        }

        /** Ink that can be read on the colour at this share of the way from the first to the last. */
        private String ink(double share) {
            boolean dark = this == SEQUENTIAL ? share > 0.55 : Math.abs(share - 0.5) > 0.36;
            return dark ? "#ffffff" : "#20262c";
        }
    }

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int ROW_HEIGHT = 24;
    private static final int FRAME = 190;

    /** Copies the lists and checks that they fit each other and the scale. */
    public HeatMap {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        values = values.stream().map(List::copyOf).toList();
        labels = labels.stream().map(List::copyOf).toList();
        requireShape("values", values, rows.size(), columns.size());
        if (!labels.isEmpty()) {
            requireShape("labels", labels, rows.size(), columns.size());
        }
        if (!(low < high) || Double.isInfinite(low) || Double.isInfinite(high)) {
            throw new IllegalArgumentException("low and high must be finite, low < high, got " + low + ", " + high);
        }
        if (scale == Scale.LOG && low <= 0) {
            throw new IllegalArgumentException("low must be > 0 on a logarithmic scale, got " + low);
        }
    }

    private static void requireShape(String name, List<? extends List<?>> table, int rows, int columns) {
        if (table.size() != rows || table.stream().anyMatch(row -> row.size() != columns)) {
            throw new IllegalArgumentException(name + " must have " + rows + " rows of " + columns + " columns, got "
                    + table.stream().map(List::size).toList());
        }
    }

    @Override
    public List<LegendEntry> legend() {
        return List.of();
    }

    @Override
    public int height() {
        return FRAME + ROW_HEIGHT * rows.size();
    }

    @Override
    public ObjectNode option() {
        ObjectNode option = MAPPER.createObjectNode().put("animation", false).put("kind", "heatmap");
        option.putObject("title").put("text", title);
        option.putObject("legend").putArray("data");
        option.putObject("tooltip").put("trigger", "item").put("confine", true);
        axis(option.putObject("xAxis"), xLabel, columns);
        axis(option.putObject("yAxis"), yLabel, rows).put("inverse", true);
        ObjectNode visual = option.putObject("visualMap")
                .put("type", "continuous")
                .put("dimension", 2)
                .put("min", position(low))
                .put("max", position(high));
        visual.putArray("text").add(ending(high)).add(ending(low));
        colours.stops().forEach(visual.putObject("inRange").putArray("color")::add);
        ArrayNode data = option.putArray("series")
                .addObject()
                .put("type", "heatmap")
                .put("progressive", 0)
                .putArray("data");
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < columns.size(); column++) {
                cell(data, row, column);
            }
        }
        return option;
    }

    private static ObjectNode axis(ObjectNode axis, String name, List<String> categories) {
        categories.forEach(axis.put("type", "category").put("name", name).putArray("data")::add);
        return axis;
    }

    private void cell(ArrayNode data, int row, int column) {
        double value = values.get(row).get(column);
        if (Double.isNaN(value)) {
            return;
        }
        double position = position(Math.min(high, Math.max(low, value)));
        ObjectNode item = data.addObject();
        // The number as text, since JSON knows no infinity.
        item.putArray("value").add(column).add(row).add(position).add(number(value));
        if (!labels.isEmpty()) {
            double share = (position - position(low)) / (position(high) - position(low));
            item.putObject("label")
                    .put("show", true)
                    .put("formatter", labels.get(row).get(column))
                    .put("color", colours.ink(share));
        }
    }

    /** Where a number lies on the axis of colours. */
    private double position(double value) {
        return scale == Scale.LOG ? Math.log10(value) : value;
    }

    private String ending(double bound) {
        boolean clips = values.stream().flatMap(List::stream).anyMatch(v -> bound == low ? v < low : v > high);
        return (!clips ? "" : bound == low ? "\u2264 " : "\u2265 ") + number(bound);
    }

    private static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "infinite" : "-infinite";
        }
        double size = Math.abs(value);
        boolean plain = size == 0 || (size >= 1e-3 && size < 1e5);
        return plain
                ? new java.math.BigDecimal(value)
                        .round(new java.math.MathContext(3))
                        .stripTrailingZeros()
                        .toPlainString()
                : String.format(Locale.ROOT, "%.1e", value);
    }
}
