package io.github.dl4jinit.internal.split;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.api.DataSet;

/** The user's own network, not a copy, as the trainers of {@link SplitNetwork} drive it. */
interface UserNetwork {

    static UserNetwork of(Model model) {
        return model instanceof MultiLayerNetwork chain ? new OfChain(chain) : new OfGraph((ComputationGraph) model);
    }

    BackpropType backpropType();

    void fit(DataSet batch);

    void setScore(double score);

    BaseMultiLayerUpdater<?> updater();

    Collection<TrainingListener> listeners();

    void setListeners(List<TrainingListener> listeners);

    int iterations();

    int epochs();

    void setCounts(int iterations, int epochs);

    private static void setCounts(Layer[] layers, int iterations, int epochs) {
        for (Layer layer : layers) {
            layer.setIterationCount(iterations);
            layer.setEpochCount(epochs);
        }
    }

    /** A MultiLayerNetwork. */
    record OfChain(MultiLayerNetwork network) implements UserNetwork {

        @Override
        public BackpropType backpropType() {
            return network.getLayerWiseConfigurations().getBackpropType();
        }

        @Override
        public void fit(DataSet batch) {
            network.fit(batch);
        }

        @Override
        public void setScore(double score) {
            network.setScore(score);
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
            UserNetwork.setCounts(network.getLayers(), iterations, epochs);
        }
    }

    /** A ComputationGraph. */
    record OfGraph(ComputationGraph graph) implements UserNetwork {

        @Override
        public BackpropType backpropType() {
            return graph.getConfiguration().getBackpropType();
        }

        @Override
        public void fit(DataSet batch) {
            graph.fit(batch);
        }

        @Override
        public void setScore(double score) {
            graph.setScore(score);
        }

        @Override
        public BaseMultiLayerUpdater<?> updater() {
            return graph.getUpdater();
        }

        @Override
        public Collection<TrainingListener> listeners() {
            return graph.getListeners();
        }

        @Override
        public void setListeners(List<TrainingListener> listeners) {
            graph.setListeners(listeners);
        }

        @Override
        public int iterations() {
            return graph.getConfiguration().getIterationCount();
        }

        @Override
        public int epochs() {
            return graph.getConfiguration().getEpochCount();
        }

        @Override
        public void setCounts(int iterations, int epochs) {
            graph.getConfiguration().setIterationCount(iterations);
            graph.getConfiguration().setEpochCount(epochs);
            UserNetwork.setCounts(graph.getLayers(), iterations, epochs);
        }
    }
}
