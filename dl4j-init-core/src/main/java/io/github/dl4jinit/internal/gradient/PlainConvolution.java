package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.structure.LayerNode;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A two-dimensional convolution of pictures, channels first, whose activation function takes each number by itself, as DL4J computes it,
 * but with the patches in the order of memory in which ND4J takes them fastest; on the way back each example's once for all outputs, and
 * no gradient.
 */
public final class PlainConvolution {

    private final LayerNode node;
    private final IActivation activation;
    private final INDArray weights;
    private final @Nullable INDArray bias;
    private final Patches patches;
    private final INDArray seen;
    private final INDArray z;

    public PlainConvolution(LayerNode node, INDArray input) {
        this.node = node;
        ConvolutionLayer configuration = (ConvolutionLayer) node.configuration();
        activation = configuration.getActivationFn();
        weights = node.inside().getParam("W");
        bias = node.inside().getParam("b");
        patches = new Patches(configuration, weights, input);
        seen = patches.of(input);
        z = patches.answers(seen, weights, bias);
    }

    public static boolean fits(LayerNode node) {
        return FactorKind.of(node) == FactorKind.PATCHES
                && node.configuration() instanceof ConvolutionLayer convolution
                && convolution.getCnn2dDataFormat() == CNN2DFormat.NCHW
                && Backward.isElementwise(convolution.getActivationFn());
    }

    public INDArray forward() {
        // Activation functions may write into what they get.
        return activation.getActivation(patches.asPictures(z.dup('c')), false);
    }

    @Nullable
    public INDArray backward(Backward pass, boolean factored) {
        INDArray delta = pass.through(activation, z.reshape('c', z.size(0), z.length() / z.size(0)))
                .reshape('c', pass.rows(), z.size(1), z.size(2));
        if (factored) {
            pass.emit(new LayerFactors.Outer(node.view().name(), seen, delta, bias != null));
        }
        return pass.further() ? patches.back(delta, weights) : null;
    }
}
