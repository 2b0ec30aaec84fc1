package io.github.dl4jinit.doctor;

import java.util.Locale;

/** What to expect of training from here. */
public enum Prognosis {
    /** No rule fires. */
    GOOD,
    /** A rule fires with which some of the study's networks failed to train. */
    DOUBTFUL,
    /** A rule fires with which most of the study's networks failed to train, or a number is not finite. */
    BAD;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
