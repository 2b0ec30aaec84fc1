package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.linalg.LeastSquares;
import io.github.dl4jinit.network.Samples;
import io.github.dl4jinit.network.WeightView;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An affine map in place of two layers.
 *
 * @param weights [outputs, terms]
 * @param bias [outputs]
 * @param note how well it fits, or what it was taken from
 */
record FusedMap(INDArray weights, INDArray bias, String note) {

    static FusedMap gaussian(
            WeightView first, WeightView second, @Nullable IActivation activation, UnitStatistics units) {
        INDArray inner = first.shape().matrices(first.weights()).get(0).castTo(DataType.DOUBLE);
        INDArray outer = second.shape().matrices(second.weights()).get(0).castTo(DataType.DOUBLE);
        INDArray innerBias = vector(first.bias(), inner.rows());
        INDArray outerBias = vector(second.bias(), outer.rows());
        UnitResponses responses = UnitResponses.of(activation, units, innerBias);
        INDArray weights = outer.mulRowVector(responses.slopes()).mmul(inner);
        INDArray rest = responses.values().sub(responses.slopes().mul(units.means()));
        INDArray bias =
                outer.mmul(rest.reshape(rest.length(), 1)).reshape(outer.rows()).addi(outerBias);
        return new FusedMap(weights, bias, "slopes " + responses.range());
    }

    private static INDArray vector(@Nullable INDArray bias, long length) {
        return bias == null
                ? Nd4j.zeros(DataType.DOUBLE, length)
                : bias.castTo(DataType.DOUBLE).dup().reshape(length);
    }

    static FusedMap ofData(Samples x, Samples y) {
        if (x.rows().rows() != y.rows().rows()) {
            throw new IllegalArgumentException("DATA needs an output for each example, got "
                    + x.rows().rows() + " inputs and " + y.rows().rows() + " outputs");
        }
        INDArray inputs = x.deviations();
        INDArray outputs = y.deviations();
        INDArray solution = LeastSquares.solve(inputs, outputs).solution();
        INDArray bias = y.mean()
                .sub(x.mean()
                        .reshape(1, x.rows().columns())
                        .mmul(solution)
                        .reshape(y.rows().columns()));
        double left = inputs.mmul(solution).sub(outputs).norm2Number().doubleValue();
        double all = outputs.norm2Number().doubleValue();
        double error = all == 0 ? 0 : left * left / (all * all);
        return new FusedMap(
                solution.transpose().dup('c'),
                bias,
                String.format(
                        Locale.ROOT,
                        "relative mean square error %.3g on %d examples for %d inputs",
                        error,
                        x.count(),
                        x.rows().columns()));
    }
}
