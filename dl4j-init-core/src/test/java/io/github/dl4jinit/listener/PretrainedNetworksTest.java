package io.github.dl4jinit.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Layerwise pretraining calls listeners too: it was taken for a first minibatch, and its result initialized over. */
class PretrainedNetworksTest {

    private static final List<DataSet> BATCHES = Networks.batches(DataType.DOUBLE, 8, 5);

    private static MultiLayerNetwork pretrainable() {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new AutoEncoder.Builder().nIn(5).nOut(8).build())
                .layer(Networks.softmax(8))
                .build());
    }

    @Test
    void pretrainingAfterFit_doesNotInitializeAgain() {
        List<Model> runs = new ArrayList<>();
        NetworkInitializer counting = (model, batch) -> {
            runs.add(model);
            return Lsuv.defaults().initialize(model, batch);
        };
        InitializingListener listener = new InitializingListener(counting);
        MultiLayerNetwork trained = pretrainable();
        trained.setListeners(listener);
        BATCHES.forEach(trained::fit);
        INDArray learned = trained.params().dup();
        MultiLayerNetwork other = pretrainable();
        other.setListeners(listener);
        other.pretrainLayer(0, BATCHES.get(0).getFeatures());
        assertThat(runs).hasSize(1);
        assertThat(trained.params()).isEqualTo(learned);
    }

    private static ComputationGraph pretrainableGraph() {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .addLayer("auto", new AutoEncoder.Builder().nIn(5).nOut(8).build(), "in")
                .addLayer("out", Networks.softmax(8), "auto")
                .setOutputs("out")
                .build());
    }

    /** The fresh output layer used to be left alone as well, with a remedy that would have destroyed the pretrained layer. */
    @Test
    void pretrainedLayer_isKept_andTheOthersAreInitialized() {
        MultiLayerNetwork network = pretrainable();
        network.pretrainLayer(0, BATCHES.get(0).getFeatures());
        INDArray pretrained = network.getLayer(0).params().dup();
        INDArray fresh = network.getLayer(1).params().dup();
        List<Double> variances = new ArrayList<>();
        InitializingListener listener = new InitializingListener((model, batch) -> {
            InitReport report = Lsuv.defaults().initialize(model, batch);
            MultiLayerNetwork shown = (MultiLayerNetwork) model;
            assertThat(shown.getLayer(0).params()).isEqualTo(pretrained);
            INDArray signal = shown.feedForwardToLayer(0, batch.getFeatures(0)).get(1);
            INDArray response = signal.mmul(shown.getLayer(1).getParam("W"));
            variances.add(response.var(false).getDouble(0));
            return report;
        });
        network.setListeners(listener);
        network.fit(BATCHES.get(0));
        assertThat(variances).singleElement().satisfies(v -> assertThat(v).isCloseTo(1, within(1e-9)));
        assertThat(network.getLayer(0).params().sub(pretrained).amaxNumber().doubleValue())
                .as("one update of Adam(0.01)")
                .isLessThan(0.0101);
        assertThat(network.getLayer(1).params().sub(fresh).amaxNumber().doubleValue())
                .isGreaterThan(0.1);
        assertThat(listener.report().orElseThrow().layers())
                .extracting(LayerReport::note)
                .startsWith("pretrained: it keeps what it has learned");
    }

    /** Also if the initializer asks nobody, and the first update is exact. */
    @Test
    void pretrainedLayer_andAnInitializerThatChangesEverything_isKept() {
        NetworkInitializer ruthless = (model, batch) -> {
            model.params().assign(0.3);
            return new InitReport("ruthless", List.of(), 0);
        };
        MultiLayerNetwork byHand = pretrainable();
        byHand.pretrainLayer(0, BATCHES.get(0).getFeatures());
        MultiLayerNetwork network = pretrainable();
        network.setParams(byHand.params().dup());
        network.getLayer(0).conf().setIterationCount(1); // As pretraining counts.
        byHand.getLayer(1).params().assign(0.3);
        network.setListeners(new InitializingListener(ruthless));
        BATCHES.forEach(network::fit);
        BATCHES.forEach(byHand::fit);
        assertThat(network.params().sub(byHand.params()).amaxNumber().doubleValue())
                .isZero();
    }

    @Test
    void pretrainedLayerOfAGraph_isKept_andTheOthersAreInitialized() {
        ComputationGraph graph = pretrainableGraph();
        graph.pretrainLayer(
                "auto",
                new IteratorMultiDataSetIterator(
                        List.of(BATCHES.get(0).toMultiDataSet()).iterator(), 8));
        INDArray pretrained = graph.getParam("auto_W").dup();
        INDArray output = graph.getParam("out_W").dup();
        InitializingListener listener = new InitializingListener(Lsuv.defaults());
        graph.setListeners(listener);
        graph.fit(BATCHES.get(0));
        assertThat(graph.getParam("auto_W").sub(pretrained).amaxNumber().doubleValue())
                .as("one update of Adam(0.01)")
                .isLessThan(0.0101);
        assertThat(graph.getParam("out_W").sub(output).amaxNumber().doubleValue())
                .isGreaterThan(0.1);
        assertThat(listener.report().orElseThrow().layers())
                .extracting(LayerReport::outcome)
                .containsExactly(Outcome.SKIPPED, Outcome.CONVERGED);
    }

    /** Listeners are called in pretraining too, with a layer in the place of the network. */
    @Test
    void pretrainingWithTheListener_isNotDisturbed() {
        MultiLayerNetwork alone = pretrainable();
        MultiLayerNetwork network = pretrainable();
        InitializingListener listener = new InitializingListener(Lsuv.defaults());
        network.setListeners(listener);
        for (MultiLayerNetwork each : List.of(alone, network)) {
            Nd4j.getRandom().setSeed(5);
            BATCHES.forEach(batch -> each.pretrainLayer(0, batch.getFeatures()));
        }
        assertThat(network.params()).isEqualTo(alone.params());
        assertThat(listener.report()).isEmpty();
        network.fit(BATCHES.get(0));
        assertThat(listener.report()).isPresent();
        BATCHES.forEach(network::fit);
        assertThat(listener.reports()).hasSize(1);
    }
}
