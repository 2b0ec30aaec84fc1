package io.github.dl4jinit.examples.study.doctor;

import io.github.dl4jinit.doctor.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * What became of a network.
 *
 * @param half whether it sets bounds or judges them
 * @param network how it was built
 * @param numbers the worst number of each rule, in the order of {@link #RULES}, then 1 if a number was not finite
 * @param loss the lower of the losses at the end, over that of the best constant output
 */
record ExaminedNetwork(Half half, DoctorNetwork network, List<Double> numbers, double loss) {

    /** A network has failed if its loss did not come below this, in parts of that of the best constant output. */
    static final double FAILED = 0.8;

    /** The rules with a bound. */
    static final List<Rule> RULES = Arrays.stream(Rule.values())
            .filter(rule -> rule != Rule.NOT_FINITE && rule != Rule.INFERENCE_EXPLODES)
            .toList();

    /** From the numbers of {@link DoctorMeasurement#measure}. */
    static ExaminedNetwork of(Half half, DoctorNetwork network, double[] row) {
        int rules = RULES.size() + 1;
        return new ExaminedNetwork(
                half,
                network,
                DoubleStream.of(row).limit(rules).boxed().toList(),
                DoubleStream.of(row)
                        .skip(rules)
                        .filter(loss -> !Double.isNaN(loss))
                        .min()
                        .orElse(Double.POSITIVE_INFINITY));
    }

    boolean failed() {
        return !(loss < FAILED);
    }

    double number(Rule rule) {
        return numbers.get(RULES.indexOf(rule));
    }

    boolean beyond(Rule rule, double bound) {
        return rule.above() ? number(rule) > bound : number(rule) < bound;
    }

    boolean lost() {
        return numbers.get(RULES.size()) > 0;
    }
}
