package io.github.dl4jinit.trainer.pde;

import io.github.dl4jinit.internal.number.Bounds;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Points at which a linear condition holds for a network's output u: {@code u(x) = y}, or {@code v . grad u(x) = y}.
 *
 * <p>Together they are a linear differential equation of first order with its data: for {@code u_t + a u_x = f}, with inputs (x, t), the
 * direction is (a, 1); initial and boundary values are values.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class LinearRows {

    private final String name;
    private final INDArray points;
    private final @Nullable List<Double> direction;
    private final INDArray targets;
    private final double weight;

    /** Checks everything that needs no network. */
    private LinearRows(
            String name, INDArray points, @Nullable List<Double> direction, INDArray targets, double weight) {
        requireFinite(name, "points", points);
        requireFinite(name, "targets", targets);
        if (points.size(0) != targets.size(0)) {
            throw new IllegalArgumentException(name + ": each point needs a row of targets, got " + points.size(0)
                    + " points and " + targets.size(0) + " rows");
        }
        Bounds.positive(name + ": the weight", weight);
        if (direction != null) {
            requireDirection(name, direction, points.size(1));
        }
        this.name = name;
        this.points = points;
        this.direction = direction == null ? null : List.copyOf(direction);
        this.targets = targets;
        this.weight = weight;
    }

    private static void requireDirection(String name, List<Double> direction, long inputs) {
        if (direction.size() != inputs
                || !direction.stream().allMatch(Double::isFinite)
                || direction.stream().allMatch(v -> v == 0)) {
            throw new IllegalArgumentException(
                    name + ": the direction must have " + inputs + " finite numbers, not all 0, got " + direction);
        }
    }

    /**
     * Values: u(x) = y.
     *
     * @param name for messages, such as "initial"
     * @param points x, [n, inputs of the network]
     * @param targets y, [n, outputs of the network]
     * @param weight factor of the mean squared error of all these rows beside that of other rows, finite and > 0
     * @return the rows
     * @throws IllegalArgumentException if points or targets are not finite, or their numbers of rows differ
     */
    public static LinearRows values(String name, INDArray points, INDArray targets, double weight) {
        return new LinearRows(name, points, null, targets, weight);
    }

    /**
     * Derivatives along a direction: v . grad u(x) = y.
     *
     * @param name for messages, such as "residual"
     * @param points x, [n, inputs of the network]
     * @param direction v, one finite number per input, not all 0
     * @param targets y, [n, outputs of the network]
     * @param weight factor of the mean squared error of all these rows beside that of other rows, finite and > 0
     * @return the rows
     * @throws IllegalArgumentException if points or targets are not finite, or their numbers of rows differ
     */
    public static LinearRows derivatives(
            String name, INDArray points, List<Double> direction, INDArray targets, double weight) {
        return new LinearRows(name, points, direction, targets, weight);
    }

    private static void requireFinite(String name, String what, INDArray array) {
        if (array.rank() != 2 || array.isEmpty()) {
            throw new IllegalArgumentException(name + ": " + what
                    + " must be a matrix with a row for each point, got shape " + Arrays.toString(array.shape()));
        }
        if (!Double.isFinite(array.sumNumber().doubleValue())) {
            throw new IllegalArgumentException(name + ": " + what + " hold NaN or infinite values");
        }
    }

    String name() {
        return name;
    }

    INDArray points() {
        return points;
    }

    /** v; null for values of u itself. */
    double @Nullable [] direction() {
        return direction == null
                ? null
                : direction.stream().mapToDouble(Double::doubleValue).toArray();
    }

    INDArray targets() {
        return targets;
    }

    double weight() {
        return weight;
    }

    /** Whether these are rows of values of u, and not of its derivatives. */
    boolean areValues() {
        return direction == null;
    }
}
