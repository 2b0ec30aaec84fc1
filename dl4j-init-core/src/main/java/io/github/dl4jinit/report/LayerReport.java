package io.github.dl4jinit.report;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonUnwrapped;

/**
 * What an initializer did to one weight array of one layer.
 *
 * @param weight which array
 * @param outcome how it ended
 * @param scaling what it took
 * @param note why the layer was skipped or stalled, or what else is worth knowing, or ""
 */
@API(status = API.Status.STABLE, since = "0.1")
public record LayerReport(
        @JsonUnwrapped WeightArray weight,
        Outcome outcome,
        @JsonUnwrapped Scaling scaling,
        String note) {

    /**
     * A weight array of a network.
     *
     * @param position place in the order of execution among the layers that have parameters, from 0
     * @param layer DL4J's name of the layer
     * @param kind class of the layer's configuration
     * @param parameter DL4J's name of the array ("W", "fW", ...), or "" for the whole layer
     */
    public record WeightArray(int position, String layer, String kind, String parameter) {}

    /**
     * How the variance of the layer's response changed, and in how many steps.
     *
     * @param varianceBefore variance of the response when the layer was first computed, or null if it was not measured
     * @param varianceAfter variance of the response in the end, or null if it was not measured
     * @param iterations how many times the weights were scaled or rotated
     */
    public record Scaling(
            @Nullable Double varianceBefore, @Nullable Double varianceAfter, int iterations) {

        /**
         * Scaling without measurement.
         *
         * @param iterations how many times the weights were scaled or rotated
         * @return no variances
         */
        public static Scaling unmeasured(int iterations) {
            return new Scaling(null, null, iterations);
        }
    }

    /**
     * An array that was drawn, from an initializer that measures nothing.
     *
     * @param weight which array
     * @param note what else is worth knowing, or ""
     * @return its line in the report
     */
    public static LayerReport drawn(WeightArray weight, String note) {
        return new LayerReport(weight, Outcome.CONVERGED, Scaling.unmeasured(0), note);
    }

    /**
     * A layer that was left as it was.
     *
     * @param weight the layer, with the parameter ""
     * @param reason why, as a phrase
     * @return its line in the report
     */
    public static LayerReport skipped(WeightArray weight, String reason) {
        return new LayerReport(weight, Outcome.SKIPPED, Scaling.unmeasured(0), reason);
    }

    /** {@return place in the order of execution among the layers that have parameters, from 0} */
    public int position() {
        return weight.position();
    }

    /** {@return DL4J's name of the layer} */
    public String layer() {
        return weight.layer();
    }

    /** {@return class of the layer's configuration} */
    public String kind() {
        return weight.kind();
    }

    /** {@return DL4J's name of the weight array, or "" for a skipped layer} */
    public String parameter() {
        return weight.parameter();
    }

    /** {@return variance of the response when the layer was first computed, or null if it was not measured} */
    public @Nullable Double varianceBefore() {
        return scaling.varianceBefore();
    }

    /** {@return variance of the response in the end, or null if it was not measured} */
    public @Nullable Double varianceAfter() {
        return scaling.varianceAfter();
    }

    /** {@return how many times the weights were scaled or rotated} */
    public int iterations() {
        return scaling.iterations();
    }

    /** How the initialization of one layer ended. */
    public enum Outcome {
        /** The layer is as the initializer wants it. */
        CONVERGED,
        /** The initializer could not reach its aim; the note says why. */
        STALLED,
        /** The layer was not touched; the note says why. */
        SKIPPED
    }
}
