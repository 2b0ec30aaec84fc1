package io.github.dl4jinit.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.network.Networks;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

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

    @Test
    void pretrainedNetwork_isLeftAlone() {
        MultiLayerNetwork network = pretrainable();
        network.pretrainLayer(0, BATCHES.get(0).getFeatures());
        INDArray pretrained = network.getParam("0_W").dup();
        InitializingListener listener = new InitializingListener(Lsuv.defaults());
        network.setListeners(listener);
        network.fit(BATCHES.get(0));
        assertThat(listener.report()).isEmpty();
        assertThat(network.getParam("0_W").sub(pretrained).amaxNumber().doubleValue())
                .isLessThan(0.1);
    }
}
