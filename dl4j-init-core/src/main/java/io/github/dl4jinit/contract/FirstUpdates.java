package io.github.dl4jinit.contract;

import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.listener.InitializingListener;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The first updates of a network that was initialized by hand, and of one that its listener initializes: they are to be the same.
 *
 * @param initializer what is checked
 * @param network makes networks, all alike
 * @param batch has labels
 */
record FirstUpdates(NetworkInitializer initializer, Supplier<? extends Model> network, MultiDataSet batch) {

    private static final long ANY_SEED = 17;
    private static final int UPDATES = 3;

    void compare(List<String> violations) {
        Model untouched = network.get();
        List<String> changedByDl4j;
        try {
            changedByDl4j = changesOf(untouched);
        } catch (RuntimeException dl4jCannot) {
            return;
        }
        if (iterations(untouched) == 0) {
            return;
        }
        Model byHand = network.get();
        initializer.initialize(byHand, batch);
        train(byHand);
        Model byListener = network.get();
        byListener.addListeners(new InitializingListener(initializer));
        List<String> changes;
        try {
            changes = changesOf(byListener);
        } catch (RuntimeException failure) {
            violations.add("by hand it works; as a listener, it threw " + failure);
            return;
        }
        changes.stream()
                .filter(change -> !changedByDl4j.contains(change))
                .forEach(change -> violations.add("the listener changed: " + change));
        compare("parameters", byHand.params(), byListener.params(), violations);
        compare("updater state", updaterState(byHand), updaterState(byListener), violations);
    }

    /** What training changes that is not for training to change: a layer of DL4J may write into its own configuration. */
    private List<String> changesOf(Model model) {
        Untouched before = Untouched.of(model, batch);
        train(model);
        return before.changes(Untouched.Part.changedByTraining());
    }

    private static void compare(
            String what, @Nullable INDArray byHand, @Nullable INDArray byListener, List<String> violations) {
        double[] expected = ParameterBits.of(byHand);
        double[] actual = ParameterBits.of(byListener);
        if (!Arrays.equals(expected, actual)) {
            double largest = 0;
            for (int i = 0; i < Math.min(expected.length, actual.length); i++) {
                largest = Math.max(largest, Math.abs(expected[i] - actual[i]));
            }
            violations.add(
                    "after " + UPDATES + " updates the " + what + " by hand and by the listener differ by " + largest);
        }
    }

    /** Some updates, with the same dropout masks each time. */
    private void train(Model model) {
        Nd4j.getRandom().setSeed(ANY_SEED);
        for (int i = 0; i < UPDATES; i++) {
            fit(model, batch);
        }
    }

    /** One update. {@code MultiLayerNetwork.fit(MultiDataSet)} of DL4J is not asked: it takes both masks or none. */
    static void fit(Model model, MultiDataSet batch) {
        if (model instanceof MultiLayerNetwork network) {
            network.fit(new DataSet(
                    batch.getFeatures(0),
                    batch.getLabels(0),
                    first(batch.getFeaturesMaskArrays()),
                    first(batch.getLabelsMaskArrays())));
        } else {
            ((ComputationGraph) model).fit(batch);
        }
    }

    /** None where DL4J says in a warning only that it does not train. */
    private static int iterations(Model model) {
        return model instanceof MultiLayerNetwork network
                ? network.getIterationCount()
                : ((ComputationGraph) model).getConfiguration().getIterationCount();
    }

    private static @Nullable INDArray first(INDArray @Nullable [] masks) {
        return masks == null ? null : masks[0];
    }

    private static @Nullable INDArray updaterState(Model model) {
        return model instanceof MultiLayerNetwork network
                ? network.getUpdater().getStateViewArray()
                : ((ComputationGraph) model).getUpdater().getStateViewArray();
    }
}
