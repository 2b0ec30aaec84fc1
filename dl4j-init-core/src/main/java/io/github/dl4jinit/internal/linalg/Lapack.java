package io.github.dl4jinit.internal.linalg;

import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;

import io.github.dl4jinit.internal.memory.KeepAlive;
import java.util.Locale;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The one place that calls LAPACK by name, as {@link Blas} is for BLAS. Arrays are column-major without gaps (see {@link
 * Matrices#allocate}) and of one data type; LAPACK reads and writes their own memory. Nothing is validated here but LAPACK's
 * {@code info}.
 */
final class Lapack {
    private Lapack() {}

    /** Factorizes {@code a = Q R}: R goes to the upper triangle, the reflectors below it and to {@code tau}. */
    static void geqrf(INDArray a, INDArray tau) {
        int m = a.rows();
        int n = a.columns();
        check(
                Blas.isFloat(a)
                        ? openblas.LAPACKE_sgeqrf(LAPACK_COL_MAJOR, m, n, Blas.floats(a), m, Blas.floats(tau))
                        : openblas.LAPACKE_dgeqrf(LAPACK_COL_MAJOR, m, n, Blas.doubles(a), m, Blas.doubles(tau)),
                "geqrf",
                "",
                a,
                tau);
    }

    /** Turns the reflectors below the diagonal of {@code a} and in {@code tau} into the orthonormal columns of Q. */
    static void orgqr(INDArray a, INDArray tau) {
        int m = a.rows();
        int n = a.columns();
        int k = (int) tau.length();
        check(
                Blas.isFloat(a)
                        ? openblas.LAPACKE_sorgqr(LAPACK_COL_MAJOR, m, n, k, Blas.floats(a), m, Blas.floats(tau))
                        : openblas.LAPACKE_dorgqr(LAPACK_COL_MAJOR, m, n, k, Blas.doubles(a), m, Blas.doubles(tau)),
                "orgqr",
                "",
                a,
                tau);
    }

    /**
     * Makes the Householder reflector that maps the {@code n} entries of {@code a} from {@code offset} on to a multiple of the
     * first unit vector. They become that multiple and the reflector's tail, {@code tau[k]} its factor.
     *
     * @return the multiple
     */
    static double larfg(int n, INDArray a, long offset, INDArray tau, long k) {
        // For n = 1 there is no tail, and LAPACK does not look at its pointer.
        long tail = n == 1 ? offset : offset + 1;
        double multiple;
        if (Blas.isFloat(a)) {
            FloatPointer alpha = Blas.floats(a).position(offset);
            openblas.LAPACKE_slarfg_work(
                    n, alpha, Blas.floats(a).position(tail), 1, Blas.floats(tau).position(k));
            multiple = alpha.get();
        } else {
            DoublePointer alpha = Blas.doubles(a).position(offset);
            openblas.LAPACKE_dlarfg_work(
                    n,
                    alpha,
                    Blas.doubles(a).position(tail),
                    1,
                    Blas.doubles(tau).position(k));
            multiple = alpha.get();
        }
        KeepAlive.untilHere(a, tau);
        return multiple;
    }

    /** Singular value decomposition {@code a = u diag(s) vt} by divide and conquer; destroys {@code a}. */
    static void gesdd(INDArray a, INDArray s, INDArray u, INDArray vt) {
        int m = a.rows();
        int n = a.columns();
        byte job = (byte) (u.columns() == m && vt.rows() == n ? 'A' : 'S');
        int ldvt = vt.rows();
        check(
                Blas.isFloat(a)
                        ? openblas.LAPACKE_sgesdd(
                                LAPACK_COL_MAJOR,
                                job,
                                m,
                                n,
                                Blas.floats(a),
                                m,
                                Blas.floats(s),
                                Blas.floats(u),
                                m,
                                Blas.floats(vt),
                                ldvt)
                        : openblas.LAPACKE_dgesdd(
                                LAPACK_COL_MAJOR,
                                job,
                                m,
                                n,
                                Blas.doubles(a),
                                m,
                                Blas.doubles(s),
                                Blas.doubles(u),
                                m,
                                Blas.doubles(vt),
                                ldvt),
                "gesdd",
                "the iteration for the singular values did not converge",
                a,
                s,
                u,
                vt);
    }

    /** The singular values of {@code a} alone; destroys {@code a}. */
    static void gesddValues(INDArray a, INDArray s) {
        int m = a.rows();
        int n = a.columns();
        byte job = 'N';
        // LAPACK does not touch the vectors, but wants pointers and leading dimensions of at least one.
        check(
                Blas.isFloat(a)
                        ? openblas.LAPACKE_sgesdd(
                                LAPACK_COL_MAJOR,
                                job,
                                m,
                                n,
                                Blas.floats(a),
                                m,
                                Blas.floats(s),
                                Blas.floats(s),
                                1,
                                Blas.floats(s),
                                1)
                        : openblas.LAPACKE_dgesdd(
                                LAPACK_COL_MAJOR,
                                job,
                                m,
                                n,
                                Blas.doubles(a),
                                m,
                                Blas.doubles(s),
                                Blas.doubles(s),
                                1,
                                Blas.doubles(s),
                                1),
                "gesdd",
                "the iteration for the singular values did not converge",
                a,
                s);
    }

    /** Eigenvalues {@code w} in ascending order of the lower triangle of {@code a}, which becomes the eigenvectors. */
    static void syevd(INDArray a, INDArray w) {
        int n = a.rows();
        byte job = 'V';
        byte triangle = 'L';
        check(
                Blas.isFloat(a)
                        ? openblas.LAPACKE_ssyevd(LAPACK_COL_MAJOR, job, triangle, n, Blas.floats(a), n, Blas.floats(w))
                        : openblas.LAPACKE_dsyevd(
                                LAPACK_COL_MAJOR, job, triangle, n, Blas.doubles(a), n, Blas.doubles(w)),
                "syevd",
                "the iteration for the eigenvalues did not converge",
                a,
                w);
    }

    /**
     * Least squares of minimum norm by singular values {@code s}; destroys {@code a}. {@code b} has {@code max(m, n)} rows:
     * the right-hand sides are replaced by the solutions in the first n.
     *
     * @return the number of singular values greater than {@code rcond * s[0]}
     */
    static int gelsd(INDArray a, INDArray b, INDArray s, double rcond) {
        int m = a.rows();
        int n = a.columns();
        int k = b.columns();
        int ldb = b.rows();
        try (IntPointer rank = new IntPointer(1)) {
            check(
                    Blas.isFloat(a)
                            ? openblas.LAPACKE_sgelsd(
                                    LAPACK_COL_MAJOR,
                                    m,
                                    n,
                                    k,
                                    Blas.floats(a),
                                    m,
                                    Blas.floats(b),
                                    ldb,
                                    Blas.floats(s),
                                    (float) rcond,
                                    rank)
                            : openblas.LAPACKE_dgelsd(
                                    LAPACK_COL_MAJOR,
                                    m,
                                    n,
                                    k,
                                    Blas.doubles(a),
                                    m,
                                    Blas.doubles(b),
                                    ldb,
                                    Blas.doubles(s),
                                    rcond,
                                    rank),
                    "gelsd",
                    "the iteration for the singular values did not converge",
                    a,
                    b,
                    s);
            return rank.get();
        }
    }

    /** Replaces the lower triangle of {@code a} by its Cholesky factor. */
    static void potrf(INDArray a) {
        int n = a.rows();
        byte triangle = 'L';
        check(
                Blas.isFloat(a)
                        ? openblas.LAPACKE_spotrf(LAPACK_COL_MAJOR, triangle, n, Blas.floats(a), n)
                        : openblas.LAPACKE_dpotrf(LAPACK_COL_MAJOR, triangle, n, Blas.doubles(a), n),
                "potrf",
                "the matrix is not positive definite, its leading minor of that order is not positive",
                a);
    }

    /** Replaces {@code b} by the solutions of {@code l l' x = b}. */
    static void potrs(INDArray l, INDArray b) {
        int n = l.rows();
        int k = b.columns();
        byte triangle = 'L';
        check(
                Blas.isFloat(l)
                        ? openblas.LAPACKE_spotrs(
                                LAPACK_COL_MAJOR, triangle, n, k, Blas.floats(l), n, Blas.floats(b), n)
                        : openblas.LAPACKE_dpotrs(
                                LAPACK_COL_MAJOR, triangle, n, k, Blas.doubles(l), n, Blas.doubles(b), n),
                "potrs",
                "",
                l,
                b);
    }

    /** Copies the {@code 'U'}pper or {@code 'L'}ower triangle of the first rows and columns of {@code from} that {@code to} has. */
    static void copyTriangle(char triangle, INDArray from, INDArray to) {
        int m = to.rows();
        int n = to.columns();
        int ld = from.rows();
        byte part = (byte) triangle;
        check(
                Blas.isFloat(from)
                        ? openblas.LAPACKE_slacpy_work(
                                LAPACK_COL_MAJOR, part, m, n, Blas.floats(from), ld, Blas.floats(to), m)
                        : openblas.LAPACKE_dlacpy_work(
                                LAPACK_COL_MAJOR, part, m, n, Blas.doubles(from), ld, Blas.doubles(to), m),
                "lacpy",
                "",
                from,
                to);
    }

    /** The file of the native library, whose path has its version; the version of the Java classes may be another. */
    static String library() {
        return Loader.load(openblas.class);
    }

    /** The arrays are those that the routine read or wrote, the matrix first. */
    private static void check(int info, String routine, String meaning, INDArray... used) {
        KeepAlive.untilHere(used);
        if (info != 0) {
            INDArray a = used[0];
            throw new LinalgException(String.format(
                    Locale.ROOT,
                    "LAPACK's %s failed on a %d x %d %s matrix with info = %d: %s",
                    routine,
                    a.rows(),
                    a.columns(),
                    a.dataType(),
                    info,
                    info < 0 ? "LAPACK refused argument " + -info : meaning));
        }
    }
}
