package io.github.dl4jinit.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.network.FlowNode.Kind;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional3D;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeRecurrent;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Which axis of a layer's output is channels, and what the layer does to a signal, as the catalogue says. */
class LayerSignalTest {

    /** DL4J's global pooling keeps no axis of positions. */
    static Stream<LayerExample> withPositions() {
        return LayerExamples.computed()
                .filter(example -> !example.facts().keepsLayout())
                .filter(example -> outputRank(example) > 2);
    }

    private static int outputRank(LayerExample example) {
        return LayerExample.forward(example.alone(), example.features(1), false).rank();
    }

    static Stream<LayerExample> selections() {
        return LayerExamples.computed().filter(example -> flow(example) == Kind.SELECTION);
    }

    static Stream<LayerExample> functions() {
        return LayerExamples.computed()
                .filter(example ->
                        flow(example) == Kind.ACTIVATION || example.facts().isElementwise())
                .filter(example -> !(example.layer().get() instanceof ActivationLayer activation
                        && activation.getActivationFn() instanceof ActivationSoftmax));
    }

    private static Kind flow(LayerExample example) {
        return example.facts().flow(example.layer().get());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withPositions")
    void isChannelsLast(LayerExample example) {
        MultiLayerNetwork network = example.alone();
        // The network's copy of the configuration knows the format of its input.
        Layer layer = network.getLayer(0).conf().getLayer();
        long channels = channels(layer.getOutputType(0, example.input()));
        INDArray output = LayerExample.forward(network, example.features(1), false);
        int axis = LayerCatalog.of(layer).isChannelsLast(layer) ? output.rank() - 1 : 1;
        assertThat(output.size(axis))
                .as("channels on axis %d of %s", axis, output.shapeInfoToString())
                .isEqualTo(channels);
        int other = axis == 1 ? output.rank() - 1 : 1;
        assertThat(output.size(other)).as("axes can be told apart").isNotEqualTo(channels);
    }

    static Stream<LayerExample> layoutKeeping() {
        return LayerExamples.computed().filter(example -> example.facts().keepsLayout());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layoutKeeping")
    void keepsLayout(LayerExample example) {
        INDArray input = example.features(1);
        assertThat(LayerExample.forward(example.alone(), input.dup(), false).shape())
                .isEqualTo(input.shape());
    }

    private static long channels(InputType type) {
        return switch (type.getType()) {
            case RNN -> ((InputTypeRecurrent) type).getSize();
            case CNN -> ((InputTypeConvolutional) type).getChannels();
            case CNN3D -> ((InputTypeConvolutional3D) type).getChannels();
            default -> type.arrayElementsPerExample();
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("selections")
    void selection(LayerExample example) {
        checkSelection(example);
    }

    static void checkSelection(LayerExample example) {
        MultiLayerNetwork network = example.alone();
        assertThat(network.numParams()).isZero();
        INDArray input = example.features(1);
        INDArray output = LayerExample.forward(network, input.dup(), false);
        assertThat(LayerExample.forward(network, input.mul(2), false))
                .as("%s of twice the input", example)
                .isEqualTo(output.mul(2));
        assertThat(output.amaxNumber().doubleValue())
                .as("%s: largest output", example)
                .isLessThanOrEqualTo(input.amaxNumber().doubleValue());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("functions")
    void elementwise(LayerExample example) {
        checkElementwise(example);
    }

    /** One number of the input is changed: only the same one of the output changes. */
    static void checkElementwise(LayerExample example) {
        MultiLayerNetwork network = example.alone();
        assertThat(network.numParams()).isZero();
        INDArray input = example.features(1);
        INDArray before = LayerExample.forward(network, input.dup(), false);
        assertThat(before.shape()).isEqualTo(input.shape());
        for (long i = 0; i < input.length(); i += 7) {
            INDArray changed = input.dup();
            changed.putScalar(i, input.getDouble(i) + 1);
            INDArray difference = LayerExample.forward(network, changed, false).sub(before);
            assertThat(difference.amaxNumber().doubleValue())
                    .as("%s: change by number %d", example, i)
                    .isCloseTo(Math.abs(difference.getDouble(i)), Offset.offset(0.0));
            difference.putScalar(i, 0);
            assertThat(difference.amaxNumber().doubleValue())
                    .as("%s: change elsewhere by number %d", example, i)
                    .isZero();
        }
    }
}
