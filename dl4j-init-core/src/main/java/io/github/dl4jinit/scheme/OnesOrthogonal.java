package io.github.dl4jinit.scheme;

import io.github.dl4jinit.internal.linalg.Qr;
import io.github.dl4jinit.internal.number.Bounds;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Orthonormal weights without randomness that keep a positive signal positive: the direction in which all inputs are equal becomes the
 * one in which all outputs are.
 *
 * <p>{@code W = Q_m I Q_n'} for m outputs and n inputs: Q_n is the orthogonal factor of {@code J + epsilon I}, J the matrix of ones, with
 * the signs that make R's diagonal positive; I is the {@code m x n} identity. All singular values are 1. All rows have nearly
 * the same sum, and so do all columns. <b>For m = n it is the identity</b>, whatever epsilon is.
 *
 * <p>Dense: one matrix; each gate of an LSTM has its own; kernels have it at the centre tap; depthwise and element-wise weights pass on
 * each channel. Peepholes are 0. An embedding is refused, since most words would have nearly the same vector.
 *
 * <p>Use it for deep and narrow ReLU networks, which it keeps from dying ({@code initializer.DeepNarrow} sets the biases too). In wide
 * networks all units of a layer start nearly alike up to a rotation: random weights break that better.
 *
 * <p>Source: H. Lee, Y. Kim, S. Yang, H. Choi, "Improved weight initialization for deep and narrow feedforward neural network"
 * (Neural Networks 176, 2024, 106362; arXiv 2311.03733); the formula as a public implementation and a description of the paper have it.
 * Ours: the value of epsilon, which we have not found; the signs, which the formula leaves to the factorization (others turn the only
 * direction of a layer of width 1 round, and so kill it); and everything that is not dense.
 *
 * @param epsilon what makes the matrix of ones invertible, finite and greater than 0
 */
@API(status = API.Status.STABLE, since = "0.1")
public record OnesOrthogonal(@JsonProperty("epsilon") double epsilon) implements WeightScheme {

    private static final double DEFAULT_EPSILON = 0.1;

    /** Checks epsilon. */
    public OnesOrthogonal {
        Bounds.positive("epsilon", epsilon);
    }

    /** {@return the settings most networks want: epsilon 0.1, our choice} */
    public static OnesOrthogonal defaults() {
        return new OnesOrthogonal(DEFAULT_EPSILON);
    }

    @Override
    public void fill(WeightShape shape, INDArray weights) {
        Refusals.ofEmbedding("OnesOrthogonal", shape);
        weights.assign(0);
        shape.tap(weights, shape.centre()).forEach(this::fill);
    }

    private void fill(INDArray matrix) {
        int outputs = matrix.rows();
        int inputs = matrix.columns();
        if (outputs == inputs) {
            Dirac.identity(matrix, 1);
            return;
        }
        int rank = Math.min(outputs, inputs);
        matrix.assign(basis(outputs, rank).mmul(basis(inputs, rank).transpose()));
    }

    /** The first columns of Q_n, which depend on no later ones. */
    private INDArray basis(int n, int columns) {
        INDArray ones = Nd4j.ones(DataType.DOUBLE, n, columns);
        for (int i = 0; i < columns; i++) {
            ones.putScalar(i, i, 1 + epsilon);
        }
        Qr qr = Qr.of(ones);
        for (int i = 0; i < columns; i++) {
            if (qr.r().getDouble(i, i) < 0) {
                qr.q().get(NDArrayIndex.all(), NDArrayIndex.point(i)).negi();
            }
        }
        return qr.q();
    }
}
