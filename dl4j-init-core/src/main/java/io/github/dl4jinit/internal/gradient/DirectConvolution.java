package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.network.LayerFacts.Derivative;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A two-dimensional convolution of images, channels first, whose activation function takes each number by itself, as DL4J computes it,
 * but with the patches in the order of memory in which ND4J takes them fastest; on the way back each example's once for all outputs, and
 * no gradient.
 */
final class DirectConvolution extends LayerPassage {

    private final Forward forward;

    DirectConvolution(LayerStep step, Given given) {
        this(step, given, Forward.of(step, given.input()));
    }

    private DirectConvolution(LayerStep step, Given given, Forward forward) {
        super(step, given, forward.output());
        this.forward = forward;
    }

    static boolean fits(LayerStep step) {
        return step.derivative() == Derivative.PATCHES
                && step.node().configuration() instanceof ConvolutionLayer convolution
                && convolution.getCnn2dDataFormat() == CNN2DFormat.NCHW
                && Sensitivities.isElementwise(convolution.getActivationFn());
    }

    /**
     * What the forward pass computes.
     *
     * @param seen the patches
     * @param z the pre-activations, [n, filters, positions]
     */
    private record Forward(
            IActivation activation,
            INDArray weights,
            @Nullable INDArray bias,
            Patches patches,
            INDArray seen,
            INDArray z) {

        static Forward of(LayerStep step, INDArray input) {
            ConvolutionLayer configuration = (ConvolutionLayer) step.node().configuration();
            INDArray weights = step.node().inside().getParam("W");
            INDArray bias = step.node().inside().getParam("b");
            Patches patches = new Patches(configuration, weights, input);
            INDArray seen = patches.of(input);
            INDArray z = patches.responses(seen, weights, bias);
            return new Forward(configuration.getActivationFn(), weights, bias, patches, seen, z);
        }

        INDArray output() {
            // Activation functions may write into what they get.
            return activation.getActivation(patches.asImages(z.dup('c')), false);
        }
    }

    @Override
    @Nullable
    INDArray back(Sensitivities sensitivities) {
        INDArray z = forward.z();
        INDArray delta = sensitivities
                .through(forward.activation(), z.reshape('c', z.size(0), z.length() / z.size(0)))
                .reshape('c', sensitivities.rows(), z.size(1), z.size(2));
        if (step().trains()) {
            sensitivities
                    .sink()
                    .accept(new LayerFactors.Outer(
                            node().view().name(), forward.seen(), delta, forward.bias() != null));
        }
        return sensitivities.wantsInput() ? forward.patches().back(delta, forward.weights()) : null;
    }
}
