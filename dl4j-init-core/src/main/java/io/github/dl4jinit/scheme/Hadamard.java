package io.github.dl4jinit.scheme;

import io.github.dl4jinit.internal.number.Bounds;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * ZerO initialization: weights without any randomness, the identity where a layer gets no wider and a Hadamard matrix where it does.
 *
 * <p>For a matrix of m outputs and n inputs: {@code W = gain I} (partial) if {@code m <= n}; otherwise
 * {@code W = gain I_{m,M} (H / sqrt(M)) I_{M,n}} with {@code M} the smallest power of two not below m and {@code H} the Hadamard
 * matrix of Sylvester, {@code H_ij = (-1)^popcount(i & j)}. {@code W'W = gain^2 I} whenever m is a power of two. A convolution has
 * this matrix at the centre of its kernel and zeros elsewhere.
 *
 * <p>Every layer but an embedding, as {@link Dirac}: both look at {@link WeightShape#tap} of the centre.
 *
 * <p>Use it where runs must be the same without a seed, in networks with shortcuts or batch normalization. The plain identity in
 * every layer would keep the rank of what is learned below the width of the input; the Hadamard matrix lifts that bound.
 *
 * <p>Source: Zhao, Schaefer, Anandkumar 2021, ZerO initialization: initializing neural networks with only zeros and ones;
 * the factor {@code 1 / sqrt(M)} as in the authors' code. The paper also sets the last layer of each residual branch
 * to zero; that is not done here, because weights do not know where they stand.
 *
 * @param gain factor of the matrix, finite and greater than 0
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Hadamard(@JsonProperty("gain") double gain) implements WeightScheme {

    /** Checks the gain. */
    public Hadamard {
        Bounds.positive("gain", gain);
    }

    @Override
    public void fill(WeightShape shape, INDArray weights) {
        Refusals.ofEmbedding("Hadamard", shape);
        weights.assign(0);
        for (INDArray matrix : shape.tap(weights, shape.centre())) {
            if (matrix.rows() <= matrix.columns()) {
                Dirac.identity(matrix, gain);
            } else {
                hadamard(matrix);
            }
        }
    }

    private void hadamard(INDArray matrix) {
        int rows = matrix.rows();
        int powerOfTwo = rows == 1 ? 1 : Integer.highestOneBit(rows - 1) << 1;
        double entry = gain / Math.sqrt(powerOfTwo);
        double[] row = new double[matrix.columns()];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < row.length; j++) {
                row[j] = Integer.bitCount(i & j) % 2 == 0 ? entry : -entry;
            }
            matrix.getRow(i).assign(Nd4j.createFromArray(row));
        }
    }
}
