package io.github.dl4jinit.report;

import java.util.List;

/**
 * The singular values of one derivative, over all examples that were looked at.
 *
 * @param name DL4J's name of the layer, or "input to output"
 * @param kind class of the layer's configuration, or "network"
 * @param rows how many outputs
 * @param columns how many inputs
 * @param singularValues of all examples together, descending; empty if there is a note
 * @param note why there are none, or ""
 */
public record JacobianLine(
        String name, String kind, long rows, long columns, List<Double> singularValues, String note) {

    /** Makes the list immutable. */
    public JacobianLine {
        singularValues = List.copyOf(singularValues);
    }

    /**
     * The mean singular value.
     *
     * @return NaN if there are none
     */
    public double mean() {
        return singularValues.stream().mapToDouble(s -> s).average().orElse(Double.NaN);
    }

    /**
     * The mean of the squares: by what the layer multiplies the mean square of a small random change, or of a gradient.
     *
     * @return NaN if there are none
     */
    public double meanSquare() {
        return singularValues.stream().mapToDouble(s -> s * s).average().orElse(Double.NaN);
    }

    /**
     * The largest of all examples.
     *
     * @return NaN if there are none
     */
    public double largest() {
        return singularValues.isEmpty() ? Double.NaN : singularValues.get(0);
    }

    /**
     * The smallest of all examples.
     *
     * @return NaN if there are none
     */
    public double smallest() {
        return singularValues.isEmpty() ? Double.NaN : singularValues.get(singularValues.size() - 1);
    }
}
