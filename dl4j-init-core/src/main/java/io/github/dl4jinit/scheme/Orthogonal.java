package io.github.dl4jinit.scheme;

import io.github.dl4jinit.internal.linalg.Haar;
import io.github.dl4jinit.internal.number.Bounds;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Orthogonal weights, uniformly distributed over all orthogonal matrices (Haar measure).
 *
 * <p>Each of the weight's {@linkplain WeightShape#matrices matrices} is {@code gain Q}, with {@code Q'Q = I} if it has at least as many
 * outputs as inputs, and {@code QQ' = I} if it has fewer. The variance of one weight is {@code gain^2 / max(rows, columns)}.
 *
 * <p>Dense {@code [nIn, nOut]}: one matrix. LSTM: one a gate; peepholes are 0. Convolution: the kernel flattened to
 * {@code [nOut, nIn taps]}. Transposed convolution: {@code [nOut taps, nIn]}, so that with a stride equal to the kernel it keeps
 * the norm exactly. Depthwise: one {@code [multiplier, taps]} a channel. Element-wise: random signs. Embedding: one
 * {@code [nOut, nWords]}, so that a word's vector has entries of root mean square {@code gain / sqrt(nWords)} where words outnumber
 * them: small, since a word is looked up and not summed; {@link VarianceScaling} is the usual choice. FLOAT and DOUBLE only.
 *
 * <p>With gain 1 on white inputs: a wide matrix (fewer outputs than inputs) keeps the variance of each unit; a tall one keeps the
 * norm, which is spread over more units, so that each has {@code columns / rows} of the variance. The same holds for a flattened
 * convolution, whose inputs are the overlapping patches of an image: it does not keep the norm of the image, as
 * {@link DeltaOrthogonal} does. A transposed convolution with {@code nOut taps >= nIn} gives each output {@code nIn / (nOut S)} of
 * the variance, S being the product of its strides.
 *
 * <p>Use it for deep networks of tanh-like activations with a gain slightly above 1:
 * {@code new Orthogonal(Math.sqrt(CriticalLine.at(tanh, q).weightVariance()))} with a small q and biases as that line says; for recurrent
 * weights with {@code new Orthogonal(1)}; with ReLU and the gain {@code sqrt(2)}; and as the start of LSUV. The gain of {@code Gains.of}
 * keeps the signal, but in a deep tanh network, or over many time steps, the gradient explodes with it. The depthwise half of a separable
 * convolution is taken for a plain convolution ({@link WeightShape#readings}).
 *
 * <p>Source: Saxe, McClelland, Ganguli 2014, Exact solutions to the nonlinear dynamics of learning in deep linear neural
 * networks; flattening as Mishkin and Matas 2016, All you need is a good init. The treatment of gates, of
 * transposed and of depthwise kernels is our reading.
 *
 * @param gain factor of the orthogonal matrix, finite and greater than 0
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Orthogonal(@JsonProperty("gain") double gain) implements WeightScheme {

    /** Checks the gain. */
    public Orthogonal {
        Bounds.positive("gain", gain);
    }

    /**
     * The variance of one weight.
     *
     * @param shape what the weight is; not SLOPES
     * @return {@code gain^2 / max(rows, columns)} of one of its matrices
     */
    public double variance(WeightShape shape) {
        double taps = shape.taps();
        double rows = shape.nOut();
        double columns = shape.nIn();
        switch (shape.kind()) {
            case DECONV_2D, DECONV_3D -> rows *= taps;
            case DEPTHWISE, SEPARABLE_DEPTH, ELEMENT_WISE -> columns = taps;
            default -> columns *= taps;
        }
        return gain * gain / Math.max(rows, columns);
    }

    @Override
    public void fill(WeightShape shape, INDArray weights) {
        Refusals.unlessSingleOrDouble("Orthogonal", shape, weights);
        if (shape.peepholes() > 0) {
            weights.assign(0); // They belong to no matrix.
        }
        shape.matrices(weights).forEach(matrix -> Haar.fill(matrix, gain));
    }
}
