package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.StepMemory;
import io.github.dl4jinit.internal.structure.LayerNode;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.internal.structure.SameDiffBackward;
import io.github.dl4jinit.internal.structure.Step;
import io.github.dl4jinit.internal.structure.StepMasks;
import io.github.dl4jinit.internal.structure.VertexFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Runs batches through a copied network and keeps what the ways back need. How each layer is run is decided when this is made. */
final class Recorder {

    private final NetworkCopy copy;
    private final Recording.Way way;
    private final List<Step> steps;

    /** By step; null where a step is no layer. */
    private final List<@Nullable LayerStep> layers = new ArrayList<>();

    Recorder(NetworkCopy copy, Recording.Way way) {
        this.copy = copy;
        this.way = way;
        this.steps = copy.steps();
        for (int i = 0; i < steps.size(); i++) {
            LayerNode node = copy.node(i);
            layers.add(node == null ? null : new LayerStep(node, way));
        }
    }

    NetworkCopy copy() {
        return copy;
    }

    List<Step> steps() {
        return steps;
    }

    List<Integer> ends() {
        return copy.network().ends();
    }

    @Nullable
    LayerStep layer(int step) {
        return layers.get(step);
    }

    /** @param batch its features in the precision of the copy */
    Recording record(MultiDataSet batch) {
        copy.network().feed(batch);
        int examples = (int) batch.getFeatures(0).size(0);
        INDArray[] signals = new INDArray[steps.size()];
        @Nullable Passage[] passages = new Passage[steps.size()];
        StepMasks masks = new StepMasks(steps, batch);
        for (int i = 0; i < signals.length; i++) {
            Step step = steps.get(i);
            if (step instanceof Step.Input input) {
                signals[i] = batch.getFeatures(input.number());
                masks.enter(i, input);
                continue;
            }
            Passage passage;
            if (step instanceof Step.OfVertex vertex) {
                masks.pass(i, vertex);
                passage = new VertexPassage(vertex, gather(signals, vertex), way.training());
            } else {
                Step.OfLayer layer = (Step.OfLayer) step;
                INDArray signal = signals[layer.source()];
                masks.pass(i, layer, () -> layer.adapt(signal, examples, StepMemory.current()));
                passage = Objects.requireNonNull(layers.get(i)).forward(signal, examples);
            }
            passages[i] = passage;
            // DL4J answers in single precision where it pulls the last steps out of masked series.
            INDArray output = passage.output();
            signals[i] = output.dataType().isFPType() ? output.castTo(copy.type()) : output;
        }
        return new Recording(this, signals, passages, masks);
    }

    private static INDArray[] gather(INDArray[] signals, Step step) {
        return step.sources().stream().map(source -> signals[source]).toArray(INDArray[]::new);
    }

    /** Arrays in the precision of the copy; indices stay what they are. */
    static MultiDataSet cast(MultiDataSet batch, DataType type) {
        return new org.nd4j.linalg.dataset.MultiDataSet(
                cast(batch.getFeatures(), type),
                cast(batch.getLabels(), type),
                // DL4J takes masks of any type, and shortens those of convolutions in single precision only.
                batch.getFeaturesMaskArrays(),
                cast(batch.getLabelsMaskArrays(), type));
    }

    private static INDArray @Nullable [] cast(INDArray @Nullable [] arrays, DataType type) {
        return arrays == null
                ? null
                : Arrays.stream(arrays)
                        .map(a -> a == null || !a.dataType().isFPType() ? a : a.castTo(type))
                        .toArray(INDArray[]::new);
    }

    /** Which steps sensitivities flow back to. */
    boolean[] reached() {
        boolean[] reached = new boolean[steps.size()];
        ends().forEach(end -> reached[end] = true);
        for (int i = steps.size() - 1; i >= 0; i--) {
            if (reached[i] && !stops(i)) {
                steps.get(i).sources().forEach(source -> reached[source] = true);
            }
        }
        return reached;
    }

    /** Which steps have trained parameters, or such steps before them. */
    boolean[] needed() {
        boolean[] needed = new boolean[steps.size()];
        for (int i = 0; i < needed.length; i++) {
            needed[i] = trains(i) || steps.get(i).sources().stream().anyMatch(source -> needed[source]);
        }
        return needed;
    }

