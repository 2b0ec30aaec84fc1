package io.github.dl4jinit.examples.study.doctor;

import io.github.dl4jinit.doctor.Rule;
import io.github.dl4jinit.examples.charts.Cloud;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.ScatterChart;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.doctor.DoctorNetwork.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** What the rules hit and miss, as tables and pictures. */
final class DoctorTables {

    private DoctorTables() {}

    static void addTo(ResultPage page, List<ExaminedNetwork> networks) {
        List<ExaminedNetwork> setting = half(networks, Half.SETTING);
        List<ExaminedNetwork> judging = half(networks, Half.JUDGING);
        Map<Rule, Double> bounds = new LinkedHashMap<>();
        Map<Rule, Double> shipped = new LinkedHashMap<>();
        for (Rule rule : ExaminedNetwork.RULES) {
            bounds.put(rule, Score.bestBound(rule, setting));
            shipped.put(rule, rule.bound());
        }
        page.heading("Bounds, set on the first half")
                .paragraph(
                        "Dense networks on letters. The bound of each rule is the round number with most hits among those"
                                + " that ring for 5 % of the trained networks at most.")
                .table(table(bounds, setting))
                .heading("The same bounds on the other half")
                .paragraph("Other activations, depths and widths, residual graphs and convolutions, on images: none of"
                        + " these networks was used to set a bound.")
                .table(table(bounds, judging))
                .heading("The rules as they are in this version, on the other half")
                .paragraph("The same table with the bounds that `Rule` has; the doctor quotes its third column.")
                .table(table(shipped, judging))
                .heading("By kind of network, other half")
                .table(byKind(judging, any(shipped)))
                .heading("Charts");
        for (Rule rule : List.of(Rule.SIGNAL_VANISHES, Rule.GRADIENT_VANISHES, Rule.EXAMPLES_ALIKE)) {
            page.chart(rule.id(), chart(rule, networks));
        }
    }

    private static List<ExaminedNetwork> half(List<ExaminedNetwork> networks, Half half) {
        return networks.stream().filter(network -> network.half() == half).toList();
    }

    private static Predicate<ExaminedNetwork> any(Map<Rule, Double> bounds) {
        Predicate<ExaminedNetwork> lost = ExaminedNetwork::lost;
        return lost.or(
                network -> bounds.entrySet().stream().anyMatch(rule -> network.beyond(rule.getKey(), rule.getValue())));
    }

    private static Table table(Map<Rule, Double> bounds, List<ExaminedNetwork> networks) {
        List<List<String>> rows = new ArrayList<>();
        bounds.forEach((rule, bound) -> rows.add(row(
                rule.id(),
                (rule.above() ? "above " : "below ") + String.format(Locale.ROOT, "%.3g", bound),
                Score.of(rule, bound, networks))));
        rows.add(row("not-finite", "", Score.of(networks, ExaminedNetwork::lost)));
        rows.add(row("any rule", "", Score.of(networks, any(bounds))));
        return new Table(
                List.of(
                        "rule",
                        "fires",
                        "hits: fires, of those that failed",
                        "false alarms: fires, of those that trained",
                        "failed, of those in which it fires",
                        "the same, with 95 % interval"),
                rows);
    }

    private static List<String> row(String name, String bound, Score score) {
        List<String> row = new ArrayList<>(List.of(name, bound));
        row.addAll(score.cells());
        return row;
    }

    private static Table byKind(List<ExaminedNetwork> cases, Predicate<ExaminedNetwork> fires) {
        List<List<String>> rows = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<ExaminedNetwork> some =
                    cases.stream().filter(c -> c.network().kind() == kind).toList();
            Score score = Score.of(some, fires);
            rows.add(List.of(
                    kind.name().toLowerCase(Locale.ROOT),
                    Integer.toString(some.size()),
                    (score.failed() - score.hits()) + " of " + score.failed(),
                    score.alarms() + " of " + score.trained()));
        }
        return new Table(
                List.of("kind", "networks", "missed, of those that failed", "false alarms, of those that trained"),
                rows);
    }

    private static ScatterChart chart(Rule rule, List<ExaminedNetwork> cases) {
        List<Cloud> clouds = new ArrayList<>();
        for (Half half : Half.values()) {
            clouds.add(new Cloud(
                    half == Half.SETTING ? "first half, letters" : "other half, images",
                    clouds.size(),
                    cases.stream()
                            .filter(c -> c.half() == half && c.number(rule) > 0)
                            .map(c -> new Point(Math.log10(c.number(rule)), Math.min(2, c.loss())))
                            .toList()));
        }
        return new ScatterChart(
                rule.id(),
                "log10 of the worst number of a network",
                "loss after training over that of a constant, up to 2",
                clouds);
    }
}
