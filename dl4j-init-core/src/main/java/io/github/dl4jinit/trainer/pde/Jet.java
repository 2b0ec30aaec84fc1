package io.github.dl4jinit.trainer.pde;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A signal and its derivative along one direction of the network's inputs; or, on the way back, the gradients with respect to both.
 *
 * @param value [n, width], DOUBLE
 * @param derivative of the same shape, or null if it was not asked for
 */
record Jet(INDArray value, @Nullable INDArray derivative) {

    Jet plus(Jet other) {
        return new Jet(
                value.add(other.value),
                derivative == null || other.derivative == null ? null : derivative.add(other.derivative));
    }
}
