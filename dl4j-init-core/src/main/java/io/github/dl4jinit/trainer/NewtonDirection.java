package io.github.dl4jinit.trainer;

import io.github.dl4jinit.internal.linalg.Cholesky;
import io.github.dl4jinit.internal.linalg.LinalgException;
import io.github.dl4jinit.trainer.SoftmaxProblem.Iterate;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the Newton system (H + damping I) D = gradient is solved.
 *
 * <p>Both ways throw if the system has no solution; the model is left as it was.
 */
sealed interface NewtonDirection {

    /** The direction D, to be subtracted, and Phi D. */
    record Direction(INDArray coefficients, INDArray logits) {}

    Direction solve(SoftmaxProblem problem, Iterate point, INDArray gradient);

    /**
     * Conjugate gradients on products with the Hessian. Their directions are applied to the basis anyway, so that Phi D costs
     * nothing more.
     */
    record ByConjugateGradients(int iterations, double tolerance, double damping) implements NewtonDirection {

        @Override
        public Direction solve(SoftmaxProblem problem, Iterate point, INDArray gradient) {
            INDArray solution = gradient.like();
            INDArray solutionLogits = point.logits().like();
            INDArray residual = gradient.dup('f');
            INDArray search = gradient.dup('f');
            double squared = dot(residual, residual);
            double bound = tolerance * tolerance * squared;
            for (int i = 0; i < iterations && squared > bound; i++) {
                INDArray searchLogits = problem.logits(search);
                INDArray image =
                        problem.hessianTimes(point, search, searchLogits).addi(search.mul(damping));
                double curvature = dot(search, image);
                if (!(curvature > 0)) {
                    break; // Only directions are left along which the loss is constant.
                }
                double step = squared / curvature;
                solution.addi(search.mul(step));
                solutionLogits.addi(searchLogits.muli(step));
                residual.subi(image.muli(step));
                double next = dot(residual, residual);
                search.muli(next / squared).addi(residual);
                squared = next;
            }
            return new Direction(solution, solutionLogits);
        }
    }

    /** The Hessian, stored and factorized. */
    record Dense(double damping) implements NewtonDirection {

        @Override
        public Direction solve(SoftmaxProblem problem, Iterate point, INDArray gradient) {
            INDArray hessian = problem.hessian(point);
            for (long i = 0; i < hessian.rows(); i++) {
                hessian.putScalar(i, i, hessian.getDouble(i, i) + damping);
            }
            INDArray solution;
            try {
                solution = Cholesky.of(hessian).solve(gradient.dup('f').reshape('f', gradient.length(), 1));
            } catch (LinalgException e) {
                throw new IllegalStateException(
                        "the Hessian of the output layer is singular to working precision with a damping of " + damping
                                + ": the functions of the basis are nearly collinear. Take more damping, or conjugate"
                                + " gradients",
                        e);
            }
            INDArray direction = solution.reshape('f', gradient.rows(), gradient.columns());
            return new Direction(direction, problem.logits(direction));
        }
    }

    static double dot(INDArray a, INDArray b) {
        return a.mul(b).sumNumber().doubleValue();
    }
}
