package io.github.dl4jinit.report;

import io.github.dl4jinit.internal.text.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonUnwrapped;

/**
 * What a network does to one batch, step by step.
 *
 * @param iteration updates that the network had made
 * @param examples size of the batch
 * @param layers a line per layer and vertex, in the order of execution
 * @param collapsed whether the network has the same output for all examples although they differ
 * @param seconds wall time
 */
@API(status = API.Status.STABLE, since = "0.1")
public record ProbeReport(int iteration, long examples, List<Layer> layers, boolean collapsed, double seconds)
        implements Report {

    /**
     * What one step of a network does to one batch. What was not or cannot be measured is null.
     *
     * @param place which step
     * @param outputs what it puts out
     * @param derivatives what comes back to it, and what it does to that
     * @param note why something is missing, or ""
     */
    public record Layer(
            @JsonUnwrapped Place place,
            @JsonUnwrapped Outputs outputs,
            @JsonUnwrapped Derivatives derivatives,
            String note) {

        /** {@return DL4J's name of the layer or vertex} */
        public String name() {
            return place.name();
        }
    }

    /**
     * A layer or vertex.
     *
     * @param position place in the order of execution, from 1
     * @param name DL4J's name of the layer or vertex
     * @param kind class of the layer's configuration, or what a vertex without a layer does
     */
    public record Place(int position, String name, String kind) {}

    /**
     * The moments of many numbers.
     *
     * @param mean their mean
     * @param variance their variance
     */
    public record MeanAndVariance(double mean, double variance) {}

    /**
     * The outputs of a step, over examples, positions and units.
     *
     * @param moments of all outputs
     * @param percentile98 the smallest output that at least 98 % of them do not exceed
     * @param saturated proportion of the outputs that are at or near a bound of the activation function, 0..1
     * @param dead proportion of the units whose output is the same for the whole batch, 0..1
     */
    public record Outputs(
            @JsonUnwrapped MeanAndVariance moments,
            double percentile98,
            @Nullable Double saturated,
            @Nullable Double dead) {}

    /**
     * The derivatives at a step.
     *
     * @param gradient of each example's own loss with respect to the pre-activation, or to the output where a step has no pre-activation
     *     or several
     * @param weightGradient of the batch's mean loss with respect to the weights, biases apart
     * @param meanSingularValue mean over directions and examples of the singular values of the derivative of the step's output
     *     with respect to its input
     */
    public record Derivatives(
            @Nullable MeanAndVariance gradient,
            @Nullable MeanAndVariance weightGradient,
            @Nullable Double meanSingularValue) {}

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

    @Override
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
        for (Layer layer : layers) {
            Outputs outputs = layer.outputs();
            Derivatives derivatives = layer.derivatives();
            table.row(
                    Integer.toString(layer.place().position()),
                    layer.name(),
                    layer.place().kind(),
                    TextTable.number(outputs.moments().mean()),
                    TextTable.number(outputs.moments().variance()),
                    TextTable.number(outputs.percentile98()),
                    TextTable.number(outputs.saturated()),
                    TextTable.number(outputs.dead()),
                    TextTable.number(variance(derivatives.gradient())),
                    TextTable.number(variance(derivatives.weightGradient())),
                    TextTable.number(derivatives.meanSingularValue()));
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
                collapsed ? ", COLLAPSED: the same output for all examples" : "");
        return head + table + String.join("", notes);
    }

    /** {@return the report as CSV with a head line: a line per layer; what was not measured is empty} */
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

    private String line(Layer layer) {
        Outputs outputs = layer.outputs();
        Derivatives derivatives = layer.derivatives();
        StringJoiner line = new StringJoiner(",");
        line.add(Integer.toString(iteration))
                .add(Integer.toString(layer.place().position()))
                .add(quoted(layer.name()))
                .add(quoted(layer.place().kind()));
        for (Double value : new Double[] {
            outputs.moments().mean(),
            outputs.moments().variance(),
            outputs.percentile98(),
            outputs.saturated(),
            outputs.dead(),
            mean(derivatives.gradient()),
            variance(derivatives.gradient()),
            mean(derivatives.weightGradient()),
            variance(derivatives.weightGradient()),
            derivatives.meanSingularValue()
        }) {
            line.add(value == null ? "" : value.toString());
        }
        return line.add(quoted(layer.note())).toString();
    }

    private static @Nullable Double mean(@Nullable MeanAndVariance moments) {
        return moments == null ? null : (Double) moments.mean();
    }

    private static @Nullable Double variance(@Nullable MeanAndVariance moments) {
        return moments == null ? null : (Double) moments.variance();
    }

    private static String quoted(String text) {
        return text.matches("[^\",\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return toText();
    }
}
