package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.structure.LayerNode;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The way back through a dense layer as DL4J goes it, but with the pre-activation of each example computed once for all outputs, and no
 * gradient.
 *
 * @param node the layer
 * @param input what it gets, one for each example
 */
public record PlainDense(LayerNode node, INDArray input) {

    public static boolean fits(LayerNode node, INDArray input, int examples) {
        boolean feedForward = node.configuration().getClass() == DenseLayer.class
                || node.configuration().getClass() == OutputLayer.class;
        return feedForward
                && node.hasParameters()
                && !node.layer().paramTable().containsKey("g")
                && input.rank() == 2
                && input.size(0) == examples;
    }

    @Nullable
    public INDArray backward(Backward pass, boolean factored) {
        INDArray weights = node.inside().getParam("W");
        INDArray bias = node.inside().getParam("b");
        IActivation activation = ((BaseLayer) node.configuration()).getActivationFn();
        INDArray z = input.mmul(weights);
        if (bias != null) {
            z.addiRowVector(bias);
        }
        INDArray delta = Backward.isElementwise(activation)
                ? pass.through(activation, z)
                : activation.backprop(pass.repeat(z), pass.epsilon()).getFirst();
        if (factored) {
            pass.emit(new LayerFactors.Outer(
                    node.view().name(),
                    input.reshape(input.size(0), input.size(1), 1),
                    delta.reshape('c', delta.size(0), delta.size(1), 1),
                    bias != null));
        }
        return pass.further() ? delta.mmul(weights.transpose()) : null;
    }
}
