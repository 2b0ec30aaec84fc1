package io.github.dl4jinit.trainer;

/** Refuses settings that make no sense. */
final class Settings {

    private Settings() {}

    static int atLeast(String name, int value, int bound) {
        if (value < bound) {
            throw new IllegalArgumentException(name + " must be >= " + bound + ", got " + value);
        }
        return value;
    }

    static double notNegative(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be finite and >= 0, got " + value);
        }
        return value;
    }

    static double between0And1(String name, double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be > 0 and < 1, got " + value);
        }
        return value;
    }

    static double cut(double rcond) {
        if (!(rcond >= 0 && rcond < 1)) {
            throw new IllegalArgumentException("rcond must be >= 0 and < 1, got " + rcond);
        }
        return rcond;
    }
}
