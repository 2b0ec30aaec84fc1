package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.structure.LayerNode;
import io.github.dl4jinit.internal.structure.LossSlot;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * A layer as a step that can be run forward and backward.
 *
 * @param node the layer
 * @param mode how its backward pass starts, if it is an output layer, and what batch normalization uses
 * @param adapter what stands before the layer and how its gradient goes back
 */
public record LayerStage(LayerNode node, Tape.Mode mode, Adapter adapter) implements Stage {

    /**
     * What stands in front of a layer.
     *
     * @param preprocessor DL4J's, or none
     * @param examples of the batch that runs
     */
    public record Adapter(@Nullable InputPreProcessor preprocessor, IntSupplier examples) {

        INDArray forward(INDArray signal) {
            return preprocessor == null
                    ? signal
                    : preprocessor.preProcess(signal, examples.getAsInt(), LayerWorkspaceMgr.noWorkspaces());
        }

        INDArray backward(INDArray epsilon) {
            return preprocessor == null
                    ? epsilon
                    : preprocessor.backprop(epsilon, examples.getAsInt(), LayerWorkspaceMgr.noWorkspaces());
        }
    }

    @Override
    public INDArray forward(INDArray[] inputs) {
        set(inputs[0]);
        return node.layer().activate(!isAffine(), LayerWorkspaceMgr.noWorkspaces());
    }

    @Override
    public Pull backward(INDArray[] inputs, INDArray epsilon, Consumer<INDArray> deltas) {
        set(inputs[0]);
        if (isAffine()) {
            INDArray back = epsilon.mul(slope());
            return new Pull(List.of(adapter.backward(back)), Map.of());
        }
        if (node.configuration() instanceof BatchNormalization) {
            // Its backward pass uses up what its forward pass kept.
            node.layer().activate(true, LayerWorkspaceMgr.noWorkspaces());
        }
        Pair<Gradient, INDArray> pair = tapped(epsilon, deltas);
        INDArray back = pair.getSecond();
        return new Pull(
                Collections.singletonList(back == null ? null : adapter.backward(back)),
                pair.getFirst().gradientForVariable());
    }

    private void set(INDArray signal) {
        // Some layers write into what they get.
        node.layer().setInput(adapter.forward(signal.dup()), LayerWorkspaceMgr.noWorkspaces());
    }

    private Pair<Gradient, INDArray> tapped(INDArray epsilon, Consumer<INDArray> deltas) {
        LayerWorkspaceMgr memory = LayerWorkspaceMgr.noWorkspaces();
        if (node.inside() instanceof IOutputLayer output) {
            output.setLabels(epsilon);
            LossSlot slot = LossSlot.of(node.configuration());
            if (slot == null) {
                requireOwnLoss();
                return node.layer().backpropGradient(null, memory);
            }
            ILossFunction loss = slot.loss();
            return swapped(slot.put(), mode.end().tap(loss, deltas), loss, () -> node.layer()
                    .backpropGradient(null, memory));
        }
        // Layers may work on the gradient that they get, which may have come from elsewhere.
        INDArray own = epsilon.dup();
        IActivation activation = node.lastFunction();
        if (activation == null || !(node.configuration() instanceof BaseLayer configuration)) {
            return node.layer().backpropGradient(own, memory);
        }
        return swapped(
                configuration::setActivationFn, new GradientTap(activation, deltas), activation, () -> node.layer()
                        .backpropGradient(own, memory));
    }

    private void requireOwnLoss() {
        if (mode.end() != Tape.End.LOSS) {
            throw new IllegalArgumentException(
                    "'" + node.view().name() + "' (" + node.view().kind()
                            + "): its loss cannot be replaced, so that nothing but its own loss can be differentiated");
        }
    }

    private static <T, R> R swapped(Consumer<T> slot, T tap, T original, Supplier<R> work) {
        slot.accept(tap);
        try {
            return work.get();
        } finally {
            slot.accept(original);
        }
    }

    /** Batch normalization by stored statistics, whose backward pass DL4J does not have. */
    private boolean isAffine() {
        return !mode.batchStatistics() && node.configuration() instanceof BatchNormalization;
    }

    /** An affine map of each channel: its slope is the difference of its answers to ones and to zeros. */
    private INDArray slope() {
        INDArray input = node.layer().input();
        long[] shape = input.shape();
        shape[0] = 1;
        INDArray slope = answer(Nd4j.ones(input.dataType(), shape)).subi(answer(Nd4j.zeros(input.dataType(), shape)));
        long[] wide = Arrays.copyOf(shape, shape.length);
        wide[0] = input.size(0);
        return slope.broadcast(wide);
    }

    private INDArray answer(INDArray input) {
        LayerWorkspaceMgr memory = LayerWorkspaceMgr.noWorkspaces();
        node.layer().setInput(input, memory);
        return node.layer().activate(false, memory).dup();
    }

    /** The function that makes a layer's output from its pre-activation, number by number or all at once, or null. */
    public static @Nullable IActivation lastFunction(Layer configuration, boolean weighted) {
        if (configuration instanceof ActivationLayer layer) {
            return layer.getActivationFn();
        }
        return weighted && configuration instanceof BaseLayer layer ? layer.getActivationFn() : null;
    }
}
