package io.github.dl4jinit.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.network.Networks;
import java.lang.ref.WeakReference;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

/** The listener remembered the networks that it had seen, and so kept them in memory. */
class NetworkLeakTest {

    private static final List<DataSet> BATCHES = Networks.batches(DataType.DOUBLE, 8, 5);

    @Test
    void listener_doesNotHoldNetworks() throws InterruptedException {
        InitializingListener listener = new InitializingListener(Lsuv.defaults());
        WeakReference<Model> network = fitted(listener);
        for (int i = 0; i < 50 && !network.refersTo(null); i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(network.refersTo(null)).isTrue();
        assertThat(listener.report()).isPresent();
    }

    private static WeakReference<Model> fitted(InitializingListener listener) {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8);
        network.setListeners(listener);
        BATCHES.forEach(network::fit);
        return new WeakReference<>(network);
    }
}
