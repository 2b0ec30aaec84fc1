package io.github.dl4jinit.report;

import io.github.dl4jinit.internal.text.TextTable;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;
import org.nd4j.shade.jackson.annotation.JsonUnwrapped;

/**
 * The ends of the spectrum of a loss's Hessian, and its trace.
 *
 * @param parameters how many parameters
 * @param spectrum of the whole Hessian
 * @param layers the block of each layer, in the order of execution
 * @param seconds wall time
 */
@API(status = API.Status.STABLE, since = "0.1")
public record HessianReport(long parameters, @JsonUnwrapped Eigenvalues spectrum, List<Block> layers, double seconds)
        implements Report {

    /**
     * What is known of the eigenvalues.
     *
     * @param eigenvalues estimates of the largest, by absolute value, descending by it
     * @param residuals for each the norm of H v - lambda v: some eigenvalue is at most that far away
     * @param stepDependence by how much half the step of the difference quotient changes an eigenvalue, at most, relative to the largest:
     *     near 0 where the loss is smooth, near 1 where the largest is a kink's
     * @param trace estimate of the sum of all eigenvalues
     * @param traceError standard error of it
     */
    public record Eigenvalues(
            List<Double> eigenvalues, List<Double> residuals, double stepDependence, double trace, double traceError) {

        /** Makes the lists immutable. */
        public Eigenvalues {
            eigenvalues = List.copyOf(eigenvalues);
            residuals = List.copyOf(residuals);
        }
    }

    /**
     * The block of a Hessian that belongs to one layer.
     *
     * @param name DL4J's name of the layer
     * @param kind class of the layer's configuration
     * @param parameters how many parameters
     * @param norm spectral norm of the block: its largest eigenvalue by absolute value
     * @param residual bound of the norm's error by the Lanczos process
     * @param stepDependence as in {@link Eigenvalues}
     */
    public record Block(
            String name, String kind, long parameters, double norm, double residual, double stepDependence) {}

    private static final String KINKS = String.format(
            Locale.ROOT,
            "These are no curvatures: the loss has kinks here (ReLU at exactly 0, as by"
                    + " inputs of zeros with biases of 0), and half the step of the difference quotient gives other values. Draw the biases, or"
                    + " take the Gauss-Newton spectrum, which is defined: see HessianSpectrum.%n");

    /** From a part in a hundred of the largest eigenvalue on. */
    private static final double KINK = 0.01;

    /** Makes the list immutable. */
    public HessianReport {
        layers = List.copyOf(layers);
    }

    /**
     * Whether the loss has kinks where it was looked at, so that eigenvalues, trace or norms are not curvatures but jumps of the gradient over
     * the step of a difference quotient: the smaller the step, the larger they are.
     *
     * @return whether half the step changes some eigenvalue, or the norm of some layer's block, by more than a part in a hundred of the largest
     */
    public boolean hasKinks() {
        return spectrum.stepDependence() > KINK || layers.stream().anyMatch(layer -> layer.stepDependence() > KINK);
    }

    @Override
    public String toText() {
        TextTable top = new TextTable("eigenvalue", "residual");
        for (int i = 0; i < spectrum.eigenvalues().size(); i++) {
            top.row(
                    TextTable.number(spectrum.eigenvalues().get(i)),
                    TextTable.number(spectrum.residuals().get(i)));
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
                        spectrum.trace(),
                        spectrum.traceError(),
                        1000 * seconds)
                + top
                + blocks
                + (hasKinks() ? KINKS : "");
    }

    @Override
    public String toString() {
        return toText();
    }
}
