package io.github.dl4jinit.ntk;

import java.util.Arrays;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How far a kernel has moved, and how well one fits labels.
 *
 * <p>Kernels are matrices of one shape, any precision; all sums are in double precision.
 *
 * <p>Source: W. Huang, W. Du, R. Y. D. Xu, "On the neural tangent kernel of deep networks with orthogonal initialization" (2021), for
 * the change of the kernel in training; N. Cristianini et al., "On kernel-target alignment" (2001), for the alignment.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class KernelDrift {

    private KernelDrift() {}

    /**
     * A kernel in the course of a training.
     *
     * @param iteration updates made, 0 at the start
     * @param change since the first kernel
     * @param alignment {@link KernelDrift#alignment} with the labels
     * @param spectrum its eigenvalues
     */
    public record Point(int iteration, Change change, double alignment, KernelSpectrum spectrum) {

        /**
         * Compares a kernel with the first one and with labels.
         *
         * @param iteration updates made
         * @param first K_0, [n, n]
         * @param now K, [n, n]
         * @param labels one-hot or real, [n, c]
         * @return the comparison
         * @throws IllegalArgumentException if the shapes do not fit, or something is zero or not finite
         */
        public static Point of(int iteration, INDArray first, INDArray now, INDArray labels) {
            return new Point(
                    iteration,
                    new Change(relativeChange(first, now), KernelDrift.distance(first, now)),
                    KernelDrift.alignment(now, labels),
                    KernelSpectrum.of(now));
        }
    }

    /**
     * The change since the first kernel.
     *
     * @param relative {@link KernelDrift#relativeChange}
     * @param distance {@link KernelDrift#distance}, of the shape alone
     */
    public record Change(double relative, double distance) {}

    /**
     * The change relative to the first kernel: |K - K_0| / |K_0|, Frobenius norms.
     *
     * @param first K_0
     * @param now K
     * @return 0 if nothing has moved
     * @throws IllegalArgumentException if the shapes differ, or the first kernel is zero or not finite
     */
    public static double relativeChange(INDArray first, INDArray now) {
        requireSameShape(first, now);
        double size = norm(first);
        if (!(size > 0) || Double.isInfinite(size)) {
            throw new IllegalArgumentException("the first kernel must be finite and not zero, its norm is " + size);
        }
        return norm(now.castTo(DataType.DOUBLE).sub(first.castTo(DataType.DOUBLE))) / size;
    }

    /**
     * The change of the kernel's shape, whatever its scale: 1 - (K, K_0) / (|K| |K_0|).
     *
     * @param first K_0
     * @param now K
     * @return between 0 (a multiple of the first) and 1 (nothing in common), for kernels without negative eigenvalues
     * @throws IllegalArgumentException if the shapes differ, or a kernel is zero or not finite
     */
    public static double distance(INDArray first, INDArray now) {
        return 1 - cosine(first, now);
    }

    /**
     * The alignment of a kernel with labels: the cosine between it and y y'.
     *
     * @param kernel [n, n]
     * @param labels one-hot or real, [n, c]; give them without their mean if the kernel is centred
     * @return between 0 and 1, 1 if the kernel is a multiple of y y'
     * @throws IllegalArgumentException if the shapes do not fit, or kernel or labels are zero or not finite
     */
    public static double alignment(INDArray kernel, INDArray labels) {
        if (labels.rank() != 2 || labels.size(0) != kernel.size(0)) {
            throw new IllegalArgumentException(
                    "labels must be [" + kernel.size(0) + ", classes], got shape " + Arrays.toString(labels.shape()));
        }
        INDArray y = labels.castTo(DataType.DOUBLE);
        return cosine(kernel, y.mmul(y.transpose()));
    }

    private static double cosine(INDArray a, INDArray b) {
        requireSameShape(a, b);
        double sizes = norm(a) * norm(b);
        if (!(sizes > 0) || Double.isInfinite(sizes)) {
            throw new IllegalArgumentException(
                    "kernels must be finite and not zero, the product of their norms is " + sizes);
        }
        double product = a.castTo(DataType.DOUBLE)
                .mul(b.castTo(DataType.DOUBLE))
                .sumNumber()
                .doubleValue();
        return product / sizes;
    }

    private static double norm(INDArray a) {
        return a.castTo(DataType.DOUBLE).norm2Number().doubleValue();
    }

    private static void requireSameShape(INDArray a, INDArray b) {
        if (!Arrays.equals(a.shape(), b.shape())) {
            throw new IllegalArgumentException("kernels must have one shape, got " + Arrays.toString(a.shape())
                    + " and " + Arrays.toString(b.shape()));
        }
    }
}
