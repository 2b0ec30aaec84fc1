package io.github.dl4jinit.report;

import io.github.dl4jinit.internal.text.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;
import org.nd4j.shade.jackson.annotation.JsonUnwrapped;

/**
 * The spectra of a network's derivatives with respect to its input.
 *
 * @param examples how many examples were looked at
 * @param network from the network's inputs to its outputs
 * @param layers from the input to the output of each layer, in the order of execution
 * @param seconds wall time
 */
@API(status = API.Status.STABLE, since = "0.1")
public record JacobianReport(int examples, Line network, List<Line> layers, double seconds) implements Report {

    /**
     * One derivative, over all examples that were looked at.
     *
     * @param name DL4J's name of the layer, or "input to output"
     * @param kind class of the layer's configuration, or "network"
     * @param spectrum its singular values
     * @param note why there are none, or ""
     */
    public record Line(
            String name, String kind, @JsonUnwrapped SingularValues spectrum, String note) {}

    /**
     * The singular values of a derivative.
     *
     * @param rows how many outputs
     * @param columns how many inputs
     * @param singularValues of all examples together, descending; may be empty
     */
    public record SingularValues(long rows, long columns, List<Double> singularValues) {

        /** Makes the list immutable. */
        public SingularValues {
            singularValues = List.copyOf(singularValues);
        }

        /** {@return the mean singular value, NaN if there are none} */
        public double mean() {
            return singularValues.stream().mapToDouble(s -> s).average().orElse(Double.NaN);
        }

        /**
         * The mean of the squares: the factor by which the layer multiplies the mean square of a small random change, or of a gradient.
         *
         * @return NaN if there are none
         */
        public double meanSquare() {
            return singularValues.stream().mapToDouble(s -> s * s).average().orElse(Double.NaN);
        }

        /** {@return the largest of all examples, NaN if there are none} */
        public double largest() {
            return singularValues.isEmpty() ? Double.NaN : singularValues.get(0);
        }

        /** {@return the smallest of all examples, NaN if there are none} */
        public double smallest() {
            return singularValues.isEmpty() ? Double.NaN : singularValues.get(singularValues.size() - 1);
        }
    }

    /** Makes the list immutable. */
    public JacobianReport {
        layers = List.copyOf(layers);
    }

    @Override
    public String toText() {
        TextTable table = new TextTable("from", "kind", "shape", "mean", "mean square", "largest", "smallest", "note");
        List<Line> lines = new ArrayList<>(layers);
        lines.add(network);
        for (Line line : lines) {
            SingularValues spectrum = line.spectrum();
            table.row(
                    line.name(),
                    line.kind(),
                    spectrum.rows() + " x " + spectrum.columns(),
                    TextTable.number(spectrum.mean()),
                    TextTable.number(spectrum.meanSquare()),
                    TextTable.number(spectrum.largest()),
                    TextTable.number(spectrum.smallest()),
                    line.note());
        }
        return String.format(Locale.ROOT, "Jacobians at %d example(s), %.0f ms%n", examples, 1000 * seconds) + table;
    }

    @Override
    public String toString() {
        return toText();
    }
}
