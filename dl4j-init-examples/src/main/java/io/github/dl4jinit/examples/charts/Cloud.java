package io.github.dl4jinit.examples.charts;

import java.util.List;

/**
 * Points in the plane under one name in the legend.
 *
 * @param name name in legend and tooltip
 * @param style index into the {@link Palette}
 * @param points the points: x, and the height {@code mid}
 */
public record Cloud(String name, int style, List<Point> points) {

    /** Copies the points. */
    public Cloud {
        if (style < 0) {
            throw new IllegalArgumentException("style must be >= 0, got " + style);
        }
        points = List.copyOf(points);
    }
}
