package io.github.dl4jinit.internal.linalg;

import io.github.dl4jinit.internal.memory.KeepAlive;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The one place that calls BLAS by name: scaling and copying in the arrays' own memory. Nothing is validated here. */
final class Blas {
    /** Entries copied by one native call: long enough to hide its cost, short enough that a transposed tile stays in cache. */
    private static final int TILE = 32;

    private Blas() {}

    /** Multiplies {@code n} entries of {@code a} from {@code offset} on by {@code factor}. */
    static void scal(int n, double factor, INDArray a, long offset) {
        if (isFloat(a)) {
            openblas.cblas_sscal(n, (float) factor, floats(a).position(offset), 1);
        } else {
            openblas.cblas_dscal(n, factor, doubles(a).position(offset), 1);
        }
        KeepAlive.untilHere(a);
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

    static boolean isFloat(INDArray a) {
        return a.dataType() == DataType.FLOAT;
    }

    static FloatPointer floats(INDArray a) {
        return new FloatPointer(a.data().addressPointer());
    }

    static DoublePointer doubles(INDArray a) {
        return new DoublePointer(a.data().addressPointer());
    }
}
