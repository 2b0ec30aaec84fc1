package io.github.dl4jinit.trainer;

import io.github.dl4jinit.trainer.NewtonDirection.Direction;
import io.github.dl4jinit.trainer.SoftmaxProblem.Iterate;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Newton's method with Armijo's backtracking: D solves H D = g, the step length is the first of 1, rho, rho^2, ... with
 * {@code J(Theta - step D) <= J(Theta) - alpha step g'D}.
 *
 * @param steps most Newton steps
 * @param how solves the system
 * @param alpha the part of the predicted decrease that is required
 * @param rho the factor of each backtracking
 */
record BacktrackingNewton(int steps, NewtonDirection how, double alpha, double rho) {

    /** More backtracking than this means that the decrease is below rounding. */
    private static final int MOST_TRIALS = 60;

    /** Where it ended, and the step lengths on the way; a 0 at the end if the last search found no decrease. */
    record Descent(Iterate end, List<Double> steps) {}

    Descent descend(SoftmaxProblem problem, Iterate start) {
        Iterate point = start;
        List<Double> lengths = new ArrayList<>();
        while (lengths.size() < steps) {
            INDArray gradient = problem.gradient(point);
            Direction direction = how.solve(problem, point, gradient);
            double predicted = NewtonDirection.dot(gradient, direction.coefficients());
            if (!(predicted > Math.ulp(point.loss()))) {
                break; // It is less than a rounding error of the loss.
            }
            double length = 1;
            Iterate next = move(problem, point, direction, length);
            for (int trial = 1; next.loss() > point.loss() - alpha * length * predicted; trial++) {
                if (trial == MOST_TRIALS) {
                    lengths.add(0.0);
                    return new Descent(point, lengths);
                }
                length *= rho;
                next = move(problem, point, direction, length);
            }
            lengths.add(length);
            point = next;
        }
        return new Descent(point, lengths);
    }

    private static Iterate move(SoftmaxProblem problem, Iterate point, Direction direction, double length) {
        return problem.at(
                point.coefficients().sub(direction.coefficients().mul(length)),
                point.logits().sub(direction.logits().mul(length)));
    }
}
