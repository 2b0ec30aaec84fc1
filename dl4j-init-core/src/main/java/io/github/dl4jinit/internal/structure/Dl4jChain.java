package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.internal.signal.Masks;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** A MultiLayerNetwork. */
public record Dl4jChain(MultiLayerNetwork model) implements Dl4jNetwork {

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public int outputs() {
        return 1;
    }

    @Override
    public long seed() {
        return model.getDefaultConfiguration().getSeed();
    }

    @Override
    public INDArray params() {
        return model.params();
    }

    @Override
    public @Nullable INDArray gradients() {
        return model.getGradientsViewArray();
    }

    @Override
    public List<Step> steps() {
        int layers = model.getnLayers();
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Input("input", "the network's input", 0, 1));
        for (int i = 0; i < layers; i++) {
            Layer layer = model.getLayer(i);
            String name = layer.conf().getLayer().getLayerName();
            steps.add(new Step.OfLayer(
                    name == null ? "layer" + i : name,
                    model.getLayerWiseConfigurations().getConf(i).getLayer(),
                    layer,
                    model.getLayerWiseConfigurations().getInputPreProcess(i),
                    i,
                    i < layers - 1 ? 1 : 0));
        }
        return steps;
    }

    @Override
    public List<Integer> ends() {
        return List.of(model.getnLayers());
    }

    @Override
    public Dl4jNetwork copy() {
        MultiLayerNetwork copy =
                new MultiLayerNetwork(model.getLayerWiseConfigurations().clone());
        copy.init(Dl4jNetwork.initial(model.params().dup()), false);
        Dl4jNetwork.layOut(model.getLayers(), copy.getLayers());
        return new Dl4jChain(copy);
    }

    @Override
    public Dl4jNetwork copy(DifferentiableConfiguration how) {
        MultiLayerConfiguration configuration = how.copyOf(model.getLayerWiseConfigurations());
        MultiLayerNetwork copy = new MultiLayerNetwork(configuration);
        copy.init(how.parameters(model.params()), false);
        Dl4jNetwork.layOut(model.getLayers(), copy.getLayers());
        copy.initGradientsView();
        return new Dl4jChain(copy);
    }

    @Override
    public void feed(MultiDataSet batch) {
        model.setInput(batch.getFeatures(0));
        model.setLayerMaskArrays(Masks.ofFeatures(batch, 0), Masks.ofLabels(batch, 0));
    }

    // Not MultiLayerNetwork.clear(): it drops the solver, and with it the state of the user's updater.
    @Override
    public void clear() {
        model.clearLayerMaskArrays();
        model.setInput(null);
        for (Layer layer : model.getLayers()) {
            layer.clear();
        }
    }

    @Override
    public void computeGradient(MultiDataSet batch) {
        model.rnnClearPreviousState();
        feed(batch);
        model.setLabels(batch.getLabels(0));
        model.computeGradientAndScore();
    }

    @Override
    public double loss(MultiDataSet batch) {
        model.rnnClearPreviousState();
        DataSet own = new DataSet(
                batch.getFeatures(0), batch.getLabels(0), Masks.ofFeatures(batch, 0), Masks.ofLabels(batch, 0));
        return model.score(own, true) - model.calcRegularizationScore(true);
    }

    @Override
    public INDArray[] outputs(MultiDataSet batch) {
        return new INDArray[] {model.output(batch.getFeatures(0), false, Masks.ofFeatures(batch, 0), null)};
    }
}
