package io.github.dl4jinit.initializer;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.github.dl4jinit.initializer.Sinl.Convention;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.network.WeightView;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The factors that a transfer map asks for: R from the right on the weight at its start, L from the left on the one at its end.
 *
 * @param right R, [p, p]
 * @param left L, [q, q]
 */
record RotationAlignment(INDArray right, INDArray left) {

    /** The decomposition that a convention needs of a transfer map. */
    static Svd decompose(TransferMap transfer, Convention convention) {
        return convention == Convention.ISOMETRIC
                ? Svd.thin(transfer.map())
                : CanonicalSvd.fix(Svd.full(transfer.map()), transfer.tolerance());
    }

    static RotationAlignment of(Svd svd, double tolerance, Sinl settings) {
        return switch (settings.convention()) {
            case PRINTED -> new RotationAlignment(svd.vt(), svd.u());
            case TRANSPOSED ->
                new RotationAlignment(svd.vt().transpose(), svd.u().transpose());
            case ISOMETRIC -> {
                double[] s = svd.s().toDoubleVector();
                int rank = CanonicalSvd.rank(s, tolerance);
                DoubleUnaryOperator factor = shrinkage(s, settings.gamma() / 2, settings);
                yield new RotationAlignment(
                        stretch(svd.vt().transpose(), s, rank, factor), stretch(svd.u(), s, rank, factor));
            }
        };
    }

    /** What the weight in the middle becomes: U V', or U S^(1 - gamma) V', on the directions that it has. */
    static INDArray middle(Svd svd, double tolerance, Sinl settings) {
        double[] s = svd.s().toDoubleVector();
        int rank = CanonicalSvd.rank(s, tolerance);
        DoubleUnaryOperator factor = settings.convention() == Convention.ISOMETRIC
                ? shrinkage(s, settings.gamma(), settings)
                : value -> 1 / value;
        return scaledColumns(svd.u(), s, rank, value -> value * factor.applyAsDouble(value))
                .mmul(firstColumns(svd.vt().transpose(), rank).transpose());
    }

    /** The factor (s / unit)^-exponent, where s counts as at least a fraction of the largest. */
    private static DoubleUnaryOperator shrinkage(double[] s, double exponent, Sinl settings) {
        double least = settings.floor() * s[0];
        double unit = settings.unitResponses() ? rootMeanSquare(s) : 1;
        return value -> Math.pow(Math.max(value, least) / unit, -exponent);
    }

    private static double rootMeanSquare(double[] s) {
        return Math.sqrt(Arrays.stream(s).map(value -> value * value).average().orElseThrow());
    }

    /** B diag(factor) B' on the span of the first columns of B, the identity on what is orthogonal to it. */
    private static INDArray stretch(INDArray basis, double[] s, int rank, DoubleUnaryOperator factor) {
        INDArray stretched = scaledColumns(basis, s, rank, value -> factor.applyAsDouble(value) - 1)
                .mmul(firstColumns(basis, rank).transpose());
        for (int i = 0; i < basis.rows(); i++) {
            stretched.putScalar(i, i, stretched.getDouble(i, i) + 1);
        }
        return stretched;
    }

    private static INDArray scaledColumns(INDArray basis, double[] s, int rank, DoubleUnaryOperator factor) {
        INDArray factors =
                Nd4j.createFromArray(Arrays.stream(s).limit(rank).map(factor).toArray());
        return firstColumns(basis, rank).mulRowVector(factors.castTo(basis.dataType()));
    }

    private static INDArray firstColumns(INDArray basis, int count) {
        return basis.get(NDArrayIndex.all(), interval(0, count));
    }

    void turnInputs(WeightView weight) {
        INDArray factor = right.castTo(weight.weights().dataType());
        for (long tap = 0; tap < weight.shape().taps(); tap++) {
            weight.shape().tap(weight.weights(), tap).forEach(matrix -> matrix.assign(matrix.mmul(factor)));
        }
    }

    void turnOutputs(WeightView weight) {
        INDArray factor = left.castTo(weight.weights().dataType());
        for (long tap = 0; tap < weight.shape().taps(); tap++) {
            weight.shape().tap(weight.weights(), tap).forEach(matrix -> matrix.assign(factor.mmul(matrix)));
        }
    }
}
