package io.github.dl4jinit.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class InitializingListenerTest {

    private static final List<DataSet> BATCHES = Networks.batches(DataType.DOUBLE, 8, 5);

    /** Counts its calls and keeps what it was given. */
    private static final class Recording implements NetworkInitializer {
        final List<MultiDataSet> batches = new ArrayList<>();

        @Override
        public InitReport initialize(Model model, MultiDataSet batch) {
            batches.add(batch);
            return Lsuv.defaults().initialize(model, batch);
        }
    }

    private static MultiLayerNetwork network() {
        return Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8, 7);
    }

    @Test
    void runsOnce_onTheFirstMinibatch_withLabels() {
        Recording recording = new Recording();
        MultiLayerNetwork network = network();
        network.setListeners(new InitializingListener(recording));
        BATCHES.forEach(network::fit);
        assertThat(recording.batches).hasSize(1);
        assertThat(recording.batches.get(0).getFeatures(0))
                .isEqualTo(BATCHES.get(0).getFeatures());
        assertThat(recording.batches.get(0).getLabels(0))
                .isEqualTo(BATCHES.get(0).getLabels());
    }

    @Test
    void sharedListener_hasAReportForEachNetwork() {
        InitializingListener listener = new InitializingListener(Lsuv.defaults());
        MultiLayerNetwork first = network();
        MultiLayerNetwork second = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8);
        first.setListeners(listener);
        second.setListeners(listener);
        BATCHES.forEach(first::fit);
        BATCHES.forEach(second::fit);
        assertThat(listener.reports()).hasSize(2);
        assertThat(listener.report(first)).containsSame(listener.reports().get(0));
        assertThat(listener.report(second)).containsSame(listener.reports().get(1));
        assertThat(listener.report()).containsSame(listener.reports().get(1));
        assertThat(listener.reports().get(0).layers()).hasSize(3);
        assertThat(listener.reports().get(1).layers()).hasSize(2);
        assertThat(listener.report(network())).isEmpty();
    }

    @Test
    void graph_isGivenAllInputsAndLabels() {
        Recording recording = new Recording();
        ComputationGraph graph = Networks.twoInputs(DataType.DOUBLE);
        graph.setListeners(new InitializingListener(recording));
        MultiDataSet batch = Networks.multiBatches(DataType.DOUBLE, 8).get(0);
        graph.fit(batch);
        assertThat(recording.batches.get(0).getFeatures()).containsExactly(batch.getFeatures());
        assertThat(recording.batches.get(0).getLabels()).containsExactly(batch.getLabels());
    }

    @Test
    void trainedNetwork_isLeftAlone_afterRestore() throws IOException {
        MultiLayerNetwork network = network();
        network.fit(BATCHES.get(0));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ModelSerializer.writeModel(network, file, true);
        InputStream saved = new ByteArrayInputStream(file.toByteArray());
        MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(saved, true);
        InitializingListener listener = new InitializingListener(Lsuv.defaults());
        restored.setListeners(listener);
        BATCHES.forEach(network::fit);
        BATCHES.forEach(restored::fit);
        assertThat(listener.report()).isEmpty();
        assertThat(restored.params()).isEqualTo(network.params());
    }

    @Test
    void trainedNetwork_isLeftAlone_andSaysSoOnce() {
        MultiLayerNetwork network = network();
        network.fit(BATCHES.get(0));
        network.setListeners(new InitializingListener(Lsuv.defaults()));
        PrintStream standard = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            BATCHES.forEach(network::fit);
        } finally {
            System.setErr(standard);
        }
        assertThat(log.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.contains("has been trained already (iteration 1, epoch 0)"))
                .hasSize(1);
    }

    @Test
    void networkWithAnEpochBehindIt_isLeftAlone() {
        Recording recording = new Recording();
        MultiLayerNetwork network = network();
        network.incrementEpochCount();
        network.setListeners(new InitializingListener(recording));
        network.fit(BATCHES.get(0));
        assertThat(recording.batches).isEmpty();
    }

    @Test
    void evenIfTrained_initializesOnce() {
        Recording recording = new Recording();
        MultiLayerNetwork network = network();
        network.fit(BATCHES.get(0));
        network.setListeners(InitializingListener.evenIfTrained(recording));
        BATCHES.forEach(network::fit);
        assertThat(recording.batches).hasSize(1);
    }

    @Test
    void failingInitializer_stopsFit_andNothingIsLost() {
        MultiLayerNetwork network = network();
        INDArray before = network.params().dup();
        network.setListeners(new InitializingListener((model, batch) -> {
            throw new IllegalArgumentException("no");
        }));
        assertThatThrownBy(() -> network.fit(BATCHES.get(0))).hasMessage("no");
        assertThat(network.params()).isEqualTo(before);
    }

    @Test
    void notFiniteBatch_stopsFit_andNothingIsLost() {
        MultiLayerNetwork network = network();
        INDArray before = network.params().dup();
        network.setListeners(new InitializingListener(Lsuv.defaults()));
        INDArray features = BATCHES.get(0).getFeatures().dup().putScalar(3, Double.NaN);
        assertThatThrownBy(
                        () -> network.fit(new DataSet(features, BATCHES.get(0).getLabels())))
                .hasMessageContaining("NaN or infinite");
        assertThat(network.params()).isEqualTo(before);
    }

    @Test
    void twoListeners_runInOrder_theLastDecides() {
        MultiLayerNetwork one = network();
        one.setListeners(
                new InitializingListener(Lsuv.builder().targetVariance(4).build()));
        MultiLayerNetwork both = network();
        both.setListeners(
                new InitializingListener(Lsuv.defaults()),
                new InitializingListener(Lsuv.builder().targetVariance(4).build()));
        BATCHES.forEach(one::fit);
        BATCHES.forEach(both::fit);
        assertThat(both.params()).isEqualTo(one.params());
    }

    @Test
    void oneListener_twoNetworks_twoThreads() throws InterruptedException {
        MultiLayerNetwork alone = network();
        Lsuv.defaults().initialize(alone, BATCHES.get(0));
        BATCHES.forEach(alone::fit);
        InitializingListener shared = new InitializingListener(Lsuv.defaults());
        List<MultiLayerNetwork> networks = List.of(network(), network());
        networks.forEach(network -> network.setListeners(shared));
        List<Thread> threads = networks.stream()
                .map(network -> new Thread(() -> BATCHES.forEach(batch -> network.fit(batch.copy()))))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(networks).allSatisfy(network -> assertThat(network.params()).isEqualTo(alone.params()));
    }

    /** The other optimizers compute several gradients in their first iteration; only the first may be replaced. */
    @ParameterizedTest
    @EnumSource(names = {"LBFGS", "CONJUGATE_GRADIENT", "LINE_GRADIENT_DESCENT"})
    void otherOptimizers_initializeOnce(OptimizationAlgorithm algorithm) {
        Recording recording = new Recording();
        MultiLayerNetwork byListener = optimizedBy(algorithm);
        byListener.setListeners(new InitializingListener(recording));
        MultiLayerNetwork byHand = optimizedBy(algorithm);
        Lsuv.defaults().initialize(byHand, BATCHES.get(0));
        byHand.fit(BATCHES.get(0));
        byListener.fit(BATCHES.get(0));
        assertThat(recording.batches).hasSize(1);
        assertThat(byListener.params()).isEqualTo(byHand.params());
    }

    private static MultiLayerNetwork optimizedBy(OptimizationAlgorithm algorithm) {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .optimizationAlgo(algorithm)
                .list()
                .layer(new org.deeplearning4j.nn.conf.layers.DenseLayer.Builder()
                        .nIn(5)
                        .nOut(8)
                        .build())
                .layer(Networks.softmax(8))
                .build());
    }

    @Test
    void pretraining_ofALayer_isNotTheFirstMinibatch() {
        Recording recording = new Recording();
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new AutoEncoder.Builder().nIn(5).nOut(8).build())
                .layer(Networks.softmax(8))
                .build());
        network.setListeners(new InitializingListener(recording));
        network.pretrainLayer(0, BATCHES.get(0).getFeatures());
        assertThat(recording.batches).isEmpty();
    }

    @Test
    void generator_isAfterTheFirstStep_whereItWouldBeWithoutAListener() {
        ComputationGraph plain = Networks.residual(DataType.DOUBLE);
        plain.fit(BATCHES.get(0));
        double next = Nd4j.getRandom().nextDouble();
        ComputationGraph listened = Networks.residual(DataType.DOUBLE);
        listened.setListeners(new InitializingListener(Lsuv.defaults()));
        listened.fit(BATCHES.get(0));
        assertThat(Nd4j.getRandom().nextDouble()).isEqualTo(next);
    }
}
