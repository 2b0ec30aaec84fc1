package io.github.dl4jinit.internal.split;

import io.github.dl4jinit.internal.memory.Buffers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;

/** The user's MultiLayerNetwork. */
public record ChainHost(MultiLayerNetwork network) implements Host {

    @Override
    public Layer outputLayer() {
        return network.getLayer(network.getnLayers() - 1);
    }

    @Override
    public String outputName() {
        return outputLayer().conf().getLayer().getLayerName();
    }

    @Override
    public @Nullable String obstacle() {
        return network.getLayerWiseConfigurations().getBackpropType() == BackpropType.TruncatedBPTT
                ? "it is trained by truncated backpropagation through time, which is several updates a batch"
                : null;
    }

    @Override
    public INDArray features(INDArray features, @Nullable INDArray mask) {
        int last = network.getnLayers() - 1;
        INDArray signal = last == 0 ? features : beforeLast(features, mask, last - 1);
        InputPreProcessor adapter = adapter(last);
        return adapter == null
                ? signal
                : adapter.preProcess(signal, (int) features.size(0), LayerWorkspaceMgr.noWorkspaces());
    }

    private INDArray beforeLast(INDArray features, @Nullable INDArray mask, int layer) {
        boolean overwrites = SplitNetwork.mayOverwriteInput(network.getLayer(0));
        network.setLayerMaskArrays(mask, null);
        try {
            List<INDArray> activations =
                    network.feedForwardToLayer(layer, overwrites ? features.dup() : features, false);
            INDArray result = activations.get(activations.size() - 1);
            for (INDArray activation : activations) {
                Buffers.free(activation, List.of(result, features));
            }
            return result;
        } finally {
            network.clearLayerMaskArrays();
        }
    }

    @Override
    public HiddenLayers hidden() {
        int last = network.getnLayers() - 1;
        List<HiddenLayers.Step> steps = new ArrayList<>();
        for (int i = 0; i < last; i++) {
            Layer layer = network.getLayer(i);
            String name = layer.conf().getLayer().getLayerName();
            steps.add(new HiddenLayers.Step(name, layer, null, adapter(i), List.of(i)));
        }
        return new HiddenLayers(steps, last, adapter(last));
    }

    private @Nullable InputPreProcessor adapter(int layer) {
        return network.getLayerWiseConfigurations().getInputPreProcess(layer);
    }

    @Override
    public void fit(DataSet batch) {
        network.fit(batch);
    }

    @Override
    public INDArray params() {
        return network.params();
    }

    @Override
    public double score() {
        return network.score();
    }

    @Override
    public void setScore(double score) {
        network.setScore(score);
    }

    @Override
    public INDArray gradients() {
        return network.getGradientsViewArray();
    }

    @Override
    public BaseMultiLayerUpdater<?> updater() {
        return (BaseMultiLayerUpdater<?>) network.getUpdater();
    }

    @Override
    public Collection<TrainingListener> listeners() {
        return network.getListeners();
    }

    @Override
    public void setListeners(List<TrainingListener> listeners) {
        network.setListeners(listeners);
    }

    @Override
    public int iterations() {
        return network.getIterationCount();
    }

    @Override
    public int epochs() {
        return network.getEpochCount();
    }

    @Override
    public void setCounts(int iterations, int epochs) {
        network.setIterationCount(iterations);
        network.setEpochCount(epochs);
        for (Layer layer : network.getLayers()) {
            layer.setIterationCount(iterations);
            layer.setEpochCount(epochs);
        }
    }
}
