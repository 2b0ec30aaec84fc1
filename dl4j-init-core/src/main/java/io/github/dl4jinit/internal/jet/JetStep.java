package io.github.dl4jinit.internal.jet;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A step of the hidden layers that carries derivatives along. */
public sealed interface JetStep permits JetLayer, JetStep.Sum {

    public Jet forward(List<Jet> inputs);

    /**
     * Carries a gradient back.
     *
     * @param inputs what forward got
     * @param gradient by what forward gave
     * @param parameters the gradient by all parameters of the network, to be added to
     * @return by each input; empty if nothing flows back
     */
    public List<Jet> backward(List<Jet> inputs, Jet gradient, INDArray parameters);

    /** An element-wise add, the end of a residual block. */
    public record Sum() implements JetStep {

        @Override
        public Jet forward(List<Jet> inputs) {
            return inputs.stream().reduce(Jet::plus).orElseThrow();
        }

        @Override
        public List<Jet> backward(List<Jet> inputs, Jet gradient, INDArray parameters) {
            return inputs.stream().map(input -> gradient).toList();
        }
    }
}
