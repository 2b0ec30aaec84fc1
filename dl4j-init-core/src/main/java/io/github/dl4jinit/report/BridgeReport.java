package io.github.dl4jinit.report;

import java.util.List;

/**
 * What the linear map from one layer's signal to another's looks like.
 *
 * @param singularValues descending, as many as the narrower side has channels
 * @param condition the largest over the smallest that is not taken for zero; 1 if all are
 * @param distanceToIsometry Frobenius distance to the nearest matrix with orthonormal rows or columns, the root of the
 *     sum of (s - 1)^2; a direction that the batch does not show counts 1
 * @param residual the part of the second signal that no linear map of the first explains: |X_j - E X_i| / |X_j|, in 0..1
 */
public record BridgeReport(List<Double> singularValues, double condition, double distanceToIsometry, double residual) {

    /** Makes the list immutable. */
    public BridgeReport {
        singularValues = List.copyOf(singularValues);
    }

    /**
     * The largest singular value.
     *
     * @return at least 0
     */
    public double largest() {
        return singularValues.get(0);
    }

    /**
     * The smallest singular value.
     *
     * @return at least 0
     */
    public double smallest() {
        return singularValues.get(singularValues.size() - 1);
    }
}
