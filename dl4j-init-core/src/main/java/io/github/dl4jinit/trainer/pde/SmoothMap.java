package io.github.dl4jinit.trainer.pde;

import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/** An activation function that is continuously differentiable, carried through forward and backward in double precision. */
sealed interface SmoothMap permits SmoothFunction, SmoothSoftmax {

    /** f(z) and f'(z) dz. */
    Jet forward(Jet z);

    /** The gradients with respect to z and dz, from those with respect to f(z) and f'(z) dz. */
    Jet backward(Jet z, Jet gradient);

    /** Empty if the function is not smooth, or unknown. */
    static Optional<SmoothMap> of(IActivation activation) {
        return activation instanceof ActivationSoftmax
                ? Optional.of(new SmoothSoftmax())
                : Optional.ofNullable(SmoothFunction.of(activation));
    }
}
