package io.github.dl4jinit.initializer;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.github.dl4jinit.internal.linalg.StackedQr;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.internal.number.Precision;
import io.github.dl4jinit.report.InitReport.BridgeLine;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The singular value decomposition of the weight in the middle of a chain, as far as it is needed: what changes singular values and keeps
 * singular vectors is a matrix on the weight's shorter side, {@code W <- W V g(S) V'}. U is never formed; of a convolution, U or V has
 * an entry for every tap.
 *
 * @param s descending
 * @param tolerance singular values up to this times the largest are rounding
 * @param vectors V, singular vectors of the shorter side in columns, in double precision; null if all values are equal, so that any will do
 */
@SuppressWarnings("ArrayRecordComponent") // Lives as long as one alignment.
record WeightSpectrum(
        double[] s, double tolerance, @Nullable INDArray vectors) {

    private static final int BLOCK = 512;

    /**
     * @param weight [outputs, inputs]
     * @param isometric whether it is known to be a multiple of a matrix with orthonormal rows or columns
     */
    static WeightSpectrum of(INDArray weight, boolean isometric) {
        double tolerance = TransferMap.tolerance(Precision.epsilon(weight.dataType()), weight);
        INDArray tall = tall(weight);
        if (isometric) {
            double[] equal = new double[tall.columns()];
            Arrays.fill(equal, weight.norm2Number().doubleValue() / Math.sqrt(tall.columns()));
            return new WeightSpectrum(equal, tolerance, null);
        }
        StackedQr qr = new StackedQr(tall.columns());
        for (long row = 0; row < tall.rows(); row += BLOCK) {
            INDArray rows = Turn.rows(tall, row, Math.min(tall.rows(), row + BLOCK));
            try (INDArray exact = Nd4j.createUninitializedDetached(DataType.DOUBLE, rows.shape())) {
                qr.add(exact.assign(rows));
            }
        }
        Svd svd = Svd.thin(qr.r());
        return new WeightSpectrum(svd.s().toDoubleVector(), tolerance, svd.vt().transpose());
    }

    private static INDArray tall(INDArray weight) {
        return weight.rows() < weight.columns() ? weight.transpose() : weight;
    }

    /** Multiplies each singular value of the weight by a factor, and those that are rounding by 0. */
    void scale(INDArray weight, DoubleUnaryOperator factor) {
        if (vectors == null) {
            weight.muli(factor.applyAsDouble(s[0]));
            return;
        }
        int rank = CanonicalSvd.rank(s, tolerance);
        INDArray basis = vectors.get(all(), interval(0, rank));
        INDArray factors =
                Nd4j.createFromArray(Arrays.stream(s).limit(rank).map(factor).toArray());
        Turn.dense(basis.mulRowVector(factors).mmul(basis.transpose())).onInputsOf(tall(weight));
    }

    BridgeLine report() {
        return TransferMap.report(s, tolerance, 0);
    }
}
