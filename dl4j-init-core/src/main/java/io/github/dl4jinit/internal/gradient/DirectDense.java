package io.github.dl4jinit.internal.gradient;

import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A dense layer. Its way back is DL4J's, but each example's pre-activation is computed once for all outputs. */
final class DirectDense extends LayerPassage {

    private DirectDense(LayerStep step, Given given) {
        super(step, given, step.activate(given.input()));
    }

    static boolean fits(LayerStep step) {
        Class<?> type = step.node().configuration().getClass();
        return (type == DenseLayer.class || type == OutputLayer.class)
                && step.node().hasParameters()
                && !step.node().inside().paramTable().containsKey("g");
    }

    /** Series, and rows that are time steps, have several rows for one example. */
    static LayerPassage of(LayerStep step, Given given) {
        boolean rowPerExample = given.input().rank() == 2 && given.input().size(0) == given.examples();
        return rowPerExample ? new DirectDense(step, given) : TappedProduct.of(step, given);
    }

    @Override
    @Nullable
    INDArray back(Sensitivities sensitivities) {
        INDArray weights = node().inside().getParam("W");
        INDArray bias = node().inside().getParam("b");
        IActivation activation = ((BaseLayer) node().configuration()).getActivationFn();
        INDArray z = input().mmul(weights);
        if (bias != null) {
            z.addiRowVector(bias);
        }
        INDArray delta = Sensitivities.isElementwise(activation)
                ? sensitivities.through(activation, z)
                : activation
                        .backprop(sensitivities.repeat(z), sensitivities.epsilon())
                        .getFirst();
        if (step().trains()) {
            sensitivities
                    .sink()
                    .accept(new LayerFactors.Outer(
                            node().view().name(),
                            input().reshape(input().size(0), input().size(1), 1),
                            delta.reshape('c', delta.size(0), delta.size(1), 1),
                            bias != null));
        }
        return sensitivities.wantsInput() ? delta.mmul(weights.transpose()) : null;
    }
}
