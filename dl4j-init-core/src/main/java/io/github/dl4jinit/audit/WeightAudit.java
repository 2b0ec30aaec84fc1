package io.github.dl4jinit.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonUnwrapped;

/**
 * What is known of one weight array before it is drawn.
 *
 * @param array which array
 * @param verdict whether it comes out as the scheme's name promises
 * @param variance what was promised and what will be drawn
 * @param comments why, and what to do
 */
public record WeightAudit(
        @JsonUnwrapped SchemeCall array,
        Assessment verdict,
        @JsonUnwrapped Variance variance,
        @JsonUnwrapped Comments comments) {

    /** The judgements. */
    public enum Assessment {
        /** The variance is the promised one. */
        AS_PROMISED,
        /** The variance is another than promised. */
        OFF,
        /** The scheme cannot be used: it stops the JVM or gives no numbers. */
        BROKEN,
        /** The scheme promises no variance, or this library does not know the layer. */
        NOT_JUDGED
    }

    /**
     * A weight array and its scheme.
     *
     * @param layer the layer's position or vertex name and its class
     * @param parameter DL4J's name of the array: W, RW, pW ...
     * @param scheme the scheme that draws it
     */
    public record SchemeCall(String layer, String parameter, String scheme) {}

    /**
     * The variance of the weights.
     *
     * @param promised the variance that the name promises with the layer's true fans, or NaN
     * @param drawn the variance that will be drawn, or NaN
     */
    public record Variance(double promised, double drawn) {

        /** Where no variance is known. */
        static final Variance UNKNOWN = new Variance(Double.NaN, Double.NaN);
    }

    /**
     * The words to a verdict.
     *
     * @param reasons why the variances differ, or why there is no judgement; empty if all is well
     * @param remedy the line of Java, or the step, that fixes it, or null
     * @param advice what to consider although nothing is wrong, or null
     */
    public record Comments(
            List<String> reasons,
            @Nullable String remedy,
            @Nullable String advice) {

        /** Copies the list. */
        public Comments {
            reasons = List.copyOf(reasons);
        }
    }

    /** {@return the layer's position or vertex name and its class} */
    public String layer() {
        return array.layer();
    }

    /** {@return DL4J's name of the array: W, RW, pW ...} */
    public String parameter() {
        return array.parameter();
    }

    /** {@return the scheme that draws it} */
    public String scheme() {
        return array.scheme();
    }

    /** {@return the variance that the name promises with the layer's true fans, or NaN} */
    public double promised() {
        return variance.promised();
    }

    /** {@return the variance that will be drawn, or NaN} */
    public double drawn() {
        return variance.drawn();
    }

    /** {@return why the two differ, or why there is no judgement; empty if all is well} */
    public List<String> reasons() {
        return comments.reasons();
    }

    /** {@return the line of Java, or the step, that fixes it, or null} */
    public @Nullable String remedy() {
        return comments.remedy();
    }

    /** {@return what to consider although nothing is wrong, or null} */
    public @Nullable String advice() {
        return comments.advice();
    }

    /**
     * How many times too large the variance will be.
     *
     * @return {@code drawn / promised}, NaN where one is not known
     */
    public double factor() {
        return variance.drawn() / variance.promised();
    }

    /**
     * Whether something should be fixed.
     *
     * @return true if the verdict is OFF or BROKEN
     */
    public boolean isFault() {
        return verdict == Assessment.OFF || verdict == Assessment.BROKEN;
    }
}