    private boolean trains(int i) {
        LayerStep layer = layers.get(i);
        return layer != null ? layer.trains() : isWeighted(i);
    }

    private boolean isWeighted(int i) {
        return steps.get(i) instanceof Step.OfVertex vertex && vertex.vertex().numParams() > 0;
    }

    /** Whether nothing flows back through a step. */
    boolean stops(int i) {
        LayerStep layer = layers.get(i);
        return layer != null && layer.stops();
    }

    /** Whether DL4J's own backward pass of some step is wrong, or fails where this one does not. */
    boolean corrects() {
        return steps.stream().anyMatch(SameDiffBackward::isDoubled)
                || layers.stream().anyMatch(layer -> layer != null && layer.corrects());
    }

    /** The first layer that DL4J fails to go back through, with the reason. */
    Optional<String> whyNoWayBack() {
        return first(LayerStep::whyNoWayBack);
    }

    /** The first step without a derivative, with the reason. */
    Optional<String> whyNoDerivative() {
        return first(LayerStep::whyNoDerivative);
    }

    private Optional<String> first(Function<LayerStep, Optional<String>> reason) {
        return layers.stream()
                .filter(Objects::nonNull)
                .flatMap(layer -> reason.apply(layer).map(why -> layer.where() + ": " + why).stream())
                .findFirst();
    }

    /**
     * Why the derivatives of some step have no factors.
     *
     * @param recording of one example
     */
    Optional<String> whyNotFactored(Recording recording) {
        for (int i = 0; i < steps.size(); i++) {
            LayerStep layer = layers.get(i);
            String reason = layer != null
                    ? layer.whyNotFactored(
                            recording.output(steps.get(i).sources().get(0)))
                    : whyNotFactored(i);
            if (reason != null) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }

    private @Nullable String whyNotFactored(int i) {
        if (steps.get(i) instanceof Step.OfVertex vertex && VertexFacts.regroupsExamples(vertex.configuration())) {
            return where(i)
                    + " sends several signals through the same weights, so that a layer's rows are not its examples";
        }
        return isWeighted(i) ? where(i) + " has parameters and is no layer" : null;
    }

    /** The step at which numbers stop being finite, forward or back, with the remedy. */
    String whyNotFinite(Recording recording) {
        for (int i = 0; i < steps.size(); i++) {
            if (!isFinite(recording.output(i))) {
                return where(i)
                        + ": its output is not finite: scale the weights (InitDoctor says where the signal grows),"
                        + " or compute in DOUBLE";
            }
        }
        INDArray[] starts =
                ends().stream().map(end -> Nd4j.onesLike(recording.output(end))).toArray(INDArray[]::new);
        @Nullable INDArray[] back = recording.pullBack(starts, (step, delta, gradients) -> {});
        for (int i = steps.size() - 1; i > 0; i--) {
            for (int source : steps.get(i).sources()) {
                INDArray epsilon = back[source];
                if (epsilon != null && !isFinite(epsilon)) {
                    return where(i)
                            + ": what flows back through it is not finite. DL4J's pooling of kind PNORM divides 0 by 0"
                            + " where all of a window is 0: take MAX or AVG, or leave such examples out. Elsewhere scale the"
                            + " weights, or compute in DOUBLE";
                }
            }
        }
        return "some derivative is beyond the largest number of the network's type: compute in DOUBLE";
    }

    private static boolean isFinite(INDArray values) {
        return !values.dataType().isFPType()
                || Double.isFinite(values.castTo(DataType.DOUBLE).norm1Number().doubleValue());
    }

    /** Where a step is, for messages. */
    String where(int i) {
        LayerStep layer = layers.get(i);
        if (layer != null) {
            return layer.where();
        }
        return steps.get(i) instanceof Step.OfVertex vertex
                ? "vertex '" + vertex.name() + "' ("
                        + vertex.vertex().getClass().getSimpleName() + ")"
                : ((Step.Input) steps.get(i)).phrase();
    }
}
