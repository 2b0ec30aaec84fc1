package io.github.dl4jinit.examples.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The peaks benchmark: points of the plane, and on which of five levels MATLAB's function {@code peaks} is there.
 *
 * <p>{@code z = 3 (1 - x)^2 exp(-x^2 - (y + 1)^2) - 10 (x / 5 - x^3 - y^5) exp(-x^2 - y^2) - exp(-(x + 1)^2 - y^2) / 3} on a grid of 256 x
 * 256 points over [-3, 3]^2; the levels have equal heights, and of each level equally many grid points are drawn with replacement.
 *
 * <p>Source: repository XtractOpen/Meganet.m, data/setupPeaks.m.
 */
public final class Peaks {

    private static final int GRID = 256;
    private static final int LEVELS = 5;

    private Peaks() {}

    /**
     * Draws points.
     *
     * @param count how many, a multiple of five
     * @param seed of the draw
     * @return coordinates [count, 2] and one-hot levels [count, 5], FLOAT, in random order
     */
    public static DataSet draw(int count, long seed) {
        if (count < LEVELS || count % LEVELS != 0) {
            throw new IllegalArgumentException("count must be a positive multiple of " + LEVELS + ", got " + count);
        }
        List<List<Integer>> levels = levels();
        Random random = new Random(seed);
        INDArray features = Nd4j.create(count, 2);
        INDArray labels = Nd4j.create(count, LEVELS);
        int[] order = shuffled(count, random);
        for (int i = 0; i < count; i++) {
            int level = i % LEVELS;
            List<Integer> points = levels.get(level);
            int point = points.get(random.nextInt(points.size()));
            features.putScalar(order[i], 0, coordinate(point % GRID));
            features.putScalar(order[i], 1, coordinate(point / GRID));
            labels.putScalar(order[i], level, 1);
        }
        return new DataSet(features, labels);
    }

    private static int[] shuffled(int count, Random random) {
        int[] order = IntStream.range(0, count).toArray();
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int moved = order[i];
            order[i] = order[j];
            order[j] = moved;
        }
        return order;
    }

    /** The numbers of the grid points of each level. */
    static List<List<Integer>> levels() {
        double[] heights = IntStream.range(0, GRID * GRID)
                .mapToDouble(i -> height(coordinate(i % GRID), coordinate(i / GRID)))
                .toArray();
        double lowest = IntStream.range(0, heights.length)
                .mapToDouble(i -> heights[i])
                .min()
                .orElseThrow();
        double highest = IntStream.range(0, heights.length)
                .mapToDouble(i -> heights[i])
                .max()
                .orElseThrow();
        List<List<Integer>> levels = new ArrayList<>();
        for (int level = 0; level < LEVELS; level++) {
            levels.add(new ArrayList<>());
        }
        for (int i = 0; i < heights.length; i++) {
            // A level holds its upper edge, and the first one the lowest point, too.
            int above = (int) Math.ceil((heights[i] - lowest) / (highest - lowest) * LEVELS);
            levels.get(Math.max(above, 1) - 1).add(i);
        }
        return levels;
    }

    private static double coordinate(int step) {
        return -3 + 6.0 * step / (GRID - 1);
    }

    private static double height(double x, double y) {
        return 3 * Math.pow(1 - x, 2) * Math.exp(-x * x - Math.pow(y + 1, 2))
                - 10 * (x / 5 - Math.pow(x, 3) - Math.pow(y, 5)) * Math.exp(-x * x - y * y)
                - Math.exp(-Math.pow(x + 1, 2) - y * y) / 3;
    }
}
