package io.github.dl4jinit.internal.split;

import io.github.dl4jinit.internal.structure.Dl4jNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;

/** The training of the hidden layers of a user's network by its own updater, while the output layer stays as it is. */
public final class HiddenTraining {

    private final Dl4jNetwork network;
    private final UserNetwork host;
    private final Layer output;

    HiddenTraining(Dl4jNetwork network, UserNetwork host, Layer output) {
        this.network = network;
        this.host = host;
        this.output = output;
    }

    /**
     * One iteration of DL4J's own training on the hidden layers: forward, backward, updater, listeners, constraints and
     * counts as in {@code fit(DataSet)}, with the output layer's parameters and updater state kept as they are.
     *
     * @param batch features, labels and masks
     */
    public void step(DataSet batch) {
        step(batch, List.of());
    }

    /**
     * One iteration as in {@link #step(DataSet)}, but with a gradient that the caller computed in place of the batch's.
     *
     * @param example one example, which DL4J runs through the network all the same
     * @param gradient by all parameters, in their order
     * @param score what listeners are told as the network's score
     */
    public void step(DataSet example, INDArray gradient, double score) {
        step(example, List.of(new BaseTrainingListener() {
            @Override
            public void onGradientCalculation(Model trained) {
                INDArray live = Objects.requireNonNull(network.gradients());
                live.assign(gradient.reshape(live.shape()));
                host.setScore(score);
            }
        }));
    }

    private void step(DataSet batch, List<TrainingListener> first) {
        OutputGuard guard = OutputGuard.of(output, host.updater());
        List<TrainingListener> listeners = List.copyOf(host.listeners());
        List<TrainingListener> guarded = new ArrayList<>(first);
        guarded.add(guard);
        guarded.addAll(listeners);
        host.setListeners(guarded);
        try {
            host.fit(batch);
        } finally {
            guard.restore();
            host.setListeners(listeners);
        }
    }

    /** Tells the listeners that an epoch starts, as {@code fit(iterator)} does. */
    public void startEpoch() {
        host.listeners().forEach(listener -> listener.onEpochStart(network.model()));
    }

    /** Tells the listeners that an epoch ends, and counts it, as {@code fit(iterator)} does. */
    public void endEpoch() {
        host.listeners().forEach(listener -> listener.onEpochEnd(network.model()));
        host.setCounts(host.iterations(), host.epochs() + 1);
    }

    /** Updates made so far: DL4J's count. */
    public int iterations() {
        return host.iterations();
    }

    /** Epochs finished so far: DL4J's count. */
    public int epochs() {
        return host.epochs();
    }

    /**
     * Runs a training and, if it throws, puts the network back: parameters, updater state and counts.
     *
     * @param training changes the network
     */
    public void orRestore(Runnable training) {
        INDArray parameters = network.params().dup();
        @Nullable INDArray live = host.updater().getStateViewArray();
        @Nullable INDArray state = live == null ? null : live.dup();
        int iterations = host.iterations();
        int epochs = host.epochs();
        try {
            training.run();
        } catch (RuntimeException | Error e) {
            network.params().assign(parameters);
            if (state != null) {
                Objects.requireNonNull(host.updater().getStateViewArray()).assign(state);
            }
            host.setCounts(iterations, epochs);
            throw e;
        }
    }
}
