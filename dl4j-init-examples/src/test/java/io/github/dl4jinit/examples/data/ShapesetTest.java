package io.github.dl4jinit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ShapesetTest {
    private static final int SIDE = 32;
    private static final List<Scene> SCENES =
            IntStream.range(0, 90_000).mapToObj(new Shapeset(1)::scene).toList();

    /**
     * 5 standard errors at 90,000 scenes are 0.0062 for a prior of 1/6, 0.0052 for 1/9 and 0.0038 for 1/18: the control,
     * nine equal classes, is 10 standard errors off at its nearest and must be refused. A image whose second shape was
     * given up counts as a single one; the next test says how rare that is.
     */
    @Test
    void classes_of90000Scenes_haveTheDerivedPriors() {
        double[] share = new double[9];
        for (Scene scene : SCENES) {
            share[scene.label()] += 1.0 / SCENES.size();
        }
        for (int label = 0; label < 9; label++) {
            double prior = label < 3 ? 1 / 6.0 : label < 6 ? 1 / 9.0 : 1 / 18.0;
            assertThat(share[label]).as("class %d", label).isCloseTo(prior, within(fiveErrors(prior)));
            if (label < 3 || label > 5) {
                assertThat(Math.abs(share[label] - 1 / 9.0))
                        .as("control %d", label)
                        .isGreaterThan(fiveErrors(1 / 9.0));
            }
        }
    }

    private static double fiveErrors(double prior) {
        return 5 * Math.sqrt(prior * (1 - prior) / SCENES.size());
    }

    /** The rejection effect: rejections are common, but giving a shape up (7 in 8 million) is too rare to move a prior. */
    @Test
    void rejections_happenOftenAndHardlyEverCostAShape() {
        long rejected = SCENES.stream().filter(scene -> scene.rejections() > 0).count();
        assertThat(rejected).isBetween(SCENES.size() / 10L, SCENES.size() / 3L);
        assertThat(SCENES).allMatch(scene -> scene.rejections() < 50);
        Scene givenUp = new Shapeset(1).scene(1_520_122);
        assertThat(givenUp.rejections()).isEqualTo(51);
        assertThat(givenUp.shapes()).hasSize(1);
        assertThat(givenUp.label()).isZero();
    }

    @Test
    void corners_ofEveryShape_keepAPixelOfMargin() {
        for (Scene scene : SCENES) {
            for (Shape shape : scene.shapes()) {
                for (Point corner : shape.corners()) {
                    assertThat(corner.x()).isBetween(1 - 1e-9, 31 + 1e-9);
                    assertThat(corner.y()).isBetween(1 - 1e-9, 31 + 1e-9);
                }
            }
        }
    }

    @Test
    void rim_ofEveryPicture_showsTheGround() {
        for (Scene scene : SCENES.subList(0, 5_000)) {
            int[] pixels = scene.paint(SIDE);
            for (int i = 0; i < SIDE; i++) {
                assertThat(pixels[i]).isEqualTo(scene.ground());
                assertThat(pixels[i * SIDE]).isEqualTo(scene.ground());
                assertThat(pixels[i * SIDE + SIDE - 1]).isEqualTo(scene.ground());
                assertThat(pixels[(SIDE - 1) * SIDE + i]).isEqualTo(scene.ground());
            }
        }
    }

    @Test
    void greys_ofShapesAndGround_coverTheirRangesAndNeverMeet() {
        boolean[] seen = new boolean[256];
        int brightGrounds = 0;
        for (Scene scene : SCENES) {
            boolean brightGround = scene.ground() >= 140;
            brightGrounds += brightGround ? 1 : 0;
            seen[scene.ground()] = true;
            for (Shape shape : scene.shapes()) {
                seen[shape.grey()] = true;
                assertThat(shape.grey()).isBetween(brightGround ? 0 : 140, brightGround ? 114 : 255);
            }
        }
        for (int grey = 0; grey < 256; grey++) {
            assertThat(seen[grey]).as("grey %d", grey).isEqualTo(grey <= 114 || grey >= 140);
        }
        assertThat(brightGrounds / (double) SCENES.size()).isCloseTo(0.5, within(fiveErrors(0.5)));
    }

    /**
     * The overlap rule, worked out anew from corners alone: sizes by the shoelace formula instead of scales, the centre
     * as the mean of the corners. As a control, the same check on two shapes of different scenes must find offenders.
     */
    @Test
    void overlap_ofEveryPair_isWithinTheRule() {
        int offenders = 0;
        int pairs = 0;
        Shape stranger = SCENES.get(0).shapes().get(0);
        for (Scene scene : SCENES) {
            if (scene.shapes().size() == 2) {
                pairs++;
                assertThat(estimatedOverlap(
                                scene.shapes().get(0), scene.shapes().get(1)))
                        .isLessThanOrEqualTo(0.5 + 1e-9);
                offenders += estimatedOverlap(stranger, scene.shapes().get(1)) > 0.5 ? 1 : 0;
                stranger = scene.shapes().get(0);
            }
        }
        assertThat(offenders).isGreaterThan(pairs / 20);
    }

    private static double estimatedOverlap(Shape below, Shape above) {
        Point exact = mean(below.corners());
        double[] from = {(int) (exact.x() + 1e-9), (int) (exact.y() + 1e-9)};
        Point to = mean(above.corners());
        double[] v = {to.x() - from[0], to.y() - from[1]};
        double d = Math.sqrt(v[0] * v[0] + v[1] * v[1]);
        double p = below.corners().stream()
                        .mapToDouble(c -> ((c.x() - from[0]) * v[0] + (c.y() - from[1]) * v[1]) / d)
                        .max()
                        .orElseThrow()
                - above.corners().stream()
                        .mapToDouble(c -> ((c.x() - to.x()) * v[0] + (c.y() - to.y()) * v[1]) / d)
                        .min()
                        .orElseThrow();
        return p < d ? 0 : (1 - Math.pow(2, (d - p) / d)) * shoelace(above.corners()) / shoelace(below.corners());
    }

    private static Point mean(List<Point> corners) {
        return new Point(
                corners.stream().mapToDouble(Point::x).average().orElseThrow(),
                corners.stream().mapToDouble(Point::y).average().orElseThrow());
    }

    private static double shoelace(List<Point> corners) {
        double twice = 0;
        for (int i = 0; i < corners.size(); i++) {
            Point a = corners.get(i);
            Point b = corners.get((i + 1) % corners.size());
            twice += a.x() * b.y() - b.x() * a.y();
        }
        return twice / 2;
    }

    @Test
    void polygons_areConvexAndHaveTheAreaOfTheirScales() {
        for (Scene scene : SCENES.subList(0, 20_000)) {
            for (Shape shape : scene.shapes()) {
                List<Point> corners = shape.corners();
                int n = corners.size();
                for (int i = 0; i < n; i++) {
                    Point a = corners.get(i);
                    Point b = corners.get((i + 1) % n);
                    Point c = corners.get((i + 2) % n);
                    double turn = (b.x() - a.x()) * (c.y() - b.y()) - (b.y() - a.y()) * (c.x() - b.x());
                    assertThat(turn).as("corner %d of %s", i, shape).isPositive();
                }
                double regularArea = n / 8.0 * Math.sin(2 * Math.PI / n);
                assertThat(shoelace(corners))
                        .isCloseTo(shape.longSide() * shape.shortSide() * regularArea, within(1e-9));
            }
        }
    }

    /**
     * With a place uniform over the pixel grid, the number of pixel centres inside a polygon has its area as its mean, so
     * the mean difference is 0 within 5 standard errors (0.04 pixels of about 100). Control: a rule that also paints the
     * pixels that the outline touches must be refused.
     */
    @Test
    void pixels_ofSingleShapes_countTheAreaWithoutBias() {
        List<Double> errors = new ArrayList<>();
        double touched = 0;
        for (Scene scene : SCENES) {
            if (scene.shapes().size() == 1) {
                List<Point> corners = scene.shapes().get(0).corners();
                long painted = IntStream.of(scene.paint(SIDE))
                        .filter(pixel -> pixel != scene.ground())
                        .count();
                double error = painted - shoelace(corners);
                assertThat(Math.abs(error)).isLessThan(perimeter(corners));
                errors.add(error);
                touched += perimeter(corners) / 2;
            }
        }
        double mean = errors.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        double variance = errors.stream()
                .mapToDouble(e -> (e - mean) * (e - mean))
                .average()
                .orElseThrow();
        double fiveErrors = 5 * Math.sqrt(variance / errors.size());
        assertThat(mean).isCloseTo(0, within(fiveErrors));
        assertThat(touched / errors.size()).isGreaterThan(fiveErrors);
    }

    private static double perimeter(List<Point> corners) {
        double length = 0;
        for (int i = 0; i < corners.size(); i++) {
            Point a = corners.get(i);
            Point b = corners.get((i + 1) % corners.size());
            length += Math.hypot(b.x() - a.x(), b.y() - a.y());
        }
        return length;
    }

    /** The fill against a second route: a pixel is painted exactly if its centre is left of every edge. */
    @Test
    void fill_ofEveryPixel_agreesWithTheHalfPlaneTest() {
        for (Scene scene : SCENES.subList(0, 2_000)) {
            List<Point> corners = scene.shapes().get(0).corners();
            int[] pixels = new int[SIDE * SIDE];
            Scene.fill(pixels, SIDE, corners, 1);
            int[] expected = new int[pixels.length];
            for (int i = 0; i < pixels.length; i++) {
                int row = i / SIDE;
                double x = i % SIDE + 0.5;
                double y = row + 0.5;
                boolean inside = true;
                for (int k = 0; k < corners.size(); k++) {
                    Point a = corners.get(k);
                    Point b = corners.get((k + 1) % corners.size());
                    inside &= (b.x() - a.x()) * (y - a.y()) - (b.y() - a.y()) * (x - a.x()) > 0;
                }
                expected[i] = inside ? 1 : 0;
            }
            assertThat(pixels).isEqualTo(expected);
        }
    }

    @Test
    void deformedBase_forEveryTurnBefore_isLevel() {
        for (ShapeKind kind : ShapeKind.values()) {
            for (int drawn = 0; drawn < 255 / kind.corners(); drawn++) {
                int before = SceneGenerator.turnBefore(drawn, kind.corners());
                List<Point> corners = SceneGenerator.deformed(kind, before, 21.5, 7.25);
                Point first = corners.get(0);
                Point last = corners.get(corners.size() - 1);
                assertThat(first.y()).isCloseTo(last.y(), within(1e-12));
                assertThat(Math.abs(first.x() - last.x())).isGreaterThan(0.1);
            }
        }
    }

    /** By hand from the description: 255/3 = 85 indices, those above 254/6 = 42 become 171 + index, at most 254. */
    @Test
    void turnBefore_ofTriangles_isBetweenPlusAndMinusAThirdOfAHalfTurn() {
        assertThat(IntStream.of(0, 42, 43, 82, 83, 84).map(i -> SceneGenerator.turnBefore(i, 3)))
                .containsExactly(0, 42, 214, 253, 254, 254);
        assertThat(IntStream.of(0, 31, 32, 62).map(i -> SceneGenerator.turnBefore(i, 4)))
                .containsExactly(0, 31, 224, 254);
        assertThat(IntStream.of(0, 6, 7, 11).map(i -> SceneGenerator.turnBefore(i, 20)))
                .containsExactly(0, 6, 250, 254);
    }

    @Test
    void pictures_ofTheSameSeed_areTheSameBits() {
        INDArray once = new Shapeset(7).images(0, 100).getFeatures();
        assertThat(new Shapeset(7).images(0, 100).getFeatures()).isEqualTo(once);
        assertThat(new Shapeset(8).images(0, 100).getFeatures()).isNotEqualTo(once);
        assertThat(new Shapeset(7).images(40, 1).getFeatures().getRow(0)).isEqualTo(once.getRow(40));
    }

    @Test
    void pictures_ofAStretch_holdTheirScenes() {
        Shapeset shapeset = new Shapeset(3);
        DataSet part = shapeset.images(10, 20);
        assertThat(part.getFeatures().shape()).containsExactly(20, SIDE * SIDE);
        assertThat(part.getLabels().shape()).containsExactly(20, 9);
        for (int i = 0; i < 20; i++) {
            Scene scene = shapeset.scene(10 + i);
            int[] pixels = scene.paint(SIDE);
            assertThat(part.getLabels().getRow(i).argMax().getInt(0)).isEqualTo(scene.label());
            assertThat(part.getLabels().getRow(i).sumNumber().doubleValue()).isEqualTo(1);
            for (int p = 0; p < pixels.length; p++) {
                assertThat(part.getFeatures().getDouble(i, p)).isCloseTo(pixels[p] / 255.0 * 2 - 1, within(1e-6));
            }
        }
    }

    @Test
    void iterator_overTwoEpochs_givesTheStreamOnce() {
        DataSetIterator iterator = new Shapeset(5).iterator(10, 3);
        List<DataSet> batches = new ArrayList<>();
        for (int epoch = 0; epoch < 2; epoch++) {
            while (iterator.hasNext()) {
                batches.add(iterator.next());
            }
            assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
            iterator.reset();
        }
        assertThat(batches).hasSize(6);
        assertThat(DataSet.merge(batches).getFeatures())
                .isEqualTo(new Shapeset(5).images(0, 60).getFeatures());
    }

    @Test
    void iterator_throughJavaSerialization_goesOnWhereItWas() throws IOException, ClassNotFoundException {
        DataSetIterator iterator = new Shapeset(5).iterator(10, 3);
        iterator.next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(iterator);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            DataSetIterator copy = (DataSetIterator) in.readObject();
            assertThat(copy.next().getFeatures()).isEqualTo(iterator.next().getFeatures());
        }
    }

    @Test
    void sample_isStandardizedByItsTrainingPartAlone() throws IOException {
        LabelledData data = new Shapeset(11).sample(640, 100, 200);
        assertThat(data.train().numExamples()).isEqualTo(640);
        assertThat(data.validation().numExamples()).isEqualTo(100);
        assertThat(data.test().numExamples()).isEqualTo(200);
        assertThat(data.inputs()).isEqualTo(1024);
        assertThat(data.classes()).isEqualTo(9);
        INDArray raw = new Shapeset(11).images(0, 940).getFeatures().castTo(DataType.DOUBLE);
        double[] training = raw.get(NDArrayIndex.interval(0, 640)).dup().data().asDouble();
        double mean = 0;
        for (double value : training) {
            mean += value / training.length;
        }
        double variance = 0;
        for (double value : training) {
            variance += (value - mean) * (value - mean) / training.length;
        }
        assertThat(data.test().getFeatures().getDouble(17, 500))
                .isCloseTo((raw.getDouble(757, 500) - mean) / Math.sqrt(variance), within(1e-5));

        Path sheet = Path.of("target", "shapeset.png");
        ContactSheet.write(new Shapeset(11).images(0, 64).getFeatures(), new ImageShape(1, SIDE, SIDE), sheet);
        assertThat(Files.size(sheet)).isPositive();
    }

    @Test
    void arguments_belowOne_areRefused() {
        assertThatThrownBy(() -> new Shapeset(1).iterator(0, 5)).hasMessageContaining("at least 1 image");
        assertThatThrownBy(() -> new Shapeset(1).sample(10, 0, 10)).hasMessageContaining("got 0 from 10");
    }
}
