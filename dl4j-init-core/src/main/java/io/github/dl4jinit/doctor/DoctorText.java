package io.github.dl4jinit.doctor;

import io.github.dl4jinit.doctor.DoctorReport.Finding;
import io.github.dl4jinit.doctor.DoctorReport.IntervalEstimate;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals.UnitHealth;
import io.github.dl4jinit.doctor.DoctorReport.RemedyTrial;
import io.github.dl4jinit.doctor.DoctorReport.Subject;
import io.github.dl4jinit.doctor.DoctorReport.Treatment;
import io.github.dl4jinit.doctor.DoctorReport.Unexamined;
import io.github.dl4jinit.doctor.DoctorReport.Where;
import io.github.dl4jinit.internal.text.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A {@link DoctorReport} as text, and the phrases that the page shares with it. */
record DoctorText(DoctorReport report) {

    String toText() {
        StringBuilder text = new StringBuilder();
        Treatment treatment = report.treatment();
        line(text, headline());
        line(text, "");
        text.append(table(report.measured().layers()));
        report.judgement().findings().forEach(finding -> {
            line(text, "");
            line(text, place(finding));
            line(text, "    " + finding.evidence());
            line(text, "    " + finding.predicts());
            line(text, "    fix: " + finding.fix().remedy());
            line(text, "    tried on a copy: " + finding.fix().tried());
        });
        if (!treatment.after().isEmpty()) {
            line(text, "");
            line(
                    text,
                    "After " + treatment.prescription() + " on a copy, prognosis " + treatment.afterPrognosis() + ":");
            text.append(table(treatment.after()));
        }
        list(
                text,
                "Tried on copies",
                treatment.trials().stream()
                        .map(trial -> trial.line() + "  " + outcome(trial))
                        .toList());
        list(
                text,
                "Not examined",
                report.measured().unexamined().stream().map(DoctorText::gap).toList());
        return text.toString();
    }

    private static void list(StringBuilder text, String title, List<String> entries) {
        if (!entries.isEmpty()) {
            line(text, "");
            line(text, title + ":");
            entries.forEach(entry -> line(text, "    " + entry));
        }
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }

    /** The first line of every rendering. */
    String headline() {
        Subject subject = report.subject();
        int findings = report.judgement().findings().size();
        return String.format(
                Locale.ROOT,
                "Prognosis %s: %s. %s, %,d parameters, %d examples, %d %s, %.1f s",
                report.judgement().prognosis(),
                report.judgement().predicts(),
                subject.network(),
                subject.parameters(),
                subject.examples(),
                findings,
                findings == 1 ? "finding" : "findings",
                subject.seconds());
    }

    static String place(Finding finding) {
        Where where = finding.where();
        return finding.id() + " at '" + where.layer() + "'"
                + (where.layers() > 1 ? ", the first of " + where.layers() : "") + ": " + finding.verdict();
    }

    static String outcome(RemedyTrial trial) {
        if (!trial.note().isEmpty()) {
            return "not possible: " + trial.note();
        }
        return trial.remaining().isEmpty() ? "nothing left" : "left: " + String.join(", ", trial.remaining());
    }

    static String gap(Unexamined unexamined) {
        return unexamined.layer() + ": " + unexamined.what() + ": " + unexamined.reason();
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
            "alike",
            "inference");

    /** The cells of a layer, in the order of {@link #COLUMNS}. */
    static List<String> cells(LayerVitals v) {
        List<String> cells = new ArrayList<>(List.of(
                Integer.toString(v.place().position()),
                v.name(),
                v.place().kind(),
                v.verdict().toString()));
        IntervalEstimate signal = v.forward().signal();
        cells.add(number(signal.value()));
        cells.add(number(signal.low()) + " .. " + number(signal.high()));
        cells.add(number(signal.predicted()));
        pair(cells, v.backward().gradient());
        pair(cells, v.backward().factor());
        UnitHealth units = v.units();
        for (Double value : new Double[] {
            v.backward().dispersion(),
            units.rank(),
            units.dead(),
            units.saturated(),
            units.alike(),
            v.forward().inference()
        }) {
            cells.add(number(value));
        }
        return cells;
    }

    private static void pair(List<String> cells, @Nullable IntervalEstimate estimate) {
        cells.add(estimate == null ? "" : number(estimate.value()));
        cells.add(estimate == null ? "" : number(estimate.predicted()));
    }

    private static TextTable table(List<LayerVitals> lines) {
        TextTable table = new TextTable(COLUMNS.toArray(String[]::new));
        lines.forEach(layer -> table.row(cells(layer).toArray(String[]::new)));
        return table;
    }

    /** Three digits, 0 as 0; NaN and infinity are shown, since finding them is the doctor's work. */
    private static String number(@Nullable Double value) {
        if (value == null) {
            return "";
        }
        return value == 0 ? "0" : String.format(Locale.ROOT, "%.3g", value);
    }
}
