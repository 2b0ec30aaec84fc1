package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.StepMemory;
import io.github.dl4jinit.internal.structure.LayerNode;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The way back through a pooling of pictures, channels first, whose windows tile them: each number lies in one window, and what flows
 * back to it is what flows to the window's answer, times a slope that is the same for all outputs.
 *
 * @param node the layer
 * @param input what it gets, one for each example
 */
public record PlainPooling(LayerNode node, INDArray input) {

    public static boolean fits(LayerNode node, INDArray input) {
        if (node.configuration().getClass() != SubsamplingLayer.class || node.layer() != node.inside()) {
            return false;
        }
        SubsamplingLayer pooling = (SubsamplingLayer) node.configuration();
        int[] window = pooling.getKernelSize();
        return pooling.getCnn2dDataFormat() == CNN2DFormat.NCHW
                && Arrays.equals(window, pooling.getStride())
                && Arrays.equals(pooling.getPadding(), new int[2])
                && Arrays.equals(pooling.getDilation(), new int[] {1, 1})
                && input.size(2) % window[0] == 0
                && input.size(3) % window[1] == 0;
    }

    public INDArray backward(Backward pass) {
        int[] window = ((SubsamplingLayer) node.configuration()).getKernelSize();
        long[] shape = input.shape().clone();
        shape[0] = pass.rows();
        INDArray epsilon = Nd4j.createUninitialized(input.dataType(), shape, 'c');
        Nd4j.exec(DynamicCustomOp.builder("upsampling2d")
                .addInputs(pass.epsilon())
                .addOutputs(epsilon)
                .addIntegerArguments(window[0], window[1], 1)
                .build());
        long length = input.length() / pass.examples();
        epsilon.reshape('c', pass.examples(), pass.copies(), length)
                .muli(slopes(pass).reshape('c', pass.examples(), 1, length));
        return epsilon;
    }

    /** Of the sum of all answers, by DL4J's backward pass. */
    private INDArray slopes(Backward pass) {
        long[] answers = pass.epsilon().shape().clone();
        answers[0] = pass.examples();
        LayerWorkspaceMgr memory = StepMemory.current();
        node.layer().setInput(input, memory);
        return node.layer()
                .backpropGradient(Nd4j.ones(input.dataType(), answers), memory)
                .getSecond();
    }
}
