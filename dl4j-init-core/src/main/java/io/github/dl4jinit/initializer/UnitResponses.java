package io.github.dl4jinit.initializer;

import io.github.dl4jinit.gain.GaussianMoments;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * E f(z_i) and E f'(z_i) of each unit of a layer, z_i ~ N(m_i, s_i^2).
 *
 * @param values E f(z), one per unit
 * @param slopes E f'(z), one per unit; the slope at m where a unit does not vary
 */
record UnitResponses(INDArray values, INDArray slopes) {

    /** Where a unit does not vary, it is taken to vary by this part of its mean, so that the same quadrature serves. */
    private static final double NO_VARIANCE = 1e-6;

    /** @param bias [units] of the layer, which is not in the means of {@code units} */
    static UnitResponses of(@Nullable IActivation activation, UnitStatistics units, INDArray bias) {
        int count = units.count();
        double[] values = new double[count];
        double[] slopes = new double[count];
        for (int i = 0; i < count; i++) {
            double mean = units.means().getDouble(i) + bias.getDouble(i);
            double deviation = Math.max(units.deviation(i), NO_VARIANCE * Math.max(1, Math.abs(mean)));
            if (activation == null) {
                values[i] = mean;
                slopes[i] = 1;
            } else {
                GaussianMoments moments = GaussianMoments.of(activation, mean, deviation * deviation);
                values[i] = moments.value();
                slopes[i] = moments.slope();
            }
        }
        return new UnitResponses(Nd4j.createFromArray(values), Nd4j.createFromArray(slopes));
    }

    String range() {
        return String.format(
                Locale.ROOT,
                "%.3g to %.3g",
                slopes.minNumber().doubleValue(),
                slopes.maxNumber().doubleValue());
    }
}
