package io.github.dl4jinit.examples.study;

import io.github.dl4jinit.examples.compare.MedianAndRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Chooses a learning rate: the one with the lowest median score over some seeds. A score is a loss on data that are neither
 * trained on nor reported; of equal medians the lower rate wins.
 *
 * @param rates the rates to try, ascending
 * @param seeds the seeds of the trials, which are none of those that are reported
 */
public record RateSearch(List<Double> rates, List<Long> seeds) {

    /** The first seed of a search; the runs that are reported have seeds from 1. */
    private static final long FIRST_SEED = 1001;

    /** One training. */
    @FunctionalInterface
    public interface Trial {

        /**
         * Trains.
         *
         * @param rate the learning rate
         * @param seed the seed
         * @return the loss at the end on the validation part, infinite if the run was lost
         */
        double score(double rate, long seed);
    }

    /**
     * What a search found.
     *
     * @param rate the rate with the lowest median score
     * @param score that median; infinite if every rate loses most of its runs
     * @param atEdge whether the rate is the lowest or highest of the grid, so that a better one may lie outside
     */
    public record Choice(double rate, double score, boolean atEdge) {}

    /** Checks that there is something to choose from. */
    public RateSearch {
        rates = List.copyOf(rates);
        seeds = List.copyOf(seeds);
        if (rates.isEmpty() || seeds.isEmpty()) {
            throw new IllegalArgumentException(
                    "a search needs at least one rate and one seed, got " + rates.size() + " and " + seeds.size());
        }
        if (!rates.equals(rates.stream().sorted().toList())) {
            throw new IllegalArgumentException("rates must be ascending, got " + rates);
        }
    }

    /**
     * A grid of two rates a decade: 0.01, 0.03, 0.1, ...
     *
     * @param lowest exponent of ten of the lowest rate
     * @param highest exponent of ten of the highest rate
     * @param seeds trials for each rate
     * @return the search
     */
    public static RateSearch halfDecades(int lowest, int highest, int seeds) {
        List<Double> rates = new ArrayList<>();
        for (int exponent = lowest; exponent <= highest; exponent++) {
            rates.add(Double.valueOf("1e" + exponent));
            if (exponent < highest) {
                rates.add(Double.valueOf("3e" + exponent));
            }
        }
        return new RateSearch(
                rates, LongStream.range(FIRST_SEED, FIRST_SEED + seeds).boxed().toList());
    }

    /**
     * Tries every rate with every seed.
     *
     * @param trial trains once
     * @return the best rate
     */
    public Choice best(Trial trial) {
        List<Double> medians = rates.stream().map(rate -> median(rate, trial)).toList();
        int best = IntStream.range(0, rates.size())
                .reduce((a, b) -> medians.get(b) < medians.get(a) ? b : a)
                .orElseThrow();
        return choice(best, medians.get(best));
    }

    /**
     * Starts in the middle of the grid and goes on to the better neighbour as long as there is one: fewer trials, and the
     * same result where the score has one valley. From a rate that loses its runs it goes down.
     *
     * @param trial trains once
     * @return a rate that is better than its neighbours
     */
    public Choice valley(Trial trial) {
        Map<Integer, Double> known = new HashMap<>();
        IntToDoubleFunction score = place -> place < 0 || place >= rates.size()
                ? Double.POSITIVE_INFINITY
                : known.computeIfAbsent(place, p -> median(rates.get(p), trial));
        int place = rates.size() / 2;
        while (true) {
            double here = score.applyAsDouble(place);
            if (Double.isInfinite(here) && place > 0) {
                place--;
                continue;
            }
            double below = score.applyAsDouble(place - 1);
            double above = score.applyAsDouble(place + 1);
            if (here <= below && here <= above) {
                return choice(place, here);
            }
            place += below <= above ? -1 : 1;
        }
    }

    private Choice choice(int place, double score) {
        return new Choice(rates.get(place), score, place == 0 || place == rates.size() - 1);
    }

    private double median(double rate, Trial trial) {
        return MedianAndRange.of(seeds.stream()
                        .map(seed -> worstIfNotANumber(trial.score(rate, seed)))
                        .toList())
                .median();
    }

    private static double worstIfNotANumber(double score) {
        return Double.isNaN(score) ? Double.POSITIVE_INFINITY : score;
    }
}
