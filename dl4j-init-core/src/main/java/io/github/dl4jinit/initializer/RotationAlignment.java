package io.github.dl4jinit.initializer;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.github.dl4jinit.initializer.Sinl.Convention;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.network.WeightView;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The factors that a transfer map asks for: R from the right on the weight at its start, L from the left on the one at its end.
 *
 * @param singularValues of the map, descending
 * @param right R, [p, p]
 * @param left L, [q, q]
 */
@SuppressWarnings("ArrayRecordComponent") // Lives as long as one alignment.
record RotationAlignment(double[] singularValues, Turn right, Turn left) {

    static RotationAlignment of(TransferMap transfer, Sinl settings) {
        Svd svd = Svd.thin(transfer.map());
        if (settings.convention() == Convention.ISOMETRIC) {
            double[] s = svd.s().toDoubleVector();
            int rank = CanonicalSvd.rank(s, transfer.tolerance());
            DoubleUnaryOperator factor = shrinkage(s, settings.gamma() / 2, settings);
            return new RotationAlignment(
                    s, stretch(svd.vt().transpose(), s, rank, factor), stretch(svd.u(), s, rank, factor));
        }
        CanonicalSvd canonical = CanonicalSvd.of(svd, transfer.tolerance());
        Turn u = canonical.left();
        Turn v = canonical.right();
        return settings.convention() == Convention.PRINTED
                ? new RotationAlignment(canonical.s(), v.transposed(), u)
                : new RotationAlignment(canonical.s(), v, u.transposed());
    }

    /** The factor of a singular value in the middle, which becomes U V', or U S^(1 - gamma) V', on the directions that it has. */
    static DoubleUnaryOperator middle(double[] s, Sinl settings) {
        return settings.convention() == Convention.ISOMETRIC
                ? shrinkage(s, settings.gamma(), settings)
                : value -> 1 / value;
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
    private static Turn stretch(INDArray basis, double[] s, int rank, DoubleUnaryOperator factor) {
        INDArray columns = basis.get(NDArrayIndex.all(), interval(0, rank));
        INDArray factors = Nd4j.createFromArray(Arrays.stream(s)
                .limit(rank)
                .map(value -> factor.applyAsDouble(value) - 1)
                .toArray());
        return Turn.nearIdentity(columns.mulRowVector(factors.castTo(basis.dataType())), columns);
    }

    void turnInputs(WeightView weight) {
        forEachTap(weight, right::onInputsOf);
    }

    void turnOutputs(WeightView weight) {
        forEachTap(weight, left::onOutputsOf);
    }

    private static void forEachTap(WeightView weight, Consumer<INDArray> turn) {
        for (long tap = 0; tap < weight.shape().taps(); tap++) {
            weight.shape().tap(weight.weights(), tap).forEach(turn);
        }
    }
}
