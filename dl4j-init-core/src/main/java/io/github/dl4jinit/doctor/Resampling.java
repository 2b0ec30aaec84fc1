package io.github.dl4jinit.doctor;

import io.github.dl4jinit.doctor.DoctorReport.IntervalEstimate;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Intervals over examples: the bootstrap's percentiles, 2.5 and 97.5, of the mean over examples drawn with replacement (B. Efron,
 * "Bootstrap methods: another look at the jackknife", 1979). Every estimate of one examination draws the same examples.
 */
final class Resampling {

    private static final int DRAWS = 400;
    private static final double TAIL = 0.025;

    /** How often each example is drawn, for each draw. */
    private final int[][] counts;

    /** Draws from {@code Nd4j.getRandom()}. */
    Resampling(int examples) {
        SplittableRandom random = new SplittableRandom(Nd4j.getRandom().nextLong());
        counts = new int[DRAWS][examples];
        for (int[] draw : counts) {
            for (int i = 0; i < examples; i++) {
                draw[random.nextInt(examples)]++;
            }
        }
    }

    /**
     * A mean with its interval.
     *
     * @param values one per example, or several rounds of them: stacked signals and time steps follow each other, each in the order of the
     *     examples
     */
    IntervalEstimate mean(double[] values) {
        double[] means = new double[DRAWS];
        for (int d = 0; d < DRAWS; d++) {
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                sum += counts[d][i % counts[d].length] * values[i];
            }
            means[d] = sum / values.length;
        }
        Arrays.sort(means);
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        return new IntervalEstimate(mean, means[(int) (TAIL * DRAWS)], means[(int) ((1 - TAIL) * DRAWS) - 1], null);
    }
}
