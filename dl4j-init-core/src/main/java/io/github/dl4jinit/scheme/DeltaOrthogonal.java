package io.github.dl4jinit.scheme;

import io.github.dl4jinit.internal.linalg.Haar;
import io.github.dl4jinit.internal.number.Bounds;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A convolution that keeps the norm of its input exactly: an orthogonal matrix at the centre of the kernel, zero elsewhere.
 *
 * <p>{@code W[:, :, centre] = gain Q} with {@code Q'Q = I} from the Haar measure, {@code Q} of shape {@code [nOut, nIn]}. The centre
 * is tap {@code (k - 1) / 2} of each axis, rounded down ({@link WeightShape#centre}).
 *
 * <p>Convolutions of one, two and three axes, odd or even kernels, with {@code nOut >= nIn}: fewer outputs cannot carry the norm
 * of all inputs. Transposed convolutions likewise; depthwise ones get a unit vector of length {@code multiplier} a channel. With a
 * stride above 1 a plain convolution drops the positions between, and their norm with them. The norm is kept, not the variance of
 * each unit: with nOut above nIn it is spread over more units, and each has {@code nIn / nOut} of the variance (times
 * {@code gain^2}); a transposed convolution spreads it over S times as many positions as well, {@code nIn / (nOut S)}, S being the
 * product of its strides. FLOAT and DOUBLE only.
 *
 * <p>Use it for very deep convolutional networks without shortcuts, tanh and a gain near the critical line; put
 * {@link Orthogonal} on the layers that get narrower and on dense layers. It starts without any mixing between neighbouring
 * positions.
 *
 * <p>Source: Xiao, Bahri, Sohl-Dickstein, Schoenholz, Pennington 2018, Dynamical isometry and a mean field theory of CNNs.
 * The centre of an even kernel is our choice, and transposed and depthwise kernels are our reading.
 *
 * @param gain factor of the norm, finite and greater than 0
 */
@API(status = API.Status.STABLE, since = "0.1")
public record DeltaOrthogonal(@JsonProperty("gain") double gain) implements WeightScheme {

    /** Checks the gain. */
    public DeltaOrthogonal {
        Bounds.positive("gain", gain);
    }

    @Override
    public void fill(WeightShape shape, INDArray weights) {
        if (shape.kernel().length == 0) {
            throw new IllegalArgumentException("DeltaOrthogonal needs a convolution, got " + shape.kind() + " "
                    + shape.shape() + ": use Orthogonal on this layer");
        }
        if (!shape.isGrouped() && shape.nOut() < shape.nIn()) {
            throw new IllegalArgumentException("DeltaOrthogonal needs nOut >= nIn, got nIn " + shape.nIn() + ", nOut "
                    + shape.nOut() + " in " + shape.kind() + " " + shape.shape() + ": use Orthogonal on this layer");
        }
        Refusals.unlessSingleOrDouble("DeltaOrthogonal", shape, weights);
        weights.assign(0);
        shape.tap(weights, shape.centre()).forEach(matrix -> Haar.fill(matrix, gain));
    }
}
