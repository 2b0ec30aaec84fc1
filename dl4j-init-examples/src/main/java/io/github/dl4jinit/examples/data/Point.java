package io.github.dl4jinit.examples.data;

/** A corner, in pixels: pixel (column c, row r) covers c to c + 1 and r to r + 1. */
record Point(double x, double y) {
    Point plus(double dx, double dy) {
        return new Point(x + dx, y + dy);
    }

    /** The row vector (x, y) times [[cos, sin], [-sin, cos]]. */
    Point rotated(double angle) {
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        return new Point(x * cos - y * sin, x * sin + y * cos);
    }

    Point scaled(double sx, double sy) {
        return new Point(x * sx, y * sy);
    }
}
