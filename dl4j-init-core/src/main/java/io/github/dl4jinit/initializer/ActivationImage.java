package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.gaussian.ScalarActivation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;

/**
 * Which values an activation function takes over an interval.
 *
 * <p>It is looked at on a grid. Where it is monotone there, as nearly all are, the image is exact: the values at the ends. Where
 * it is not, the image is widened by its largest step on the grid.
 */
final class ActivationImage {

    private static final int STEPS = 4096;
    /** A function that still falls here, by more than a hundredth of its size since the nearer point, has no lower bound. */
    private static final double FAR = -1e6;

    private static final double NEARER = -1e3;

    private final ScalarActivation function;
    /** Most layers of a network ask the same. */
    private final Map<Double, Optional<ValueRange>> known = new HashMap<>();

    /** @throws IllegalArgumentException if it is no function of one number */
    ActivationImage(IActivation activation) {
        function = new ScalarActivation(activation);
    }

    /** The image of all numbers up to an upper end; empty if the function has no bounds there. */
    Optional<ValueRange> upTo(double top) {
        return known.computeIfAbsent(top, this::computeUpTo);
    }

    private Optional<ValueRange> computeUpTo(double top) {
        double[] tail = function.values(new double[] {FAR, NEARER});
        if (Math.abs(tail[0] - tail[1]) > 0.01 * (1 + Math.abs(tail[1]))) {
            return Optional.empty();
        }
        // Denser towards the top, where activations have their features.
        double[] z = new double[STEPS + 1];
        double reach = Math.log1p(top - FAR);
        for (int i = 0; i <= STEPS; i++) {
            z[i] = top - Math.expm1(reach * (STEPS - i) / STEPS);
        }
        return Optional.of(image(z));
    }

    ValueRange of(ValueRange interval) {
        double[] z = new double[STEPS + 1];
        for (int i = 0; i <= STEPS; i++) {
            z[i] = interval.low() + interval.side() * i / STEPS;
        }
        z[STEPS] = interval.high();
        return image(z);
    }

    private ValueRange image(double[] z) {
        double[] f = function.values(z);
        double low = f[0];
        double high = f[0];
        double step = 0;
        boolean rises = false;
        boolean falls = false;
        for (int i = 1; i < f.length; i++) {
            low = Math.min(low, f[i]);
            high = Math.max(high, f[i]);
            step = Math.max(step, Math.abs(f[i] - f[i - 1]));
            rises |= f[i] > f[i - 1];
            falls |= f[i] < f[i - 1];
        }
        double slack = rises && falls ? step : 0;
        return new ValueRange(low - slack, high + slack);
    }
}
