package io.github.dl4jinit.examples.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws the scenes of Shapeset-3x2; {@link Shapeset} has the description. */
final class SceneGenerator {
    static final int SIDE = 32;

    private static final int DARK_MIN = 0;
    private static final int DARK_MAX = 114;
    private static final int BRIGHT_MIN = 140;
    private static final int BRIGHT_MAX = 255;
    private static final double SCALE_MIN = 0.2;
    private static final double SCALE_MAX = 0.8;
    private static final int TURN_STEPS = 255;
    private static final int REJECTION_LIMIT = 50;

    private static final List<ShapeKind> KINDS = List.of(ShapeKind.values());

    private final SplittableRandom random;

    private SceneGenerator(SplittableRandom random) {
        this.random = random;
    }

    static Scene draw(SplittableRandom random) {
        return new SceneGenerator(random).scene();
    }

    private Scene scene() {
        boolean bright = random.nextBoolean();
        int count = 1 + random.nextInt(2);
        int ground = grey(!bright);
        List<Shape> shapes = new ArrayList<>(count);
        int rejections = 0;
        while (shapes.size() < count) {
            Draft draft = new Draft(bright);
            Shape shape = draft.place();
            // Past the limit the next shape goes untested, and is then dropped with the rest of the image's quota.
            while (rejections <= REJECTION_LIMIT && hidesAny(shape, shapes)) {
                rejections++;
                shape = draft.place();
            }
            if (rejections >= REJECTION_LIMIT) {
                break;
            }
            shapes.add(shape);
        }
        return new Scene(ground, List.copyOf(shapes), rejections);
    }

    private static boolean hidesAny(Shape shape, List<Shape> earlier) {
        for (Shape other : earlier) {
            if (shape.hides(other)) {
                return true;
            }
        }
        return false;
    }

    private int grey(boolean bright) {
        return bright ? random.nextInt(BRIGHT_MIN, BRIGHT_MAX + 1) : random.nextInt(DARK_MIN, DARK_MAX + 1);
    }

    /** What a rejection leaves alone: kind, grey and the two rotations. */
    private final class Draft {
        private final ShapeKind kind = KINDS.get(random.nextInt(KINDS.size()));
        private final int grey;
        private final int before;
        private final double after;

        Draft(boolean bright) {
            grey = grey(bright);
            before = turnBefore(random.nextInt(TURN_STEPS / kind.corners()), kind.corners());
            after = angle(random.nextInt(TURN_STEPS - 1));
        }

        /** Scale and translation, drawn anew at each call. */
        Shape place() {
            double first = random.nextDouble(SCALE_MIN, SCALE_MAX) * SIDE;
            double second = random.nextDouble(SCALE_MIN, SCALE_MAX) * SIDE;
            double s0 = Math.max(first, second);
            double s1 = Math.min(first, second);
            List<Point> corners = new ArrayList<>(kind.corners());
            for (Point corner : deformed(kind, before, s0, s1)) {
                corners.add(corner.rotated(after));
            }
            double x = translation(
                    corners.stream().mapToDouble(Point::x).min().orElseThrow(),
                    corners.stream().mapToDouble(Point::x).max().orElseThrow());
            double y = translation(
                    corners.stream().mapToDouble(Point::y).min().orElseThrow(),
                    corners.stream().mapToDouble(Point::y).max().orElseThrow());
            corners.replaceAll(corner -> corner.plus(x, y));
            return new Shape(kind, grey, s0, s1, new Point(x, y), List.copyOf(corners));
        }

        private double translation(double min, double max) {
            double low = Math.max(0, (1 - min) / SIDE);
            double high = Math.min(1, 1 - (max + 1) / SIDE);
            return random.nextDouble(low, high) * SIDE;
        }
    }

    /** The regular polygon turned, stretched, and turned back until its base is level again. */
    static List<Point> deformed(ShapeKind kind, int before, double s0, double s1) {
        double turn = angle(before);
        double back = before == 0 ? 0 : -Math.atan(s1 / s0 * Math.tan(turn));
        List<Point> corners = new ArrayList<>(kind.corners());
        for (Point corner : kind.regular()) {
            corners.add(corner.rotated(turn).scaled(s0, s1).rotated(back));
        }
        return corners;
    }

    /** The upper half of the indices stands for turns to the other side, so that a turn is about +-pi/corners. */
    static int turnBefore(int drawn, int corners) {
        int last = TURN_STEPS - 1;
        return drawn > last / (2 * corners) ? Math.min(TURN_STEPS - last / corners + drawn, last) : drawn;
    }

    private static double angle(int index) {
        return index * 2 * Math.PI / TURN_STEPS;
    }
}
