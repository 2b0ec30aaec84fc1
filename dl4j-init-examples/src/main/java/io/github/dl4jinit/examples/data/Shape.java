package io.github.dl4jinit.examples.data;

import java.util.List;

/**
 * One polygon of a Shapeset image, in place.
 *
 * @param kind triangle, parallelogram or ellipse
 * @param grey 0 to 255
 * @param longSide s0, the scale along the base, in pixels
 * @param shortSide s1, the scale across it, at most s0
 * @param centre the translation
 * @param corners the corners, translated
 */
record Shape(ShapeKind kind, int grey, double longSide, double shortSide, Point centre, List<Point> corners) {
    private static final double OVERLAP_LIMIT = 0.5;

    /**
     * Whether this shape may hide too much of an earlier one, by the generator's own estimate from projections on the
     * line between the centres. The earlier centre is cut to whole pixels, as the original stores it.
     */
    boolean hides(Shape earlier) {
        double oldX = Math.floor(earlier.centre.x());
        double oldY = Math.floor(earlier.centre.y());
        double dx = centre.x() - oldX;
        double dy = centre.y() - oldY;
        double distance = Math.hypot(dx, dy);
        if (distance == 0) {
            return true;
        }
        double reach = reach(earlier.corners, oldX, oldY, dx / distance, dy / distance)
                + reach(corners, centre.x(), centre.y(), -dx / distance, -dy / distance);
        if (reach < distance) {
            return false;
        }
        double factor = 1 - Math.exp(-(reach - distance) * Math.log(2) / distance);
        return size() * factor / earlier.size() > OVERLAP_LIMIT;
    }

    private double size() {
        return longSide * shortSide * kind.areaRatio();
    }

    private static double reach(List<Point> corners, double x, double y, double directionX, double directionY) {
        double farthest = Double.NEGATIVE_INFINITY;
        for (Point corner : corners) {
            farthest = Math.max(farthest, (corner.x() - x) * directionX + (corner.y() - y) * directionY);
        }
        return farthest;
    }
}
