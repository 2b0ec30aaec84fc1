package io.github.dl4jinit.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the doctor found in a network before its first update, what mends it, and the same network behind the remedy.
 *
 * @param network what kind of network, such as "MultiLayerNetwork"
 * @param parameters how many parameters
 * @param examples size of the batch
 * @param prognosis what is to be expected of training
 * @param foretells how many networks of the study with this prognosis failed to train
 * @param layers a line per layer and vertex, in the order of execution
 * @param bounds of all rules that were asked
 * @param findings the rules that fire, the gravest first
 * @param unexamined what was not looked at
 * @param trials what was tried on copies, in the order of trying
 * @param prescription the line of the trial that left least to be found, or "" if there is none
 * @param after the layers behind the prescription; empty if there is none
 * @param afterPrognosis the prognosis behind it, or null if there is none
 * @param seconds wall time
 */
public record DoctorReport(
        String network,
        long parameters,
        long examples,
        Prognosis prognosis,
        String foretells,
        List<LayerVitals> layers,
        List<Bound> bounds,
        List<Finding> findings,
        List<Unexamined> unexamined,
        List<Trial> trials,
        String prescription,
        List<LayerVitals> after,
        @Nullable Prognosis afterPrognosis,
        double seconds) {

    /** Makes the lists immutable. */
    public DoctorReport {
        layers = List.copyOf(layers);
        bounds = List.copyOf(bounds);
        findings = List.copyOf(findings);
        unexamined = List.copyOf(unexamined);
        trials = List.copyOf(trials);
        after = List.copyOf(after);
    }

    /**
     * The report for terminals and logs.
     *
     * @return several lines, the last with a line break
     */
    public String toText() {
        StringBuilder text = new StringBuilder();
        line(text, headline());
        line(text, "");
        text.append(table(layers));
        findings.forEach(finding -> {
            line(text, "");
            line(text, place(finding));
            line(text, "    " + finding.evidence());
            line(text, "    " + finding.foretells());
            line(text, "    mend: " + finding.remedy());
            line(text, "    tried on a copy: " + finding.tried());
        });
        if (!after.isEmpty()) {
            line(text, "");
            line(text, "After " + prescription + " on a copy, prognosis " + afterPrognosis + ":");
            text.append(table(after));
        }
        if (!trials.isEmpty()) {
            line(text, "");
            line(text, "Tried on copies:");
            trials.forEach(trial -> line(text, "    " + trial.line() + "  " + outcome(trial)));
        }
        if (!unexamined.isEmpty()) {
            line(text, "");
            line(text, "Not examined:");
            unexamined.forEach(u -> line(text, "    " + u.layer() + ": " + u.what() + ": " + u.reason()));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }

    /** What the first line of every rendering says. */
    String headline() {
        return String.format(
                Locale.ROOT,
                "Prognosis %s: %s. %s, %,d parameters, %d examples, %d %s, %.1f s",
                prognosis,
                foretells,
                network,
                parameters,
                examples,
                findings.size(),
                findings.size() == 1 ? "finding" : "findings",
                seconds);
    }

    static String place(Finding finding) {
        return finding.rule() + " at '" + finding.layer() + "'"
                + (finding.layers() > 1 ? ", the first of " + finding.layers() : "") + ": " + finding.verdict();
    }

    static String outcome(Trial trial) {
        if (!trial.note().isEmpty()) {
            return "not possible: " + trial.note();
        }
        return trial.remaining().isEmpty() ? "nothing left" : "left: " + String.join(", ", trial.remaining());
    }

    /** The columns of tables of layers. */
    static final List<String> COLUMNS = List.of(
            "#",
            "layer",
            "kind",
            "verdict",
            "signal",
            "95 %",
            "theory",
            "gradient",
            "theory",
            "factor",
            "theory",
            "dispersion",
            "rank",
            "dead",
            "saturated",
            "inference");

    /** The cells of a layer, in the order of {@link #COLUMNS}. */
    static List<String> cells(LayerVitals v) {
        List<String> cells = new ArrayList<>(List.of(
                Integer.toString(v.position()), v.name(), v.kind(), v.verdict().toString()));
        cells.add(number(v.signal().value()));
        cells.add(number(v.signal().low()) + " .. " + number(v.signal().high()));
        cells.add(number(v.signal().predicted()));
        pair(cells, v.gradient());
        pair(cells, v.factor());
        for (Double value : new Double[] {v.dispersion(), v.rank(), v.dead(), v.saturated(), v.inference()}) {
            cells.add(number(value));
        }
        return cells;
    }

    private static void pair(List<String> cells, @Nullable Estimate estimate) {
        cells.add(estimate == null ? "" : number(estimate.value()));
        cells.add(estimate == null ? "" : number(estimate.predicted()));
    }

    private TextTable table(List<LayerVitals> lines) {
        TextTable table = new TextTable(COLUMNS.toArray(String[]::new));
        lines.forEach(layer -> table.row(cells(layer).toArray(String[]::new)));
        return table;
    }

    private static String number(@Nullable Double value) {
        return value == null ? "" : shortened(value);
    }

    /** Three digits, 0 as 0; what is not a number is shown, for the doctor is asked about it. */
    private static String shortened(double value) {
        return value == 0 ? "0" : String.format(Locale.ROOT, "%.3g", value);
    }

    /**
     * The report as JSON, with this record's component names.
     *
     * @return an indented JSON object; what was not measured is null
     */
    public String toJson() {
        return Json.write(this);
    }

    /**
     * The report as one HTML page with pictures, which needs nothing but itself and runs no script.
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
}
