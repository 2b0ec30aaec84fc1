package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.signal.Masks;
import io.github.dl4jinit.internal.structure.DifferentiableConfiguration;
import io.github.dl4jinit.internal.structure.LayerNode;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.internal.structure.StepMasks;
import io.github.dl4jinit.network.FlowNode;
import io.github.dl4jinit.network.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * One forward pass of a network on one batch, with all its intermediate results, and backward passes through it.
 *
 * <p>z_0 = the features; z_i = F_i(z of the steps before it); backward, for a gradient e with respect to the output of a step,
 * {@code e J_i} with J_i the derivative of F_i, by DL4J's own backward pass of that layer or vertex. The steps are those of
 * {@link NetworkCopy#steps}; preprocessors belong to the layer after them.
 *
 * <p>The network is a copy: dropout and weight noise are off, truncated backpropagation through time is not truncated, masks are
 * applied. Gradients are those of the sum over the examples: row n is the gradient of the loss of example n alone.
 *
 * <p>All activations are held until it is garbage. Not for several threads.
 */
public final class Recording implements AutoCloseable {

    /** What a backward pass takes for the function of an output layer. */
    public enum End {
        /** The layer's loss: what goes in are labels. */
        LOSS,
        /** The pre-activation: what goes in is the gradient with respect to it. */
        RESPONSE,
        /** The output, after the activation: what goes in is the gradient with respect to it. */
        OUTPUT;

        LossTap tap(ILossFunction loss, Consumer<INDArray> deltas) {
            return switch (this) {
                case LOSS -> LossTap.of(loss, deltas);
                case RESPONSE -> LossTap.ofResponse(deltas);
                case OUTPUT -> LossTap.ofOutput(deltas);
            };
        }
    }

    /**
     * How a network is run.
     *
     * @param training whether layers are run as in training
     * @param batchStatistics whether batch normalization uses the statistics of the batch; with the stored ones it is an affine map of
     *     each channel, and examples do not see each other
     * @param end where backward passes begin in output layers
     * @param factors whether {@link #factors} will be asked for, which needs faster forward passes than DL4J's
     */
    public record Way(boolean training, boolean batchStatistics, End end, boolean factors) {}

    /**
     * How a network is run for {@link #of}.
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
         * @param delta the gradient with respect to its pre-activation, or to its output if it has none; null if none arrives or is
         *     seen (a loss that cannot be tapped)
         * @param gradients the gradient with respect to each of its parameters, summed over the batch; valid until the visitor returns
         */
        void visit(int step, @Nullable INDArray delta, Map<String, INDArray> gradients);
    }

    private final Recorder recorder;
    private final List<FlowNode> flow;
    private final INDArray[] signals;
    private final @Nullable Passage[] passages;
    private final StepMasks masks;

    Recording(Recorder recorder, INDArray[] signals, @Nullable Passage[] passages, StepMasks masks) {
        this.recorder = recorder;
        this.flow = recorder.copy().flow();
        this.signals = signals;
        this.passages = passages;
        this.masks = masks;
    }

    /**
     * Runs one batch through another copy, in which nothing is frozen.
     *
     * @param network the copy whose parameters are taken as they are now
     * @param batch features for every input; labels are needed only where the mode's end is the loss
     * @param mode precision, what batch normalization uses, and where backward passes begin
     * @return the recording; close it to free its copy
     * @throws IllegalArgumentException if the batch is empty, not finite, or does not fit the network's inputs
     */
    public static Recording of(NetworkCopy network, MultiDataSet batch, Mode mode) {
        network.requireBatch(batch);
        NetworkCopy copy = network.differentiable(new DifferentiableConfiguration(mode.type(), true));
        Way way = new Way(true, mode.batchStatistics(), mode.end(), false);
        return new Recorder(copy, way).record(Recorder.cast(batch, mode.type()));
    }

    /** The nodes of the forward pass, one for each step. */
    public List<FlowNode> steps() {
        return flow;
    }

    /** What a step has computed, [n, ...]: not a copy, and not to be changed. */
    public INDArray output(int step) {
        return signals[step];
    }

    /**
     * The output of a step, or the gradient with respect to it, as a matrix of channels.
     *
     * @param step its index
     * @param values of the shape of its output or of its pre-activation
     * @return a row for each position of each example, a column for each channel, with what counts there
     */
    public Samples samples(int step, INDArray values) {
        INDArray mask = masks.ofOutput(step);
        LayerNode node = recorder.copy().node(step);
        if (node != null) {
            return node.samples(values, mask);
        }
        int channelAxis = recorder.copy().channelAxis(step, values.rank());
        return Samples.of(values, channelAxis, Masks.fitting(mask, values, channelAxis, 'f'));
    }

    /** The function that makes a step's output from its pre-activation, or null if there is none or several (in recurrent layers). */
    public @Nullable IActivation activation(int step) {
        LayerNode node = recorder.copy().node(step);
        return node == null ? null : node.lastFunction();
    }

    /** Indices of the steps whose outputs are those of the network, in the order of its outputs. */
    public List<Integer> ends() {
        return recorder.ends();
    }

    /** Why a step has no derivative to go back by, or empty if it has one. */
    public Optional<String> whyNoDerivative(int step) {
        LayerStep layer = recorder.layer(step);
        return layer == null ? Optional.empty() : layer.whyNoDerivative();
    }

    /** Which layer DL4J fails to go back through, and why; empty if it can go back through all. */
    public Optional<String> whyNoWayBack() {
        return recorder.whyNoWayBack();
    }

    /** Whether every output of the network is that of an output layer. */
    public boolean hasLosses() {
        return ends().stream().allMatch(this::isLoss);
    }

    private boolean isLoss(int step) {
        LayerNode node = recorder.copy().node(step);
        return node != null && node.inside() instanceof IOutputLayer;
    }

    /**
     * Goes back through one step.
     *
     * @param step its index; not an input of the network
     * @param epsilon the gradient with respect to its output; in an output layer what the {@link End} says
     * @return the gradient with respect to each of its sources, null where a source has none
     */
    public List<@Nullable INDArray> pull(int step, INDArray epsilon) {
        Passage passage = passages[step];
        if (passage == null) {
            throw new IllegalArgumentException("step " + step + " '"
                    + flow.get(step).name() + "' is an input of the network: there is nothing to go back through");
        }
        return passage.pull(epsilon, ignored -> {}).epsilons();
    }

    /**
     * Goes back through the whole network.
     *
     * @param starts what goes in at each output, in the order of {@link #ends}
     * @param visitor sees each step on the way
     * @return the gradient with respect to each step's output, by index; null where none arrives. At the inputs it is that with
     *     respect to the features.
     */
    public @Nullable INDArray[] pullBack(INDArray[] starts, Visitor visitor) {
        @Nullable INDArray[] epsilons = arriving(List.of(starts));
        for (int i = passages.length - 1; i >= 0; i--) {
            Passage passage = passages[i];
            INDArray epsilon = epsilons[i];
            if (passage == null) {
                continue;
            }
            if (epsilon == null) {
                visitor.visit(i, null, Map.of());
                continue;
            }
            // What an output layer without a tap gets are its labels, which are no gradient.
            @Nullable INDArray[] delta = {isLoss(i) ? null : epsilon};
            Passage.Pull pull = passage.pull(epsilon, shown -> delta[0] = shown.dup());
            visitor.visit(i, delta[0], pull.gradients());
            List<Integer> sources = recorder.steps().get(i).sources();
            for (int k = 0; k < sources.size(); k++) {
                add(epsilons, sources.get(k), pull.epsilons().get(k));
            }
        }
        return epsilons;
    }

    /**
     * The derivatives of several outputs with respect to all trained parameters, as factors; derivatives where they are fewer numbers.
     *
     * @param units for each end the derivatives with respect to its output, one row per output for each example
     * @param outputs how many outputs there are
     * @return those of each layer, the last one first
     */
    Factors factors(List<INDArray> units, int outputs) {
        int examples = (int) signals[0].size(0);
        boolean[] needed = recorder.needed();
        List<LayerFactors> factors = new ArrayList<>();
        @Nullable INDArray[] epsilons = arriving(units);
        for (int i = passages.length - 1; i >= 0; i--) {
            Passage passage = passages[i];
            INDArray epsilon = epsilons[i];
            if (passage == null || epsilon == null || recorder.stops(i) || !needed[i]) {
                continue;
            }
            List<Integer> sources = recorder.steps().get(i).sources();
            boolean further = sources.stream().anyMatch(source -> needed[source]);
            @Nullable
            INDArray[] back = passage.factor(
                    new Sensitivities(epsilon, examples, outputs, further, layer -> factors.add(smaller(layer))));
            for (int k = 0; k < sources.size(); k++) {
                if (needed[sources.get(k)]) {
                    add(epsilons, sources.get(k), back[k]);
                }
            }
            epsilons[i] = null;
            passages[i] = null;
        }
        return new Factors(factors);
    }

    private static LayerFactors smaller(LayerFactors layer) {
        return layer instanceof LayerFactors.Outer outer && outer.isLarge()
                ? new LayerFactors.Rows(layer.layer(), layer.derivatives())
                : layer;
    }

    private @Nullable INDArray[] arriving(List<INDArray> starts) {
        @Nullable INDArray[] epsilons = new INDArray[passages.length];
        List<Integer> ends = ends();
        for (int i = 0; i < ends.size(); i++) {
            add(epsilons, ends.get(i), starts.get(i));
        }
        return epsilons;
    }

    private static void add(@Nullable INDArray[] sums, int at, @Nullable INDArray summand) {
        if (summand != null) {
            INDArray sum = sums[at];
            sums[at] = sum == null ? summand : sum.add(summand);
        }
    }

    /** Frees the copy of the network. */
    @Override
    public void close() {
        recorder.copy().close();
    }
}
