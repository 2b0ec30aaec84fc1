package io.github.dl4jinit.trainer;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Points at which a linear condition holds for a network's answer u: {@code u(x) = y}, or {@code v . grad u(x) = y}.
 *
 * <p>Together they are a linear differential equation of first order with its data: for {@code u_t + a u_x = f}, with inputs (x, t), the
 * direction is (a, 1); initial and boundary values are values.
 *
 * @param name for messages, such as "residual"
 * @param points [n, inputs of the network]
 * @param direction v, one number per input; null for values of u itself
 * @param targets y, [n, outputs of the network]
 * @param weight what the mean squared error of all these rows counts beside that of other rows, more than 0
 */
public record LinearRows(
        String name, INDArray points, @Nullable List<Double> direction, INDArray targets, double weight) {

    /** Checks everything that needs no network. */
    public LinearRows {
        direction = direction == null ? null : List.copyOf(direction);
        requireFinite(name, "points", points);
        requireFinite(name, "targets", targets);
        if (points.size(0) != targets.size(0)) {
            throw new IllegalArgumentException(name + ": each point needs a row of targets, got " + points.size(0)
                    + " points and " + targets.size(0) + " rows");
        }
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException(name + ": the weight must be finite and > 0, got " + weight);
        }
        if (direction != null) {
            boolean finite = direction.stream().allMatch(Double::isFinite);
            if (direction.size() != points.size(1)
                    || !finite
                    || direction.stream().allMatch(v -> v == 0)) {
                throw new IllegalArgumentException(name + ": the direction must have " + points.size(1)
                        + " finite numbers, not all 0, got " + direction);
            }
        }
    }

    /**
     * Values: u(x) = y.
     *
     * @param name for messages
     * @param points [n, inputs]
     * @param targets [n, outputs]
     * @param weight more than 0
     * @return the rows
     */
    public static LinearRows values(String name, INDArray points, INDArray targets, double weight) {
        return new LinearRows(name, points, null, targets, weight);
    }

    /**
     * Derivatives along a direction: v . grad u(x) = y.
     *
     * @param name for messages
     * @param points [n, inputs]
     * @param direction v
     * @param targets [n, outputs]
     * @param weight more than 0
     * @return the rows
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

    double @Nullable [] velocity() {
        return direction == null
                ? null
                : direction.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** What the output layer's bias is multiplied by. */
    double one() {
        return direction == null ? 1 : 0;
    }
}
