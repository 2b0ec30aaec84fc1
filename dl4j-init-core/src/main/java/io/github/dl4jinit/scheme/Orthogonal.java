package io.github.dl4jinit.scheme;

import io.github.dl4jinit.linalg.Haar;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Orthogonal weights, uniformly distributed over all orthogonal matrices (Haar measure).
 *
 * <p>Each of the weight's {@linkplain WeightShape#matrices matrices} is {@code gain Q}, with {@code Q'Q = I} if it has at least
 * as many outputs as inputs, and {@code QQ' = I} if it has fewer. The variance of one weight is {@code gain^2 / max(rows,
 * columns)}.
 *
 * <p>Dense {@code [nIn, nOut]}: one matrix. LSTM: one a gate; peepholes are 0. Convolution: the kernel flattened to
 * {@code [nOut, nIn taps]}. Transposed convolution: {@code [nOut taps, nIn]}, so that with a stride equal to the kernel it keeps
 * the norm exactly. Depthwise: one {@code [multiplier, taps]} a channel. Element-wise: random signs. FLOAT and DOUBLE only.
 *
 * <p>Use it for deep networks of tanh-like activations, for recurrent weights, and as the start of LSUV; with ReLU take the gain
 * {@code sqrt(2)}, for any other activation the one that {@code Gains.of} gives. A flattened convolution does not keep the norm of an
 * image, only its variance on average; {@link DeltaOrthogonal} keeps the norm. The depthwise half of a separable convolution is
 * taken for a plain convolution ({@link WeightShape#readings}).
 *
 * <p>Source: Saxe, McClelland, Ganguli 2014, Exact solutions to the nonlinear dynamics of learning in deep linear neural
 * networks, section 3; flattening as Mishkin and Matas 2016, All you need is a good init. The treatment of gates, of
 * transposed and of depthwise kernels is our reading.
 *
 * @param gain factor of the orthogonal matrix, finite and greater than 0
 */
public record Orthogonal(@JsonProperty("gain") double gain) implements WeightScheme {

    /** Checks the gain. */
    public Orthogonal {
        Checks.positive("gain", gain);
    }

    @Override
    public void fill(WeightShape shape, INDArray weights) {
        if (shape.peepholes() > 0) {
            weights.assign(0); // They belong to no matrix.
        }
        shape.matrices(weights).forEach(matrix -> Haar.fill(matrix, gain));
    }
}
