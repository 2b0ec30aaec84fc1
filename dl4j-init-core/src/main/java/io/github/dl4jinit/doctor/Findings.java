package io.github.dl4jinit.doctor;

import io.github.dl4jinit.doctor.DoctorReport.Finding;
import io.github.dl4jinit.doctor.DoctorReport.Fix;
import io.github.dl4jinit.doctor.DoctorReport.IntervalEstimate;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals;
import io.github.dl4jinit.doctor.DoctorReport.Where;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Puts the rules that fire into words.
 *
 * @param layers the network as it was given
 * @param line the prescription, or "" if there is none
 * @param after the layers after the prescription; empty if there is none
 */
record Findings(List<LayerVitals> layers, String line, List<LayerVitals> after) {

    List<Finding> all() {
        return Rule.firing(layers).stream().map(this::finding).toList();
    }

    private Finding finding(Rule rule) {
        List<LayerVitals> ill = layers.stream().filter(rule::fires).toList();
        LayerVitals first = ill.get(0);
        LayerVitals worst =
                ill.stream().max(Comparator.comparingDouble(rule::excess)).orElseThrow();
        String evidence = evidence(rule, first) + (worst.place().equals(first.place()) ? "" : worst(rule, worst));
        Fix fix = line.isEmpty()
                ? new Fix(
                        "none of the initializers tried: put BatchNormalization between the layers, or take another"
                                + " activation or fewer layers",
                        "see the list of trials")
                : new Fix(line, tried(rule, worst));
        return new Finding(rule, new Where(first.name(), ill.size()), evidence, fix);
    }

    private static String worst(Rule rule, LayerVitals worst) {
        IntervalEstimate estimate = rule.number(worst);
        return "; worst at '" + worst.name() + "': "
                + (estimate == null ? "" : String.format(Locale.ROOT, "%.3g", estimate.value()));
    }

    private String tried(Rule rule, LayerVitals worst) {
        LayerVitals same = after.get(worst.place().position() - 1);
        long left = rule.count(after);
        return "at '" + worst.name() + "' " + evidence(rule, same)
                + (left == 0 ? "; fires nowhere any more" : "; still fires at " + left);
    }

    /** What was measured at a layer, with the prediction of theory and the bound. */
    private static String evidence(Rule rule, LayerVitals layer) {
        IntervalEstimate estimate = rule.number(layer);
        if (estimate == null) {
            return "not measured";
        }
        String interval = estimate.low() < estimate.high()
                ? String.format(Locale.ROOT, " (95 %% over examples: %.3g .. %.3g)", estimate.low(), estimate.high())
                : "";
        String theory = estimate.predicted() == null
                ? ""
                : String.format(Locale.ROOT, ", theory says %.3g", estimate.predicted());
        String limit = rule == Rule.NOT_FINITE
                ? ""
                : String.format(Locale.ROOT, "; healthy is %s %.3g", rule.above() ? "up to" : "from", rule.bound());
        return String.format(Locale.ROOT, "%s %.3g%s%s%s", rule.what(), estimate.value(), interval, theory, limit);
    }
}
