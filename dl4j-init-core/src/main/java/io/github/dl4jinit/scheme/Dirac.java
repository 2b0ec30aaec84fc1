package io.github.dl4jinit.scheme;

import io.github.dl4jinit.internal.number.Bounds;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A layer that passes its input on unchanged: the identity, as a matrix ({@code eye}) or as a convolution.
 *
 * <p>{@code W[i, i, centre] = gain}, zero elsewhere, for {@code i < min(nIn, nOut)}: inputs beyond the outputs are dropped, outputs
 * beyond the inputs start at zero. The centre is tap {@code (k - 1) / 2} of each axis, rounded down ({@link WeightShape#centre}).
 *
 * <p>Every layer but an embedding, where every word beyond the nOut-th would have the zero vector: dense, convolution, transposed
 * convolution; depthwise and element-wise weights pass each channel to its first output; each gate of an LSTM is an identity of its own;
 * peepholes are 0.
 *
 * <p>Use it for layers added to a trained network, for the recurrent weights of a ReLU {@code SimpleRnn}, and for residual or very
 * deep networks of equal width; not where all units of a layer start alike already, as after a constant input.
 *
 * <p>Source: Zagoruyko and Komodakis 2017, DiracNets; for recurrent weights Le, Jaitly, Hinton 2015, A simple way to initialize
 * recurrent networks of rectified linear units. The rectangular and grouped cases are our reading.
 *
 * @param gain the factor by which the signal is multiplied, finite and greater than 0
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Dirac(@JsonProperty("gain") double gain) implements WeightScheme {

    /** Checks the gain. */
    public Dirac {
        Bounds.positive("gain", gain);
    }

    @Override
    public void fill(WeightShape shape, INDArray weights) {
        Refusals.ofEmbedding("Dirac", shape);
        weights.assign(0);
        shape.tap(weights, shape.centre()).forEach(matrix -> identity(matrix, gain));
    }

    /** Writes {@code gain} on the diagonal of a matrix of zeros. */
    static void identity(INDArray matrix, double gain) {
        long diagonal = Math.min(matrix.rows(), matrix.columns());
        for (long i = 0; i < diagonal; i++) {
            matrix.putScalar(i, i, gain);
        }
    }
}
