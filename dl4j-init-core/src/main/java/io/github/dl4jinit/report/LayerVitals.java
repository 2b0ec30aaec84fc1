package io.github.dl4jinit.report;

import org.jspecify.annotations.Nullable;

/**
 * What the doctor measured at one layer or vertex, and the verdict on it. What could not be measured is null.
 *
 * @param position place in the order of execution, from 1
 * @param name DL4J's name of the layer or vertex
 * @param kind class of the layer's configuration, or what a vertex does
 * @param output whether a loss is taken of it: its answer is then no signal for a next layer
 * @param signal variance of a unit's output over examples and positions, averaged over the units: what still tells examples apart
 * @param square mean square of its outputs
 * @param gradient of a random gradient at the network's outputs, the part that arrives at its pre-activation (at its output where it
 *     has none): squared length over squared length
 * @param factor by what it multiplies the squared length of a random gradient, from its output to its input
 * @param dispersion mean fourth power of the singular values of its derivative over the square of their mean square: 1 if it is an
 *     isometry up to a factor, 2 for a wide square Gaussian matrix
 * @param rank effective rank of the outputs as vectors, one per example, over the most that input and width allow
 * @param dead share of the units whose output is the same for the whole batch
 * @param saturated share of the outputs near a bound of the activation function that is not its value at 0
 * @param inference mean square of its outputs with the stored statistics of batch normalization; null in networks without it
 * @param verdict what it suffers from
 * @param note why something is missing, or ""
 */
public record LayerVitals(
        int position,
        String name,
        String kind,
        boolean output,
        Estimate signal,
        Estimate square,
        @Nullable Estimate gradient,
        @Nullable Estimate factor,
        @Nullable Double dispersion,
        @Nullable Double rank,
        @Nullable Double dead,
        @Nullable Double saturated,
        @Nullable Double inference,
        Verdict verdict,
        String note) {

    /**
     * The same measurements with a verdict.
     *
     * @param judged the verdict
     * @return a new line
     */
    public LayerVitals judged(Verdict judged) {
        return new LayerVitals(
                position,
                name,
                kind,
                output,
                signal,
                square,
                gradient,
                factor,
                dispersion,
                rank,
                dead,
                saturated,
                inference,
                judged,
                note);
    }
}
