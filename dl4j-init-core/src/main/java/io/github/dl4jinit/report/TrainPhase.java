package io.github.dl4jinit.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One phase of a training that alternates between solving for the output layer and moving the hidden layers.
 *
 * @param kind what was done
 * @param epoch epochs of the network finished before it
 * @param iteration updates that the network had made after it
 * @param loss the function that the solves minimize, after the phase: behind a solve, on the examples that it solved for;
 *     behind updates, on the examples of the next solve, or of the last one if none follows
 * @param rank numerical rank of the basis that was solved for, or null if it was not measured
 * @param condition largest singular value of the basis over the smallest that counts, or null
 * @param steps step lengths that the line search took, one per Newton step; 0 for one that it refused; empty if there was
 *     no line search
 * @param seconds wall time
 */
public record TrainPhase(
        Kind kind,
        int epoch,
        int iteration,
        double loss,
        @Nullable Integer rank,
        @Nullable Double condition,
        List<Double> steps,
        double seconds) {

    /** What a phase does. */
    public enum Kind {
        /** The output layer is solved for, the hidden layers are kept. */
        SOLVE,
        /** The network's own updater moves the hidden layers, the output layer is kept. */
        UPDATES
    }

    /** Makes the list immutable. */
    public TrainPhase {
        steps = List.copyOf(steps);
    }
}
