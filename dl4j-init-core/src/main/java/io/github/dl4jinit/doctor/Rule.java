package io.github.dl4jinit.doctor;

import io.github.dl4jinit.doctor.Diagnosis.Verdict;
import io.github.dl4jinit.doctor.DoctorReport.IntervalEstimate;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonValue;

/**
 * A number of a layer, and the bound beyond which networks fail to train.
 *
 * <p>The bounds, and the failure rates on held-out networks, come from a study of 198 networks (docs/results/doctor.md), except for
 * UNITS_ALIKE and INFERENCE_EXPLODES, whose bounds are judgements. The gravest rule comes first.
 */
@API(status = API.Status.STABLE, since = "0.1")
public enum Rule {
    /** A number overflowed. */
    NOT_FINITE(
            "not-finite",
            Verdict.EXPLODING,
            "mean square of the outputs",
            Side.ABOVE,
            Double.MAX_VALUE,
            Experience.certain("no network trains from numbers that are not finite"),
            v -> IntervalEstimate.exact(lost(v.forward().square().value()))),
    /** Units that training cannot tell apart. */
    UNITS_ALIKE(
            "units-alike",
            Verdict.ALIKE,
            "proportion of units with the weights, the bias and the gradient of another one",
            Side.ABOVE,
            0.5,
            Experience.certain(
                    "units with equal weights and equal gradients stay equal: the layer learns no more than one"
                            + " unit of each group could"),
            v -> IntervalEstimate.exact(v.units().alike())),
    /** The signal grows. */
    SIGNAL_EXPLODES(
            "signal-explodes",
            Verdict.EXPLODING,
            "variance over the examples",
            Side.ABOVE,
            10,
            Experience.counted(13, 22),
            v -> hidden(v, v.forward().signal())),
    /** The signal dies. */
    SIGNAL_VANISHES(
            "signal-vanishes",
            Verdict.VANISHING,
            "variance over the examples",
            Side.BELOW,
            3e-7,
            Experience.counted(11, 20),
            v -> hidden(v, v.forward().signal())),
    /** The gradient grows on its way back. */
    GRADIENT_EXPLODES(
            "gradient-explodes",
            Verdict.EXPLODING,
            "squared length of a gradient over that at the outputs",
            Side.ABOVE,
            300,
            Experience.counted(13, 23),
            v -> v.backward().gradient()),
    /** The gradient dies on its way back. */
    GRADIENT_VANISHES(
            "gradient-vanishes",
            Verdict.VANISHING,
            "squared length of a gradient over that at the outputs",
            Side.BELOW,
            3e-7,
            Experience.counted(12, 19),
            v -> v.backward().gradient()),
    /** Units that have the same output for all examples. */
    DEAD_UNITS(
            "dead-units",
            Verdict.DEAD,
            "proportion of dead units",
            Side.ABOVE,
            0.3,
            Experience.counted(17, 25),
            v -> IntervalEstimate.exact(v.units().dead())),
    /** Outputs at the bounds of the activation. */
    SATURATED_UNITS(
            "saturated-units",
            Verdict.SATURATED,
            "proportion of saturated outputs",
            Side.ABOVE,
            0.5,
            Experience.counted(2, 3),
            v -> IntervalEstimate.exact(v.units().saturated())),
    /** Examples that differ by little of their mean square. */
    EXAMPLES_ALIKE(
            "examples-alike",
            Verdict.RANK_COLLAPSED,
            "variance over the examples over mean square",
            Side.BELOW,
            3e-4,
            Experience.counted(2, 6),
            v -> hidden(
                    v,
                    IntervalEstimate.exact(
                            v.forward().signal().value() / v.forward().square().value()))),
    /** Examples that lie in few directions. */
    RANK_COLLAPSED(
            "rank-collapsed",
            Verdict.RANK_COLLAPSED,
            "effective rank over what input and width allow",
            Side.BELOW,
            0.1,
            Experience.counted(3, 4),
            v -> hidden(v, IntervalEstimate.exact(v.units().rank()))),
    /** Directions that are stretched unequally. */
    NOT_ISOMETRIC(
            "not-isometric",
            Verdict.NOT_ISOMETRIC,
            "dispersion of the squared singular values of its derivative",
            Side.ABOVE,
            10,
            Experience.counted(11, 15),
            v -> IntervalEstimate.exact(v.backward().dispersion())),
    /** Batch normalization hides an explosion, until its stored statistics are used. */
    INFERENCE_EXPLODES(
            "inference-explodes",
            Verdict.EXPLODING,
            "mean square of the outputs at inference, with the stored statistics of batch normalization",
            Side.ABOVE,
            1e6,
            Experience.none(),
            v -> IntervalEstimate.exact(
                    v.forward().inference() == null
                            ? null
                            : (Double) lost(v.forward().inference())));

