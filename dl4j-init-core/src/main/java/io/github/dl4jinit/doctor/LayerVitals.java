package io.github.dl4jinit.doctor;

import io.github.dl4jinit.report.ProbeReport.Place;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.annotation.JsonUnwrapped;

/**
 * What the doctor measured at one layer or vertex. What could not be measured is null.
 *
 * @param place which layer or vertex
 * @param forward its signal
 * @param backward what it does to gradients
 * @param units its units
 */
public record LayerVitals(
        @JsonUnwrapped Place place,
        @JsonUnwrapped Forward forward,
        @JsonUnwrapped Backward backward,
        @JsonUnwrapped UnitHealth units) {

    /**
     * The signal.
     *
     * @param output whether it ends in a loss: its output is then no signal for a next layer
     * @param signal variance of a unit's output over examples and positions, averaged over the units: what still tells examples apart
     * @param square mean square of its outputs
     * @param inference mean square of its outputs with the stored statistics of batch normalization; null in networks without it
     */
    public record Forward(
            boolean output,
            IntervalEstimate signal,
            IntervalEstimate square,
            @Nullable Double inference) {}

    /**
     * The gradient.
     *
     * @param gradient of a random gradient at the network's outputs, the part that arrives at its pre-activation (at its output where it
     *     has none): squared length over squared length
     * @param factor by which it multiplies the squared length of a random gradient, from its output to its input
     * @param dispersion mean fourth power of the singular values of its derivative over the square of their mean square: 1 if it is an
     *     isometry up to a factor, 2 for a wide square Gaussian matrix
     */
    public record Backward(
            @Nullable IntervalEstimate gradient,
            @Nullable IntervalEstimate factor,
            @Nullable Double dispersion) {}

    /**
     * The units.
     *
     * @param rank effective rank of the outputs as vectors, one per example, over the most that input and width allow
     * @param dead proportion of the units whose output is the same for the whole batch
     * @param saturated proportion of the outputs near a bound of the activation function that is not its value at 0
     */
    public record UnitHealth(
            @Nullable Double rank,
            @Nullable Double dead,
            @Nullable Double saturated) {}

    /** {@return DL4J's name of the layer or vertex} */
    public String name() {
        return place.name();
    }

    /** {@return what it suffers from: the verdict of the gravest rule that fires} */
    @JsonProperty("verdict")
    public Verdict verdict() {
        return Rule.verdictOn(this);
    }
}
