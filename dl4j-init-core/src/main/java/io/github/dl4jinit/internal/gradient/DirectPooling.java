package io.github.dl4jinit.internal.gradient;

import java.util.Arrays;
import java.util.Objects;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A pooling of images, channels first, whose windows tile them: each number lies in one window, and what flows back to it is what flows
 * to the window's output, times a slope that is the same for all outputs of the network.
 */
final class DirectPooling extends LayerPassage {

    private DirectPooling(LayerStep step, Given given) {
        super(step, given, step.activate(given.input()));
    }

    static boolean fits(LayerStep step) {
        if (step.node().configuration().getClass() != SubsamplingLayer.class
                || !step.node().isBare()) {
            return false;
        }
        SubsamplingLayer pooling = (SubsamplingLayer) step.node().configuration();
        return pooling.getCnn2dDataFormat() == CNN2DFormat.NCHW
                && Arrays.equals(pooling.getKernelSize(), pooling.getStride())
                && Arrays.equals(pooling.getPadding(), new int[2])
                && Arrays.equals(pooling.getDilation(), new int[] {1, 1});
    }

    /** Windows tile an image only if its sides are multiples of theirs. */
    static LayerPassage of(LayerStep step, Given given) {
        int[] window = window(step);
        boolean tiles = given.input().size(2) % window[0] == 0 && given.input().size(3) % window[1] == 0;
        return tiles ? new DirectPooling(step, given) : new Dl4jPassage(step, given);
    }

    private static int[] window(LayerStep step) {
        return ((SubsamplingLayer) step.node().configuration()).getKernelSize();
    }

    @Override
    INDArray back(Sensitivities sensitivities) {
        int[] window = window(step());
        long[] shape = input().shape().clone();
        shape[0] = sensitivities.rows();
        INDArray epsilon = Nd4j.createUninitialized(input().dataType(), shape, 'c');
        Nd4j.exec(DynamicCustomOp.builder("upsampling2d")
                .addInputs(sensitivities.epsilon())
                .addOutputs(epsilon)
                .addIntegerArguments(window[0], window[1], 1)
                .build());
        long length = input().length() / examples();
        epsilon.reshape('c', examples(), sensitivities.outputs(), length)
                .muli(slopes(sensitivities).reshape('c', examples(), 1, length));
        return epsilon;
    }

    /** Of the sum of all the layer's outputs, by DL4J's backward pass. */
    private INDArray slopes(Sensitivities sensitivities) {
        long[] outputs = sensitivities.epsilon().shape().clone();
        outputs[0] = examples();
        return Objects.requireNonNull(ownBack(input(), Nd4j.ones(input().dataType(), outputs)));
    }
}
