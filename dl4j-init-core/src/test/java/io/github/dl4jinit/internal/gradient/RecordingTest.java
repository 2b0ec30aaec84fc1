package io.github.dl4jinit.internal.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.FlowNode;
import io.github.dl4jinit.network.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

class RecordingTest {

    private static final double STEP = 1e-5;

    static Stream<Arguments> networks() {
        INDArray flat = Networks.normal(1, DataType.DOUBLE, 4, 5);
        INDArray pictures = Networks.normal(2, DataType.DOUBLE, 4, 2, 6, 6);
        INDArray series = Networks.normal(3, DataType.DOUBLE, 3, 4, 5);
        INDArray mask = Networks.mask(DataType.DOUBLE, 3, 5);
        return Stream.of(
                Arguments.of("dense", Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 7, 6), batch(flat)),
                Arguments.of("residual", Networks.residual(DataType.DOUBLE), batch(flat)),
                Arguments.of("convolution", normalized(Networks.convolutional(DataType.DOUBLE)), batch(pictures)),
                Arguments.of("recurrent", Networks.recurrent(DataType.DOUBLE, false), batch(series)),
                Arguments.of("recurrent graph", Networks.recurrentGraph(DataType.DOUBLE, true), batch(series)),
                Arguments.of(
                        "mask",
                        Networks.denseThenRecurrent(DataType.DOUBLE),
                        new MultiDataSet(new INDArray[] {series}, null, new INDArray[] {mask}, null)),
                Arguments.of("frozen", frozen(), batch(flat)),
                Arguments.of("activation layer", activationLayer(), batch(flat)),
                Arguments.of(
                        "two inputs",
                        Networks.twoInputs(DataType.DOUBLE),
                        batch(flat, Networks.normal(4, DataType.DOUBLE, 4, 4))));
    }

    /** Two routes: DL4J's backward pass, and central differences of its forward pass, for a random gradient by the answers. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void pullBack_ofAnswers_isTheDerivativeOfTheOutput(String name, Model model, MultiDataSet batch) {
        INDArray[] answers = answers(model, batch);
        INDArray[] starts = new INDArray[answers.length];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = Networks.normal(20 + i, DataType.DOUBLE, answers[i].shape());
        }

        List<INDArray> gradients = new ArrayList<>();
        try (NetworkCopy view = NetworkCopy.of(model);
                Recording tape = Recording.of(view, batch, mode(Recording.End.OUTPUT))) {
            INDArray[] epsilons = tape.pullBack(starts, (step, delta, parameters) -> {});
            for (int i = 0; i < tape.steps().size(); i++) {
                if (tape.steps().get(i).kind() == FlowNode.Kind.INPUT) {
                    gradients.add(epsilons[i]);
                }
            }
            for (int i = 0; i < answers.length; i++) {
                assertThat(tape.output(tape.ends().get(i)).distance2(answers[i]))
                        .isLessThan(1e-12);
            }
        }

        for (int i = 0; i < gradients.size(); i++) {
            INDArray features = batch.getFeatures(i);
            for (int k = 0; k < 8; k++) {
                long entry = (k * 7919L + 3) % features.length();
                double expected = (shifted(model, batch, features, entry, STEP, starts)
                                - shifted(model, batch, features, entry, -STEP, starts))
                        / (2 * STEP);
                double actual =
                        gradients.get(i).dup('c').reshape(features.length()).getDouble(entry);
                assertThat(actual).as("entry %d", entry).isCloseTo(expected, within(1e-7));
            }
        }
    }

    /** The deltas are those that DL4J sums into the gradient of the bias, and the rows are the examples. */
    @Test
    void pullBack_ofTheLoss_givesEachExamplesOwnGradient() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 7, 6);
        INDArray features = Networks.normal(1, DataType.DOUBLE, 4, 5);
        INDArray labels = Networks.oneHot(2, DataType.DOUBLE, 4);
        List<INDArray> deltas = new ArrayList<>();
        List<INDArray> weights = new ArrayList<>();
        try (NetworkCopy view = NetworkCopy.of(network);
                Recording tape = Recording.of(view, batch(features), mode(Recording.End.LOSS))) {
            tape.pullBack(new INDArray[] {labels}, (step, delta, gradients) -> {
                deltas.add(0, delta);
                weights.add(0, required(gradients, "W").dup());
            });
        }
        INDArray[] sums = {null, null, null};
        for (int n = 0; n < 4; n++) {
            Map<String, INDArray> alone = gradients(network, features.getRow(n, true), labels.getRow(n, true));
            for (int layer = 0; layer < 3; layer++) {
                assertThat(required(alone, layer + "_b")
                                .reshape(deltas.get(layer).size(1))
                                .distance2(deltas.get(layer).getRow(n)))
                        .isLessThan(1e-12);
                INDArray more = required(alone, layer + "_W").dup();
                sums[layer] = sums[layer] == null ? more : sums[layer].add(more);
            }
        }
        for (int layer = 0; layer < 3; layer++) {
            assertThat(sums[layer].distance2(weights.get(layer))).isLessThan(1e-12);
        }
    }

    @Test
    void pullBack_ofResponse_skipsTheLastActivation() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5);
        INDArray start = Networks.normal(3, DataType.DOUBLE, 4, 3);
        try (NetworkCopy view = NetworkCopy.of(network);
                Recording tape = Recording.of(
                        view, batch(Networks.normal(1, DataType.DOUBLE, 4, 5)), mode(Recording.End.RESPONSE))) {
            INDArray expected = start.mmul(network.getParam("0_W").transpose());
            assertThat(tape.pullBack(new INDArray[] {start}, (s, d, g) -> {})[0].distance2(expected))
                    .isLessThan(1e-12);
        }
    }

    @Test
    void pullBack_ofAnswersOfACenterLoss_isRefused() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new CenterLossOutputLayer.Builder()
                        .activation(Activation.SOFTMAX)
                        .nIn(5)
                        .nOut(3)
                        .build())
                .build());
        try (NetworkCopy view = NetworkCopy.of(network);
                Recording tape = Recording.of(
                        view, batch(Networks.normal(1, DataType.DOUBLE, 4, 5)), mode(Recording.End.OUTPUT))) {
            INDArray start = Networks.normal(3, DataType.DOUBLE, 4, 3);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tape.pullBack(new INDArray[] {start}, (s, d, g) -> {}))
                    .withMessageContaining("CenterLossOutputLayer");
        }
    }

    private static INDArray required(Map<String, INDArray> gradients, String name) {
        return Objects.requireNonNull(gradients.get(name), name);
    }

    private static Recording.Mode mode(Recording.End end) {
        return new Recording.Mode(DataType.DOUBLE, false, end);
    }

    private static MultiDataSet batch(INDArray... features) {
        return new MultiDataSet(features, null);
    }

    private static Map<String, INDArray> gradients(MultiLayerNetwork network, INDArray features, INDArray labels) {
        network.setInput(features);
        network.setLabels(labels);
        network.computeGradientAndScore();
        return network.gradient().gradientForVariable();
    }

    private static INDArray[] answers(Model model, MultiDataSet batch) {
        if (model instanceof MultiLayerNetwork network) {
            INDArray mask = batch.hasMaskArrays() ? batch.getFeaturesMaskArray(0) : null;
            return new INDArray[] {network.output(batch.getFeatures(0), false, mask, null)};
        }
        return ((ComputationGraph) model).output(batch.getFeatures());
    }

    private static double shifted(
            Model model, MultiDataSet batch, INDArray features, long entry, double by, INDArray[] starts) {
        double before = features.getDouble(entry);
        features.putScalar(entry, before + by);
        INDArray[] answers = answers(model, batch);
        features.putScalar(entry, before);
        double sum = 0;
        for (int i = 0; i < answers.length; i++) {
            sum += answers[i].mul(starts[i]).sumNumber().doubleValue();
        }
        return sum;
    }

    /** With statistics that are not those of a fresh network. */
    private static MultiLayerNetwork normalized(MultiLayerNetwork network) {
        network.getParam("1_mean").assign(0.3);
        network.getParam("1_log10stdev").assign(0.1);
        network.getParam("1_gamma").assign(0.8);
        return network;
    }

    private static MultiLayerNetwork frozen() {
        return new TransferLearning.Builder(Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 7, 6))
                .setFeatureExtractor(0)
                .build();
    }

    private static MultiLayerNetwork activationLayer() {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder()
                        .nOut(6)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(new BatchNormalization())
                .layer(new ActivationLayer(Activation.SWISH))
                .layer(Networks.softmax(6))
                .setInputType(InputType.feedForward(5))
                .build());
    }
}
