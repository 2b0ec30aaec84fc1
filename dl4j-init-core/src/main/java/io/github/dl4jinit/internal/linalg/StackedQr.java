package io.github.dl4jinit.internal.linalg;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The triangular factor of a tall matrix whose rows come in batches: {@code R' R = A' A}.
 *
 * <p>Each batch replaces R by the triangular factor of R with the batch's rows under it. That is what the factorization of all
 * rows at once would give, up to the signs of R's rows.
 *
 * <p>Shapes: A {@code [m, n]} for any m, R {@code [n, n]}, double precision.
 *
 * <p>Use it for least squares on more rows than fit into memory. The sums {@code A' A} of normal equations are as small and
 * half as much work, but they square the condition of A: of sixteen digits a condition of 1e8 leaves none.
 *
 * <p>Source: G. Golub, C. Van Loan, Matrix Computations, on updating a QR factorization; LAPACK {@code geqrf}.
 */
public final class StackedQr {

    private final INDArray r;
    private long rows;

    /**
     * Starts without rows.
     *
     * @param columns n, at least 1
     */
    public StackedQr(int columns) {
        if (columns < 1) {
            throw new IllegalArgumentException("columns must be >= 1, got " + columns);
        }
        SelfCheck.QR.require(DataType.DOUBLE);
        r = Matrices.allocate(DataType.DOUBLE, columns, columns).assign(0);
    }

    /**
     * Adds rows.
     *
     * @param batch finite DOUBLE, any number of rows of n entries; not modified
     * @return this factor
     */
    public StackedQr add(INDArray batch) {
        Matrices.requireFinite("batch", batch);
        if (batch.columns() != r.columns() || batch.dataType() != DataType.DOUBLE) {
            throw new IllegalArgumentException("rows must be DOUBLE and have " + r.columns() + " entries, got "
                    + batch.dataType() + " and " + batch.columns());
        }
        try (INDArray stacked = Nd4j.concat(0, r, batch);
                INDArray work = Matrices.columnMajorCopy(stacked);
                INDArray tau = Matrices.allocate(DataType.DOUBLE, r.columns())) {
            Lapack.geqrf(work, tau);
            Lapack.copyTriangle('U', work, r);
        }
        rows += batch.rows();
        return this;
    }

    /** How many rows were added: m. */
    public long rows() {
        return rows;
    }

    /** The factor of the rows so far: R, {@code [n, n]}, upper triangular, a copy. */
    public INDArray r() {
        return r.dup('f');
    }
}
