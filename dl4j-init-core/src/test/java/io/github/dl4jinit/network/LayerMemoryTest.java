package io.github.dl4jinit.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Whether a layer changes its input, and whether its backward pass remembers another forward pass, as the catalogue says. */
class LayerMemoryTest {

    static Stream<Class<?>> types() {
        return LayerExamples.computed().<Class<?>>map(LayerExample::type).distinct();
    }

    /** A LossLayer hands its input to the loss, which the recorded passes see to. */
    static Stream<LayerExample> preserving() {
        return LayerExamples.differentiated()
                .filter(example -> !example.facts().overwritesInput())
                .filter(example -> example.type() != LossLayer.class);
    }

    static Stream<LayerExample> stateless() {
        return LayerExamples.differentiated().filter(example -> example.facts().isStateless());
    }

    /** Some layers write into their input for some of their settings: the catalogue speaks of the class. */
    static void checkOverwriting(Class<?> type, List<LayerExample> examples) {
        boolean overwrites = examples.stream().filter(e -> e.type() == type).anyMatch(LayerMemoryTest::overwrites);
        boolean claimed = LayerCatalog.facts(type).orElseThrow().overwritesInput();
        assertThat(claimed)
                .as(
                        "overwritesInput of %s, where DL4J's inference %s it",
                        type.getSimpleName(), overwrites ? "changes" : "leaves")
                .isEqualTo(overwrites);
    }

    private static boolean overwrites(LayerExample example) {
        INDArray input = example.features(1);
        INDArray before = input.dup();
        LayerExample.forward(example.alone(), input, false);
        return !input.equals(before);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("types")
    void overwritesInput(Class<? extends Layer> type) {
        checkOverwriting(type, LayerExamples.computed().toList());
    }

    /** The recorded passes hand a layer the same array again, for the way back. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("preserving")
    void inputStaysInTrainingAndOnTheWayBack(LayerExample example) {
        MultiLayerNetwork network = example.alone();
        INDArray input = example.features(1);
        INDArray before = input.dup();
        INDArray output = LayerExample.forward(network, input, true);
        assertThat(input).as("input after the forward pass").isEqualTo(before);
        LayerExample.backward(network, input, example.epsilon(output));
        assertThat(input).as("input after the backward pass").isEqualTo(before);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stateless")
    void isStateless(LayerExample example) {
        checkStateless(example);
    }

    static void checkStateless(LayerExample example) {
        MultiLayerNetwork network = example.alone();
        INDArray input = example.features(1);
        INDArray output = LayerExample.forward(network, input.dup(), false);
        INDArray epsilon = example.epsilon(output);
        Pair<Gradient, INDArray> right = LayerExample.backward(network, input.dup(), epsilon);
        Map<String, INDArray> gradients = new HashMap<>();
        right.getFirst().gradientForVariable().forEach((name, gradient) -> gradients.put(name, gradient.dup()));
        LayerExample.forward(network, example.features(3), false);
        Pair<Gradient, INDArray> after = LayerExample.backward(network, input.dup(), epsilon);
        assertThat(after.getSecond())
                .as("%s: gradient with respect to the input", example)
                .isEqualTo(right.getSecond());
        assertThat(after.getFirst().gradientForVariable())
                .as("%s: gradients with respect to the weights", example)
                .isEqualTo(gradients);
    }
}
