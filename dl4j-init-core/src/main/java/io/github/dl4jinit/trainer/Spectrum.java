package io.github.dl4jinit.trainer;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How much of a basis there is.
 *
 * @param rank singular values that count
 * @param condition the largest over the smallest that counts, or 1 for rank 0
 */
record Spectrum(int rank, double condition) {

    /**
     * @param singularValues descending
     * @param rcond those up to rcond times the largest count as zero
     */
    static Spectrum of(INDArray singularValues, double rcond) {
        double largest = singularValues.getDouble(0);
        int rank = 0;
        while (rank < singularValues.length() && singularValues.getDouble(rank) > rcond * largest) {
            rank++;
        }
        return new Spectrum(rank, rank == 0 ? 1 : largest / singularValues.getDouble(rank - 1));
    }
}
