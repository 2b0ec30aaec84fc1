package io.github.dl4jinit.internal.linalg;

import io.github.dl4jinit.internal.number.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The least-squares solution of minimum norm: among all X that minimize {@code ||A X - B||}, the one with the smallest
 * {@code ||X||}, which is {@code pinv(A) B}.
 *
 * <p>{@code X = V diag(1 / s_i) U' B}, the sum running over the singular values {@code s_i > rcond * s_0} only.
 *
 * <p>Shapes: A {@code [m, n]}, B {@code [m, k]}, X {@code [n, k]}, singular values {@code [min(m, n)]}, descending.
 *
 * <p>Use it for any linear fit; A may be tall, wide or rank deficient. For many right-hand sides of one well-conditioned
 * symmetric system {@link Cholesky} is faster.
 *
 * <p>Source: LAPACK {@code gelsd}. Its sibling {@code gelsy} (pivoted QR) is faster, but its rank is an estimate and it yields no
 * singular values, and the condition of a fit is what its user needs to see.
 *
 * @param solution X, {@code [n, k]}
 * @param rank the number of singular values that were not taken for zero
 * @param singularValues of A, descending, {@code [min(m, n)]}
 */
public record LeastSquares(INDArray solution, int rank, INDArray singularValues) {
    /**
     * Solves with the usual cut: a singular value counts as zero up to {@code max(m, n) * epsilon} times the largest.
     *
     * @param a the matrix, {@code [m, n]}, finite, FLOAT or DOUBLE; not modified
     * @param b right-hand sides in columns, {@code [m, k]}, of the same data type; not modified
     * @return the solution of minimum norm
     */
    public static LeastSquares solve(INDArray a, INDArray b) {
        Matrices.requireMatrix("a", a);
        return solve(a, b, Math.max(a.rows(), a.columns()) * Precision.epsilon(a.dataType()));
    }

    /**
     * Solves with a cut of your own, for example where the data are known to fewer digits than the data type holds.
     *
     * @param a the matrix, {@code [m, n]}, finite, FLOAT or DOUBLE; not modified
     * @param b right-hand sides in columns, {@code [m, k]}, of the same data type; not modified
     * @param rcond singular values up to {@code rcond} times the largest count as zero; at least 0 and less than 1
     * @return the solution of minimum norm
     */
    public static LeastSquares solve(INDArray a, INDArray b, double rcond) {
        Matrices.requireFinite("a", a);
        Matrices.requireFinite("b", b);
        Matrices.requireMatching(a, b);
        if (!(rcond >= 0 && rcond < 1)) {
            throw new IllegalArgumentException("rcond must be >= 0 and < 1, got " + rcond);
        }
        SelfCheck.LEAST_SQUARES.require(a.dataType());
        return fit(a, b, rcond);
    }

    static LeastSquares fit(INDArray a, INDArray b, double rcond) {
        int m = a.rows();
        int n = a.columns();
        INDArray s = Matrices.allocate(a.dataType(), Math.min(m, n));
        INDArray x = Matrices.allocate(a.dataType(), Math.max(m, n), b.columns());
        Blas.copy(b, x);
        try (INDArray work = Matrices.columnMajorCopy(a)) {
            int rank = Lapack.gelsd(work, x, s, rcond);
            if (n < m) {
                x = Matrices.columnMajorCopy(x.get(NDArrayIndex.interval(0, n), NDArrayIndex.all()));
            }
            return new LeastSquares(x, rank, s);
        }
    }

    /**
     * How many times a relative error of B may grow in the solution.
     *
     * @return the largest singular value over the smallest that was not taken for zero, or 1 for a matrix of zeros
     */
    public double condition() {
        return rank == 0 ? 1 : singularValues.getDouble(0) / singularValues.getDouble(rank - 1);
    }
}
