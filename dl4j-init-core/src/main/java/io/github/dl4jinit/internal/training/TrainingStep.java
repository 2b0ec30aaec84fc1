package io.github.dl4jinit.internal.training;

import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training step that a network is in between DL4J's callbacks {@code onBackwardPass}, where {@link #of} finds all of
 * the minibatch, and {@code onGradientCalculation}, where {@link #redoAfter} may change the network: gradients are
 * computed, the update is not made yet.
 *
 * @param model the user's network
 * @param iterations updates made so far
 * @param epochs epochs finished so far
 * @param batch features, labels and masks of the step
 */
public record TrainingStep(Model model, int iterations, int epochs, MultiDataSet batch) {

    private static final Logger LOG = LoggerFactory.getLogger(TrainingStep.class);

    /**
     * The step that a model is in.
     *
     * @param model what DL4J handed to {@code onBackwardPass}
     * @return the step, or empty if it is a single layer in pretraining
     */
    public static Optional<TrainingStep> of(Model model) {
        if (model instanceof MultiLayerNetwork network) {
            return Optional.of(new TrainingStep(
                    model, network.getIterationCount(), network.getEpochCount(), BatchInFlight.of(network)));
        }
        if (model instanceof ComputationGraph graph) {
            return Optional.of(
                    new TrainingStep(model, graph.getIterationCount(), graph.getEpochCount(), BatchInFlight.of(graph)));
        }
        return Optional.empty();
    }

    /**
     * How many updates a model says that it has had.
     *
     * @param model what DL4J handed to a listener
     * @return the count, or -1 if it is a single layer in pretraining
     */
    public static int iterations(Model model) {
        if (model instanceof MultiLayerNetwork network) {
            return network.getIterationCount();
        }
        return model instanceof ComputationGraph graph ? graph.getIterationCount() : -1;
    }

    /** Whether the network has made an update or finished an epoch; pretraining does not count. */
    public boolean hasTrained() {
        return iterations > 0 || epochs > 0;
    }

    /** {@return the names of the layers that have been pretrained, one at a time} */
    public Set<String> pretrained() {
        return Pretrained.in(model);
    }

    /**
     * As {@link #redoAfter}, but pretrained layers keep what they have learned.
     *
     * @param change gets a duplicate of the model, in which pretrained layers are frozen
     */
    public void redoKeepingPretrained(Consumer<Model> change) {
        redoAfter(own -> Pretrained.keeping(own, change));
    }

    /**
     * Sees to it that {@code onGradientCalculation} comes, for which DL4J asks the network's optimizer and not the network: the optimizer of a
     * {@code ComputationGraph.clone()} may have been made before the clone got its listeners, and calls none.
     *
     * @param model what DL4J handed to {@code onBackwardPass}
     */
    public static void expectGradient(Model model) {
        if (model instanceof ComputationGraph graph && graph.getUpdater(false) != null) {
            graph.getOptimizer().setListeners(List.copyOf(graph.getListeners()));
        }
    }

    /**
     * Changes the network and computes the step's gradients again, with the random numbers of the first time, as if the
     * network had been changed before the step.
     *
     * @param change changes the model's parameters; if it throws, the step stands as it was
     */
    public void redoAfter(Consumer<Model> change) {
        Optional<RandomState> before = stateBefore();
        RandomState now = RandomState.current();
        try (INDArray parameters = model.params().dup()) {
            redoAfter(change, before, parameters, now);
        }
    }

    private void redoAfter(Consumer<Model> change, Optional<RandomState> before, INDArray parameters, RandomState now) {
        try {
            change.accept(model);
            before.ifPresentOrElse(
                    RandomState::restore,
                    () -> LOG.warn("This ND4J's random generator cannot be wound back: the dropout masks of the first"
                            + " iteration are other ones than those of a network initialized before fit."));
            recompute();
        } catch (RuntimeException | Error e) {
            model.params().assign(parameters);
            now.restore();
            throw e;
        }
    }

    private Optional<RandomState> stateBefore() {
        try (NetworkCopy rehearsal = NetworkCopy.of(model)) {
            return RandomState.before(() -> rehearsal.network().computeGradient(batch));
        }
    }

    private void recompute() {
        if (model instanceof MultiLayerNetwork network) {
            if (network.getLayerWiseConfigurations().getBackpropType() == BackpropType.TruncatedBPTT) {
                network.rnnClearPreviousState();
            }
            network.computeGradientAndScore();
        } else if (model instanceof ComputationGraph graph) {
            if (graph.getConfiguration().getBackpropType() == BackpropType.TruncatedBPTT) {
                graph.rnnClearPreviousState();
            }
            graph.computeGradientAndScore();
        }
    }
}
