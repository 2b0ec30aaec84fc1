package io.github.dl4jinit.report;

import io.github.dl4jinit.internal.text.TextTable;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;

/**
 * What an initializer did to a network: a line for each layer that has parameters, in the order of execution.
 *
 * @param initializer name of the initializer
 * @param layers a line per layer, and a line per direction of bidirectional layers
 * @param pairs a line per pair of layers, from initializers that look at pairs, otherwise empty
 * @param stages where the time went, from initializers that measure it, otherwise empty
 * @param seconds wall time, the copy of the model included
 */
@API(status = API.Status.STABLE, since = "0.1")
public record InitReport(
        String initializer, List<LayerReport> layers, List<PairLine> pairs, List<StageTime> stages, double seconds)
        implements Report {

    /**
     * What an initializer did to a pair of layers, or to the one in the middle.
     *
     * @param first DL4J's name of the layer whose input is the start of the bridge
     * @param last DL4J's name of the layer whose response is its end; the same as {@code first} in the middle
     * @param outcome whether the pair was changed
     * @param before the bridge when it was the pair's turn
     * @param after the bridge in the finished network
     * @param note what was special, or ""
     */
    public record PairLine(
            String first, String last, Outcome outcome, BridgeLine before, BridgeLine after, String note) {

        /** {@return the pair's name, for example: layer0 - layer4} */
        public String name() {
            return first.equals(last) ? first : first + " - " + last;
        }
    }

    /**
     * The linear map from one layer's signal to another's.
     *
     * @param singularValues descending, as many as the narrower side has channels
     * @param condition the largest over the smallest that is not treated as zero; 1 if all are
     * @param distanceToIsometry Frobenius distance to the nearest matrix with orthonormal rows or columns, the root of the
     *     sum of (s - 1)^2; a direction that the batch does not show counts 1
     * @param residual the part of the second signal that no linear map of the first explains: |X_j - E X_i| / |X_j|, in 0..1
     */
    public record BridgeLine(
            List<Double> singularValues, double condition, double distanceToIsometry, double residual) {

        /** Makes the list immutable. */
        public BridgeLine {
            singularValues = List.copyOf(singularValues);
        }

        /** {@return the largest singular value} */
        public double largest() {
            return singularValues.get(0);
        }

        /** {@return the smallest singular value} */
        public double smallest() {
            return singularValues.get(singularValues.size() - 1);
        }
    }

    /**
     * How long one stage of an initializer took.
     *
     * @param stage what was done
     * @param seconds wall time, in all
     */
    public record StageTime(String stage, double seconds) {}

    /** Makes the lists immutable. */
    public InitReport {
        layers = List.copyOf(layers);
        pairs = List.copyOf(pairs);
        stages = List.copyOf(stages);
    }

    /**
     * A report of layers only.
     *
     * @param initializer name of the initializer
     * @param layers a line per layer
     * @param seconds wall time
     */
    public InitReport(String initializer, List<LayerReport> layers, double seconds) {
        this(initializer, layers, List.of(), List.of(), seconds);
    }

    /**
     * The same report with more in it.
     *
     * @param lines a line per pair of layers
     * @param times where the time went
     * @return a new report
     */
    public InitReport with(List<PairLine> lines, List<StageTime> times) {
        return new InitReport(initializer, layers, lines, times, seconds);
    }

    /**
     * The same report under another name.
     *
     * @param name name of the initializer, with what it found out about this network
     * @return a new report
     */
    public InitReport named(String name) {
        return new InitReport(name, layers, pairs, stages, seconds);
    }

    /** {@return whether every layer that was not skipped is as the initializer wants it} */
    public boolean converged() {
        return count(Outcome.STALLED) == 0;
    }

    /**
     * How many lines ended in a certain way.
     *
     * @param outcome the way
     * @return the number of lines
     */
    public long count(Outcome outcome) {
        return layers.stream().filter(layer -> layer.outcome() == outcome).count();
    }

    @Override
    public String toText() {
        String head = String.format(
                Locale.ROOT,
                "%s: %d converged, %d stalled, %d skipped, %.0f ms%n",
                initializer,
                count(Outcome.CONVERGED),
                count(Outcome.STALLED),
                count(Outcome.SKIPPED),
                1000 * seconds);
        return head + (isMeasured() ? measuredTable() : plainTable()) + pairTable() + stageLine();
    }

    /** Whether any layer was measured or worked on in steps: if none was, the columns for it are left out. */
    private boolean isMeasured() {
        return layers.stream()
                .anyMatch(layer ->
                        layer.varianceBefore() != null || layer.varianceAfter() != null || layer.iterations() > 0);
    }

    private TextTable measuredTable() {
        TextTable table = new TextTable("#", "layer", "kind", "variance", "after", "steps", "outcome");
        for (LayerReport layer : layers) {
            boolean skipped = layer.outcome() == Outcome.SKIPPED;
            table.row(
                    Integer.toString(layer.position()),
                    label(layer),
                    layer.kind(),
                    TextTable.number(layer.varianceBefore()),
                    TextTable.number(layer.varianceAfter()),
                    skipped ? "" : Integer.toString(layer.iterations()),
                    ending(layer.outcome(), layer.note()));
        }
        return table;
    }

    private TextTable plainTable() {
        TextTable table = new TextTable("#", "layer", "kind", "outcome");
        layers.forEach(layer -> table.row(
                Integer.toString(layer.position()), label(layer), layer.kind(), ending(layer.outcome(), layer.note())));
        return table;
    }

    private static String label(LayerReport layer) {
        return layer.parameter().length() > 1 ? layer.layer() + " " + layer.parameter() : layer.layer();
    }

    private String pairTable() {
        if (pairs.isEmpty()) {
            return "";
        }
        TextTable table =
                new TextTable("pair", "bridge", "singular values", "condition", "to isometry", "residual", "outcome");
        for (PairLine pair : pairs) {
            table.row(
                    pair.name(),
                    "before",
                    range(pair.before()),
                    TextTable.number(pair.before().condition()),
                    TextTable.number(pair.before().distanceToIsometry()),
                    TextTable.number(pair.before().residual()),
                    ending(pair.outcome(), pair.note()));
            table.row(
                    "",
                    "after",
                    range(pair.after()),
                    TextTable.number(pair.after().condition()),
                    TextTable.number(pair.after().distanceToIsometry()),
                    TextTable.number(pair.after().residual()),
                    "");
        }
        return table.toString();
    }

    private static String range(BridgeLine bridge) {
        return TextTable.number(bridge.largest()) + " .. " + TextTable.number(bridge.smallest());
    }

    private static String ending(Outcome outcome, String note) {
        return outcome.name().toLowerCase(Locale.ROOT) + (note.isEmpty() ? "" : ": " + note);
    }

    private String stageLine() {
        if (stages.isEmpty()) {
            return "";
        }
        List<String> times = new ArrayList<>();
        stages.forEach(
                stage -> times.add(String.format(Locale.ROOT, "%s %.1f ms", stage.stage(), 1000 * stage.seconds())));
        return String.join(", ", times) + System.lineSeparator();
    }

    @Override
    public String toString() {
        return toText();
    }
}
