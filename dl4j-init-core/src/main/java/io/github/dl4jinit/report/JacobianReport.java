package io.github.dl4jinit.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The spectra of a network's derivatives by its input.
 *
 * @param examples how many examples were looked at
 * @param network from the network's inputs to its outputs
 * @param layers from the input to the output of each layer, in the order of execution
 * @param seconds wall time
 */
public record JacobianReport(int examples, JacobianLine network, List<JacobianLine> layers, double seconds) {

    /** Makes the list immutable. */
    public JacobianReport {
        layers = List.copyOf(layers);
    }

    /**
     * The report as a table.
     *
     * @return several lines, the last with a line break
     */
    public String toText() {
        TextTable table = new TextTable("from", "kind", "shape", "mean", "mean square", "largest", "smallest", "note");
        List<JacobianLine> lines = new ArrayList<>(layers);
        lines.add(network);
        for (JacobianLine line : lines) {
            table.row(
                    line.name(),
                    line.kind(),
                    line.rows() + " x " + line.columns(),
                    TextTable.number(line.mean()),
                    TextTable.number(line.meanSquare()),
                    TextTable.number(line.largest()),
                    TextTable.number(line.smallest()),
                    line.note());
        }
        return String.format(Locale.ROOT, "Jacobians at %d example(s), %.0f ms%n", examples, 1000 * seconds) + table;
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
