package io.github.dl4jinit.report;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an initializer did to a network: a line for each layer that has parameters, in the order of execution.
 *
 * @param initializer name of the initializer
 * @param layers a line per layer, and a line per direction of bidirectional layers
 * @param seconds wall time, the copy of the model included
 */
public record InitReport(String initializer, List<LayerReport> layers, double seconds) {

    /** Makes the list immutable. */
    public InitReport {
        layers = List.copyOf(layers);
    }

    /**
     * Whether every layer that was not skipped is as the initializer wants it.
     *
     * @return false if a layer stalled
     */
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

    /**
     * The report as a table for terminals and logs.
     *
     * @return several lines, the last with a line break
     */
    public String toText() {
        TextTable table = new TextTable("#", "layer", "kind", "variance", "after", "scalings", "outcome");
        for (LayerReport layer : layers) {
            boolean skipped = layer.outcome() == Outcome.SKIPPED;
            table.row(
                    Integer.toString(layer.position()),
                    layer.parameter().length() > 1 ? layer.layer() + " " + layer.parameter() : layer.layer(),
                    layer.kind(),
                    number(layer.varianceBefore()),
                    number(layer.varianceAfter()),
                    skipped ? "" : Integer.toString(layer.iterations()),
                    layer.outcome().name().toLowerCase(Locale.ROOT)
                            + (layer.note().isEmpty() ? "" : ": " + layer.note()));
        }
        String head = String.format(
                Locale.ROOT,
                "%s: %d converged, %d stalled, %d skipped, %.0f ms%n",
                initializer,
                count(Outcome.CONVERGED),
                count(Outcome.STALLED),
                count(Outcome.SKIPPED),
                1000 * seconds);
        return head + table;
    }

    private static String number(@Nullable Double variance) {
        return variance == null ? "" : String.format(Locale.ROOT, "%.4g", variance);
    }

    /**
     * The report as JSON, with this record's component names.
     *
     * @return an indented JSON object; variances that were not measured are null
     */
    public String toJson() {
        return Json.write(this);
    }

    @Override
    public String toString() {
        return toText();
    }
}
