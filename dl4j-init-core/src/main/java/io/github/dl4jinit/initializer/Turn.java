package io.github.dl4jinit.initializer;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A square matrix that weights are multiplied by, as it is applied in the least memory: {@code A}, or {@code I + A B'} where it changes few
 * directions. For the first dense layer after a convolution, which may have ten thousand inputs, the matrix itself would be larger than
 * the weights.
 *
 * @param a [n, n], or [n, k]
 * @param b null, or [n, k]
 */
record Turn(INDArray a, @Nullable INDArray b) {

    /** Entries of a weight that are worked on at a time. */
    private static final long BLOCK = 1 << 18;

    static Turn dense(INDArray matrix) {
        return new Turn(matrix, null);
    }

    /** {@code I + A B'}, which is formed if that is cheaper to apply. */
    static Turn nearIdentity(INDArray a, INDArray b) {
        if (2 * a.columns() < a.rows()) {
            return new Turn(a, b);
        }
        INDArray matrix = a.mmul(b.transpose());
        return dense(matrix.addi(Nd4j.eye(matrix.rows()).castTo(matrix.dataType())));
    }

    Turn transposed() {
        return b == null ? dense(a.transpose()) : new Turn(b, a);
    }

    /** Multiplies a weight in place: {@code W <- W T}. */
    void onInputsOf(INDArray weight) {
        long rows = Math.max(1, BLOCK / weight.columns());
        for (long row = 0; row < weight.rows(); row += rows) {
            replace(rows(weight, row, Math.min(weight.rows(), row + rows)), this::appliedTo);
        }
    }

    /** Multiplies a weight in place: {@code W <- T W}. */
    void onOutputsOf(INDArray weight) {
        transposed().onInputsOf(weight.transpose());
    }

    /** A view. Not {@code matrix.get(...)}: of a view with an offset, as weights are, ND4J may answer an empty array. */
    static INDArray rows(INDArray matrix, long from, long to) {
        return Nd4j.create(
                matrix.data(),
                new long[] {to - from, matrix.columns()},
                new long[] {matrix.stride(0), matrix.stride(1)},
                matrix.offset() + from * matrix.stride(0),
                matrix.ordering());
    }

    private INDArray appliedTo(INDArray rows) {
        if (b == null) {
            return rows.mmul(a);
        }
        try (INDArray coordinates = rows.mmul(a);
                INDArray opposite = b.transpose().dup()) {
            return coordinates.mmul(opposite).addi(rows);
        }
    }

    /** In double precision, in which the factor is: what a weight loses is its own rounding. */
    private static void replace(INDArray rows, UnaryOperator<INDArray> map) {
        try (INDArray exact = Nd4j.createUninitializedDetached(DataType.DOUBLE, rows.shape())) {
            exact.assign(rows);
            try (INDArray turned = map.apply(exact)) {
                rows.assign(turned);
            }
        }
    }
}
