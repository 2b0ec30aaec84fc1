package io.github.dl4jinit.examples.study.doctor;

import io.github.dl4jinit.doctor.Rule;
import io.github.dl4jinit.examples.study.Proportion;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;

/** How a rule with a bound does on some networks. */
record Score(int failed, int hits, int trained, int alarms) {

    /** A bound may ring for this part of the networks that trained, at most. */
    private static final double MOST_FALSE_ALARMS = 0.05;

    static Score of(List<ExaminedNetwork> networks, Predicate<ExaminedNetwork> fires) {
        int[] counts = new int[4];
        for (ExaminedNetwork c : networks) {
            boolean fired = fires.test(c);
            counts[c.failed() ? 0 : 2]++;
            counts[c.failed() ? 1 : 3] += fired ? 1 : 0;
        }
        return new Score(counts[0], counts[1], counts[2], counts[3]);
    }

    double hitRate() {
        return failed == 0 ? 0 : (double) hits / failed;
    }

    double alarmRate() {
        return trained == 0 ? 0 : (double) alarms / trained;
    }

    List<String> cells() {
        return List.of(hits + " of " + failed, alarms + " of " + trained, hits + " of " + (hits + alarms), interval());
    }

    private String interval() {
        if (hits + alarms == 0) {
            return "";
        }
        return new Proportion(hits, hits + alarms).toText(2);
    }

    /** Of the round numbers, the one with most hits among those with few false alarms; of equals, the one that rings least. */
    static double bestBound(Rule rule, List<ExaminedNetwork> networks) {
        return candidates(rule)
                .filter(bound -> of(rule, bound, networks).alarmRate() <= MOST_FALSE_ALARMS)
                .boxed()
                .max(Comparator.<Double>comparingDouble(
                                bound -> of(rule, bound, networks).hitRate())
                        .thenComparingDouble(bound -> rule.above() ? bound : -bound))
                .orElse(Double.NaN);
    }

    static Score of(Rule rule, double bound, List<ExaminedNetwork> networks) {
        return of(networks, network -> network.beyond(rule, bound));
    }

    private static DoubleStream candidates(Rule rule) {
        boolean share = rule == Rule.DEAD_UNITS || rule == Rule.SATURATED_UNITS;
        return share
                ? DoubleStream.iterate(0.05, b -> b < 0.999, b -> b + 0.05).map(b -> Math.round(100 * b) / 100.0)
                : DoubleStream.iterate(-30, e -> e <= 12, e -> e + 1)
                        .flatMap(e -> DoubleStream.of(
                                Double.parseDouble("1e" + (int) e), Double.parseDouble("3e" + (int) e)));
    }
}
