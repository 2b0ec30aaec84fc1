package io.github.dl4jinit.doctor;

import io.github.dl4jinit.scheme.WeightShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a layer's units have of their own, weights and bias or the gradients of these, unit by unit. Kernels of different channels see different inputs,
 * so that only units of one block can be alike.
 *
 * @param blocks for each block its matrices, a row for each unit
 */
record UnitWeights(List<List<INDArray>> blocks) {

    /** Numbers that stand for a row. */
    private static final int PROJECTIONS = 4;

    /** @param weights contiguous, in the order of the shape */
    static UnitWeights of(WeightShape shape, INDArray weights, @Nullable INDArray bias) {
        long channels = shape.isGrouped() ? shape.nIn() : 1;
        List<List<INDArray>> blocks = new ArrayList<>();
        IntStream.range(0, (int) channels).forEach(i -> blocks.add(new ArrayList<>()));
        for (long tap = 0; tap < shape.taps(); tap++) {
            List<INDArray> matrices = shape.tap(weights, tap);
            for (int i = 0; i < matrices.size(); i++) {
                blocks.get(i % blocks.size()).add(matrices.get(i));
            }
        }
        long parts = Math.max(channels, shape.gates());
        if (bias != null && bias.length() == shape.nOut() * parts) {
            INDArray each = bias.dup('c').reshape('c', parts, shape.nOut());
            for (int i = 0; i < parts; i++) {
                blocks.get(i % blocks.size()).add(each.getRow(i, true).transpose());
            }
        }
        return new UnitWeights(blocks);
    }

    private static int rows(List<INDArray> block) {
        return (int) block.get(0).size(0);
    }

    int units() {
        return blocks.stream().mapToInt(UnitWeights::rows).sum();
    }

    /** The groups of units whose numbers are equal to the bit; who has no double is in none. */
    List<List<Integer>> equal() {
        List<List<Integer>> groups = new ArrayList<>();
        int first = 0;
        for (List<INDArray> block : blocks) {
            int offset = first;
            // Least and greatest number leave few candidates, whose rows are then read.
            List<double[]> bounds = new ArrayList<>();
            block.forEach(matrix -> {
                bounds.add(matrix.max(1).toDoubleVector());
                bounds.add(matrix.min(1).toDoubleVector());
            });
            List<Integer> all = IntStream.range(0, rows(block)).boxed().toList();
            IntFunction<Object> extremes =
                    unit -> bounds.stream().map(values -> values[unit] + 0.0).toList();
            for (List<Integer> candidates : groupedBy(extremes, all)) {
                groupedBy(unit -> digest(block, unit), candidates)
                        .forEach(group ->
                                groups.add(group.stream().map(u -> u + offset).toList()));
            }
            first += rows(block);
        }
        return groups;
    }

    private static List<List<Integer>> groupedBy(IntFunction<Object> key, List<Integer> units) {
        Map<Object, List<Integer>> groups = new LinkedHashMap<>();
        units.forEach(unit -> groups.computeIfAbsent(key.apply(unit), any -> new ArrayList<>())
                .add(unit));
        return groups.values().stream().filter(group -> group.size() > 1).toList();
    }

    /** Two polynomial hashes of a row: 64 bits, so that a chance agreement is out of the question. */
    private static Object digest(List<INDArray> block, int unit) {
        long hash = 1;
        for (INDArray matrix : block) {
            for (double number : matrix.getRow(unit).dup().toDoubleVector()) {
                hash = 0x9E3779B97F4A7C15L * (hash ^ Double.doubleToLongBits(number + 0.0));
                hash ^= hash >>> 32;
            }
        }
        return hash;
    }

    /** A few random sums of each unit's numbers: equal for equal units, and for others by chance only. */
    double[][] projected() {
        double[][] sums = new double[units()][PROJECTIONS];
        int first = 0;
        for (List<INDArray> block : blocks) {
            for (INDArray matrix : block) {
                INDArray directions =
                        Nd4j.randn(DataType.DOUBLE, matrix.size(1), PROJECTIONS).castTo(matrix.dataType());
                double[][] part = matrix.dup('c').mmul(directions).toDoubleMatrix();
                for (int unit = 0; unit < part.length; unit++) {
                    double[] sum = sums[first + unit];
                    double[] added = part[unit];
                    Arrays.setAll(sum, i -> sum[i] + added[i]);
                }
            }
            first += rows(block);
        }
        return sums;
    }
}
