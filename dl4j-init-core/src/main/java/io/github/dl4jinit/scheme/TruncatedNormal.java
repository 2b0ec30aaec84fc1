package io.github.dl4jinit.scheme;

import io.github.dl4jinit.internal.memory.KeepAlive;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Turns variables that are uniform on (-1, 1) into standard normal ones given that they lie within +-2, in place, through the
 * quantile function {@code z(t)}: {@code P(|Z| < z | |Z| < 2) = t}. ND4J's own truncated normal is not used: its variance is 0.758
 * where 0.774 is right.
 *
 * <p>Differentiating the definition gives {@code z'(t) = (mass / 2) sqrt(2 pi) exp(z^2 / 2)}, {@code z(0) = 0}, which is integrated
 * once (Runge-Kutta, order 4) onto a grid. Between grid points z is the cubic with those values and slopes: it is within 1e-9 of
 * the true quantile, a hundredth of the resolution of FLOAT at 2.
 */
final class TruncatedNormal {
    /** Where the normal distribution is cut, in its own standard deviations. */
    static final double CUT = 2;

    /** {@code P(|Z| < 2)}. */
    private static final double MASS = 0.9544997361036416;

    /** Variance of what is left of a standard normal distribution: 1 - 4 phi(2) / mass = 0.7737. */
    static final double VARIANCE = 1 - 2 * CUT * Math.exp(-CUT * CUT / 2) / Math.sqrt(2 * Math.PI) / MASS;

    private static final long CHUNK = 1 << 13;
    private static final int INTERVALS = 1024;
    private static final double[] Z = new double[INTERVALS + 2];
    /** Slopes, for steps of one interval. */
    private static final double[] STEP = new double[INTERVALS + 2];

    static {
        int substeps = 4;
        double h = 1.0 / substeps;
        double z = 0;
        for (int i = 0; i < Z.length; i++) {
            Z[i] = z;
            STEP[i] = slope(z);
            for (int s = 0; s < substeps; s++) {
                double k1 = slope(z);
                double k2 = slope(z + h / 2 * k1);
                double k3 = slope(z + h / 2 * k2);
                double k4 = slope(z + h * k3);
                z += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
            }
        }
    }

    private TruncatedNormal() {}

    private static double slope(double z) {
        return MASS / 2 * Math.sqrt(2 * Math.PI) * Math.exp(z * z / 2) / INTERVALS;
    }

    /** The quantile, odd in t; t in [-1, 1]. */
    static double quantile(double t) {
        double position = Math.abs(t) * INTERVALS;
        int i = (int) position;
        double x = position - i;
        double rise = Z[i + 1] - Z[i];
        double start = STEP[i];
        double bend = 3 * rise - 2 * start - STEP[i + 1];
        double twist = start + STEP[i + 1] - 2 * rise;
        double z = Z[i] + x * (start + x * (bend + x * twist));
        return Math.copySign(z, t);
    }

    /** Replaces each t of a contiguous FLOAT or DOUBLE array by {@code sigma z(t)}. */
    static void transform(INDArray uniforms, double sigma) {
        try {
            transform(uniforms.data().addressPointer(), uniforms.length(), sigma);
        } finally {
            KeepAlive.untilHere(uniforms);
        }
    }

    private static void transform(Pointer memory, long length, double sigma) {
        // Each number depends on its own t alone, so the order of the chunks does not matter.
        LongStream.rangeClosed(0, (length - 1) / CHUNK).parallel().forEach(i -> {
            long from = i * CHUNK;
            int size = (int) Math.min(CHUNK, length - from);
            double[] t = new double[size];
            if (memory instanceof FloatPointer) {
                FloatPointer floats = new FloatPointer(memory).position(from);
                float[] chunk = new float[size];
                floats.get(chunk);
                // Conversions in loops of their own: between the others they take three times the time of all the rest.
                for (int k = 0; k < size; k++) {
                    t[k] = chunk[k];
                }
                quantiles(t, sigma);
                for (int k = 0; k < size; k++) {
                    chunk[k] = (float) t[k];
                }
                floats.put(chunk);
            } else {
                DoublePointer doubles = new DoublePointer(memory).position(from);
                doubles.get(t);
                quantiles(t, sigma);
                doubles.put(t);
            }
        });
    }

    private static void quantiles(double[] t, double sigma) {
        for (int k = 0; k < t.length; k++) {
            t[k] = sigma * quantile(t[k]);
        }
    }
}
