package io.github.dl4jinit.internal.linalg;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The eigenvalues and eigenvectors of a symmetric matrix: {@code A = V diag(values) V'} with {@code V' V = I}.
 *
 * <p>Shapes: A and V {@code [n, n]}, values {@code [n]}, ascending.
 *
 * <p>Use it for covariances, kernels and Hessians. A matrix that differs from its transpose by more than rounding
 * ({@code n * epsilon * max|A|}) is refused: its eigenvalues may be complex.
 *
 * <p>Source: divide and conquer, LAPACK {@code syevd}.
 *
 * @param values eigenvalues in ascending order, {@code [n]}
 * @param vectors the eigenvector of {@code values[i]} in column i, {@code [n, n]}
 */
public record SymmetricEigen(INDArray values, INDArray vectors) {
    /**
     * Decomposes a symmetric matrix.
     *
     * @param a finite, FLOAT or DOUBLE, symmetric; not modified
     * @return the decomposition, of the same data type
     */
    public static SymmetricEigen of(INDArray a) {
        Matrices.requireSymmetric("a", a);
        SelfCheck.EIGEN.require(a.dataType());
        return decompose(a);
    }

    static SymmetricEigen decompose(INDArray a) {
        INDArray values = Matrices.allocate(a.dataType(), a.rows());
        INDArray vectors = Matrices.columnMajorCopy(a);
        Lapack.syevd(vectors, values);
        return new SymmetricEigen(values, vectors);
    }
}
