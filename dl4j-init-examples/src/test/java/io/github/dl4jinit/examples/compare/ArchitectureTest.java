package io.github.dl4jinit.examples.compare;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInitRelu;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

class ArchitectureTest {

    private static final Architecture.Settings DEFAULT =
            new Architecture.Settings(1, UpdateRule.SGD.updater(0.1), null, false);

    @Test
    void mlp_depthAndWidth_countHiddenLayersOnly() {
        MultiLayerNetwork network = (MultiLayerNetwork) Architecture.MLP.build(Small.MLP, Small.data(), DEFAULT);

        assertThat(network.getnLayers()).isEqualTo(3);
        assertThat(network.getParam("0_W").shape()).containsExactly(1024, 8);
        assertThat(network.getParam("1_W").shape()).containsExactly(8, 8);
        assertThat(network.getParam("2_W").shape()).containsExactly(8, 9);
    }

    @Test
    void residual_blockOutput_isInputPlusBranch() {
        ComputationGraph network =
                (ComputationGraph) Architecture.RESIDUAL.build(Small.RESIDUAL, Small.data(), DEFAULT);

        var activations = network.feedForward(Small.data().test().getFeatures(), false);

        INDArray sum = requireNonNull(activations.get("add1")).add(activations.get("2b"));
        assertThat(requireNonNull(activations.get("add2")).equalsWithEps(sum, 1e-6))
                .isTrue();
        assertThat(Trainee.of(network).hidden(Small.data().test().getFeatures()).keySet())
                .containsExactly("stem", "1a", "1b", "add1", "2a", "2b", "add2");
    }

    @Test
    void build_scheme_isAskedOncePerLayerWithItsActivation() {
        List<String> asked = new ArrayList<>();
        Architecture.Settings settings = new Architecture.Settings(
                1,
                UpdateRule.SGD.updater(0.1),
                activation -> {
                    asked.add(activation.toString());
                    return new WeightInitRelu();
                },
                false);

        Architecture.MLP.build(Small.MLP, Small.data(), settings);

        assertThat(asked).containsExactly("tanh", "tanh", "softmax");
    }

    @Test
    void normalized_putsABatchNormalizationBeforeEachHiddenActivation() {
        Architecture.Settings settings = Architecture.Settings.of(
                1, UpdateRule.SGD.updater(0.1), new InitialState.Normalized(activation -> new WeightInitRelu()));

        Model model = Architecture.MLP.build(Small.MLP, Small.data(), settings);

        assertThat(((MultiLayerNetwork) model).getLayers())
                .extracting(layer -> layer.conf().getLayer().getClass().getSimpleName())
                .containsExactly(
                        "DenseLayer",
                        "BatchNormalization",
                        "ActivationLayer",
                        "DenseLayer",
                        "BatchNormalization",
                        "ActivationLayer",
                        "OutputLayer");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Architecture.RESIDUAL.build(Small.RESIDUAL, Small.data(), settings))
                .withMessageContaining("residual");
    }

    @Test
    void conv_withoutPictures_saysWhatToChoose() {
        var pictures = Small.data();
        var table = new io.github.dl4jinit.examples.data.LabelledData(
                "table", pictures.train(), pictures.validation(), pictures.test(), pictures.classNames(), null);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Architecture.CONV.build(
                        new NetworkSpec(Architecture.CONV, 2, 4, Activation.RELU), table, DEFAULT))
                .withMessageContaining("table has none");
    }
}
