package io.github.dl4jinit.internal.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.initializer.WithinLayer;
import io.github.dl4jinit.listener.InitializingListener;
import io.github.dl4jinit.network.Networks;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Layers that write into their input changed the user's features, or what a branch beside them read. */
class OverwrittenInputsTest {

    private static final List<DataSet> BATCHES = Networks.batches(DataType.DOUBLE, 8, 5);

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

    /** WithinLayer ran DL4J's inference on the user's own features, so that a second run with the same seed gave other bits. */
    @Test
    void withinLayer_afterALayerThatWritesIntoItsInput_givesTheSameBitsTwice() {
        for (Layer first : List.of(
                new ActivationLayer(Activation.TANH),
                new PReLULayer.Builder().inputShape(5).build())) {
            DataSet batch = BATCHES.get(0);
            INDArray features = batch.getFeatures().dup();
            MultiLayerNetwork once = startingWith(first, InputType.feedForward(5));
            MultiLayerNetwork twice = startingWith(first, InputType.feedForward(5));
            WithinLayer.defaults().initialize(once, batch);
            assertThat(batch.getFeatures()).isEqualTo(features);
            WithinLayer.defaults().initialize(twice, batch);
            assertThat(twice.params()).isEqualTo(once.params());
        }
    }
}
