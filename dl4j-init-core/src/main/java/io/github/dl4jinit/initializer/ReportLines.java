package io.github.dl4jinit.initializer;

import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import io.github.dl4jinit.report.LayerReport.Scaling;
import io.github.dl4jinit.report.LayerReport.WeightArray;

/** The lines of a report, from the layers that they are about. */
final class ReportLines {

    private ReportLines() {}

    static LayerReport skipped(LayerView layer, String reason) {
        return LayerReport.skipped(weight(layer, ""), reason);
    }

    static LayerReport drawn(LayerView layer, String parameter, String note) {
        return LayerReport.drawn(weight(layer, parameter), note);
    }

    /** Drawn or scaled as wanted, in so many steps, without measurement. */
    static LayerReport converged(LayerView layer, String parameter, int iterations, String note) {
        return of(layer, parameter, Outcome.CONVERGED, Scaling.unmeasured(iterations), note);
    }

    static LayerReport of(LayerView layer, String parameter, Outcome outcome, Scaling scaling, String note) {
        return new LayerReport(weight(layer, parameter), outcome, scaling, note);
    }

    private static WeightArray weight(LayerView layer, String parameter) {
        return new WeightArray(layer.position(), layer.name(), layer.kind(), parameter);
    }
}
