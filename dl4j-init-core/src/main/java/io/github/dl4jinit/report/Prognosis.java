package io.github.dl4jinit.report;

import java.util.Locale;

/** What is to be expected of training from here. */
public enum Prognosis {
    /** No rule fires. */
    GOOD,
    /** A rule fires with which a part of the networks of the study failed. */
    DOUBTFUL,
    /** A rule fires with which most networks of the study failed, or a number is not finite. */
    BAD;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
