package io.github.dl4jinit.report;

/** How the initialization of one layer ended. */
public enum Outcome {
    /** The layer is as the initializer wants it. */
    CONVERGED,
    /** The initializer could not reach its aim; the note says why. */
    STALLED,
    /** The layer was not touched; the note says why. */
    SKIPPED
}
