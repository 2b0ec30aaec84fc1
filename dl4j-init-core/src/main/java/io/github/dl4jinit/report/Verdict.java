package io.github.dl4jinit.report;

import java.util.Locale;

/** What a layer suffers from before its first update. */
public enum Verdict {
    /** No rule fires. */
    HEALTHY,
    /** The signal on its way up, or the gradient on its way down, becomes too small. */
    VANISHING,
    /** The same becomes too large, or is not finite. */
    EXPLODING,
    /** Units answer all examples alike. */
    DEAD,
    /** Outputs lie at a bound of the activation function, where its slope is none. */
    SATURATED,
    /** The examples, different at the input, have become alike, or lie on few lines. */
    RANK_COLLAPSED,
    /** The layer stretches some directions much more than others. */
    NOT_ISOMETRIC;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
