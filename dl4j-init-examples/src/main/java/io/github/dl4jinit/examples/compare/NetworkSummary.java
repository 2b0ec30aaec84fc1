package io.github.dl4jinit.examples.compare;

import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.RunResult.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The results of one network, scheme by scheme, as a table and in words. Every sentence is derived from the numbers.
 *
 * @param network the network
 * @param schemes a summary of each scheme, in the order of the plan
 * @param epochs epochs of the plan
 */
record NetworkSummary(NetworkSpec network, List<SchemeSummary> schemes, int epochs) {

    /** The share of the best scheme's final accuracy that the column "epochs to" asks for. */
    private static final double GOAL_SHARE = 0.9;

    static List<NetworkSummary> of(Plan plan, List<RunResult> results) {
        return plan.networks().stream()
                .map(n -> new NetworkSummary(n, schemes(plan, n.name(), results), plan.epochs()))
                .toList();
    }

    private static List<SchemeSummary> schemes(Plan plan, String network, List<RunResult> results) {
        List<SchemeSummary> summaries = new ArrayList<>();
        for (Scheme scheme : plan.schemes()) {
            List<RunResult> runs = results.stream()
                    .filter(r -> r.network().equals(network) && r.scheme().equals(scheme.name()))
                    .toList();
            summaries.add(new SchemeSummary(scheme, summaries.size(), runs, plan.epochs()));
        }
        return summaries;
    }

    Table table() {
        double goal = GOAL_SHARE * ranked().get(0).finalAccuracy().median();
        boolean reachable = Double.isFinite(goal);
        List<List<String>> rows = schemes.stream()
                .map(s -> List.of(
                        s.scheme().title(),
                        accuracies(s.finalAccuracy()),
                        loss(s.testLoss(epochs).median()),
                        loss(s.trainLoss(epochs).median()),
                        reachable ? epochs(s.epochsTo(goal).median()) : "-",
                        lost(s)))
                .toList();
        return new Table(
                List.of(
                        "scheme",
                        "test accuracy, median [min..max]",
                        "test loss",
                        "train loss",
                        reachable ? "epochs to " + percent(goal) : "epochs to -",
                        "diverged"),
                rows);
    }

    /** Which scheme came out ahead and how surely, and what its start did to the signal. */
    List<String> reading() {
        List<SchemeSummary> ranked = ranked();
        SchemeSummary best = ranked.get(0);
        if (!Double.isFinite(best.finalAccuracy().median())) {
            return List.of(
                    "No scheme finished with most of its seeds: nothing can be said about this network except that"
                            + " these settings are too rough for it. Try a smaller learning rate.");
        }
        List<String> sentences = new ArrayList<>();
        sentences.add(ranking(ranked));
        lostRuns().ifPresent(sentences::add);
        signal().ifPresent(sentences::add);
        return List.of(String.join(" ", sentences));
    }

    private String ranking(List<SchemeSummary> ranked) {
        SchemeSummary best = ranked.get(0);
        String lead = String.format(
                Locale.ROOT,
                "%s ends highest, with a median test accuracy of %s after %d epochs",
                best.scheme().title(),
                percent(best.finalAccuracy().median()),
                epochs);
        List<SchemeSummary> others = ranked.subList(1, ranked.size());
        if (others.isEmpty()) {
            return lead + ".";
        }
        SchemeSummary worst = others.get(others.size() - 1);
        double lowest = worst.finalAccuracy().median();
        String tail = Double.isFinite(lowest)
                ? String.format(
                        Locale.ROOT, "; lowest is %s with %s.", worst.scheme().title(), percent(lowest))
                : ".";
        List<String> near = others.stream()
                .filter(s -> s.finalAccuracy().overlaps(best.finalAccuracy()))
                .map(s -> s.scheme().title())
                .toList();
        int seeds = best.runs().size();
        if (seeds == 1) {
            return lead + tail + " One seed says nothing about chance.";
        }
        return lead
                + tail
                + (near.isEmpty()
                        ? " Its worst seed is above the best seed of every other scheme."
                        : String.format(
                                Locale.ROOT,
                                " Over the %d seeds its range overlaps with that of %s, so these are not told apart here.",
                                seeds,
                                join(near)));
    }

    private Optional<String> lostRuns() {
        String lost = schemes.stream()
                .filter(s -> s.runs().stream().anyMatch(r -> !r.finished()))
                .map(s -> s.scheme().title() + " (" + lost(s) + ")")
                .collect(Collectors.joining(", "));
        return lost.isEmpty() ? Optional.empty() : Optional.of("Runs were lost with " + lost + ".");
    }

    /** The two schemes whose variance changes least and most from the first hidden layer to the last. */
    private Optional<String> signal() {
        List<SchemeSummary> measured = schemes.stream()
                .filter(s -> s.layers().size() > 1)
                .sorted(Comparator.comparingDouble(s -> Math.abs(Math.log(change(s)))))
                .toList();
        if (measured.size() < 2) {
            return Optional.empty();
        }
        SchemeSummary steady = measured.get(0);
        SchemeSummary unsteady = measured.get(measured.size() - 1);
        return Optional.of(String.format(
                Locale.ROOT,
                "Before training, the variance of the hidden layers changes by a factor of %.2g from the first to the last"
                        + " with %s, and by %.2g with %s.",
                change(steady),
                steady.scheme().title(),
                change(unsteady),
                unsteady.scheme().title()));
    }

    private static double change(SchemeSummary s) {
        return s.startVariance(s.layers().size() - 1).median()
                / s.startVariance(0).median();
    }

    private List<SchemeSummary> ranked() {
        return schemes.stream()
                .sorted(Comparator.comparingDouble(
                                (SchemeSummary s) -> s.finalAccuracy().median())
                        .reversed())
                .toList();
    }

    private static String lost(SchemeSummary s) {
        long failed = s.count(Outcome.FAILED);
        return s.count(Outcome.DIVERGED) + "/" + s.runs().size() + (failed == 0 ? "" : ", " + failed + " failed");
    }

    private static String accuracies(MedianAndRange spread) {
        return String.format(
                Locale.ROOT, "%s [%s..%s]", accuracy(spread.median()), bare(spread.low()), bare(spread.high()));
    }

    private static String accuracy(double share) {
        return Double.isFinite(share) ? percent(share) : "lost";
    }

    private static String percent(double share) {
        return bare(share) + "%";
    }

    private static String bare(double share) {
        return Double.isFinite(share) ? String.format(Locale.ROOT, "%.1f", 100 * share) : "lost";
    }

    private static String loss(double loss) {
        return Double.isFinite(loss) ? String.format(Locale.ROOT, "%.3f", loss) : "lost";
    }

    private static String epochs(double epochs) {
        return Double.isFinite(epochs) ? String.format(Locale.ROOT, "%.1f", epochs) : "never";
    }

    private static String join(List<String> names) {
        int last = names.size() - 1;
        return last == 0 ? names.get(0) : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }
}
