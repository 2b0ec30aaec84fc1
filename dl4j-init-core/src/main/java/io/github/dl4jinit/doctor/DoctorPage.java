package io.github.dl4jinit.doctor;

import static io.github.dl4jinit.doctor.DoctorReport.IntervalEstimate.exact;

import io.github.dl4jinit.doctor.Diagnosis.Prognosis;
import io.github.dl4jinit.doctor.Diagnosis.Verdict;
import io.github.dl4jinit.doctor.DoctorReport.Finding;
import io.github.dl4jinit.doctor.DoctorReport.IntervalEstimate;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals;
import io.github.dl4jinit.doctor.DoctorReport.Treatment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link DoctorReport} as one HTML page: the plots are SVG inside it; no script, nothing to fetch. */
record DoctorPage(DoctorReport report) {

    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --ground: #ffffff; --line: #d0d7de;
              --measured: #0072b2; --theory: #e69f00; --after: #009e73; --bound: #d55e00; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa4af; --ground: #0d1117; --line: #30363d;
              --measured: #56b4e9; --after: #2ec49a; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); margin: 0 auto;
              max-width: 1360px; padding: 1.2rem; }
            h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
            .lead { color: var(--soft); margin: .3rem 0 1rem; }
            .badge { border: 2px solid; border-radius: 6px; padding: 0 .5rem; margin-left: .5rem; }
            .good { color: var(--after); } .doubtful { color: var(--theory); } .bad { color: var(--bound); }
            .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 1rem; }
            svg { width: 100%; height: auto; border: 1px solid var(--line); border-radius: 6px; }
            svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .title { font-weight: 600; font-size: 14px; }
            svg .tick { text-anchor: end; fill: var(--soft); } svg .name { text-anchor: middle; fill: var(--soft); }
            svg line, svg polyline { fill: none; stroke-width: 1.8; } svg .grid { stroke: var(--line); stroke-width: 1; }
            svg .measured { stroke: var(--measured); } svg circle.measured { fill: var(--measured); }
            svg .theory { stroke: var(--theory); stroke-dasharray: 6 4; } svg circle.theory { fill: var(--ground); stroke-dasharray: none; }
            svg .after { stroke: var(--after); stroke-dasharray: 2 3; } svg circle.after { fill: var(--after); }
            svg .interval { stroke-dasharray: none; stroke-width: 1.2; }
            svg .bound { stroke: var(--bound); stroke-dasharray: 10 3; stroke-width: 1.2; }
            .table { overflow-x: auto; } table { border-collapse: collapse; font-size: 13px; white-space: nowrap; }
            th, td { padding: .15rem .6rem; border-bottom: 1px solid var(--line); text-align: right; }
            th:nth-child(2), td:nth-child(2), th:nth-child(3), td:nth-child(3), th:nth-child(4), td:nth-child(4) { text-align: left; }
            tr.ill td { color: var(--bound); }
            article { border-left: 4px solid var(--bound); padding: .1rem 0 .1rem .9rem; margin: .8rem 0; }
            article p { margin: .2rem 0; } code { font: 13px ui-monospace, monospace; }
            """;

    String toHtml() {
        StringBuilder html = new StringBuilder();
        html.append("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                <title>Diagnosis of a network's start</title>
                <style>
                """);
        html.append(STYLE).append("</style>\n</head>\n<body>\n");
        html.append("<h1>Before the first update")
                .append(badge(report.judgement().prognosis()));
        Treatment treatment = report.treatment();
        Prognosis treated = treatment.afterPrognosis();
        if (treated != null) {
            html.append(" after treatment").append(badge(treated));
        }
        html.append("</h1>\n");
        element(html, "p class=\"lead\"", new DoctorText(report).headline());
        html.append("<div class=\"plots\">\n");
        plots().forEach(plot -> html.append(plot.toSvg()));
        html.append("</div>\n");
        element(
                html,
                "p class=\"lead\"",
                "Along the bottom: layers and vertices in the order of execution, as numbered below. Bars: 95 % intervals over the"
                        + " examples. Red lines: bounds beyond which a rule fires.");
        findings(html);
        table(html, "Layers", report.measured().layers());
        if (!treatment.after().isEmpty()) {
            table(html, "Layers after " + treatment.prescription() + " on a copy", treatment.after());
        }
        list(
                html,
                "Tried on copies",
                treatment.trials(),
                trial -> "<code>" + Html.escape(trial.line()) + "</code> " + Html.escape(DoctorText.outcome(trial)));
        list(html, "Not examined", report.measured().unexamined(), gap -> Html.escape(DoctorText.gap(gap)));
        return html.append("</body>\n</html>\n").toString();
    }

    private static String badge(Prognosis prognosis) {
        return "<span class=\"badge " + prognosis + "\">" + prognosis + "</span>";
    }

    private List<SvgPlot> plots() {
        return List.of(
                        plot(
                                "Signal: variance over the examples",
                                v -> v.forward().signal(),
                                true,
                                "signal-"),
                        plot(
                                "Gradient that arrives from the outputs: squared length",
                                v -> v.backward().gradient(),
                                true,
                                "gradient-"),
                        plot(
                                "Effective rank over what input and width allow",
                                v -> exact(v.units().rank()),
                                true,
                                "rank-"),
                        plot("Proportion of dead units", v -> exact(v.units().dead()), false, "dead-"),
                        plot(
                                "Proportion of saturated outputs",
                                v -> exact(v.units().saturated()),
                                false,
                                "saturated-"),
                        plot(
                                "At inference: mean square of the outputs",
                                v -> exact(v.forward().inference()),
                                true,
                                "inference-"))
                .stream()
                .filter(plot -> !plot.lines().isEmpty())
                .toList();
    }

    /** @param rules the beginning of the names of the rules for this number */
    private SvgPlot plot(
            String title, Function<LayerVitals, @Nullable IntervalEstimate> number, boolean logarithmic, String rules) {
        List<SvgPlot.Curve> lines = new ArrayList<>();
        add(lines, "measured", "measured", report.measured().layers(), number);
        add(lines, "theory", "theory", report.measured().layers(), v -> {
            IntervalEstimate estimate = number.apply(v);
            return estimate == null ? null : exact(estimate.predicted());
        });
        add(lines, "after, on a copy", "after", report.treatment().after(), number);
        List<String> names =
                report.measured().layers().stream().map(LayerVitals::name).toList();
        List<Double> bounds = Arrays.stream(Rule.values())
                .filter(rule -> rule.id().startsWith(rules))
                .map(Rule::bound)
                .toList();
        return new SvgPlot(title, names, lines, bounds, logarithmic);
    }

    private static void add(
            List<SvgPlot.Curve> lines,
            String name,
            String style,
            List<LayerVitals> layers,
            Function<LayerVitals, @Nullable IntervalEstimate> number) {
        IntervalEstimate none = new IntervalEstimate(Double.NaN, Double.NaN, Double.NaN, null);
        List<IntervalEstimate> values = layers.stream()
                .map(layer -> {
                    IntervalEstimate estimate = layer.forward().output() ? null : number.apply(layer);
                    return estimate == null ? none : estimate;
                })
                .toList();
        if (values.stream().anyMatch(e -> Double.isFinite(e.value()))) {
            lines.add(new SvgPlot.Curve(name, style, values));
        }
    }

    private void findings(StringBuilder html) {
        element(html, "h2", report.judgement().findings().isEmpty() ? "No findings" : "Findings");
        for (Finding finding : report.judgement().findings()) {
            html.append("<article>\n<p><strong>")
                    .append(Html.escape(DoctorText.place(finding)))
                    .append("</strong></p>\n");
            element(html, "p", "Evidence: " + finding.evidence());
            element(html, "p", "Predicts: " + finding.predicts());
            html.append("<p>Fix: <code>")
                    .append(Html.escape(finding.fix().remedy()))
                    .append("</code></p>\n");
            element(html, "p", "Tried on a copy: " + finding.fix().tried());
            html.append("</article>\n");
        }
    }

    private static <T> void list(StringBuilder html, String title, List<T> entries, Function<T, String> text) {
        if (!entries.isEmpty()) {
            element(html, "h2", title);
            html.append(entries.stream()
                    .map(entry -> "<li>" + text.apply(entry) + "</li>\n")
                    .collect(Collectors.joining("", "<ul>\n", "</ul>\n")));
        }
    }

    private static void table(StringBuilder html, String title, List<LayerVitals> layers) {
        element(html, "h2", title);
        html.append("<div class=\"table\"><table>\n<tr>");
        DoctorText.COLUMNS.forEach(column -> element(html, "th", column));
        html.append("</tr>\n");
        for (LayerVitals layer : layers) {
            html.append(layer.verdict() == Verdict.HEALTHY ? "<tr>" : "<tr class=\"ill\">");
            DoctorText.cells(layer).forEach(cell -> element(html, "td", cell));
            html.append("</tr>\n");
        }
        html.append("</table></div>\n");
    }

    private static void element(StringBuilder html, String tag, String text) {
        String name = tag.split(" ", 2)[0];
        html.append(String.format(Locale.ROOT, "<%s>%s</%s>%n", tag, Html.escape(text), name));
    }
}
