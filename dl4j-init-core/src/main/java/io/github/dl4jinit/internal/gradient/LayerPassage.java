package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.StepMemory;
import io.github.dl4jinit.internal.structure.LayerNode;
import io.github.dl4jinit.internal.structure.SameDiffBackward;
import io.github.dl4jinit.network.LayerFacts.LossSlot;
import java.util.Collections;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.gradient.Gradient;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer that has been run forward. The family is closed: a layer's rule is one of these. */
abstract sealed class LayerPassage implements Passage
        permits Dl4jPassage,
                NormalizationPassage,
                PReluPassage,
                TappedProduct,
                DirectDense,
                DirectConvolution,
                DirectPooling {

    /**
     * What a layer gets.
     *
     * @param signal the output of the step before
     * @param input what the layer's preprocessor has made of it
     * @param examples size of the batch
     */
    record Given(INDArray signal, INDArray input, int examples) {}

    private final LayerStep step;
    private final Given given;
    private final INDArray output;

    LayerPassage(LayerStep step, Given given, INDArray output) {
        this.step = step;
        this.given = given;
        this.output = output;
    }

    final LayerStep step() {
        return step;
    }

    final LayerNode node() {
        return step.node();
    }

    final INDArray input() {
        return given.input();
    }

    final int examples() {
        return given.examples();
    }

    @Override
    public final INDArray output() {
        return output;
    }

    @Override
    public Pull pull(INDArray epsilon, Consumer<INDArray> deltas) {
        step.place(given.input());
        if (node().configuration() instanceof BatchNormalization) {
            // Its backward pass uses up what its forward pass kept.
            node().layer().activate(true, StepMemory.current());
        }
        Pair<Gradient, INDArray> pair = tapped(epsilon, deltas);
        INDArray back = pair.getSecond();
        return new Pull(
                Collections.singletonList(
                        back == null ? null : node().step().adaptBack(back, given.examples(), StepMemory.current())),
                pair.getFirst().gradientForVariable());
    }

    private Pair<Gradient, INDArray> tapped(INDArray epsilon, Consumer<INDArray> deltas) {
        if (node().inside() instanceof IOutputLayer output) {
            return tappedLoss(output, epsilon, deltas);
        }
        // Layers may work on the gradient that they get, which may have come from elsewhere.
        INDArray own = epsilon.dup();
        IActivation activation = node().lastFunction();
        if (activation == null || !(node().configuration() instanceof BaseLayer configuration)) {
            return backpropagate(own);
        }
        return swapped(
                configuration::setActivationFn,
                new GradientTap(activation, deltas),
                activation,
                () -> backpropagate(own));
    }

    private Pair<Gradient, INDArray> tappedLoss(IOutputLayer output, INDArray epsilon, Consumer<INDArray> deltas) {
        output.setLabels(epsilon);
        Optional<LossSlot> slot = node().facts().loss(node().configuration());
        if (slot.isPresent()) {
            LossTap tap = step.way().end().tap(slot.get().loss(), deltas);
            return swapped(slot.get().put(), tap, slot.get().loss(), () -> backpropagate(null));
        }
        if (step.way().end() != Recording.End.LOSS) {
            throw new IllegalArgumentException(
                    "'" + node().view().name() + "' (" + node().view().kind()
                            + "): its loss cannot be replaced, so that nothing but its own loss can be differentiated");
        }
        return backpropagate(null);
    }

    /** Of an output layer, whose gradient begins in its loss, null. */
    private Pair<Gradient, INDArray> backpropagate(@Nullable INDArray epsilon) {
        INDArray given = epsilon == null ? null : SameDiffBackward.corrected(node().step(), epsilon);
        return node().layer().backpropGradient(given, StepMemory.current());
    }

    private static <T, R> R swapped(Consumer<? super T> slot, T tap, T original, Supplier<R> work) {
        slot.accept(tap);
        try {
            return work.get();
        } finally {
            slot.accept(original);
        }
    }

    @Override
    public final @Nullable INDArray[] factor(Sensitivities sensitivities) {
        INDArray epsilon = back(sensitivities);
        return new @Nullable INDArray[] {
            epsilon == null ? null : node().step().adaptBack(epsilon, sensitivities.rows(), StepMemory.current())
        };
    }

    /** As {@link #factor}, with respect to what the preprocessor has made of the signal; null if nothing flows. */
    abstract @Nullable INDArray back(Sensitivities sensitivities);

    /** DL4J's own backward pass, of as many rows as there are sensitivities. */
    final @Nullable INDArray ownBack(Sensitivities sensitivities) {
        // A preprocessor may put rows in another order, so that repeating comes before it.
        INDArray rows =
                node().step().adapt(sensitivities.repeat(given.signal()), sensitivities.rows(), StepMemory.current());
        boolean remembers = !node().isBare() || !node().facts().isStateless();
        if (sensitivities.outputs() > 1 && remembers) {
            step.activate(rows);
        }
        return ownBack(rows, sensitivities.epsilon());
    }

    /** DL4J's own backward pass after its forward pass of the same rows. */
    final @Nullable INDArray ownBack(INDArray rows, INDArray epsilon) {
        step.place(rows);
        if (node().inside() instanceof IOutputLayer output) {
            output.setLabels(epsilon);
            return backpropagate(null).getSecond();
        }
        return backpropagate(epsilon).getSecond();
    }
}
