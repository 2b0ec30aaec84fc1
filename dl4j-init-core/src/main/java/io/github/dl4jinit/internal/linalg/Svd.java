package io.github.dl4jinit.internal.linalg;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The singular value decomposition of a matrix: {@code A = U diag(s) V'}, with orthonormal columns of U and rows of V'.
 *
 * <p>Shapes, for A {@code [m, n]} and {@code k = min(m, n)}: thin gives U {@code [m, k]} and V' {@code [k, n]}; full completes
 * both to orthogonal matrices, {@code [m, m]} and {@code [n, n]}. s is {@code [k]}, descending and never negative.
 *
 * <p>Use it for rank, condition, the nearest orthogonal matrix {@code U V'} and pseudo-inverses. It is several times as slow as
 * {@link Qr}. Never use ND4J's own {@code svd} op: from 32 x 32 on, sometimes 16 x 16, it ends the JVM or never returns.
 *
 * <p>Source: divide and conquer, LAPACK {@code gesdd}.
 *
 * @param u left singular vectors in columns
 * @param s singular values, {@code [min(m, n)]}
 * @param vt right singular vectors in rows
 */
public record Svd(INDArray u, INDArray s, INDArray vt) {
    /**
     * The decomposition with {@code min(m, n)} singular vectors on either side.
     *
     * @param a any finite FLOAT or DOUBLE matrix, not modified
     * @return the decomposition, of the same data type
     */
    public static Svd thin(INDArray a) {
        return of(a, false);
    }

    /**
     * The decomposition with square, orthogonal U and V'.
     *
     * @param a any finite FLOAT or DOUBLE matrix, not modified
     * @return the decomposition, of the same data type
     */
    public static Svd full(INDArray a) {
        return of(a, true);
    }

    /**
     * The singular values alone, in a fraction of the time.
     *
     * @param a any finite FLOAT or DOUBLE matrix, not modified
     * @return {@code [min(m, n)]}, descending
     */
    public static INDArray values(INDArray a) {
        Matrices.requireFinite("a", a);
        SelfCheck.SVD.require(a.dataType());
        INDArray s = Matrices.allocate(a.dataType(), Math.min(a.rows(), a.columns()));
        try (INDArray work = Matrices.columnMajorCopy(a)) {
            Lapack.gesddValues(work, s);
        }
        return s;
    }

    private static Svd of(INDArray a, boolean full) {
        Matrices.requireFinite("a", a);
        SelfCheck.SVD.require(a.dataType());
        return decompose(a, full);
    }

    static Svd decompose(INDArray a, boolean full) {
        int m = a.rows();
        int n = a.columns();
        int k = Math.min(m, n);
        INDArray u = Matrices.allocate(a.dataType(), m, full ? m : k);
        INDArray s = Matrices.allocate(a.dataType(), k);
        INDArray vt = Matrices.allocate(a.dataType(), full ? n : k, n);
        try (INDArray work = Matrices.columnMajorCopy(a)) {
            Lapack.gesdd(work, s, u, vt);
        }
        return new Svd(u, s, vt);
    }
}
