package io.github.dl4jinit.trainer.pde;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer or vertex that carries a derivative along: forward mode (JVP), and back through it. */
sealed interface JetStep permits JetLayer, JetStep.Sum {

    Jet forward(List<Jet> inputs);

    /**
     * Carries a gradient back.
     *
     * @param inputs what forward got
     * @param gradient with respect to what forward returned
     * @param parameters the gradient with respect to all parameters of the network, to be added to
     * @return the gradient with respect to each input; empty if nothing flows back
     */
    List<Jet> backward(List<Jet> inputs, Jet gradient, INDArray parameters);

    /** An element-wise add, the end of a residual block. */
    record Sum() implements JetStep {

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
