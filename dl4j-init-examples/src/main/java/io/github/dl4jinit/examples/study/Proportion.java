package io.github.dl4jinit.examples.study;

import java.util.Locale;
import org.hipparchus.stat.interval.BinomialProportion;
import org.hipparchus.stat.interval.ConfidenceInterval;

/**
 * How often something happened, with the 95 % interval of Wilson (1927) for its probability.
 *
 * @param hits how often it happened
 * @param trials how often it could have, at least 1
 */
public record Proportion(int hits, int trials) {

    /** Checks the counts. */
    public Proportion {
        if (trials < 1 || hits < 0 || hits > trials) {
            throw new IllegalArgumentException(
                    "a proportion needs 0 <= hits <= trials, trials >= 1, got " + hits + " of " + trials);
        }
    }

    public double value() {
        return (double) hits / trials;
    }

    public double low() {
        return hits == 0 ? 0 : interval().getLowerBound();
    }

    public double high() {
        return hits == trials ? 1 : interval().getUpperBound();
    }

    private ConfidenceInterval interval() {
        return BinomialProportion.getWilsonScoreInterval(trials, value(), 0.95);
    }

    /** The value and the interval, with a number of decimals. */
    public String toText(int decimals) {
        String number = "%." + decimals + "f";
        return String.format(Locale.ROOT, number + " (" + number + " .. " + number + ")", value(), low(), high());
    }

    @Override
    public String toString() {
        return toText(4);
    }
}
