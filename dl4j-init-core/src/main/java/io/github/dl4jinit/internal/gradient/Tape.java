package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.structure.Execution;
import io.github.dl4jinit.internal.structure.LayerNode;
import io.github.dl4jinit.internal.structure.LossSlot;
import io.github.dl4jinit.internal.structure.NetworkView;
import io.github.dl4jinit.network.FlowStep;
import io.github.dl4jinit.network.Samples;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * One forward pass of a network on one batch, with all its intermediate results, and backward passes through it.
 *
 * <p>z_0 = the features; z_i = F_i(z of the steps before it); backward, for a gradient e by the output of a step,
 * {@code e J_i} with J_i the derivative of F_i, by DL4J's own backward pass of that layer or vertex. The steps are those of {@link
 * NetworkView#flow}; preprocessors belong to the layer behind them.
 *
 * <p>The network is a copy: dropout and weight noise are off, nothing is frozen, truncated backpropagation through time is not
 * truncated, masks are applied. Batch normalization uses the statistics of the batch or the stored ones, as the {@link Mode} says; with
 * the stored ones it is an affine map of each channel and examples do not see each other, but its own gain and shift get no
 * gradient. Gradients are those of the sum over the examples: row n is the gradient of the loss of example n alone.
 *
 * <p>All activations are held until it is closed. Not for several threads.
 */
public final class Tape implements AutoCloseable {

    /** What a backward pass takes for the function of an output layer. */
    public enum End {
        /** The layer's loss: what goes in are labels. */
        LOSS,
        /** The pre-activation: what goes in is the gradient by it. */
        RESPONSE,
        /** The answer, behind the activation: what goes in is the gradient by it. */
        ANSWER;

        LossTap tap(ILossFunction loss, Consumer<INDArray> deltas) {
            return switch (this) {
                case LOSS -> LossTap.of(loss, deltas);
                case RESPONSE -> LossTap.ofResponse(deltas);
                case ANSWER -> LossTap.ofAnswer(deltas);
            };
        }
    }

    /**
     * How a network is run.
     *
     * @param type the precision
     * @param batchStatistics whether batch normalization uses the statistics of the batch, as in training
     * @param end where backward passes begin in output layers
     */
    public record Mode(DataType type, boolean batchStatistics, End end) {}

