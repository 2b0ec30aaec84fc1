package io.github.dl4jinit.internal.jet;

import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/** An activation function that is continuously differentiable, carried through forward and backward in double precision. */
public sealed interface SmoothMap permits SmoothFunction, SmoothSoftmax {

    /** f(z) and f'(z) dz. */
    public Jet forward(Jet z);

    /** The gradients by z and dz, from those by f(z) and f'(z) dz. */
    public Jet backward(Jet z, Jet gradient);

    /** Empty if the function is not smooth, or unknown. */
    public static Optional<SmoothMap> of(IActivation activation) {
        return activation instanceof ActivationSoftmax
                ? Optional.of(new SmoothSoftmax())
                : Optional.ofNullable(SmoothFunction.of(activation));
    }
}
