package io.github.dl4jinit.internal.linalg;

import io.github.dl4jinit.internal.number.Bounds;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Samples matrices with orthonormal columns (tall) or rows (wide) from the Haar measure: the uniform distribution, the only one
 * that no rotation changes.
 *
 * <p>{@code Q = H_1 H_2 ... H_n D}: the reflector H_k maps a standard Gaussian vector of length {@code m - k + 1} to
 * {@code beta_k e_1}, and {@code D = diag(sign(beta_k))}. This is what the QR factorization of a Gaussian matrix, with the signs
 * of R's diagonal moved to Q, would give, in half the time: the vectors that the factorization reduces are themselves
 * Gaussian and independent of the reflectors before them, so they can be drawn instead of computed.
 *
 * <p>Shapes: {@code [m, n]}, any order and strides; a wide matrix is the transpose of a tall sample. Each entry has mean 0 and
 * variance {@code gain^2 / max(m, n)}.
 *
 * <p>Use it wherever an orthogonal matrix must favour no direction. QR without the signs and the singular vectors of a uniform
 * matrix are orthogonal too, but not uniformly distributed.
 *
 * <p>Source: G. W. Stewart (1980), The efficient generation of random orthogonal matrices with an application to condition
 * estimators; the signs as in F. Mezzadri (2007), How to generate random matrices from the classical compact groups.
 * Rectangular samples are the first columns of a square one, which is our reading, not Stewart's.
 */
public final class Haar {
    /** Large enough for the start of an operation not to count, small beside the matrices that take long. */
    private static final long DRAWN_AT_ONCE = 1 << 19;

    private Haar() {}

    /**
     * Overwrites a matrix with a sample times a gain. Random numbers come from {@code Nd4j.getRandom()}.
     *
     * @param target the matrix to overwrite, FLOAT or DOUBLE; what it holds does not matter
     * @param gain factor of the orthonormal columns or rows, finite and greater than 0
     * @return the target
     */
    public static INDArray fill(INDArray target, double gain) {
        Matrices.requireMatrix("target", target);
        Bounds.positive("gain", gain);
        SelfCheck.QR.require(target.dataType());

        INDArray tall = target.rows() < target.columns() ? target.transpose() : target;
        if (tall.isSquare() && !Matrices.isColumnMajor(tall)) {
            tall = tall.transpose();
        }
        if (Matrices.isColumnMajor(tall)) {
            sample(tall, gain);
        } else {
            try (INDArray scratch = Matrices.allocate(tall.dataType(), tall.shape())) {
                sample(scratch, gain);
                Blas.copy(scratch, tall);
            }
        }
        return target;
    }

    private static void sample(INDArray q, double gain) {
        int m = q.rows();
        int n = q.columns();
        DataType type = q.dataType();
        double[] sign = new double[n];
        // orgqr does not look above the diagonal, but LAPACKE refuses NaN there.
        q.assign(0);
        try (INDArray tau = Matrices.allocate(type, n)) {
            for (int k = 0; k < n; ) {
                k = reflectors(q, tau, sign, k);
            }
            Lapack.orgqr(q, tau);
        }
        for (int k = 0; k < n; k++) {
            Blas.scal(m, sign[k] * gain, q, (long) k * m);
        }
    }

    /** Draws the reflectors of some columns from one on; all at once, their numbers would take as much memory as the matrix. */
    private static int reflectors(INDArray q, INDArray tau, double[] sign, int first) {
        int m = q.rows();
        int end = first;
        long count = 0;
        while (end < sign.length && (end == first || count + m - end <= DRAWN_AT_ONCE)) {
            count += m - end++;
        }
        try (INDArray gaussians = Nd4j.randn(Matrices.allocate(q.dataType(), count))) {
            long drawn = 0;
            for (int k = first; k < end; k++) {
                int length = m - k;
                long diagonal = (long) k * m + k;
                Blas.copy(length, gaussians, drawn, q, diagonal);
                sign[k] = Lapack.larfg(length, q, diagonal, tau, k) < 0 ? -1 : 1;
                drawn += length;
            }
        }
        return end;
    }
}
