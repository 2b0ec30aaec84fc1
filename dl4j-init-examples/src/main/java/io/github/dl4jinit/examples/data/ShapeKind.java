package io.github.dl4jinit.examples.data;

import java.util.ArrayList;
import java.util.List;

/** The three kinds of shape of Shapeset-3x2. */
enum ShapeKind {
    TRIANGLE(3),
    PARALLELOGRAM(4),
    ELLIPSE(20);

    private final int corners;

    ShapeKind(int corners) {
        this.corners = corners;
    }

    int corners() {
        return corners;
    }

    /** The regular polygon of radius 1/2 round the origin; the side between its last and its first corner is level. */
    List<Point> regular() {
        List<Point> points = new ArrayList<>(corners);
        for (int t = 0; t < corners; t++) {
            double angle = 2 * Math.PI * ((double) t / corners + 1.0 / (2 * corners) + 0.25);
            points.add(new Point(0.5 * Math.cos(angle), 0.5 * Math.sin(angle)));
        }
        return points;
    }

    /** The share of its circumscribed circle that the regular polygon fills. */
    double areaRatio() {
        return corners * Math.sin(2 * Math.PI / corners) / (2 * Math.PI);
    }
}
