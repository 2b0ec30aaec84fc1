package io.github.dl4jinit.regress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.listener.InitializingListener;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.Outcome;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a Deeplearning4j expert found in the first review of networks, sweeps and the listener. */
class FirstReviewTest {

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

    /** Parameters, updater state and score; the features stay as they were. */
    private static void assertExact(Supplier<MultiLayerNetwork> build, DataSet batch) {
        INDArray features = batch.getFeatures().dup();
        MultiLayerNetwork byHand = build.get();
        Lsuv.defaults().initialize(byHand, batch);
        assertThat(batch.getFeatures()).isEqualTo(features);
        MultiLayerNetwork byListener = build.get();
        byListener.setListeners(new InitializingListener(Lsuv.defaults()));
        Nd4j.getRandom().setSeed(99);
        byHand.fit(batch);
        Nd4j.getRandom().setSeed(99);
        byListener.fit(batch);
        assertThat(batch.getFeatures()).isEqualTo(features);
        assertThat(byListener.params().sub(byHand.params()).amaxNumber().doubleValue())
                .isEqualTo(0);
        assertThat(byListener
                        .getUpdater()
                        .getStateViewArray()
                        .sub(byHand.getUpdater().getStateViewArray())
                        .amaxNumber()
                        .doubleValue())
                .isEqualTo(0);
        assertThat(byListener.score()).isEqualTo(byHand.score());
    }

    private static MultiLayerNetwork startingWith(Layer first, InputType input) {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .convolutionMode(ConvolutionMode.Same)
                .list()
                .layer(first)
                .layer(new DenseLayer.Builder().nOut(8).dropOut(0.7).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(Networks.CLASSES)
                        .build())
                .setInputType(input)
                .build());
    }

    @Test
    void layersThatWriteIntoTheirInput_doNotReachTheFeatures() {
        InputType five = InputType.feedForward(5);
        assertExact(() -> startingWith(new ActivationLayer(Activation.TANH), five), BATCHES.get(0));
        assertExact(() -> startingWith(new PReLULayer.Builder().inputShape(5).build(), five), BATCHES.get(0));
    }

    @Test
    void activationLayerOnABranch_leavesTheShortcutAlone() {
        ComputationGraph graph = Networks.init(Networks.base(DataType.DOUBLE)
                .activation(Activation.IDENTITY)
                .graphBuilder()
                .addInputs("in")
                .addLayer("d", new DenseLayer.Builder().nIn(5).nOut(8).build(), "in")
                .addLayer("act", new ActivationLayer(Activation.TANH), "d")
                .addLayer("e", new DenseLayer.Builder().nIn(8).nOut(8).build(), "act")
                .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "d", "e")
                .addLayer("out", Networks.softmax(8), "add")
                .setOutputs("out")
                .build());
        INDArray features = Networks.normal(3, DataType.DOUBLE, 200, 5).muli(4);
        Lsuv.defaults().initialize(graph, new DataSet(features, null));
        INDArray d = features.mmul(graph.getParam("d_W"));
        INDArray e = Nd4j.math().tanh(d.dup()).mmul(graph.getParam("e_W"));
        INDArray out = d.add(e).mmul(graph.getParam("out_W"));
        assertThat(out.var(false).getDouble(0)).isBetween(0.99, 1.01);
    }

    @Test
    void maskBehindConvolutions_isUsedOrReported_andFitWorks() {
        INDArray mask = Networks.mask(DataType.FLOAT, 6, 9);
        DataSet batch = new DataSet(
                Networks.normal(1, DataType.FLOAT, 6, 4, 9), Networks.oneHot(1, DataType.FLOAT, 6), mask, null);
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.FLOAT)
                .list()
                .layer(new Convolution1DLayer.Builder(3).nOut(5).stride(3).build())
                .layer(new LSTM.Builder().nOut(6).build())
                .layer(new GlobalPoolingLayer())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(Networks.CLASSES)
                        .build())
                .setInputType(InputType.recurrent(4, 9))
                .build());
        InitializingListener listener = new InitializingListener(Lsuv.defaults());
        network.setListeners(listener);
        network.fit(batch);
        assertThat(listener.report()).isPresent();
    }

    @Test
    void failureInTheRecompute_restoresTheParameters() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8);
        INDArray before = network.params().dup();
        network.setListeners(new InitializingListener(Lsuv.defaults()), new BaseTrainingListener() {
            private int passes;

            @Override
            public void onForwardPass(Model model, List<INDArray> activations) {
                if (++passes == 2) {
                    throw new IllegalStateException("second pass");
                }
            }

            @Override
            public void onForwardPass(Model model, Map<String, INDArray> activations) {}
        });
        assertThatThrownBy(() -> network.fit(BATCHES.get(0))).hasMessage("second pass");
        assertThat(network.params()).isEqualTo(before);
    }

    @Test
    void wrappers_theUsersConfigurationIsNeverTapped() {
        MultiLayerConfiguration configuration = Networks.base(DataType.DOUBLE)
                .list()
                .layer(new TimeDistributed(new DenseLayer.Builder().nOut(5).build()))
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(Networks.CLASSES)
                        .build())
                .setInputType(InputType.recurrent(4, 9))
                .build();
        MultiLayerNetwork network = Networks.init(configuration);
        DenseLayer inner =
                (DenseLayer) ((TimeDistributed) configuration.getConf(0).getLayer()).getUnderlying();
        List<IActivation> seen = new ArrayList<>();
        NetworkCopy.of(network)
                .sweep(
                        new DataSet(Networks.normal(1, DataType.DOUBLE, 6, 4, 9), null).toMultiDataSet(),
                        (layer, response) -> seen.add(inner.getActivationFn()));
        assertThat(seen).hasSize(2).allMatch(ActivationTanH.class::isInstance);
    }

    @Test
    void halfPrecision_isInitialized() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT16, Activation.TANH, 5, 8);
        INDArray features = Networks.normal(1, DataType.FLOAT16, 64, 5).muli(5);
        InitReport report = Lsuv.builder().tolerance(0.05).build().initialize(network, new DataSet(features, null));
        assertThat(report.layers()).allMatch(line -> line.outcome() == Outcome.CONVERGED);
    }

    @Test
    void networkWithoutParameters_hasAnEmptyReport() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new ActivationLayer(Activation.TANH))
                .setInputType(InputType.feedForward(5))
                .build());
        assertThat(Lsuv.defaults().initialize(network, BATCHES.get(0)).layers()).isEmpty();
    }

    @Test
    void fullyMaskedBatch_isNamed() {
        MultiLayerNetwork network = Networks.denseThenRecurrent(DataType.DOUBLE);
        INDArray nothing = Nd4j.zeros(DataType.DOUBLE, 6, 9);
        DataSet batch = new DataSet(Networks.normal(1, DataType.DOUBLE, 6, 4, 9), null, nothing, nothing);
        assertThatThrownBy(() -> Lsuv.defaults().initialize(network, batch))
                .hasMessageContaining("the mask of this batch leaves no entry");
    }

    @Test
    void stateOfRnnTimeStep_survivesTheFirstFit() {
        MultiLayerNetwork network = Networks.recurrent(DataType.DOUBLE, false);
        network.rnnTimeStep(Nd4j.ones(DataType.DOUBLE, 2, 4, 1));
        network.setListeners(new InitializingListener(Lsuv.defaults()));
        network.fit(Networks.series(DataType.DOUBLE, 6, 4, 9, false).get(0));
        assertThat(network.rnnGetPreviousState(0)).isNotEmpty();
    }
}
