package io.github.dl4jinit.internal.linalg;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The thin QR factorization of a matrix: {@code A = Q R} with {@code Q' Q = I} and R upper triangular.
 *
 * <p>Shapes: A {@code [m, n]}, Q {@code [m, k]}, R {@code [k, n]}, {@code k = min(m, n)}. The diagonal of R has whatever signs
 * Householder's reflectors give it; so Q of a Gaussian matrix is orthogonal but not Haar distributed (see {@link Haar}).
 *
 * <p>Use it for an orthonormal basis of well-conditioned columns. For a rank-deficient matrix take {@link Svd}, for a linear
 * system {@link LeastSquares}.
 *
 * <p>Source: Householder reflectors, LAPACK {@code geqrf} and {@code orgqr}.
 *
 * @param q orthonormal columns, {@code [m, k]}
 * @param r upper triangular, {@code [k, n]}
 */
public record Qr(INDArray q, INDArray r) {
    /**
     * Factorizes a matrix.
     *
     * @param a any finite FLOAT or DOUBLE matrix, not modified
     * @return its factors, of the same data type
     */
    public static Qr of(INDArray a) {
        Matrices.requireFinite("a", a);
        SelfCheck.QR.require(a.dataType());
        return factorize(a);
    }

    static Qr factorize(INDArray a) {
        int m = a.rows();
        int k = Math.min(m, a.columns());
        INDArray reflectors = Matrices.columnMajorCopy(a);
        INDArray r = Matrices.allocate(a.dataType(), k, a.columns()).assign(0);
        try (INDArray tau = Matrices.allocate(a.dataType(), k)) {
            Lapack.geqrf(reflectors, tau);
            Lapack.copyTriangle('U', reflectors, r);
            if (k == a.columns()) {
                Lapack.orgqr(reflectors, tau);
                return new Qr(reflectors, r);
            }
            INDArray q = Matrices.allocate(a.dataType(), m, k);
            Lapack.copyTriangle('L', reflectors, q);
            reflectors.close();
            Lapack.orgqr(q, tau);
            return new Qr(q, r);
        }
    }
}
