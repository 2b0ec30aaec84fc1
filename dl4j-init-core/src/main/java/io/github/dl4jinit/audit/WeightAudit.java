package io.github.dl4jinit.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one weight array before it is drawn.
 *
 * @param layer the layer's position or vertex name and its class
 * @param parameter DL4J's name of the array: W, RW, pW ...
 * @param scheme the scheme that draws it
 * @param verdict whether it comes out as the scheme's name promises
 * @param promised the variance that the name promises with the layer's true fans, or NaN
 * @param drawn the variance that will be drawn, or NaN
 * @param reasons why the two differ, or why there is no judgement; empty if all is well
 * @param remedy the line of Java, or the step, that mends it, or null
 * @param advice what to consider although nothing is wrong, or null
 */
public record WeightAudit(
        String layer,
        String parameter,
        String scheme,
        Verdict verdict,
        double promised,
        double drawn,
        List<String> reasons,
        @Nullable String remedy,
        @Nullable String advice) {

    /** The judgements. */
    public enum Verdict {
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
     * Copies the list.
     */
    public WeightAudit {
        reasons = List.copyOf(reasons);
    }

    /**
     * How many times too large the variance will be.
     *
     * @return {@code drawn / promised}, NaN where one is not known
     */
    public double factor() {
        return drawn / promised;
    }

    /**
     * Whether something should be mended.
     *
     * @return true if the verdict is OFF or BROKEN
     */
    public boolean isFault() {
        return verdict == Verdict.OFF || verdict == Verdict.BROKEN;
    }
}
