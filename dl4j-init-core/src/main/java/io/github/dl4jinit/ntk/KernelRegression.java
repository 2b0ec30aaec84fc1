package io.github.dl4jinit.ntk;

import io.github.dl4jinit.internal.linalg.SymmetricEigen;
import io.github.dl4jinit.internal.number.Precision;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The outputs of a network that full-batch gradient descent trains on a squared loss while its kernel stays as it is.
 *
 * <p>With s = learning rate times steps times the loss's factor, f_s(X) = y + exp(-s Theta) (f_0(X) - y) and
 * f_s(x) = f_0(x) + Theta(x, X) Theta^-1 (I - exp(-s Theta)) (y - f_0(X)): gradient flow, which small steps follow.
 *
 * <p>Theta is the kernel of the training examples X, [n, n], symmetric and positive semidefinite; f and y are [n, c], and each of
 * the c columns is fitted by itself. With a full kernel, [n c, n c], f and y are columns [n c, 1] in its order, row i c + output.
 * All computation is in double precision.
 *
 * <p>How far to trust it, {@link #spectrum} says: at large times an error of the kernel by epsilon of its precision becomes an error of
 * the predictions by up to condition times epsilon, relative to what has been learned. A nearly singular kernel wants DOUBLE: make a
 * network of data type DOUBLE from the configuration, give it the parameters, and take its kernel.
 *
 * <p>Use it to see what a wide network would learn, how fast, and with which learning rates. A network of ordinary width leaves its first
 * kernel while it learns; how far, {@link KernelDrift} measures.
 *
 * <p>Source: A. Jacot, F. Gabriel, C. Hongler, "Neural tangent kernel" (2018); J. Lee et al., "Wide neural networks of any depth evolve as
 * linear models" (2019), for the test predictions. Ours: directions whose eigenvalue cannot be told from zero (below n epsilon times
 * the largest, epsilon of the kernel's own precision) are not learned at all, where the formula has 0/0.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class KernelRegression {

    private final SymmetricEigen eigen;
    private final double[] eigenvalues;
    private final KernelSpectrum spectrum;

    /** y - f_0 in the kernel's eigenvectors. */
    private final INDArray residual;

    private final INDArray targets;
    private final Loss loss;

    private KernelRegression(
            SymmetricEigen eigen, KernelSpectrum spectrum, INDArray residual, INDArray targets, Loss loss) {
        this.eigen = eigen;
        this.spectrum = spectrum;
        this.eigenvalues = eigen.values().toDoubleVector();
        this.residual = residual;
        this.targets = targets;
        this.loss = loss;
    }

    /**
     * Sets up the training of a network with this kernel.
     *
     * @param kernel of the training examples, [n, n]
     * @param start the network's outputs before training, [n, c]
     * @param targets y, [n, c]
     * @param loss the loss that is trained
     * @return its predictions
     * @throws IllegalArgumentException if shapes do not fit, something is not finite, or the kernel is not symmetric or has an eigenvalue
     *     below -1e-6 of the largest
     */
    public static KernelRegression of(INDArray kernel, INDArray start, INDArray targets, Loss loss) {
        requireShape("start", start, kernel.size(0));
        requireShape("targets", targets, kernel.size(0));
        if (!Arrays.equals(start.shape(), targets.shape())) {
            throw new IllegalArgumentException("start and targets must have one shape, got "
                    + Arrays.toString(start.shape()) + " and " + Arrays.toString(targets.shape()));
        }
        INDArray kernelInDouble = kernel.castTo(DataType.DOUBLE);
        if (kernel.dataType() != DataType.DOUBLE) {
            // A kernel in single precision is symmetric up to its own rounding only.
            kernelInDouble = kernelInDouble.add(kernelInDouble.transpose()).muli(0.5);
        }
        SymmetricEigen eigen = SymmetricEigen.of(kernelInDouble);
        KernelSpectrum spectrum = KernelSpectrum.of(eigen.values(), kernel.dataType());
        INDArray goal = targets.castTo(DataType.DOUBLE);
        INDArray residual = eigen.vectors().transpose().mmul(goal.sub(start.castTo(DataType.DOUBLE)));
        return new KernelRegression(eigen, spectrum, residual, goal, loss);
    }

    private static void requireShape(String name, INDArray outputs, long rows) {
        if (outputs.rank() != 2 || outputs.size(0) != rows) {
            throw new IllegalArgumentException(name + " must be [" + rows + ", outputs] as the kernel has " + rows
                    + " rows, got shape " + Arrays.toString(outputs.shape()));
        }
    }

    /**
     * The kernel's eigenvalues: how many directions are learned ({@link KernelSpectrum#rank}), how slowly the slowest of them, and in
     * which precision.
     *
     * @return the spectrum, which decides what counts as zero here
     */
    public KernelSpectrum spectrum() {
        return spectrum;
    }

    /**
     * The largest error of the limit that rounding of the kernel explains, relative to what has been learned.
     *
     * @return epsilon of the kernel's precision times the largest eigenvalue over the smallest that is learned; near 1 the predictions at
     *     large times mean nothing; 0 for a kernel that is zero
     */
    public double relativeError() {
        double smallest = spectrum.eigenvalues().stream()
                .filter(lambda -> !spectrum.isZero(lambda))
                .reduce((before, last) -> last)
                .orElse(Double.POSITIVE_INFINITY);
        return Precision.epsilon(spectrum.precision()) * Math.max(0, spectrum.largest()) / smallest;
    }

    /** {@return the learning rate above which gradient descent diverges: 2 / (factor lambda_max); infinity if the kernel is zero} */
    public double largestStableLearningRate() {
        return 2 / (factor() * Math.max(0, eigenvalues[eigenvalues.length - 1]));
    }

    /**
     * The outputs for the training examples.
     *
     * @param time learning rate times number of steps, at least 0; infinity is the limit
     * @return [n, c]
     */
    public INDArray trainingOutputs(double time) {
        double s = flow(time);
        INDArray rest = residual.mulColumnVector(column(lambda -> lambda == 0 ? 1 : Math.exp(-s * lambda)));
        return targets.sub(eigen.vectors().mmul(rest));
    }

    /**
     * The outputs for other examples.
     *
     * @param kernel of these examples with the training examples, [m, n]
     * @param start the network's outputs for them before training, [m, c]
     * @param time learning rate times number of steps, at least 0; infinity is the limit
     * @return [m, c]
     */
    public INDArray predict(INDArray kernel, INDArray start, double time) {
        long n = eigenvalues.length;
        if (kernel.rank() != 2 || kernel.size(1) != n) {
            throw new IllegalArgumentException(
                    "the kernel must be [examples, " + n + "], got shape " + Arrays.toString(kernel.shape()));
        }
        requireShape("start", start, kernel.size(0));
        double s = flow(time);
        INDArray learned =
                residual.mulColumnVector(column(lambda -> lambda == 0 ? 0 : -Math.expm1(-s * lambda) / lambda));
        INDArray change = kernel.castTo(DataType.DOUBLE).mmul(eigen.vectors().mmul(learned));
        return change.addi(start.castTo(DataType.DOUBLE));
    }

    private double flow(double time) {
        if (!(time >= 0)) {
            throw new IllegalArgumentException("time must be at least 0, got " + time);
        }
        return time * factor();
    }

    private double factor() {
        return loss.factor(targets.size(0), targets.size(1));
    }

    /** A function of the eigenvalues; those that cannot be told from zero count as zero. */
    private INDArray column(DoubleUnaryOperator function) {
        double[] column = Arrays.stream(eigenvalues)
                .map(lambda -> function.applyAsDouble(spectrum.isZero(lambda) ? 0 : lambda))
                .toArray();
        return Nd4j.createFromArray(column).reshape(column.length, 1);
    }

    /**
     * How a squared loss is normalized, which decides what a learning rate means: its gradient with respect to the outputs is factor (f - y).
     */
    public enum Loss {
        /** Half the sum over examples and outputs, as in most papers on the kernel: factor 1. */
        HALF_SUM {
            @Override
            double factor(long examples, long outputs) {
                return 1;
            }
        },
        /** DL4J's {@code LossFunction.MSE}: mean over examples and outputs, factor 2 / (n c). */
        MSE {
            @Override
            double factor(long examples, long outputs) {
                return 2.0 / (examples * outputs);
            }
        },
        /** DL4J's {@code LossFunction.L2}: sum over outputs, mean over examples, factor 2 / n. */
        L2 {
            @Override
            double factor(long examples, long outputs) {
                return 2.0 / examples;
            }
        };

        abstract double factor(long examples, long outputs);
    }
}
