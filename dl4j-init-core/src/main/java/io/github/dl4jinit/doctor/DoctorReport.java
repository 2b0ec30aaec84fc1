package io.github.dl4jinit.doctor;

import io.github.dl4jinit.doctor.Diagnosis.Prognosis;
import io.github.dl4jinit.doctor.Diagnosis.Verdict;
import io.github.dl4jinit.doctor.DoctorReport.IntervalEstimate;
import io.github.dl4jinit.report.ProbeReport.Place;
import io.github.dl4jinit.report.Report;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.annotation.JsonUnwrapped;

/**
 * What the doctor found in a network before its first update, what fixes it, and the same network after the remedy.
 *
 * @param subject what was examined
 * @param judgement what is wrong with it
 * @param measured the numbers behind the judgement
 * @param treatment what was tried, and what it did
 */
@API(status = API.Status.STABLE, since = "0.1")
public record DoctorReport(
        @JsonUnwrapped Subject subject,
        @JsonUnwrapped Judgement judgement,
        @JsonUnwrapped Measured measured,
        @JsonUnwrapped Treatment treatment)
        implements Report {

    /**
     * The network and the batch.
     *
     * @param network what kind of network, such as "MultiLayerNetwork"
     * @param parameters how many parameters
     * @param examples size of the batch
     * @param seconds wall time of the examination
     */
    public record Subject(String network, long parameters, long examples, double seconds) {}

    /**
     * The judgement on the network as it was given.
     *
     * @param prognosis what to expect of training
     * @param predicts how many networks of the study with this prognosis failed to train
     * @param findings the rules that fire, the gravest first
     */
    public record Judgement(Prognosis prognosis, String predicts, List<Finding> findings) {

        /** Makes the list immutable. */
        public Judgement {
            findings = List.copyOf(findings);
        }
    }

    /**
     * A rule that fires, where it fires first, and what fixes it.
     *
     * @param rule the rule
     * @param where it fires
     * @param evidence the number, its interval, the prediction and the bound
     * @param fix what to do
     */
    public record Finding(
            Rule rule,
            @JsonUnwrapped Where where,
            String evidence,
            @JsonUnwrapped Fix fix) {

        /** {@return the name of the rule} */
        public String id() {
            return rule.id();
        }

        /** {@return DL4J's name of the first layer or vertex at which it fires} */
        public String layer() {
            return where.layer();
        }

        /** {@return what it means for the layer} */
        @JsonProperty("verdict")
        public Verdict verdict() {
            return rule.verdict();
        }

        /** {@return how many networks of the study in which the rule fired failed to train} */
        @JsonProperty("predicts")
        public String predicts() {
            return rule.experience().predicts();
        }
    }

    /**
     * The layers at which a rule fires.
     *
     * @param layer the first layer or vertex
     * @param layers how many layers and vertices
     */
    public record Where(String layer, int layers) {}

    /**
     * What to do about a finding.
     *
     * @param remedy the DL4J line that fixes it, or what else to do if none of those that were tried does
     * @param tried the same number on a copy after that line
     */
    public record Fix(String remedy, String tried) {}

    /**
     * What was measured before any treatment.
     *
     * @param layers a line per layer and vertex, in the order of execution
     * @param unexamined what was not looked at
     */
    public record Measured(List<LayerVitals> layers, List<Unexamined> unexamined) {

        /** Makes the lists immutable. */
        public Measured {
            layers = List.copyOf(layers);
            unexamined = List.copyOf(unexamined);
        }
    }

    /**
     * Something that was not looked at.
     *
     * @param layer DL4J's name of the layer or vertex
     * @param what what was not measured or predicted there
     * @param reason why
     */
    public record Unexamined(String layer, String what, String reason) {}

    /**
     * What was tried on copies.
     *
     * @param trials in the order of trying
     * @param prescription the line of the trial that left the fewest findings, or "" if there is none
     * @param after the layers after the prescription; empty if there is none
     * @param afterPrognosis the prognosis after it, or null if there is none
     */
    public record Treatment(
            List<RemedyTrial> trials,
            String prescription,
            List<LayerVitals> after,
            @Nullable Prognosis afterPrognosis) {

        /** Makes the lists immutable. */
        public Treatment {
            trials = List.copyOf(trials);
            after = List.copyOf(after);
        }
    }

    /**
     * A line that was tried on a copy of the network.
     *
     * @param line the Java line
     * @param remaining the rules that still fire after it, "name (layers)" each
     * @param note why it could not be tried, or ""
     */
    public record RemedyTrial(String line, List<String> remaining, String note) {

        /** Makes the list immutable. */
        public RemedyTrial {
            remaining = List.copyOf(remaining);
        }
    }

    /** The bound of a rule, for readers of the JSON. */
    record Bound(String rule, boolean above, double value) {}

    @JsonProperty("bounds")
    List<Bound> bounds() {
        return Arrays.stream(Rule.values())
                .map(rule -> new Bound(rule.id(), rule.above(), rule.bound()))
                .toList();
    }

    @Override
    public String toText() {
        return new DoctorText(this).toText();
    }

    /**
     * The report as one HTML page with plots, which needs no other file and runs no script.
     *
     * @return an HTML document, to be stored as UTF-8
     */
    public String toHtml() {
        return new DoctorPage(this).toHtml();
    }

    @Override
    public String toString() {
        return toText();
    }

    /**
     * A number measured on a batch, its interval over the examples, and what theory predicts.
     *
     * @param value the mean over the examples
     * @param low lower end of the 95 % interval over examples
     * @param high upper end of it
     * @param predicted what mean-field theory says, or null if it says nothing here
     */
    public record IntervalEstimate(
            double value, double low, double high, @Nullable Double predicted) {

        /**
         * The same measurement beside a prediction.
         *
         * @param prediction what theory says, or null
         * @return a new estimate
         */
        public IntervalEstimate beside(@Nullable Double prediction) {
            return new IntervalEstimate(value, low, high, prediction);
        }

        /** A number without an interval. */
        static @Nullable IntervalEstimate exact(@Nullable Double value) {
            return value == null ? null : new IntervalEstimate(value, value, value, null);
        }

        /** {@return the number with its interval, such as "0.31 (0.28 .. 0.34)"} */
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.3g (%.3g .. %.3g)", value, low, high);
        }
    }

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
         * @param alike proportion of the units that have the weights and the bias of another unit of the layer, and the same gradients, so that
         *     training cannot tell them apart
         */
        public record UnitHealth(
                @Nullable Double rank,
                @Nullable Double dead,
                @Nullable Double saturated,
                @Nullable Double alike) {}

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
}
