package io.github.dl4jinit.internal.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.network.LayerExample;
import io.github.dl4jinit.network.LayerExamples;
import io.github.dl4jinit.network.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional3D;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeRecurrent;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPadding3DLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.BaseInputPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** That the factors of a layer's derivative, as the catalogue says, multiply to DL4J's own derivative. */
class LayerDerivativeTest {

    /** DL4J's own have the wrong layout after some layers. */
    private static final class Flat extends BaseInputPreProcessor {

        private final long width;
        private long[] shape = {};

        Flat(long width) {
            this.width = width;
        }

        @Override
        public INDArray preProcess(INDArray input, int batch, LayerWorkspaceMgr memory) {
            shape = input.shape();
            return memory.dup(ArrayType.ACTIVATIONS, input, 'c').reshape('c', input.length() / width, width);
        }

        @Override
        public INDArray backprop(INDArray output, int batch, LayerWorkspaceMgr memory) {
            long[] fitting = shape.clone();
            fitting[0] *= output.length() / Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            return memory.dup(ArrayType.ACTIVATION_GRAD, output, 'c').reshape('c', fitting);
        }

        @Override
        public InputType getOutputType(InputType input) {
            return InputType.feedForward(width);
        }
    }

    /** DL4J itself cannot compute a CapsuleLayer of one example, nor go back through ZeroPadding3DLayer to a convolution. */
    static Stream<LayerExample> examples() {
        return LayerExamples.differentiated()
                .filter(example -> !example.facts().takesLoss()
                        || example.facts().loss(example.layer().get()).isPresent())
                .filter(example -> example.type() != CapsuleLayer.class)
                .filter(example -> example.type() != ZeroPadding3DLayer.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void betweenOtherLayers(LayerExample example) {
        checkDerivatives(example, hidden(example));
    }

    /** The layer with another one before it, and an output layer if it is none itself. */
    static MultiLayerNetwork hidden(LayerExample example) {
        MultiLayerNetwork alone = example.alone();
        ListBuilder list = Networks.base(DataType.DOUBLE).list();
        if (!example.takesIndices()) {
            list.layer(before(example.input()));
        }
        list.layer(example.layer().get());
        if (!(alone.getLayer(0) instanceof IOutputLayer)) {
            INDArray output = alone.output(example.features(1));
            long inputs = output.length() / output.size(0);
            list.layer(new OutputLayer.Builder(LossFunction.MSE)
                    .nIn(inputs)
                    .nOut(2)
                    .build());
            list.inputPreProcessor(example.takesIndices() ? 1 : 2, new Flat(inputs));
        }
        MultiLayerNetwork network = Networks.init(list.overrideNinUponBuild(false)
                .setInputType(example.input())
                .validateOutputLayerConfig(false)
                .build());
        network.params().addi(0.125);
        return network;
    }

    /** Keeps the shape. */
    private static Layer before(InputType input) {
        return switch (input.getType()) {
            case RNN ->
                new SimpleRnn.Builder()
                        .nOut(((InputTypeRecurrent) input).getSize())
                        .dataFormat(((InputTypeRecurrent) input).getFormat())
                        .build();
            case CNN ->
                new ConvolutionLayer.Builder(1, 1)
                        .nOut(((InputTypeConvolutional) input).getChannels())
                        .dataFormat(((InputTypeConvolutional) input).getFormat())
                        .build();
            case CNN3D ->
                new Convolution3D.Builder(1, 1, 1)
                        .nOut(((InputTypeConvolutional3D) input).getChannels())
                        .dataFormat(((InputTypeConvolutional3D) input).getDataFormat())
                        .build();
            default ->
                new DenseLayer.Builder().nOut(input.arrayElementsPerExample()).build();
        };
    }

    /** The order of a layer's parameters is not that of DL4J, so that inner products are compared. */
    private static void checkDerivatives(LayerExample example, MultiLayerNetwork network) {
        INDArray features = example.features(1);
        try (NetworkFunction function = NetworkFunction.copyOf(network, true, DataType.DOUBLE)) {
            Optional<String> refused = function.whyNotFactored(features);
            assertThat(refused.isPresent()).as("%s", refused).isEqualTo(example.type() == SpaceToBatchLayer.class);
            if (refused.isPresent()) {
                return;
            }
            List<INDArray> rows = new ArrayList<>();
            function.jacobians(new INDArray[] {features}, rows::add);
            INDArray jacobian = Nd4j.concat(0, rows.toArray(INDArray[]::new));
            Factors factors = function.factors(features);
            assertThat(factors.layers()).hasSize((int) Arrays.stream(network.getLayers())
                    .filter(l -> l.numParams() > 0)
                    .count());
            for (LayerFactors layer : factors.layers()) {
                INDArray derivatives = layer.derivatives();
                INDArray expected = jacobian.get(NDArrayIndex.all(), columns(network, layer.layer()));
                double size = gram(expected).amaxNumber().doubleValue();
                assertThat(size).as("derivative of %s", layer.layer()).isPositive();
                assertThat(gram(derivatives).sub(gram(expected)).amaxNumber().doubleValue())
                        .as("derivative with respect to the parameters of %s", layer.layer())
                        .isCloseTo(0, Offset.offset(1e-8 * size));
            }
        }
    }

    private static INDArrayIndex columns(MultiLayerNetwork network, String name) {
        long from = 0;
        for (org.deeplearning4j.nn.api.Layer layer : network.getLayers()) {
            if (layer.conf().getLayer().getLayerName().equals(name)) {
                return NDArrayIndex.interval(from, from + layer.numParams());
            }
            from += layer.numParams();
        }
        throw new AssertionError(name);
    }

    private static INDArray gram(INDArray rows) {
        return rows.mmul(rows.transpose());
    }

    /** Its random slope was differentiated. */
    @Test
    void activationLayerWithRandomSlope_isRefused() {
        LayerExample example =
                new LayerExample("RReLU", () -> new ActivationLayer(new ActivationRReLU()), InputType.feedForward(5));
        assertThatThrownBy(() -> NetworkFunction.copyOf(hidden(example), true, DataType.DOUBLE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RReLU");
    }

    /** The pull of its radius is part of its gradient: its loss was said to be replaceable. */
    @Test
    void ocnnOutputLayer_isRefused() {
        LayerExample example = LayerExamples.all().stream()
                .filter(candidate -> candidate.type() == OCNNOutputLayer.class)
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> NetworkFunction.copyOf(hidden(example), true, DataType.DOUBLE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its loss is more than a function of its output");
    }
}
