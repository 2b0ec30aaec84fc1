package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.internal.memory.AlternatingMemory;
import io.github.dl4jinit.internal.memory.FreshMemory;
import io.github.dl4jinit.internal.memory.SweepMemory;
import io.github.dl4jinit.internal.memory.Wires;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * One walk through a network's steps at inference, by DL4J's own code, in which memory is freed as soon as no later step needs it. On a
 * straight line of layers, two layers' activations are held at a time.
 */
public final class Walk {

    /** Computes the layers of a walk, or looks on. */
    @FunctionalInterface
    public interface LayerCall {

        /**
         * Called when a layer's input is set.
         *
         * @param step index of the layer's step
         * @param masks what counts at this layer and before it
         * @param forward the layer's own computation
         * @return the layer's output
         */
        INDArray compute(int step, StepMasks masks, Supplier<INDArray> forward);
    }

    private final Dl4jNetwork network;
    private final List<Step> steps;
    private final LayerCall call;

    /** @param steps of the network */
    public Walk(Dl4jNetwork network, List<Step> steps, LayerCall call) {
        this.network = network;
        this.steps = steps;
        this.call = call;
    }

    /** Runs a batch through all steps. */
    public void through(MultiDataSet batch) {
        network.feed(batch);
        try (SweepMemory memory = memory()) {
            run(batch, steps.size(), memory);
        } finally {
            network.clear();
        }
    }

    /**
     * Runs a batch as far as one layer.
     *
     * @param end index of the layer's step
     * @return what the layer itself gets, after its preprocessor; perhaps the features themselves
     */
    public INDArray before(MultiDataSet batch, int end) {
        Step.OfLayer layer = (Step.OfLayer) steps.get(end);
        network.feed(batch);
        try (SweepMemory memory = memory()) {
            Wires wires = run(batch, end, memory);
            INDArray signal = wires.get(layer.source()).detach();
            return layer.adapt(signal, examples(batch), LayerWorkspaceMgr.noWorkspaces());
        } finally {
            network.clear();
        }
    }

    private SweepMemory memory() {
        boolean straight = true;
        for (int i = 1; i < steps.size(); i++) {
            straight &= steps.get(i) instanceof Step.OfLayer layer && layer.source() == i - 1;
        }
        return straight ? new AlternatingMemory() : new FreshMemory();
    }

    private Wires run(MultiDataSet batch, int end, SweepMemory memory) {
        Wires wires = new Wires(steps.size());
        StepMasks masks = new StepMasks(steps, batch);
        for (int i = 0; i < end; i++) {
            Step step = steps.get(i);
            if (step instanceof Step.Input input) {
                wires.put(i, batch.getFeatures(input.number()), step.uses(), true);
                masks.enter(i, input);
                continue;
            }
            LayerWorkspaceMgr room = memory.nextStep();
            INDArray output = step instanceof Step.OfLayer layer
                    ? layer(i, layer, wires, masks, examples(batch), room)
                    : vertex(i, (Step.OfVertex) step, wires, masks, room);
            step.sources().forEach(source -> wires.used(source, output));
            wires.put(i, output, step.uses(), false);
        }
        return wires;
    }

    private static int examples(MultiDataSet batch) {
        return (int) batch.getFeatures(0).size(0);
    }

    private INDArray layer(
            int index, Step.OfLayer step, Wires wires, StepMasks masks, int examples, LayerWorkspaceMgr room) {
        INDArray adapted = step.adapt(wires.get(step.source()), examples, room);
        boolean copied = step.overwritesInput() && wires.isNeededElsewhere(step.source(), adapted);
        INDArray input = copied ? adapted.dup() : adapted;
        masks.pass(index, step, () -> input);
        step.layer().setInput(input, room);
        INDArray output = room.leverageTo(ArrayType.ACTIVATIONS, call.compute(index, masks, () -> step.layer()
                .activate(false, room)));
        step.layer().clear();
        wires.freeUnlessHeld(input, output);
        return output;
    }

    private static INDArray vertex(
            int index, Step.OfVertex step, Wires wires, StepMasks masks, LayerWorkspaceMgr room) {
        masks.pass(index, step);
        for (int i = 0; i < step.sources().size(); i++) {
            step.vertex().setInput(i, wires.get(step.sources().get(i)), room);
        }
        INDArray output = step.vertex().doForward(false, room);
        step.vertex().clear();
        return output;
    }
}
