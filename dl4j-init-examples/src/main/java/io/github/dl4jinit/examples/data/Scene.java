package io.github.dl4jinit.examples.data;

import static io.github.dl4jinit.examples.data.ShapeKind.ELLIPSE;
import static io.github.dl4jinit.examples.data.ShapeKind.PARALLELOGRAM;
import static io.github.dl4jinit.examples.data.ShapeKind.TRIANGLE;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a Shapeset image shows, before it is painted.
 *
 * @param ground the grey of the ground, 0 to 255
 * @param shapes one or two, later over earlier
 * @param rejections how often a shape was thrown away because it hid an earlier one
 */
record Scene(int ground, List<Shape> shapes, int rejections) {
    /** The classes: which kinds of shape a image shows, whichever is in front. */
    static final List<List<ShapeKind>> CLASSES = List.of(
            List.of(TRIANGLE),
            List.of(PARALLELOGRAM),
            List.of(ELLIPSE),
            List.of(TRIANGLE, PARALLELOGRAM),
            List.of(PARALLELOGRAM, ELLIPSE),
            List.of(TRIANGLE, ELLIPSE),
            List.of(TRIANGLE, TRIANGLE),
            List.of(PARALLELOGRAM, PARALLELOGRAM),
            List.of(ELLIPSE, ELLIPSE));

    /** A name for each class, such as {@code triangle+ellipse}. */
    static final List<String> CLASS_NAMES = CLASSES.stream()
            .map(kinds -> kinds.stream()
                    .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining("+")))
            .toList();

    /** The number of the class. */
    int label() {
        return CLASSES.indexOf(shapes.stream().map(Shape::kind).sorted().toList());
    }

    /** The greys, 0 to 255, row by row. */
    int[] paint(int side) {
        int[] pixels = new int[side * side];
        Arrays.fill(pixels, ground);
        for (Shape shape : shapes) {
            fill(pixels, side, shape.corners(), shape.grey());
        }
        return pixels;
    }

    /**
     * Paints a convex polygon: each pixel whose centre lies inside (left edge in, right edge out). On a convex polygon a
     * row of pixel centres meets the outline at most twice, so that its smallest and largest crossing are the run.
     */
    static void fill(int[] pixels, int side, List<Point> corners, int grey) {
        double top = Double.POSITIVE_INFINITY;
        double bottom = Double.NEGATIVE_INFINITY;
        for (Point corner : corners) {
            top = Math.min(top, corner.y());
            bottom = Math.max(bottom, corner.y());
        }
        int lastRow = Math.min(side - 1, (int) Math.floor(bottom));
        for (int row = Math.max(0, (int) Math.floor(top)); row <= lastRow; row++) {
            double y = row + 0.5;
            double left = Double.POSITIVE_INFINITY;
            double right = Double.NEGATIVE_INFINITY;
            Point from = corners.get(corners.size() - 1);
            for (Point to : corners) {
                if ((from.y() <= y) != (to.y() <= y)) {
                    double x = from.x() + (y - from.y()) / (to.y() - from.y()) * (to.x() - from.x());
                    left = Math.min(left, x);
                    right = Math.max(right, x);
                }
                from = to;
            }
            if (left < right) {
                int begin = Math.max(0, (int) Math.ceil(left - 0.5));
                int end = Math.min(side, (int) Math.ceil(right - 0.5));
                if (begin < end) {
                    Arrays.fill(pixels, row * side + begin, row * side + end, grey);
                }
            }
        }
    }
}
