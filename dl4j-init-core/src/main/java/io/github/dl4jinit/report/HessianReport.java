package io.github.dl4jinit.report;

import java.util.List;
import java.util.Locale;

/**
 * The ends of the spectrum of a loss's Hessian, and its trace.
 *
 * @param parameters how many parameters
 * @param eigenvalues estimates of the largest, by absolute value, descending by it
 * @param residuals for each the norm of H v - lambda v: some eigenvalue is at most that far away
 * @param trace estimate of the sum of all eigenvalues
 * @param traceError standard error of it
 * @param layers the block of each layer, in the order of execution
 * @param seconds wall time
 */
public record HessianReport(
        long parameters,
        List<Double> eigenvalues,
        List<Double> residuals,
        double trace,
        double traceError,
        List<LayerHessian> layers,
        double seconds) {

    /** Makes the lists immutable. */
    public HessianReport {
        eigenvalues = List.copyOf(eigenvalues);
        residuals = List.copyOf(residuals);
        layers = List.copyOf(layers);
    }

    /**
     * The report as a table.
     *
     * @return several lines, the last with a line break
     */
    public String toText() {
        TextTable top = new TextTable("eigenvalue", "residual");
        for (int i = 0; i < eigenvalues.size(); i++) {
            top.row(TextTable.number(eigenvalues.get(i)), TextTable.number(residuals.get(i)));
        }
        TextTable blocks = new TextTable("layer", "kind", "parameters", "norm", "residual");
        layers.forEach(layer -> blocks.row(
                layer.name(),
                layer.kind(),
                Long.toString(layer.parameters()),
                TextTable.number(layer.norm()),
                TextTable.number(layer.residual())));
        return String.format(
                        Locale.ROOT,
                        "Hessian of %d parameters, trace %.4g +- %.2g, %.0f ms%n",
                        parameters,
                        trace,
                        traceError,
                        1000 * seconds)
                + top
                + blocks;
    }

    /**
     * The report as JSON, with this record's component names.
     *
     * @return an indented JSON object
     */
    public String toJson() {
        return Json.write(this);
    }

    @Override
    public String toString() {
        return toText();
    }
}
