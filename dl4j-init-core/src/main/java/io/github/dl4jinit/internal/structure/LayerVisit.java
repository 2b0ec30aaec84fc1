package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import io.github.dl4jinit.network.Response;
import io.github.dl4jinit.network.Samples;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.network.WeightView.Role;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes one layer of a sweep in front of a visitor.
 *
 * @param node the layer, whose input is set
 * @param visitor sees it before and after it is computed
 * @param inputMask what counts of its input, or null
 * @param outputMask what counts of its output, or null
 */
record LayerVisit(
        LayerNode node,
        LayerVisitor visitor,
        @Nullable INDArray inputMask,
        @Nullable INDArray outputMask) {

    /**
     * Computes the layer.
     *
     * @param needed whether any other step takes the output; else the activation function may be left out
     * @param forward the layer's own computation
     * @return its output
     */
    INDArray compute(boolean needed, Supplier<INDArray> forward) {
        if (visitor.linear() && node.configuration() instanceof ActivationLayer) {
            return node.layer().input();
        }
        if (!node.isInitializable()) {
            return forward.get();
        }
        detached(() -> visitor.enter(node.view(), new LayerPatches(node, inputMask)));
        if (node.isRecurrent()) {
            detached(this::showInputsShare);
            return forward.get();
        }
        return tapped(visitor.linear() || !needed, forward);
    }

    private INDArray tapped(boolean linear, Supplier<INDArray> forward) {
        LayerView view = node.view();
        BaseLayer configuration = (BaseLayer) node.configuration();
        WeightView map = view.weights().stream()
                .filter(weight -> weight.role() == Role.RESPONSE)
                .findFirst()
                .orElseThrow();
        IActivation activation = configuration.getActivationFn();
        AtomicBoolean shown = new AtomicBoolean();
        configuration.setActivationFn(new Tap(activation, linear, values -> {
            shown.set(true);
            int channelAxis = node.channelAxis(values.rank());
            INDArray mask = node.fitting(outputMask, values);
            detached(() -> visitor.respond(
                    view,
                    new Response(
                            view,
                            map,
                            values,
                            channelAxis,
                            mask,
                            this::inputs,
                            () -> outputs(values, channelAxis, mask))));
        }));
        try {
            INDArray output = forward.get();
            if (!shown.get()) {
                throw new IllegalStateException(view.where()
                        + ": it did not ask for its activation function, so its response is unknown. Leave it out.");
            }
            return output;
        } finally {
            configuration.setActivationFn(activation);
        }
    }

    private Samples inputs() {
        Layer inside = node.inside();
        INDArray input = inside.input();
        return Samples.of(input, node.channelAxis(input.rank()), node.fitting(inputMask, input));
    }

    /** An RnnOutputLayer computes step by step, all other layers example by example. */
    private Samples outputs(INDArray values, int channelAxis, @Nullable INDArray mask) {
        Samples samples = Samples.of(values, channelAxis, mask);
        return node.configuration() instanceof RnnOutputLayer
                ? samples.regrouped(node.inside().input().size(0))
                : samples;
    }

    private void showInputsShare() {
        Layer layer = node.layer();
        INDArray input = layer.input();
        int channelAxis = node.channelAxis(3);
        INDArray steps = (channelAxis == 1 ? input.permute(0, 2, 1) : input)
                .reshape('c', input.size(0) * input.size(3 - channelAxis), input.size(channelAxis));
        INDArray rows = inputMask == null ? null : inputMask.dup('c').reshape('c', inputMask.length(), 1);
        for (WeightView map : node.view().weights()) {
            if (map.role() == Role.RESPONSE) {
                INDArray values = steps.castTo(map.weights().dataType()).mmul(map.weights());
                visitor.respond(
                        node.view(),
                        new Response(
                                node.view(), map, values, -1, rows, this::inputs, () -> Samples.of(values, 1, rows)));
                values.close();
            }
        }
    }

    /** A visitor's arrays are not to lie in the sweep's own memory, which the layer after next writes over. */
    @SuppressWarnings("try") // It is closed, and nothing else.
    private static void detached(Runnable callback) {
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            callback.run();
        }
    }

    /**
     * Stands in for a layer's activation function in the copy and shows the pre-activation before the real function runs.
     *
     * <p>The layer computes itself by DL4J's own code, masks and layouts included, and each product is formed only once: what
     * the consumer does to the array in place is what the activation function gets.
     */
    private static final class Tap implements IActivation {

        private static final long serialVersionUID = 1L;

        private final IActivation activation;
        private final boolean passedOver;
        private final transient Consumer<INDArray> consumer;

        Tap(IActivation activation, boolean passedOver, Consumer<INDArray> consumer) {
            this.activation = activation;
            this.passedOver = passedOver;
            this.consumer = consumer;
        }

        @Override
        public INDArray getActivation(INDArray in, boolean training) {
            consumer.accept(in);
            return passedOver ? in : activation.getActivation(in, training);
        }

        @Override
        public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
            return activation.backprop(in, epsilon);
        }

        @Override
        public int numParams(int inputSize) {
            return activation.numParams(inputSize);
        }
    }
}
