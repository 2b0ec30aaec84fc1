package io.github.dl4jinit.ntk;

import io.github.dl4jinit.internal.linalg.SymmetricEigen;
import io.github.dl4jinit.internal.number.Precision;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The eigenvalues of a kernel: directions of large eigenvalues are learned fast, those of small ones slowly.
 *
 * <p>Below n epsilon times the largest, epsilon being that of the precision in which the kernel was computed, an eigenvalue is rounding
 * and cannot be told from zero.
 *
 * @param eigenvalues descending, as many as the kernel has rows; rounding may make the last ones slightly negative
 * @param precision the type of the kernel's numbers
 */
@API(status = API.Status.STABLE, since = "0.1")
public record KernelSpectrum(List<Double> eigenvalues, DataType precision) {
    /** A kernel is a Gram matrix: an eigenvalue further below zero, in parts of the largest, is an error and no rounding. */
    private static final double NEGATIVE = 1e-6;

    /** Makes the list immutable. */
    public KernelSpectrum {
        if (eigenvalues.isEmpty()) {
            throw new IllegalArgumentException("a kernel has at least one eigenvalue");
        }
        Precision.epsilon(precision);
        eigenvalues = List.copyOf(eigenvalues);
    }

    /**
     * The spectrum of a kernel.
     *
     * @param kernel symmetric, [n, n], of the type in which it was computed: a FLOAT kernel that was cast to DOUBLE has the rounding of
     *     FLOAT, which then passes for eigenvalues
     * @return its eigenvalues
     * @throws IllegalArgumentException if the kernel is not finite or not symmetric, or has an eigenvalue below -1e-6 of the largest, or
     *     below what the precision explains if that is more
     */
    public static KernelSpectrum of(INDArray kernel) {
        INDArray inDouble = kernel.castTo(DataType.DOUBLE);
        return of(
                SymmetricEigen.of(inDouble.add(inDouble.transpose()).muli(0.5)).values(), kernel.dataType());
    }

    /** @param ascending eigenvalues of a kernel */
    static KernelSpectrum of(INDArray ascending, DataType precision) {
        double[] values = ascending.toDoubleVector();
        Double[] descending = new Double[values.length];
        Arrays.setAll(descending, i -> values[values.length - 1 - i]);
        KernelSpectrum spectrum = new KernelSpectrum(List.of(descending), precision);
        spectrum.requireSemidefinite();
        return spectrum;
    }

    private void requireSemidefinite() {
        if (smallest() < -Math.max(NEGATIVE, rounding()) * Math.abs(largest())) {
            throw new IllegalArgumentException(
                    "a kernel has no negative eigenvalues, got " + smallest() + " with a largest of " + largest()
                            + ": compute it in double precision, or check that it is the kernel of one set of examples with itself");
        }
    }

    /** {@return the largest eigenvalue: at least 0 but for rounding} */
    public double largest() {
        return eigenvalues.get(0);
    }

    /** {@return the smallest eigenvalue: at least 0 but for rounding} */
    public double smallest() {
        return eigenvalues.get(eigenvalues.size() - 1);
    }

    /**
     * The condition number, the ratio of the slowest to the fastest time of learning.
     *
     * @return the largest over the smallest; infinity if the smallest cannot be told from zero
     */
    public double condition() {
        return isZero(smallest()) ? Double.POSITIVE_INFINITY : largest() / smallest();
    }

    /** {@return how many directions are learned at all: the number of eigenvalues that can be told from zero} */
    public int rank() {
        return (int) eigenvalues.stream().filter(lambda -> !isZero(lambda)).count();
    }

    /**
     * Over how many directions the kernel is spread: exp of the entropy of the eigenvalues as shares of their sum.
     *
     * <p>1 if one direction has everything, n if all have the same.
     *
     * <p>Source: O. Roy, M. Vetterli, "The effective rank" (2007), there of singular values.
     *
     * @return between 1 and n; 0 for a kernel that is zero
     */
    public double effectiveRank() {
        double sum =
                eigenvalues.stream().mapToDouble(lambda -> Math.max(0, lambda)).sum();
        if (sum == 0) {
            return 0;
        }
        double entropy = eigenvalues.stream()
                .mapToDouble(lambda -> Math.max(0, lambda) / sum)
                .filter(share -> share > 0)
                .map(share -> -share * Math.log(share))
                .sum();
        return Math.exp(entropy);
    }

    /** Whether an eigenvalue cannot be told from zero. */
    boolean isZero(double lambda) {
        return lambda <= rounding() * largest();
    }

    private double rounding() {
        return eigenvalues.size() * Precision.epsilon(precision);
    }
}
