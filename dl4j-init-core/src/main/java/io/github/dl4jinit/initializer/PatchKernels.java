package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.linalg.SymmetricEigen;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Kernels that are learned from what they will see: with m the mean and V diag(s) V' the covariance of the patches, a patch x is whitened
 * to {@code y = diag(s)^(-1/2) V' (x - m)}, directions of no variance left out.
 */
final class PatchKernels {

    /** Directions with less than this part of the largest variance are rounding. */
    private static final double NO_VARIANCE = 1e-10;

    /** Lloyd's rounds; kernels need no more than a rough clustering. */
    private static final int ROUNDS = 10;

    /** [terms, rank], the direction of the largest variance first. */
    private final INDArray whitening;

    private final INDArray whitened;

    private PatchKernels(INDArray whitening, INDArray whitened) {
        this.whitening = whitening;
        this.whitened = whitened;
    }

    /** @param patches [count, terms], double, at least one */
    static PatchKernels of(INDArray patches) {
        INDArray deviations = patches.subRowVector(patches.mean(0));
        INDArray covariance = deviations.transpose().mmul(deviations).divi(patches.rows());
        SymmetricEigen eigen =
                SymmetricEigen.of(covariance.add(covariance.transpose()).muli(0.5));
        double[] values = eigen.values().toDoubleVector();
        int terms = values.length;
        int rank = 0;
        while (rank < terms && values[terms - 1 - rank] > NO_VARIANCE * values[terms - 1]) {
            rank++;
        }
        INDArray whitening = Nd4j.create(DataType.DOUBLE, terms, Math.max(1, rank));
        for (int i = 0; i < rank; i++) {
            whitening.putColumn(i, eigen.vectors().getColumn(terms - 1 - i).div(Math.sqrt(values[terms - 1 - i])));
        }
        return new PatchKernels(whitening, deviations.mmul(whitening));
    }

    /** Whether the patches differ at all. */
    boolean vary() {
        return whitening.amaxNumber().doubleValue() > 0;
    }

    int patches() {
        return whitened.rows();
    }

    /** {@return the principal directions, whitened; random directions of the whitened space when there are no more: [count, terms]} */
    INDArray principal(int count) {
        int rank = whitening.columns();
        INDArray kernels = Nd4j.create(DataType.DOUBLE, count, whitening.rows());
        for (int i = 0; i < Math.min(count, rank); i++) {
            kernels.putRow(i, whitening.getColumn(i));
        }
        for (int i = rank; i < count; i++) {
            INDArray direction = Nd4j.randn(DataType.DOUBLE, 1, rank);
            kernels.putRow(
                    i,
                    direction
                            .mmul(whitening.transpose())
                            .divi(direction.norm2Number())
                            .getRow(0));
        }
        return kernels;
    }

    /**
     * The centres of k-means among the whitened patches, each as the kernel whose response is its product with the patch.
     *
     * @param count at most as many as there are patches
     * @return [count, terms]
     */
    INDArray clusters(int count) {
        INDArray centres = whitened.getRows(Arrays.copyOf(Shuffle.permutation(patches()), count))
                .dup('c');
        for (int round = 0; round < ROUNDS; round++) {
            INDArray members = members(centres);
            INDArray sizes = members.sum(true, 0).transpose();
            INDArray sums = members.transpose().mmul(whitened);
            for (int i = 0; i < count; i++) {
                // A centre without members stays where it is.
                if (sizes.getDouble(i) > 0) {
                    centres.putRow(i, sums.getRow(i).div(sizes.getDouble(i)));
                }
            }
        }
        return centres.mmul(whitening.transpose());
    }

    /** [patches, count]: 1 for the nearest centre of each patch. */
    private INDArray members(INDArray centres) {
        // |y - c|^2 without |y|^2, which is the same for all centres.
        INDArray distances = whitened.mmul(centres.transpose())
                .muli(-2)
                .addiRowVector(centres.mul(centres).sum(1));
        INDArray nearest = Nd4j.argMin(distances, 1);
        INDArray members = Nd4j.zeros(DataType.DOUBLE, whitened.rows(), centres.rows());
        for (int i = 0; i < whitened.rows(); i++) {
            members.putScalar(i, nearest.getLong(i), 1);
        }
        return members;
    }
}
