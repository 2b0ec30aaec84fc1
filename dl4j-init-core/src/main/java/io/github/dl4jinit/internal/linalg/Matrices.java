package io.github.dl4jinit.internal.linalg;

import io.github.dl4jinit.internal.number.Precision;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.MatchCondition;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Conditions;

/** The requirements of every factorization on its input, and the memory layout that LAPACK works on. */
final class Matrices {
    private Matrices() {}

    /** Accepts a non-empty rank-2 FLOAT or DOUBLE array; its values may be anything. */
    static INDArray requireMatrix(String name, INDArray a) {
        if (a.isEmpty() || a.rank() != 2) {
            throw new IllegalArgumentException(
                    name + " must be a non-empty rank-2 array, got shape " + Arrays.toString(a.shape()));
        }
        if (a.dataType() != DataType.FLOAT && a.dataType() != DataType.DOUBLE) {
            throw new IllegalArgumentException(name + " must be FLOAT or DOUBLE, got " + a.dataType()
                    + "; convert it with castTo(DataType.FLOAT)");
        }
        return a;
    }

    /** Accepts what {@link #requireMatrix} accepts, without NaN and infinity. */
    static INDArray requireFinite(String name, INDArray a) {
        requireMatrix(name, a);
        long bad = Nd4j.getExecutioner()
                .exec(new MatchCondition(a, Conditions.notFinite()))
                .getLong(0);
        if (bad > 0) {
            throw new IllegalArgumentException(name + " must be finite, got " + bad
                    + " NaN or infinite values in shape " + Arrays.toString(a.shape()));
        }
        return a;
    }

    /** Accepts a finite square matrix that differs from its transpose by rounding at most. */
    static INDArray requireSymmetric(String name, INDArray a) {
        requireFinite(name, a);
        if (a.rows() != a.columns()) {
            throw new IllegalArgumentException(
                    name + " must be square and symmetric, got shape " + Arrays.toString(a.shape()));
        }
        double difference = a.sub(a.transpose()).amaxNumber().doubleValue();
        double bound =
                a.rows() * Precision.epsilon(a.dataType()) * a.amaxNumber().doubleValue();
        if (difference > bound) {
            throw new IllegalArgumentException(name + " must be symmetric, got max|A - A'| = " + difference + ", bound "
                    + bound + "; if only rounding is to blame, pass (A + A') / 2");
        }
        return a;
    }

    /** Accepts right-hand sides that have as many rows as the matrix, and its data type. */
    static void requireMatching(INDArray a, INDArray b) {
        if (a.rows() != b.rows() || a.dataType() != b.dataType()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "b must have the rows and the data type of the matrix, %d and %s, got %d and %s",
                    a.rows(),
                    a.dataType(),
                    b.rows(),
                    b.dataType()));
        }
    }

    /**
     * An array in LAPACK's layout: columns one after the other, without gaps. Its values are undefined. It belongs to no
     * workspace, so it may be closed, and a result lives as long as its owner wants.
     */
    static INDArray allocate(DataType type, long... shape) {
        return Nd4j.createUninitializedDetached(type, 'f', shape);
    }

    static boolean isColumnMajor(INDArray a) {
        return (a.rows() == 1 || a.stride(0) == 1) && (a.columns() == 1 || a.stride(1) == a.rows());
    }

    /** A copy in LAPACK's layout. */
    static INDArray columnMajorCopy(INDArray a) {
        INDArray copy = allocate(a.dataType(), a.shape());
        Blas.copy(a, copy);
        return copy;
    }
}
