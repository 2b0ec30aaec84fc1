package io.github.dl4jinit.network;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;

/** The user's own network, not a copy, as the trainers of {@link SplitNetwork} drive it. */
sealed interface Host permits ChainHost, GraphHost {

    Layer outputLayer();

    String outputName();

    /** Why the network as a whole cannot be split, or null. */
    @Nullable
    String obstacle();

    /** What the output layer gets as its input, at inference; a detached array. */
    INDArray features(INDArray features, @Nullable INDArray mask);

    HiddenLayers hidden();

    void fit(DataSet batch);

    INDArray params();

    double score();

    void setScore(double score);

    /** The gradients that the updater is about to see, by all parameters; live. */
    INDArray gradients();

    BaseMultiLayerUpdater<?> updater();

    Collection<TrainingListener> listeners();

    void setListeners(List<TrainingListener> listeners);

    int iterations();

    int epochs();

    void setCounts(int iterations, int epochs);
}
