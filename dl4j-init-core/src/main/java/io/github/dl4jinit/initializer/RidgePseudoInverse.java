package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.linalg.SymmetricEigen;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The pseudo-inverse of a signal X, samples in rows, by the eigenvalues of X'X or of XX', whichever is smaller: the two have
 * the same, except for zeros.
 *
 * @param x X, [n, p]
 * @param vectors the eigenvectors in columns, [p, p], or [n, n] if n &lt; p
 * @param inverse 1 / (eigenvalue + ridge), or 0 for those that count as 0, in a column
 * @param rank how many do not
 */
record RidgePseudoInverse(INDArray x, INDArray vectors, INDArray inverse, int rank) {

    static RidgePseudoInverse of(INDArray x, Sinl settings) {
        INDArray gram = isWide(x) ? x.mmul(x.transpose()) : x.transpose().mmul(x);
        SymmetricEigen eigen = SymmetricEigen.of(gram.add(gram.transpose()).divi(2));
        double[] values = eigen.values().toDoubleVector();
        double cut = settings.rankCutoff() * values[values.length - 1];
        double ridge = settings.ridge() * Arrays.stream(values).sum() / x.columns();
        double[] inverse = Arrays.stream(values)
                .map(value -> value > cut ? 1 / (value + ridge) : 0)
                .toArray();
        int rank = (int) Arrays.stream(inverse).filter(weight -> weight > 0).count();
        return new RidgePseudoInverse(x, eigen.vectors(), Nd4j.createFromArray(inverse), rank);
    }

    private static boolean isWide(INDArray x) {
        return x.rows() < x.columns();
    }

    /** The B for which X B is nearest to Y: (X'X + ridge)^+ X'Y, which is X'(XX' + ridge)^+ Y. */
    INDArray solve(INDArray y) {
        if (isWide(x)) {
            return x.transpose().mmul(inverted(y));
        }
        return inverted(x.transpose().mmul(y));
    }

    private INDArray inverted(INDArray right) {
        INDArray coordinates = vectors.transpose().mmul(right);
        return vectors.mmul(coordinates.muliColumnVector(inverse));
    }

    /** Whether this is the pseudo-inverse of another signal, too. */
    boolean isOf(INDArray other) {
        return Arrays.equals(x.shape(), other.shape())
                && x.sub(other).amaxNumber().doubleValue() == 0;
    }
}