    /** Sees a backward pass, from the last step to the first. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * Called when the backward pass has gone through a step.
         *
         * @param step index of the step
         * @param delta the gradient by its pre-activation, or by its output if it has none; null if none arrives or is
         *     seen (a loss that cannot be tapped)
         * @param gradients the gradient by each of its parameters, summed over the batch; valid until the visitor returns
         */
        void visit(int step, @Nullable INDArray delta, Map<String, INDArray> gradients);
    }

    private final Execution copy;
    private final List<FlowStep> steps;
    private final List<@Nullable Stage> stages;
    private final @Nullable INDArray[] signals;

    private Tape(Execution copy, Mode mode, org.nd4j.linalg.dataset.api.MultiDataSet batch) {
        this.copy = copy;
        this.steps = copy.flow();
        this.stages = copy.stages(mode);
        this.signals = copy.feed(cast(batch, mode.type()));
    }

    /** @param copy not used elsewhere */
    public static Tape of(Execution copy, Mode mode, org.nd4j.linalg.dataset.api.MultiDataSet batch) {
        Tape tape = new Tape(copy, mode, batch);
        for (int i = 0; i < tape.steps.size(); i++) {
            Stage stage = tape.stages.get(i);
            if (stage != null) {
                tape.signals[i] = stage.forward(tape.inputs(i));
            }
        }
        return tape;
    }

    private static MultiDataSet cast(org.nd4j.linalg.dataset.api.MultiDataSet batch, DataType type) {
        return new MultiDataSet(
                cast(batch.getFeatures(), type),
                cast(batch.getLabels(), type),
                cast(batch.getFeaturesMaskArrays(), type),
                cast(batch.getLabelsMaskArrays(), type));
    }

    private static INDArray @Nullable [] cast(INDArray @Nullable [] arrays, DataType type) {
        return arrays == null
                ? null
                : Arrays.stream(arrays)
                        .map(a -> a == null || !a.dataType().isFPType() ? a : a.castTo(type))
                        .toArray(INDArray[]::new);
    }

    /**
     * The steps of the forward pass, with and without parameters.
     *
     * @return in the order of execution
     */
    public List<FlowStep> steps() {
        return steps;
    }

    /**
     * What a step answered.
     *
     * @param step its index
     * @return z, [n, ...]: not a copy, and not to be changed
     */
    public INDArray output(int step) {
        return Objects.requireNonNull(signals[step]);
    }

    /**
     * What a step answered, or the gradient by it, as a matrix of channels.
     *
     * @param step its index
     * @param values of the shape of its output or of its pre-activation
     * @return a row for each position of each example, a column for each channel, with the mask that DL4J applies there
     */
    public Samples samples(int step, INDArray values) {
        LayerNode node = node(stages.get(step));
        return node == null ? Samples.of(values, 1, null) : node.samples(values);
    }

    /**
     * The function that makes a step's output from its pre-activation.
     *
     * @param step its index
     * @return the function, or null if there is none or several (in recurrent layers)
     */
    public @Nullable IActivation activation(int step) {
        LayerNode node = node(stages.get(step));
        return node == null ? null : node.lastFunction();
    }

    /**
     * The steps whose outputs are those of the network.
     *
     * @return indices, in the order of the network's outputs
     */
    public List<Integer> ends() {
        return copy.ends();
    }

    /**
     * Why a step has no derivative to go back by.
     *
     * @param step its index
     * @return the reason, or empty if it has one
     */
    public Optional<String> whyNoDerivative(int step) {
        LayerNode node = node(stages.get(step));
        if (node == null) {
            return Optional.empty();
        }
        if (node.lastFunction() instanceof ActivationRReLU) {
            return Optional.of("its slope is random (RReLU), so that its derivative is another one at every look: put"
                    + " ActivationLReLU in its place");
        }
        boolean ownLoss = node.inside() instanceof IOutputLayer && LossSlot.of(node.configuration()) == null;
        return ownLoss
                ? Optional.of(
                        "its loss is more than a function of its answer, so that only that loss can be differentiated")
                : Optional.empty();
    }

    /**
     * Whether the network ends in losses.
     *
     * @return false if an output is not that of an output layer
     */
    public boolean hasLosses() {
        return ends().stream().map(stages::get).allMatch(Tape::isLoss);
    }

    private static boolean isLoss(@Nullable Stage stage) {
        LayerNode node = node(stage);
        return node != null && node.inside() instanceof IOutputLayer;
    }

    private static @Nullable LayerNode node(@Nullable Stage stage) {
        return stage == null ? null : stage.node();
    }

    /**
     * Goes back through one step.
     *
     * @param step its index; not an input of the network
     * @param epsilon the gradient by its output; in an output layer what the {@link End} says
     * @return the gradient by each of its sources, null where a source has none
     */
    public List<@Nullable INDArray> pull(int step, INDArray epsilon) {
        return requireStage(step).backward(inputs(step), epsilon, ignored -> {}).epsilons();
    }

    /**
     * Goes back through the whole network.
     *
     * @param starts what goes in at each output, in the order of {@link #ends}
     * @param visitor sees each step on the way
     * @return the gradient by each step's output, by index; null where none arrives. At the inputs it is that by the features.
     */
    public @Nullable INDArray[] pullBack(INDArray[] starts, Visitor visitor) {
        @Nullable INDArray[] epsilons = new INDArray[steps.size()];
        List<Integer> ends = ends();
        for (int i = 0; i < ends.size(); i++) {
            epsilons[ends.get(i)] = starts[i];
        }
        for (int i = steps.size() - 1; i >= 0; i--) {
            Stage stage = stages.get(i);
            INDArray epsilon = epsilons[i];
            if (stage == null) {
                continue;
            }
            if (epsilon == null) {
                visitor.visit(i, null, Map.of());
                continue;
            }
            // What an output layer without a tap gets are its labels, which are no gradient.
            @Nullable INDArray[] delta = {isLoss(stage) ? null : epsilon};
            Stage.Pull pull = stage.backward(inputs(i), epsilon, shown -> delta[0] = shown.dup());
            visitor.visit(i, delta[0], pull.gradients());
            List<Integer> sources = steps.get(i).sources();
            for (int k = 0; k < sources.size(); k++) {
                INDArray more = pull.epsilons().get(k);
                INDArray before = epsilons[sources.get(k)];
                if (more != null) {
                    epsilons[sources.get(k)] = before == null ? more : before.add(more);
                }
            }
        }
        return epsilons;
    }

    private Stage requireStage(int step) {
        Stage stage = stages.get(step);
        if (stage == null) {
            throw new IllegalArgumentException("step " + step + " '"
                    + steps.get(step).name() + "' is an input of the network: there is nothing to go back through");
        }
        return stage;
    }

    private INDArray[] inputs(int step) {
        return steps.get(step).sources().stream().map(this::output).toArray(INDArray[]::new);
    }

    /** Frees the copy of the network. */
    @Override
    public void close() {
        copy.close();
    }
}
