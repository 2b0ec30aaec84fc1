package io.github.dl4jinit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.initializer.Lsuv;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Which classes of layers are known, and what happens to those that are not. */
class LayerCatalogTest {

    /** They compute by a layer inside. */
    private static final Set<Class<?>> WRAPPERS = Set.of(
            FrozenLayer.class,
            FrozenLayerWithBackprop.class,
            LastTimeStep.class,
            MaskZeroLayer.class,
            TimeDistributed.class);

    static final class OwnDense extends DenseLayer {
        OwnDense() {
            setNOut(4);
        }
    }

    static final class OwnConvolution extends ConvolutionLayer {
        OwnConvolution(ConvolutionLayer.Builder builder) {
            super(builder);
        }
    }

    static final class OwnOutput extends OutputLayer {
        OwnOutput(OutputLayer.Builder builder) {
            super(builder);
        }
    }

    static final class RegisteredDense extends DenseLayer {
        RegisteredDense() {
            setNOut(4);
        }
    }

    /** Registered with facts that are wrong. */
    static final class WrongActivation extends ActivationLayer {
        WrongActivation(Activation function) {
            super(function);
        }
    }

    static Stream<Class<?>> types() {
        return Dl4jClasses.concrete(Layer.class).stream().filter(type -> !WRAPPERS.contains(type));
    }

    static List<LayerExample> failing() {
        return LayerExamples.without(false).toList();
    }

    static List<LayerExample> failingOnTheWayBack() {
        return LayerExamples.without(true).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("types")
    void everyLayerOfDl4j_isKnownAndHasAnExample(Class<?> type) {
        assertThat(LayerCatalog.facts(type))
                .as("facts of %s in Dl4jLayers", type)
                .isPresent();
        Set<Class<?>> examples =
                LayerExamples.all().stream().map(LayerExample::type).collect(Collectors.toSet());
        assertThat(examples).as("LayerExamples needs an example of %s", type).contains(type);
    }

    /** If DL4J mends one, the tests of all questions are to see it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("failing")
    void whatDl4jCannotCompute(LayerExample example) {
        assertThatThrownBy(() -> LayerExample.forward(example.alone(), example.features(1), false))
                .isInstanceOf(RuntimeException.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failingOnTheWayBack")
    void whatDl4jCannotDifferentiate(LayerExample example) {
        MultiLayerNetwork network = example.alone();
        var output = LayerExample.forward(network, example.features(1), true);
        assertThatThrownBy(() -> LayerExample.backward(network, example.features(1), example.epsilon(output)))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void wrappers_areTakenOff() {
        Layer dense = new DenseLayer.Builder().nIn(2).nOut(2).build();
        Layer series = new SimpleRnn.Builder().nIn(2).nOut(2).build();
        assertThat(LayerCatalog.unwrap(new FrozenLayer(dense))).isSameAs(dense);
        assertThat(LayerCatalog.unwrap(new FrozenLayerWithBackprop(dense))).isSameAs(dense);
        assertThat(LayerCatalog.unwrap(new LastTimeStep(series))).isSameAs(series);
        assertThat(LayerCatalog.unwrap(new MaskZeroLayer(series, 0))).isSameAs(series);
        assertThat(LayerCatalog.unwrap(new TimeDistributed(dense))).isSameAs(dense);
        assertThat(LayerCatalog.unwrap(new FrozenLayer(new LastTimeStep(series))))
                .isSameAs(series);
        assertThat(Dl4jClasses.concrete(Layer.class)).containsAll(WRAPPERS);
    }

    /** Its weights were initialized, although layer normalization takes their scale away. */
    @Test
    void bidirectionalSimpleRnnWithLayerNorm_isSkipped() {
        Layer both = new Bidirectional(
                new SimpleRnn.Builder().nIn(3).nOut(4).hasLayerNorm(true).build());
        assertThat(LayerCatalog.of(both).obstacle(both).orElseThrow()).contains("layer normalization");
    }

    private static MultiLayerNetwork network(Layer layer, InputType input) {
        Layer end = layer instanceof OutputLayer
                ? null
                : new OutputLayer.Builder(LossFunction.MSE).nOut(2).build();
        var list = Networks.base(DataType.DOUBLE).list().layer(layer);
        return Networks.init(
                (end == null ? list : list.layer(end)).setInputType(input).build());
    }

    static Stream<Layer> unregistered() {
        return Stream.of(
                new OwnDense(),
                new OwnConvolution(new ConvolutionLayer.Builder(2, 2).nOut(4)),
                new OwnOutput(new OutputLayer.Builder(LossFunction.MSE).nOut(2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unregistered")
    void unregisteredSubclass_isSkippedWithTheRemedy(Layer layer) {
        InputType input =
                layer instanceof ConvolutionLayer ? InputType.convolutional(4, 4, 3) : InputType.feedForward(5);
        MultiLayerNetwork network = network(layer, input);
        var before = network.getLayer(0).params().dup();
        DataSet batch = new DataSet(Networks.normal(1, DataType.DOUBLE, widened(input)), null);
        String report = Lsuv.defaults().initialize(network, batch).toString();
        assertThat(report)
                .contains("nothing is known about the class " + layer.getClass().getName())
                .contains("LayerCatalog.register(...)");
        assertThat(network.getLayer(0).params()).isEqualTo(before);
    }

    private static long[] widened(InputType input) {
        long[] shape = LayerExample.shape(input);
        shape[0] = 60;
        return shape;
    }

    @Test
    void subclassRegisteredWithItsParentsFacts_isInitialized() {
        LayerCatalog.register(
                RegisteredDense.class, LayerCatalog.facts(DenseLayer.class).orElseThrow());
        MultiLayerNetwork network = network(new RegisteredDense(), InputType.feedForward(5));
        var features = Networks.normal(1, DataType.DOUBLE, 200, 5).muli(3);
        String report =
                Lsuv.defaults().initialize(network, new DataSet(features, null)).toString();
        assertThat(report).doesNotContain("nothing is known");
        var response = features.mmul(network.getParam("0_W")).addiRowVector(network.getParam("0_b"));
        assertThat(response.var(false).getDouble(0)).isBetween(0.98, 1.02);
    }

    @Test
    void unregisteredSubclass_keepsTheLayoutThatItsFieldDeclares() {
        OwnConvolution layer =
                new OwnConvolution(new ConvolutionLayer.Builder(2, 2).nOut(4).dataFormat(CNN2DFormat.NHWC));
        assertThat(LayerCatalog.of(layer).isChannelsLast(layer)).isTrue();
    }

    /** That the checks see a wrong entry, and name it. */
    @Test
    void wrongEntries_areNamedByTheChecks() {
        LayerExample wrong = new LayerExample(
                "WrongActivation", () -> new WrongActivation(Activation.TANH), InputType.feedForward(5));
        LayerCatalog.register(
                WrongActivation.class, LayerFacts.of(WrongActivation.class).build());
        assertThatThrownBy(() -> LayerMemoryTest.checkOverwriting(WrongActivation.class, List.of(wrong)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("overwritesInput of WrongActivation");
        assertThatThrownBy(() -> LayerSignalTest.checkSelection(wrong))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("WrongActivation of twice the input");
        LayerExample softmax =
                new LayerExample("softmax", () -> new ActivationLayer(Activation.SOFTMAX), InputType.feedForward(5));
        assertThatThrownBy(() -> LayerSignalTest.checkElementwise(softmax))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("softmax: change elsewhere");
    }
}
