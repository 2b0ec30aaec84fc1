package io.github.dl4jinit.internal.linalg;

import io.github.dl4jinit.internal.number.Precision;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Small factorizations that are checked against their definition, once per process, kind and precision.
 *
 * <p>Each is applied to a vector x and compared with what the matrix makes of x: an error of the factors shows in the product
 * unless x happens to be orthogonal to it. The products are computed in plain Java, because a library that gets a
 * factorization wrong cannot judge itself.
 */
enum SelfCheck {
    QR {
        @Override
        double defect(INDArray a, double[] x) {
            Qr qr = Qr.factorize(a);
            double orthogonality = distance(timesTransposed(qr.q(), times(qr.q(), x)), x);
            return Math.max(orthogonality, distance(times(qr.q(), times(qr.r(), x)), times(a, x)));
        }
    },
    SVD {
        @Override
        double defect(INDArray a, double[] x) {
            Svd svd = Svd.decompose(a, false);
            double product = distance(times(svd.u(), scale(svd.s(), times(svd.vt(), x))), times(a, x));
            double left = distance(timesTransposed(svd.u(), times(svd.u(), x)), x);
            double right = distance(timesTransposed(svd.vt(), times(svd.vt(), x)), x);
            return descends(svd.s()) ? Math.max(product, Math.max(left, right)) : Double.NaN;
        }
    },
    EIGEN {
        @Override
        double defect(INDArray a, double[] x) {
            INDArray symmetric = symmetricPart(a);
            SymmetricEigen eigen = SymmetricEigen.decompose(symmetric);
            INDArray v = eigen.vectors();
            double product = distance(times(v, scale(eigen.values(), timesTransposed(v, x))), times(symmetric, x));
            double orthogonality = distance(timesTransposed(v, times(v, x)), x);
            return descends(eigen.values().neg()) ? Math.max(product, orthogonality) : Double.NaN;
        }
    },
    LEAST_SQUARES {
        @Override
        double defect(INDArray a, double[] x) {
            LeastSquares identity = LeastSquares.fit(a, a, 0);
            return distance(times(identity.solution(), x), x);
        }
    },
    CHOLESKY {
        @Override
        double defect(INDArray a, double[] x) {
            INDArray symmetric = symmetricPart(a);
            Cholesky cholesky = Cholesky.factorize(symmetric);
            INDArray l = cholesky.l();
            double solution = distance(times(cholesky.solve(symmetric), x), x);
            return Math.max(solution, distance(times(l, timesTransposed(l, x)), times(symmetric, x)));
        }
    };

    /** OpenBLAS 0.3.19 goes wrong from n = 8 (Cholesky), 48 (singular values), 96 (eigenvalues) and 130 (QR) on. */
    private static final int[] SIZES = {64, 160};

    private static final String REMEDY =
            "OpenBLAS 0.3.19, which Deeplearning4j brings, gives wrong double-precision factorizations on some processors"
                    + " (OpenBLAS issue 4282). Declare org.bytedeco:openblas-platform:0.3.30-1.5.12 and org.bytedeco:javacpp-platform:1.5.12 as"
                    + " direct dependencies, so that they win over the versions that Deeplearning4j brings; or set"
                    + " OPENBLAS_CORETYPE=Haswell in the environment of the process.";

    /** Empty for what passed, the message for what failed. */
    private static final Map<String, Optional<String>> VERDICTS = new ConcurrentHashMap<>();

    /** The largest error of the factors of a matrix, applied to a vector. */
    abstract double defect(INDArray a, double[] x);

    /** Returns if the native library factorizes correctly in this precision; the first call in a process finds out. */
    void require(DataType type) {
        VERDICTS.computeIfAbsent(name() + type, key -> examine(type)).ifPresent(message -> {
            throw new LinalgException(message);
        });
    }

    private Optional<String> examine(DataType type) {
        try {
            for (int n : SIZES) {
                // The matrix is well conditioned and of norm 3 sqrt(n): rounding stays far below this bound.
                double bound = 10 * n * Precision.epsilon(type);
                SplittableRandom random = new SplittableRandom(n);
                double defect =
                        defect(matrix(type, n, random), random.doubles(n, -1, 1).toArray());
                if (!(defect <= bound)) {
                    return Optional.of(String.format(
                            Locale.ROOT,
                            "%s of a %d x %d %s matrix is wrong by %.3g where rounding explains %.3g, with %s. %s",
                            this,
                            n,
                            n,
                            type,
                            defect,
                            bound,
                            Lapack.library(),
                            REMEDY));
                }
            }
            return Optional.empty();
        } catch (LinalgException e) {
            return Optional.of(e.getMessage() + "; but this one has a factorization. The library is " + Lapack.library()
                    + ". " + REMEDY);
        }
    }

    /** Random with a dominant diagonal. The generator is not ND4J's, so that a check does not move the user's. */
    private static INDArray matrix(DataType type, int n, SplittableRandom random) {
        double[][] a = new double[n][];
        for (int i = 0; i < n; i++) {
            a[i] = random.doubles(n, -1, 1).toArray();
            a[i][i] += 2 * Math.sqrt(n);
        }
        return Nd4j.createFromArray(a).castTo(type);
    }

    private static INDArray symmetricPart(INDArray a) {
        return a.add(a.transpose()).divi(2);
    }

    private static double[] times(INDArray a, double[] x) {
        double[][] rows = a.toDoubleMatrix();
        double[] product = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < x.length; j++) {
                product[i] += rows[i][j] * x[j];
            }
        }
        return product;
    }

    private static double[] timesTransposed(INDArray a, double[] x) {
        return times(a.transpose(), x);
    }

    private static double[] scale(INDArray factors, double[] x) {
        double[] scaled = factors.toDoubleVector();
        for (int i = 0; i < x.length; i++) {
            scaled[i] *= x[i];
        }
        return scaled;
    }

    private static boolean descends(INDArray values) {
        double[] numbers = values.toDoubleVector();
        return IntStream.range(1, numbers.length).allMatch(i -> numbers[i] <= numbers[i - 1]);
    }

    /** The largest absolute difference; NaN if any is, and NaN is never within a bound. */
    private static double distance(double[] a, double[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }
}
