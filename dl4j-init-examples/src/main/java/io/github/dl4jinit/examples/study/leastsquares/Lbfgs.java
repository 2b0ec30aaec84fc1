package io.github.dl4jinit.examples.study.leastsquares;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The L-BFGS method (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 7.5) with a line search for the weak Wolfe
 * conditions by bisection. The studies compare with it because Deeplearning4j's own takes the curvature from parameters and
 * gradients themselves where the method takes their differences.
 */
final class Lbfgs {

    private static final int MEMORY = 10;
    private static final double DECREASE = 1e-4;
    private static final double CURVATURE = 0.9;
    private static final int MOST_TRIALS = 30;

    /** A function and its gradient. */
    @FunctionalInterface
    interface Objective {
        Value at(INDArray point);
    }

    /** The function and its gradient somewhere; the gradient is the caller's to keep. */
    record Value(double loss, INDArray gradient) {}

    /** How far a step went, and how much the gradient changed by it. */
    private record Pair(INDArray step, INDArray change, double product) {}

    private final Objective objective;
    private final Deque<Pair> newestFirst = new ArrayDeque<>();
    private INDArray point;
    private Value value;

    Lbfgs(Objective objective, INDArray start) {
        this.objective = objective;
        point = start.dup();
        value = objective.at(point);
    }

    INDArray point() {
        return point;
    }

    /**
     * Searches along one direction.
     *
     * @return false if no step decreases the function, and nothing has changed
     */
    boolean step() {
        INDArray direction = direction();
        double slope = dot(value.gradient(), direction);
        if (!(slope < 0)) {
            return false; // The gradient is zero, or the differences are below rounding.
        }
        double shortest = 0;
        double longest = Double.POSITIVE_INFINITY;
        double length = newestFirst.isEmpty()
                ? Math.min(1, 1 / value.gradient().norm1Number().doubleValue())
                : 1;
        for (int trial = 0; trial < MOST_TRIALS; trial++) {
            INDArray next = point.add(direction.mul(length));
            Value there = objective.at(next);
            if (!(there.loss() <= value.loss() + DECREASE * length * slope)) {
                longest = length;
            } else if (dot(there.gradient(), direction) < CURVATURE * slope) {
                shortest = length;
            } else {
                move(next, there);
                return true;
            }
            length = longest == Double.POSITIVE_INFINITY ? 2 * shortest : (shortest + longest) / 2;
        }
        return false;
    }

    private void move(INDArray next, Value there) {
        INDArray step = next.sub(point);
        INDArray change = there.gradient().sub(value.gradient());
        newestFirst.addFirst(new Pair(step, change, dot(step, change)));
        if (newestFirst.size() > MEMORY) {
            newestFirst.removeLast();
        }
        point = next;
        value = there;
    }

    /** The two loops. */
    private INDArray direction() {
        INDArray direction = value.gradient().neg();
        double[] parts = new double[newestFirst.size()];
        int i = 0;
        for (Pair pair : newestFirst) {
            parts[i] = dot(pair.step(), direction) / pair.product();
            direction.subi(pair.change().mul(parts[i++]));
        }
        if (!newestFirst.isEmpty()) {
            Pair newest = newestFirst.getFirst();
            direction.muli(newest.product() / dot(newest.change(), newest.change()));
        }
        for (Iterator<Pair> oldestFirst = newestFirst.descendingIterator(); oldestFirst.hasNext(); ) {
            Pair pair = oldestFirst.next();
            direction.addi(pair.step().mul(parts[--i] - dot(pair.change(), direction) / pair.product()));
        }
        return direction;
    }

    private static double dot(INDArray a, INDArray b) {
        return a.mul(b).sumNumber().doubleValue();
    }
}
