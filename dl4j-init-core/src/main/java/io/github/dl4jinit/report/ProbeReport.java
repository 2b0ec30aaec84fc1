package io.github.dl4jinit.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * What a network does to one batch, step by step.
 *
 * @param iteration updates that the network had made
 * @param examples size of the batch
 * @param layers a line per layer and vertex, in the order of execution
 * @param collapsed whether the network answers all examples alike although they differ
 * @param seconds wall time
 */
public record ProbeReport(int iteration, long examples, List<LayerProbe> layers, boolean collapsed, double seconds) {

    private static final List<String> COLUMNS = List.of(
            "iteration",
            "position",
            "name",
            "kind",
            "mean",
            "variance",
            "percentile98",
            "saturated",
            "dead",
            "gradientMean",
            "gradientVariance",
            "weightGradientMean",
            "weightGradientVariance",
            "meanSingularValue",
            "note");

    /** Makes the list immutable. */
    public ProbeReport {
        layers = List.copyOf(layers);
    }

    /**
     * The report as a table for terminals and logs.
     *
     * @return several lines, the last with a line break
     */
    public String toText() {
        TextTable table = new TextTable(
                "#",
                "layer",
                "kind",
                "mean",
                "variance",
                "98 %",
                "saturated",
                "dead",
                "gradient var",
                "weight grad var",
                "mean sv");
        List<String> notes = new ArrayList<>();
        for (LayerProbe layer : layers) {
            table.row(
                    Integer.toString(layer.position()),
                    layer.name(),
                    layer.kind(),
                    TextTable.number(layer.mean()),
                    TextTable.number(layer.variance()),
                    TextTable.number(layer.percentile98()),
                    TextTable.number(layer.saturated()),
                    TextTable.number(layer.dead()),
                    TextTable.number(layer.gradientVariance()),
                    TextTable.number(layer.weightGradientVariance()),
                    TextTable.number(layer.meanSingularValue()));
            if (!layer.note().isEmpty()) {
                notes.add(layer.name() + ": " + layer.note() + System.lineSeparator());
            }
        }
        String head = String.format(
                Locale.ROOT,
                "iteration %d, %d examples, %.0f ms%s%n",
                iteration,
                examples,
                1000 * seconds,
                collapsed ? ", COLLAPSED: the same answer for all examples" : "");
        return head + table + String.join("", notes);
    }

    /**
     * The report as JSON, with this record's component names.
     *
     * @return an indented JSON object; what was not measured is null
     */
    public String toJson() {
        return Json.write(this);
    }

    /**
     * The report as CSV with a head line.
     *
     * @return a line per layer; what was not measured is empty
     */
    public String toCsv() {
        return toCsv(List.of(this));
    }

    /**
     * Several reports in one CSV, told apart by their iterations.
     *
     * @param reports in any order
     * @return a head line, and a line per layer of each report
     */
    public static String toCsv(List<ProbeReport> reports) {
        StringBuilder csv = new StringBuilder(String.join(",", COLUMNS)).append('\n');
        for (ProbeReport report : reports) {
            report.layers.forEach(layer -> csv.append(report.line(layer)).append('\n'));
        }
        return csv.toString();
    }

    private String line(LayerProbe layer) {
        StringJoiner line = new StringJoiner(",");
        line.add(Integer.toString(iteration))
                .add(Integer.toString(layer.position()))
                .add(quoted(layer.name()))
                .add(quoted(layer.kind()))
                .add(Double.toString(layer.mean()))
                .add(Double.toString(layer.variance()))
                .add(Double.toString(layer.percentile98()));
        for (Double value : new Double[] {
            layer.saturated(),
            layer.dead(),
            layer.gradientMean(),
            layer.gradientVariance(),
            layer.weightGradientMean(),
            layer.weightGradientVariance(),
            layer.meanSingularValue()
        }) {
            line.add(value == null ? "" : value.toString());
        }
        return line.add(quoted(layer.note())).toString();
    }

    private static String quoted(String text) {
        return text.matches("[^\",\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return toText();
    }
}
