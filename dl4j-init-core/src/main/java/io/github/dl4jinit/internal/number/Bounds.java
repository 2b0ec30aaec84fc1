package io.github.dl4jinit.internal.number;

/** The bounds that settings must keep, each with one wording. Every method returns the value, so that it can be assigned. */
public final class Bounds {

    private Bounds() {}

    /**
     * A setting of any finite value.
     *
     * @param name of the setting, which begins the message
     * @param value what was given
     * @return the value
     * @throws IllegalArgumentException if it is infinite or NaN
     */
    public static double finite(String name, double value) {
        return require(Double.isFinite(value), name, "finite", value);
    }

    /**
     * A setting greater than zero.
     *
     * @param name of the setting, which begins the message
     * @param value what was given
     * @return the value
     * @throws IllegalArgumentException if it is zero, negative, infinite or NaN
     */
    public static double positive(String name, double value) {
        return require(value > 0 && Double.isFinite(value), name, "finite and > 0", value);
    }

    /**
     * A setting of zero or more.
     *
     * @param name of the setting, which begins the message
     * @param value what was given
     * @return the value
     * @throws IllegalArgumentException if it is negative, infinite or NaN
     */
    public static double notNegative(String name, double value) {
        return require(value >= 0 && Double.isFinite(value), name, "finite and >= 0", value);
    }

    /**
     * A setting strictly between 0 and 1.
     *
     * @param name of the setting, which begins the message
     * @param value what was given
     * @return the value
     * @throws IllegalArgumentException if it is not between 0 and 1
     */
    public static double between0And1(String name, double value) {
        return require(value > 0 && value < 1, name, "> 0 and < 1", value);
    }

    /**
     * A count with a lower bound.
     *
     * @param name of the setting, which begins the message
     * @param value what was given
     * @param bound the smallest value allowed
     * @return the value
     * @throws IllegalArgumentException if it is below the bound
     */
    public static int atLeast(String name, int value, int bound) {
        if (value < bound) {
            throw new IllegalArgumentException(name + " must be >= " + bound + ", got " + value);
        }
        return value;
    }

    private static double require(boolean kept, String name, String bound, double value) {
        if (!kept) {
            throw new IllegalArgumentException(name + " must be " + bound + ", got " + value);
        }
        return value;
    }
}
