package io.github.dl4jinit.report;

import io.github.dl4jinit.network.LayerView;
import org.jspecify.annotations.Nullable;

/**
 * What an initializer did to one weight array of one layer.
 *
 * @param position place in the order of execution among the layers that have parameters, from 0
 * @param layer DL4J's name of the layer
 * @param kind class of the layer's configuration
 * @param parameter DL4J's name of the weight array ("W", "fW", ...), or "" for a skipped layer
 * @param outcome how it ended
 * @param varianceBefore variance of the response when the layer was first computed, or null if it was not measured
 * @param varianceAfter variance of the response in the end, or null if it was not measured
 * @param iterations how many times the weights were scaled or rotated
 * @param note why the layer was skipped or stalled, or what else is to be known, or ""
 */
public record LayerReport(
        int position,
        String layer,
        String kind,
        String parameter,
        Outcome outcome,
        @Nullable Double varianceBefore,
        @Nullable Double varianceAfter,
        int iterations,
        String note) {

    /**
     * A layer whose weights were drawn, from an initializer that measures nothing.
     *
     * @param layer the layer
     * @param parameter DL4J's name of the weight array
     * @param note what else is to be known, or ""
     * @return its line in the report
     */
    public static LayerReport drawn(LayerView layer, String parameter, String note) {
        return new LayerReport(
                layer.position(), layer.name(), layer.kind(), parameter, Outcome.CONVERGED, null, null, 0, note);
    }

    /**
     * A layer that was left as it was.
     *
     * @param layer the layer
     * @param reason why, as a phrase
     * @return its line in the report
     */
    public static LayerReport skipped(LayerView layer, String reason) {
        return new LayerReport(
                layer.position(), layer.name(), layer.kind(), "", Outcome.SKIPPED, null, null, 0, reason);
    }
}
