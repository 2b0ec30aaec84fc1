package io.github.dl4jinit.internal.solve;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The rank and the condition of a basis, up to rounding.
 *
 * @param rank how many singular values count
 * @param condition the largest over the smallest that counts, or 1 for rank 0
 */
public record NumericalRank(int rank, double condition) {

    /** Of singular values in descending order, those up to rcond times the largest count as zero. */
    public static NumericalRank of(INDArray singularValues, double rcond) {
        double largest = singularValues.getDouble(0);
        int rank = 0;
        while (rank < singularValues.length() && singularValues.getDouble(rank) > rcond * largest) {
            rank++;
        }
        return new NumericalRank(rank, rank == 0 ? 1 : largest / singularValues.getDouble(rank - 1));
    }
}
