package io.github.dl4jinit.network;

import io.github.dl4jinit.scheme.WeightShape;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One weight array of a layer: a live view into the parameters of the copy.
 *
 * @param parameter DL4J's name of it, as in {@code layer.paramTable()}: "W", "RW", "pW", "fW", ...
 * @param role what it maps
 * @param shape what its axes mean, with the true fans
 * @param weights the array; writing to it changes the copy
 * @param bias the bias that is added to its product, a view as well, or null if there is none
 */
@API(status = API.Status.STABLE, since = "0.1")
public record WeightView(
        String parameter,
        Role role,
        WeightShape shape,
        INDArray weights,
        @Nullable INDArray bias) {

    /** What a weight array maps. */
    public enum Role {
        /** The last linear map before the activation; scaling it scales the layer's response, its bias apart. */
        RESPONSE,
        /** A linear map that feeds the one of {@link #RESPONSE}: the depth-wise stage of a separable convolution. */
        INNER,
        /** The map from a recurrent layer's previous output. */
        RECURRENT,
        /** Numbers that are no linear map of a whole input: the slopes of a PReLU, the factors of single channels. */
        ELEMENT_WISE
    }
}
