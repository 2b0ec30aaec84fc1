package io.github.dl4jinit.examples.study.ntk;

import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.ntk.Runs.Rate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether a start's kernel predicts its training: rank correlations over the starts. */
final class Correlations {

    private static final List<String> MEASURES =
            List.of("largest", "effective_rank", "condition", "alignment", "foretold", "drift_early");
    private static final List<String> OUTCOMES = List.of("loss", "updates", "accuracy");

    /** Fieller's interval needs more. */
    private static final int LEAST_STARTS = 4;

    private Correlations() {}

    static void addTo(ResultPage page, Map<String, Runs> results) {
        int all = Starts.all().size();
        page.heading("Does the kernel predict the training?")
                .paragraph(
                        "Spearman's rank correlations over the starts, of their medians over the seeds, with 95 % intervals (Fieller's), for"
                                + " each measure of the start's kernel (and the way that it moved in the first pass) with what came"
                                + " of the training. *Reasonable* are the starts whose largest eigenvalue is within a factor of "
                                + (int) Runs.REASONABLE
                                + " of He's; their number stands in the head. Lost runs count as the worst. Many starts are relatives of each"
                                + " other, and " + MEASURES.size() * OUTCOMES.size() * 2
                                + " correlations are looked at for each task: of independent quantities one in"
                                + " twenty would leave zero out of its interval, too. A dash: one of the two is the same for all starts.");
        for (Rate rate : Rate.values()) {
            page.paragraph("All " + all + " starts, " + rate.title() + ":").table(table(results, rate, false));
            page.paragraph("Reasonable starts, " + rate.title() + ":").table(table(results, rate, true));
        }
    }

    private static Table table(Map<String, Runs> results, Rate rate, boolean reasonable) {
        List<String> head = new ArrayList<>(List.of("measure, outcome"));
        results.forEach((title, runs) ->
                head.add(title + ", n = " + starts(runs, reasonable).size()));
        List<List<String>> rows = new ArrayList<>();
        for (String measure : MEASURES) {
            for (String outcome : OUTCOMES) {
                List<String> row = new ArrayList<>(List.of(words(measure) + ", " + outcome));
                results.values()
                        .forEach(runs -> row.add(correlation(
                                runs, starts(runs, reasonable), rate.column(measure), rate.column(outcome))));
                rows.add(row);
            }
        }
        return new Table(head, rows);
    }

    private static List<Scheme> starts(Runs runs, boolean reasonable) {
        return reasonable ? runs.reasonable() : runs.starts();
    }

    private static String words(String column) {
        return switch (column) {
            case "largest" -> "largest eigenvalue";
            case "foretold" -> "predicted loss";
            case "drift_early" -> "moved in the first pass";
            default -> column.replace('_', ' ');
        };
    }

    private static String correlation(Runs runs, List<Scheme> starts, String measure, String outcome) {
        if (starts.size() < LEAST_STARTS) {
            return "-";
        }
        RankCorrelation found = RankCorrelation.of(
                starts.stream().map(start -> runs.median(start, measure)).toList(),
                starts.stream().map(start -> runs.median(start, outcome)).toList());
        return found.toldFromZero() ? "**" + found.text() + "**" : found.text();
    }
}
