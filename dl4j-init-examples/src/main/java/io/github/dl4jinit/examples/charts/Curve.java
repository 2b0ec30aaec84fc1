package io.github.dl4jinit.examples.charts;

import java.util.List;

/**
 * A line with a band round it, under one name in the legend.
 *
 * @param name name in legend and tooltip; curves of one name are switched on and off together on a page
 * @param style index into the {@link Palette}: the same style for the same thing in every chart of a page
 * @param points the points, from left to right
 */
public record Curve(String name, int style, List<Point> points) {

    /** Copies the points. */
    public Curve {
        if (style < 0) {
            throw new IllegalArgumentException("style must be >= 0, got " + style);
        }
        points = List.copyOf(points);
    }
}
