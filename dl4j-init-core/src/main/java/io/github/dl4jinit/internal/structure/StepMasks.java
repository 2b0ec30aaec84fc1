package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.internal.signal.Masks;
import io.github.dl4jinit.internal.signal.Padding;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.layers.recurrent.LastTimeStepLayer;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Which entries count at each step, found as a walk goes along. Masks are handed on by DL4J's own rule, and remembered here, because many of
 * DL4J's layers keep none: LSTMs, convolutions, wrappers.
 *
 * <p>Two masks that DL4J does not hand on count as well: what a {@link MaskZeroLayer} finds in its input, for the layers after it, and the
 * {@link Padding} of series that come with a mask of their labels alone. DL4J's layers are left with the masks that DL4J gave them, so that
 * they compute what they compute without this class.
 */
public final class StepMasks {

    /**
     * The mask of a step's output.
     *
     * @param state whether DL4J still applies it
     * @param given whether DL4J knows of it
     */
    private record Mark(@Nullable INDArray mask, @Nullable MaskState state, boolean given) {

        static final Mark NONE = new Mark(null, null, true);
    }

    private final MultiDataSet batch;
    private final int examples;
    private final Mark[] marks;
    private final @Nullable INDArray[] inputs;

    /** @param batch which the network has been fed with */
    public StepMasks(List<Step> steps, MultiDataSet batch) {
        this.batch = batch;
        examples = (int) batch.getFeatures(0).size(0);
        marks = new Mark[steps.size()];
        inputs = new INDArray[steps.size()];
    }

    /** Begins with an input of the network. */
    public void enter(int index, Step.Input input) {
        INDArray mask = Masks.ofFeatures(batch, input.number());
        marks[index] = mask != null
                ? new Mark(mask, MaskState.Active, true)
                : new Mark(kept(() -> Padding.of(batch).orElse(null)), MaskState.Active, false);
    }

    /** Hands masks on through a vertex. */
    public void pass(int index, Step.OfVertex step) {
        INDArray[] masks =
                step.sources().stream().map(source -> marks[source].mask()).toArray(INDArray[]::new);
        boolean active = step.sources().stream().anyMatch(source -> marks[source].state() == MaskState.Active);
        boolean given = step.sources().stream().allMatch(source -> marks[source].given());
        MaskState state = active ? MaskState.Active : MaskState.Passthrough;
        marks[index] = Arrays.stream(masks).allMatch(mask -> mask == null)
                ? Mark.NONE
                : mark(() -> step.vertex().feedForwardMaskArrays(masks, state, examples), given);
    }

    /**
     * Hands a mask on through a layer that is about to be computed.
     *
     * @param input what the layer itself gets
     */
    public void pass(int index, Step.OfLayer step, Supplier<INDArray> input) {
        Mark now = marks[step.source()];
        InputPreProcessor adapter = step.adapter();
        if (now.mask() != null && adapter != null) {
            Mark before = now;
            now = mark(() -> adapter.feedForwardMaskArray(before.mask(), before.state(), examples), now.given());
        }
        Layer layer = step.layer();
        if (step.configuration() instanceof MaskZeroLayer zero) {
            INDArray own = kept(() -> Padding.otherThan(zero.getMaskingValue(), input.get(), zero));
            now = new Mark(own, MaskState.Active, false);
            layer = ((BaseWrapperLayer) layer).getUnderlying();
        }
        inputs[index] = now.mask();
        marks[index] = now.mask() == null ? Mark.NONE : through(layer, now);
        if (LayerNode.innermost(layer) instanceof IOutputLayer && layer.getMaskArray() != null) {
            marks[index] = new Mark(layer.getMaskArray(), MaskState.Active, true);
        }
    }

    private Mark through(Layer layer, Mark now) {
        // What an output layer keeps is the mask of the labels.
        if (LayerNode.innermost(layer) instanceof IOutputLayer) {
            return now;
        }
        Mark next = mark(() -> layer.feedForwardMaskArray(now.mask(), now.state(), examples), now.given());
        if (!now.given()) {
            layer.setMaskArray(null);
        }
        return layer instanceof LastTimeStepLayer ? Mark.NONE : next;
    }

    private static Mark mark(Supplier<@Nullable Pair<INDArray, MaskState>> rule, boolean given) {
        Pair<INDArray, MaskState> pair = kept(rule);
        return pair == null ? Mark.NONE : new Mark(pair.getFirst(), pair.getSecond(), given);
    }

    /** Masks outlive the workspaces of the walk. */
    @SuppressWarnings("try") // It is closed, and nothing else.
    private static <T extends @Nullable Object> T kept(Supplier<T> rule) {
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            return rule.get();
        }
    }

    /** What counts of the input of a layer, as DL4J shapes it there; null if all does. */
    public @Nullable INDArray ofInput(int index) {
        return inputs[index];
    }

    /** What counts of the output of a step, as DL4J shapes it there; null if all does. */
    public @Nullable INDArray ofOutput(int index) {
        return marks[index].mask();
    }
}
