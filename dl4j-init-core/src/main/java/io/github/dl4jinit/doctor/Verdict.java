package io.github.dl4jinit.doctor;

import java.util.Locale;

/** What a layer suffers from before its first update. */
public enum Verdict {
    /** No rule fires. */
    HEALTHY,
    /** The signal becomes too small on its way forward, or the gradient on its way back. */
    VANISHING,
    /** The signal or the gradient becomes too large, or is not finite. */
    EXPLODING,
    /** Units have the same output for all examples. */
    DEAD,
    /** Outputs lie at a bound of the activation function, where its slope is zero. */
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