    /** The side of the bound on which a layer is ill. */
    private enum Side {
        ABOVE,
        BELOW
    }

    /** What it predicts if no rule fires. */
    static final String SILENCE =
            "no rule fires: of the study's 50 held-out networks without a finding none failed to train";

    private final String id;
    private final Verdict verdict;
    private final String what;
    private final Side side;
    private final double bound;

    @SuppressWarnings("ImmutableEnumChecker") // A record of numbers and a string.
    private final Experience experience;

    @SuppressWarnings("ImmutableEnumChecker") // The functions hold nothing.
    private final Function<LayerVitals, @Nullable IntervalEstimate> number;

    Rule(
            String id,
            Verdict verdict,
            String what,
            Side side,
            double bound,
            Experience experience,
            Function<LayerVitals, @Nullable IntervalEstimate> number) {
        this.id = id;
        this.verdict = verdict;
        this.what = what;
        this.side = side;
        this.bound = bound;
        this.experience = experience;
        this.number = number;
    }

    private static double lost(double value) {
        return Double.isNaN(value) ? Double.POSITIVE_INFINITY : value;
    }

    /** The number at a hidden layer; an output layer has none, since no layer follows it. */
    private static @Nullable IntervalEstimate hidden(LayerVitals layer, @Nullable IntervalEstimate estimate) {
        return layer.forward().output() ? null : estimate;
    }

    /** The rules that fire at any of several layers, the gravest first. */
    static List<Rule> firing(List<LayerVitals> layers) {
        return Arrays.stream(values())
                .filter(rule -> layers.stream().anyMatch(rule::fires))
                .toList();
    }

    static Verdict verdictOn(LayerVitals layer) {
        return Arrays.stream(values())
                .filter(rule -> rule.fires(layer))
                .findFirst()
                .map(Rule::verdict)
                .orElse(Verdict.HEALTHY);
    }

    /** {@return the name of the rule in reports, such as "signal-vanishes"} */
    @JsonValue
    public String id() {
        return id;
    }

    /** {@return what a layer suffers from where the rule fires} */
    public Verdict verdict() {
        return verdict;
    }

    /** {@return the bound beyond which the rule fires} */
    public double bound() {
        return bound;
    }

    /** {@return whether large numbers are ill; false if small ones are} */
    public boolean above() {
        return side == Side.ABOVE;
    }

    /**
     * The number that the rule looks at.
     *
     * @param layer what was measured at a layer
     * @return null where there is none, and where another rule is to say that it is not finite
     */
    public @Nullable IntervalEstimate number(LayerVitals layer) {
        IntervalEstimate estimate = number.apply(layer);
        return estimate == null || Double.isNaN(estimate.value()) ? null : estimate;
    }

    /**
     * The value of this rule's quantity at the layer where it is worst.
     *
     * @param layers what was measured
     * @return NaN if no layer has one
     */
    public double worst(List<LayerVitals> layers) {
        DoubleStream numbers =
                layers.stream().map(this::number).filter(Objects::nonNull).mapToDouble(IntervalEstimate::value);
        return (side == Side.ABOVE ? numbers.max() : numbers.min()).orElse(Double.NaN);
    }

    /**
     * Whether a layer is ill according to this rule.
     *
     * @param layer what was measured at it
     * @return true if its number is beyond the bound
     */
    public boolean fires(LayerVitals layer) {
        IntervalEstimate estimate = number(layer);
        return estimate != null && (side == Side.ABOVE ? estimate.value() > bound : estimate.value() < bound);
    }

    /** At how many layers it fires. */
    long count(List<LayerVitals> layers) {
        return layers.stream().filter(this::fires).count();
    }

    /** What its number is, in words. */
    String what() {
        return what;
    }

    /** How far beyond the bound, for the worst of several layers: greater is worse. */
    double excess(LayerVitals layer) {
        IntervalEstimate estimate = number(layer);
        double value = estimate == null ? Double.NaN : estimate.value();
        return side == Side.ABOVE ? value / bound : bound / value;
    }

    /** What is known of networks in which it fires. */
    Experience experience() {
        return experience;
    }
}
