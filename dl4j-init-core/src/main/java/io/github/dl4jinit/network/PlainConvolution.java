package io.github.dl4jinit.network;

import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A two-dimensional convolution of pictures, channels first, whose activation function takes each number by itself: the same numbers as
 * DL4J's, but with the patches in the order of memory in which ND4J takes them fastest, on the way back each example's once for all
 * outputs, and no gradient.
 */
final class PlainConvolution {

    private final LayerNode node;
    private final INDArray input;
    private final IActivation activation;
    private final INDArray weights;
    private final @Nullable INDArray bias;
    private final Patches patches;

    PlainConvolution(LayerNode node, INDArray input) {
        this.node = node;
        this.input = input;
        ConvolutionLayer configuration = (ConvolutionLayer) node.configuration();
        activation = configuration.getActivationFn();
        weights = node.inside().getParam("W");
        bias = node.inside().getParam("b");
        patches = new Patches(configuration, weights, input);
    }

    INDArray forward() {
        INDArray z = patches.answers(patches.of(input), weights, bias);
        return activation.getActivation(patches.asPictures(z), false);
    }

    @Nullable
    INDArray backward(Backward pass, boolean factored) {
        INDArray seen = patches.of(input);
        INDArray z = patches.answers(seen, weights, bias);
        INDArray delta = pass.through(activation, z.reshape('c', z.size(0), z.length() / z.size(0)))
                .reshape('c', pass.rows(), z.size(1), z.size(2));
        if (factored) {
            pass.emit(new LayerFactors.Outer(node.view().name(), seen, delta, bias != null));
        }
        return pass.further() ? patches.back(delta, weights) : null;
    }
}
