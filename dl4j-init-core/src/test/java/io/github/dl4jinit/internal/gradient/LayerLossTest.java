package io.github.dl4jinit.internal.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.LayerExample;
import io.github.dl4jinit.network.LayerExamples;
import io.github.dl4jinit.network.LayerFacts.LossSlot;
import io.github.dl4jinit.network.Networks;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Which layers take a loss, and that it can be replaced where the catalogue says so. */
class LayerLossTest {

    /** The network's own loss, which notices that it is asked. */
    private static final class Noticing extends LossMSE {

        private static int asked;

        @Override
        public INDArray computeGradient(INDArray labels, INDArray response, IActivation activation, INDArray mask) {
            asked++;
            return super.computeGradient(labels, response, activation, mask);
        }
    }

    /** An output layer that nobody has registered. */
    static final class OwnOutput extends OutputLayer {
        OwnOutput(OutputLayer.Builder builder) {
            super(builder);
        }
    }

    static Stream<LayerExample> examples() {
        return LayerExamples.all().stream();
    }

    static Stream<LayerExample> replaceable() {
        return examples()
                .filter(example -> example.facts().loss(example.layer().get()).isPresent());
    }

    /** DL4J cannot compute the score of an RnnLossLayer with channels last. */
    static Stream<LayerExample> scored() {
        return replaceable().filter(example -> !example.label().equals("RnnLossLayer (NWC)"));
    }

    static Stream<LayerExample> withOwnLoss() {
        return examples()
                .filter(example -> example.facts().takesLoss())
                .filter(example -> example.facts().loss(example.layer().get()).isEmpty());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void takesLoss(LayerExample example) {
        assertThat(example.facts().takesLoss()).isEqualTo(example.alone().getLayer(0) instanceof IOutputLayer);
    }

    private static MultiLayerNetwork noticing(LayerExample example) {
        return new LayerExample(
                        example.label(),
                        () -> {
                            Layer layer = example.layer().get();
                            example.facts().loss(layer).orElseThrow().put().accept(new Noticing());
                            return layer;
                        },
                        example.input())
                .alone();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("replaceable")
    void replacedLossIsAskedAndTheOldOneIsNot(LayerExample example) {
        MultiLayerNetwork network = noticing(example);
        INDArray features = example.features(1);
        INDArray labels = Networks.normal(
                2, DataType.DOUBLE, network.output(features.dup()).shape());
        IOutputLayer layer = (IOutputLayer) network.getLayer(0);
        LossSlot slot = example.facts().loss(layer.conf().getLayer()).orElseThrow();
        assertThat(slot.loss()).isInstanceOf(Noticing.class);
        Noticing.asked = 0;
        backward(layer, features, labels);
        assertThat(Noticing.asked).as("times that the layer asks its own loss").isPositive();
        boolean[] replacementAsked = new boolean[1];
        slot.put().accept(LossTap.of(new LossMSE(), delta -> replacementAsked[0] = true));
        Noticing.asked = 0;
        backward(layer, features, labels);
        assertThat(replacementAsked[0]).as("the replacement is asked").isTrue();
        assertThat(Noticing.asked).as("times that the replaced loss is asked").isZero();
    }

    private static void backward(IOutputLayer layer, INDArray features, INDArray labels) {
        layer.setLabels(labels);
        layer.setInput(features.dup(), LayerWorkspaceMgr.noWorkspaces());
        layer.backpropGradient(null, LayerWorkspaceMgr.noWorkspaces());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scored")
    void randomGradientIsNotThatOfTheLoss(LayerExample example) {
        checkRandomGradient(example);
    }

    @Test
    void cnn3dLossLayer_itsLossIsReplacedByARandomGradient() {
        LayerExample example = examples()
                .filter(candidate -> candidate.type() == Cnn3DLossLayer.class)
                .findFirst()
                .orElseThrow();
        checkRandomGradient(example);
    }

    private static void checkRandomGradient(LayerExample example) {
        MultiLayerNetwork network = noticing(example);
        try (NetworkCopy copy = NetworkCopy.of(network);
                LossGradient gradient =
                        LossGradient.random(copy, new DataSet(example.features(1), null).toMultiDataSet())) {
            Noticing.asked = 0;
            gradient.loss(gradient.parameters());
            assertThat(Noticing.asked).isZero();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withOwnLoss")
    void ownLossIsRefused(LayerExample example) {
        try (NetworkCopy copy = NetworkCopy.of(example.alone())) {
            assertThatThrownBy(() -> LossGradient.random(copy, new DataSet(example.features(1), null).toMultiDataSet()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(example.type().getSimpleName());
        }
        assertThatThrownBy(() -> NetworkFunction.copyOf(example.alone(), true, DataType.DOUBLE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its loss is more than a function of its output");
    }

    /** Its real loss was differentiated, silently. */
    @Test
    void unregisteredOutputLayer_isNotGivenARandomGradient() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new OwnOutput(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.TANH)
                        .nIn(5)
                        .nOut(3)))
                .build());
        try (NetworkCopy copy = NetworkCopy.of(network)) {
            MultiDataSet batch = new MultiDataSet(Networks.normal(1, DataType.DOUBLE, 2, 5), null);
            assertThatThrownBy(() -> LossGradient.random(copy, batch))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("OwnOutput");
        }
    }

    /** Its loss wrote into what the layer before it had computed. */
    @Test
    void lossLayer_leavesTheRecordedOutputBeforeItAlone() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder().nIn(5).nOut(3).build())
                .layer(new LossLayer.Builder(LossFunction.MSE)
                        .activation(Activation.TANH)
                        .build())
                .build());
        MultiDataSet batch =
                new MultiDataSet(Networks.normal(1, DataType.DOUBLE, 2, 5), Networks.normal(2, DataType.DOUBLE, 2, 3));
        Recording.Mode mode = new Recording.Mode(DataType.DOUBLE, false, Recording.End.LOSS);
        try (NetworkCopy copy = NetworkCopy.of(network);
                Recording recording = Recording.of(copy, batch, mode)) {
            INDArray before = recording.output(1).dup();
            recording.pullBack(batch.getLabels(), (step, delta, gradients) -> {});
            assertThat(recording.output(1)).isEqualTo(before);
        }
    }
}
