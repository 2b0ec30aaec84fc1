package io.github.dl4jinit.internal.split;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;

/** The user's own network, not a copy, as the trainers of {@link SplitNetwork} drive it. */
public sealed interface Host permits ChainHost, GraphHost {

    public Layer outputLayer();

    public String outputName();

    /** Why the network as a whole cannot be split, or null. */
    @Nullable
    public String obstacle();

    /** What the output layer gets as its input, at inference; a detached array. */
    public INDArray features(INDArray features, @Nullable INDArray mask);

    public HiddenLayers hidden();

    public void fit(DataSet batch);

    public INDArray params();

    public double score();

    public void setScore(double score);

    /** The gradients that the updater is about to see, by all parameters; live. */
    public INDArray gradients();

    public BaseMultiLayerUpdater<?> updater();

    public Collection<TrainingListener> listeners();

    public void setListeners(List<TrainingListener> listeners);

    public int iterations();

    public int epochs();

    public void setCounts(int iterations, int epochs);
}
