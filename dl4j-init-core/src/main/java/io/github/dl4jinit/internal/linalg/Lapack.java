package io.github.dl4jinit.internal.linalg;

import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;

import io.github.dl4jinit.internal.memory.KeepAlive;
import java.util.Locale;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The one place that calls BLAS and LAPACK by name. Arrays are column-major without gaps (see {@link
 * Matrices#allocate}) and of one data type; LAPACK reads and writes their own memory. Nothing is validated here but LAPACK's
 * {@code info}.
 */
final class Lapack {
    /** Entries copied by one native call: long enough to hide its cost, short enough that a transposed tile stays in cache. */
    private static final int TILE = 32;

    private Lapack() {}

    /** Factorizes {@code a = Q R}: R goes to the upper triangle, the reflectors below it and to {@code tau}. */
    static void geqrf(INDArray a, INDArray tau) {
        int m = a.rows();
        int n = a.columns();
        check(
                isFloat(a)
                        ? openblas.LAPACKE_sgeqrf(LAPACK_COL_MAJOR, m, n, floats(a), m, floats(tau))
                        : openblas.LAPACKE_dgeqrf(LAPACK_COL_MAJOR, m, n, doubles(a), m, doubles(tau)),
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
                isFloat(a)
                        ? openblas.LAPACKE_sorgqr(LAPACK_COL_MAJOR, m, n, k, floats(a), m, floats(tau))
                        : openblas.LAPACKE_dorgqr(LAPACK_COL_MAJOR, m, n, k, doubles(a), m, doubles(tau)),
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
        if (isFloat(a)) {
            FloatPointer alpha = floats(a).position(offset);
            openblas.LAPACKE_slarfg_work(
                    n, alpha, floats(a).position(tail), 1, floats(tau).position(k));
            multiple = alpha.get();
        } else {
            DoublePointer alpha = doubles(a).position(offset);
            openblas.LAPACKE_dlarfg_work(
                    n, alpha, doubles(a).position(tail), 1, doubles(tau).position(k));
            multiple = alpha.get();
        }
        KeepAlive.untilHere(a, tau);
        return multiple;
    }

    /** Multiplies {@code n} entries of {@code a} from {@code offset} on by {@code factor}. */
    static void scal(int n, double factor, INDArray a, long offset) {
        if (isFloat(a)) {
            openblas.cblas_sscal(n, (float) factor, floats(a).position(offset), 1);
        } else {
            openblas.cblas_dscal(n, factor, doubles(a).position(offset), 1);
        }
        KeepAlive.untilHere(a);
    }

    /** Singular value decomposition {@code a = u diag(s) vt} by divide and conquer; destroys {@code a}. */
    static void gesdd(INDArray a, INDArray s, INDArray u, INDArray vt) {
        int m = a.rows();
        int n = a.columns();
        byte job = (byte) (u.columns() == m && vt.rows() == n ? 'A' : 'S');
        int ldvt = vt.rows();
        check(
                isFloat(a)
                        ? openblas.LAPACKE_sgesdd(
                                LAPACK_COL_MAJOR, job, m, n, floats(a), m, floats(s), floats(u), m, floats(vt), ldvt)
                        : openblas.LAPACKE_dgesdd(
                                LAPACK_COL_MAJOR,
                                job,
                                m,
                                n,
                                doubles(a),
                                m,
                                doubles(s),
                                doubles(u),
                                m,
                                doubles(vt),
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
                isFloat(a)
                        ? openblas.LAPACKE_sgesdd(
                                LAPACK_COL_MAJOR, job, m, n, floats(a), m, floats(s), floats(s), 1, floats(s), 1)
                        : openblas.LAPACKE_dgesdd(
                                LAPACK_COL_MAJOR, job, m, n, doubles(a), m, doubles(s), doubles(s), 1, doubles(s), 1),
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
                isFloat(a)
                        ? openblas.LAPACKE_ssyevd(LAPACK_COL_MAJOR, job, triangle, n, floats(a), n, floats(w))
                        : openblas.LAPACKE_dsyevd(LAPACK_COL_MAJOR, job, triangle, n, doubles(a), n, doubles(w)),
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
                    isFloat(a)
                            ? openblas.LAPACKE_sgelsd(
                                    LAPACK_COL_MAJOR,
                                    m,
                                    n,
                                    k,
                                    floats(a),
                                    m,
                                    floats(b),
                                    ldb,
                                    floats(s),
                                    (float) rcond,
                                    rank)
                            : openblas.LAPACKE_dgelsd(
                                    LAPACK_COL_MAJOR, m, n, k, doubles(a), m, doubles(b), ldb, doubles(s), rcond, rank),
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
                isFloat(a)
                        ? openblas.LAPACKE_spotrf(LAPACK_COL_MAJOR, triangle, n, floats(a), n)
                        : openblas.LAPACKE_dpotrf(LAPACK_COL_MAJOR, triangle, n, doubles(a), n),
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
                isFloat(l)
                        ? openblas.LAPACKE_spotrs(LAPACK_COL_MAJOR, triangle, n, k, floats(l), n, floats(b), n)
                        : openblas.LAPACKE_dpotrs(LAPACK_COL_MAJOR, triangle, n, k, doubles(l), n, doubles(b), n),
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
                isFloat(from)
                        ? openblas.LAPACKE_slacpy_work(LAPACK_COL_MAJOR, part, m, n, floats(from), ld, floats(to), m)
                        : openblas.LAPACKE_dlacpy_work(LAPACK_COL_MAJOR, part, m, n, doubles(from), ld, doubles(to), m),
                "lacpy",
                "",
                from,
                to);
    }

    /** Copies {@code n} entries from one offset to another. */
    static void copy(int n, INDArray from, long source, INDArray to, long target) {
        if (isFloat(from)) {
            openblas.cblas_scopy(n, floats(from).position(source), 1, floats(to).position(target), 1);
        } else {
            openblas.cblas_dcopy(
                    n, doubles(from).position(source), 1, doubles(to).position(target), 1);
        }
        KeepAlive.untilHere(from, to);
    }

    /**
     * Copies a matrix of any strides into another of any strides. Where the orders differ, ND4J's own assign takes a quarter
     * of the time of a QR factorization; this does not.
     */
    static void copy(INDArray from, INDArray to) {
        int fromStep = from.stride(0);
        int toStep = to.stride(0);
        if (isFloat(from)) {
            FloatPointer x = floats(from);
            FloatPointer y = floats(to);
            copy(from, to, (n, i, j) -> openblas.cblas_scopy(n, x.position(i), fromStep, y.position(j), toStep));
        } else {
            DoublePointer x = doubles(from);
            DoublePointer y = doubles(to);
            copy(from, to, (n, i, j) -> openblas.cblas_dcopy(n, x.position(i), fromStep, y.position(j), toStep));
        }
        KeepAlive.untilHere(from, to);
    }

    private static void copy(INDArray from, INDArray to, Run run) {
        for (long row = 0; row < from.rows(); row += TILE) {
            int count = (int) Math.min(TILE, from.rows() - row);
            for (long column = 0; column < from.columns(); column++) {
                run.copy(
                        count,
                        row * from.stride(0) + column * from.stride(1),
                        row * to.stride(0) + column * to.stride(1));
            }
        }
    }

    /** Copies part of a column, from one offset to another. */
    private interface Run {
        void copy(int count, long from, long to);
    }

    /** The file of the native library, whose path has its version; the version of the Java classes may be another. */
    static String library() {
        return Loader.load(openblas.class);
    }

    private static boolean isFloat(INDArray a) {
        return a.dataType() == DataType.FLOAT;
    }

    private static FloatPointer floats(INDArray a) {
        return new FloatPointer(a.data().addressPointer());
    }

    private static DoublePointer doubles(INDArray a) {
        return new DoublePointer(a.data().addressPointer());
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
