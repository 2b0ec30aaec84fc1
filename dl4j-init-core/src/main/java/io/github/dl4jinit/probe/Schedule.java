package io.github.dl4jinit.probe;

import io.github.dl4jinit.internal.number.Bounds;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** At which iterations something is to be done; iteration i is the one before which i updates have been made. */
@FunctionalInterface
public interface Schedule {

    /**
     * Whether it is time.
     *
     * @param iteration updates made so far
     * @return true if it is
     */
    boolean fires(int iteration);

    /**
     * Iterations 0, n, 2n, ...
     *
     * @param n at least 1
     * @return the schedule
     */
    static Schedule every(int n) {
        Bounds.atLeast("n", n, 1);
        return iteration -> iteration % n == 0;
    }

    /**
     * These iterations and no others.
     *
     * @param iterations each at least 0
     * @return the schedule
     */
    static Schedule at(int... iterations) {
        Set<Integer> chosen = Arrays.stream(iterations).boxed().collect(Collectors.toUnmodifiableSet());
        chosen.forEach(i -> Bounds.atLeast("an iteration", i, 0));
        return chosen::contains;
    }

    /**
     * Iteration 0 and then equal ratios: the whole numbers nearest to 10^(k / perDecade), k = 0, 1, ...
     *
     * @param perDecade how many between 10^k and 10^(k+1), at least 1; where whole numbers are fewer, each of them
     * @return the schedule
     */
    static Schedule logarithmic(int perDecade) {
        Bounds.atLeast("perDecade", perDecade, 1);
        return iteration -> {
            if (iteration <= 1) {
                return iteration >= 0;
            }
            long nearest = Math.round(Math.log10(iteration) * perDecade);
            return Math.round(Math.pow(10, nearest / (double) perDecade)) == iteration;
        };
    }
}
