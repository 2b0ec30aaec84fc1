package io.github.dl4jinit.internal.jet;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A signal and its derivative along one direction of the network's inputs; or, on the way back, the gradients by both.
 *
 * @param value [n, width], DOUBLE
 * @param derivative of the same shape, or null if nobody asked for it
 */
public record Jet(INDArray value, @Nullable INDArray derivative) {

    public Jet plus(Jet other) {
        return new Jet(
                value.add(other.value),
                derivative == null || other.derivative == null ? null : derivative.add(other.derivative));
    }
}
