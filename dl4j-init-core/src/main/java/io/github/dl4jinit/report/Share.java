package io.github.dl4jinit.report;

import java.util.Locale;

/**
 * How often something happened, with the interval of the probabilities that this speaks for.
 *
 * <p>The 95 % interval of Wilson (1927), "Probable inference, the law of succession, and statistical inference": it stays inside 0 .. 1 and
 * has a width where nothing or everything happened.
 *
 * @param hits how often it happened
 * @param trials how often it could have, at least 1
 */
public record Share(long hits, long trials) {

    private static final double Z = 1.959963984540054;

    /** Checks the counts. */
    public Share {
        if (trials < 1 || hits < 0 || hits > trials) {
            throw new IllegalArgumentException(
                    "a share needs 0 <= hits <= trials, trials >= 1, got " + hits + " of " + trials);
        }
    }

    /**
     * The share itself.
     *
     * @return hits / trials
     */
    public double value() {
        return (double) hits / trials;
    }

    /**
     * The lower end of the interval.
     *
     * @return a probability
     */
    public double low() {
        return Math.max(0, middle() - half());
    }

    /**
     * The upper end of the interval.
     *
     * @return a probability
     */
    public double high() {
        return Math.min(1, middle() + half());
    }

    private double middle() {
        return (hits + Z * Z / 2) / (trials + Z * Z);
    }

    private double half() {
        return Z / (trials + Z * Z) * Math.sqrt(hits * (1 - value()) + Z * Z / 4);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4f (%.4f .. %.4f)", value(), low(), high());
    }
}
