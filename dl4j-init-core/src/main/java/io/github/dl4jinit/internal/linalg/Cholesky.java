package io.github.dl4jinit.internal.linalg;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The Cholesky factor of a symmetric positive definite matrix: {@code A = L L'}, L lower triangular with a positive diagonal.
 *
 * <p>Shapes: A and L {@code [n, n]}.
 *
 * <p>Use it to solve systems with a covariance or a regularized kernel, or to sample from a Gaussian. A matrix that is only
 * semidefinite has no such factor and gives a {@link LinalgException}: add a ridge, or take {@link LeastSquares}.
 *
 * <p>Source: LAPACK {@code potrf} and {@code potrs}.
 *
 * @param l the lower triangular factor, {@code [n, n]}
 */
public record Cholesky(INDArray l) {
    /**
     * Factorizes a symmetric positive definite matrix.
     *
     * @param a finite, FLOAT or DOUBLE, symmetric; not modified
     * @return its factor, of the same data type
     * @throws LinalgException if the matrix is not positive definite
     */
    public static Cholesky of(INDArray a) {
        Matrices.requireSymmetric("a", a);
        SelfCheck.CHOLESKY.require(a.dataType());
        return factorize(a);
    }

    static Cholesky factorize(INDArray a) {
        INDArray l = Matrices.allocate(a.dataType(), a.shape()).assign(0);
        try (INDArray work = Matrices.columnMajorCopy(a)) {
            Lapack.potrf(work);
            Lapack.copyTriangle('L', work, l);
        }
        return new Cholesky(l);
    }

    /**
     * Solves {@code A X = B}.
     *
     * @param b right-hand sides in columns, {@code [n, k]}, of the factor's data type; not modified
     * @return X, {@code [n, k]}
     */
    public INDArray solve(INDArray b) {
        Matrices.requireFinite("b", b);
        Matrices.requireMatching(l, b);
        INDArray x = Matrices.columnMajorCopy(b);
        Lapack.potrs(Matrices.isColumnMajor(l) ? l : Matrices.columnMajorCopy(l), x);
        return x;
    }
}
