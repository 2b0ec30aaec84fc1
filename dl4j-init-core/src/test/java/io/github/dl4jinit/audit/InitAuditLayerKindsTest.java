package io.github.dl4jinit.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.audit.InitAudit.WeightAudit;
import io.github.dl4jinit.audit.InitAudit.WeightAudit.Assessment;
import io.github.dl4jinit.network.LayerExample;
import io.github.dl4jinit.network.LayerExamples;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.scheme.Orthogonal;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.OrthogonalDistribution;
import org.deeplearning4j.nn.conf.distribution.TruncatedNormalDistribution;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Kinds of layers at which the audit threw, or said what was not so. */
class InitAuditLayerKindsTest {

    private static MultiLayerConfiguration configuration(Layer... layers) {
        NeuralNetConfiguration.ListBuilder list =
                new NeuralNetConfiguration.Builder().seed(4711).list();
        for (Layer layer : layers) {
            list.layer(layer);
        }
        return list.validateOutputLayerConfig(false).build();
    }

    private static List<WeightAudit> audit(Layer... layers) {
        return InitAudit.of(configuration(layers)).weights();
    }

    static Stream<LayerExample> examples() {
        return LayerExamples.all().stream();
    }

    /** Of every class of layers: it used to throw for OCNNOutputLayer, and to ask for the nIn of layers without weights. */
    @ParameterizedTest
    @MethodSource("examples")
    void of_everyKindOfLayer_hasALineForEachWeightAndNoneWithout(LayerExample example) {
        MultiLayerNetwork network = example.alone();
        List<WeightAudit> weights = InitAudit.of(network).weights();
        assertThat(weights).allSatisfy(weight -> assertThat(weight.reasons()).noneMatch(r -> r.contains("nIn is 0")));
        if (network.numParams() == 0) {
            assertThat(weights).isEmpty();
        }
    }

    @Test
    void of_oneClassOutputLayer_isNamedAndDoesNotThrow() {
        List<WeightAudit> weights = audit(new OCNNOutputLayer.Builder()
                .nIn(6)
                .hiddenLayerSize(4)
                .activation(Activation.SIGMOID)
                .build());
        assertThat(weights).extracting(WeightAudit::parameter).containsExactly("w", "v", "r");
        assertThat(weights).allMatch(weight -> weight.verdict() == Assessment.NOT_JUDGED);
    }

    static Stream<Layer> withoutWeights() {
        return Stream.of(
                new CnnLossLayer.Builder().build(),
                new RnnLossLayer.Builder().build(),
                new LossLayer.Builder().build(),
                new Cnn3DLossLayer.Builder(Convolution3D.DataFormat.NCDHW).build(),
                new DropoutLayer.Builder(0.5).build(),
                new ActivationLayer.Builder().activation(Activation.RELU).build());
    }

    @ParameterizedTest
    @MethodSource("withoutWeights")
    void of_layerWithoutWeights_isLeftOut(Layer layer) {
        assertThat(audit(layer)).isEmpty();
    }

    /** The line for the recurrent weights was that for the input weights, which changes nothing of them if they have a scheme of their own. */
    @Test
    void remedy_recurrentWeights_isTheLineThatReachesThem() {
        LSTM.Builder lstm = new LSTM.Builder().nIn(10).nOut(20);
        lstm.weightInit(VarianceScaling.lecunNormal()).weightInitRecurrent(WeightInit.LECUN_UNIFORM);
        List<WeightAudit> weights = audit(lstm.build());
        assertThat(weights).extracting(WeightAudit::isFault).containsExactly(false, true);
        assertThat(weights.get(1).remedy()).isEqualTo(".weightInitRecurrent(VarianceScaling.lecunUniform())");
        assertThat(audit(
                        lstm.weightInitRecurrent(VarianceScaling.lecunUniform()).build()))
                .as("after that line")
                .noneMatch(WeightAudit::isFault);

        lstm.weightInitRecurrent(new OrthogonalDistribution(1.0));
        assertThat(audit(lstm.build()).get(1).remedy()).isEqualTo(".weightInitRecurrent(new Orthogonal(1.0))");
        lstm.weightInitRecurrent(new TruncatedNormalDistribution(1, 0.1));
        assertThat(audit(lstm.build()).get(1).remedy())
                .startsWith(".weightInitRecurrent(new TruncatedNormalDistribution(1.0, ");
        lstm.weightInit(WeightInit.LECUN_UNIFORM);
        assertThat(audit(lstm.build()).get(0).remedy()).startsWith(".weightInit(");
    }

    private static double variance(INDArray values) {
        return values.varNumber().doubleValue();
    }

    private static SeparableConvolution2D separable(IWeightInit scheme) {
        return new SeparableConvolution2D.Builder(3, 3)
                .nIn(16)
                .nOut(16)
                .activation(Activation.IDENTITY)
                .weightInit(scheme)
                .build();
    }

    /** The depthwise half looks like a convolution to a scheme, and its weights come out sixteen times too small: "as promised". */
    @Test
    void of_orthogonalSeparableConvolution_isOffByWhatItsOutputsLack() {
        List<WeightAudit> weights = audit(separable(new Orthogonal(1)));
        assertThat(weights.get(0).verdict()).isEqualTo(Assessment.OFF);
        assertThat(weights.get(0).reasons().get(0)).contains("CONV_2D", "SEPARABLE_DEPTH");
        assertThat(weights.get(0).remedy()).contains("Lsuv");
        assertThat(weights.get(1).verdict()).isEqualTo(Assessment.AS_PROMISED);

        MultiLayerNetwork network = new MultiLayerNetwork(configuration(separable(new Orthogonal(1))));
        network.init();
        double gets = variance(network.output(Networks.normal(1, DataType.FLOAT, 30, 16, 12, 12)));
        assertThat(gets).as("white inputs have 1").isCloseTo(weights.get(0).factor(), within(0.1 * gets));
    }

    private static Deconvolution2D transposed(int in, IWeightInit scheme) {
        return new Deconvolution2D.Builder(4, 4)
                .stride(2, 2)
                .nIn(in)
                .nOut(8)
                .activation(Activation.IDENTITY)
                .weightInit(scheme)
                .build();
    }

    /** It keeps the length, as promised, and a quarter of the variance, of which nothing was said. */
    @Test
    void of_orthogonalStridedTransposedConvolution_saysWhatAnOutputGets() {
        for (int in : new int[] {8, 12}) {
            WeightAudit weight = audit(transposed(in, new Orthogonal(1))).get(0);
            assertThat(weight.verdict()).isEqualTo(Assessment.AS_PROMISED);
            String advice = Objects.requireNonNull(weight.advice());
            double said = Double.parseDouble(advice.replaceAll(".*of white inputs each has ([0-9.]+) .*", "$1"));
            double gain = Double.parseDouble(advice.replaceAll(".*new Orthogonal\\(([0-9.]+)\\).*", "$1"));
            assertThat(said).isCloseTo(in / 32.0, within(1e-3));
            assertThat(gets(in, 1)).isCloseTo(said, within(0.05 * said));
            assertThat(gets(in, gain)).isCloseTo(1, within(0.05));
        }
        assertThat(audit(transposed(40, new Orthogonal(1))).get(0).advice())
                .as("enough inputs for all outputs")
                .isNull();
    }

    /** The variance of DL4J's outputs, away from the border. */
    private static double gets(int in, double gain) {
        MultiLayerNetwork network = new MultiLayerNetwork(configuration(transposed(in, new Orthogonal(gain))));
        network.init();
        INDArray output = network.output(Networks.normal(1, DataType.FLOAT, 20, in, 20, 20));
        return variance(output.get(
                        org.nd4j.linalg.indexing.NDArrayIndex.all(),
                        org.nd4j.linalg.indexing.NDArrayIndex.all(),
                        org.nd4j.linalg.indexing.NDArrayIndex.interval(4, 36),
                        org.nd4j.linalg.indexing.NDArrayIndex.interval(4, 36))
                .dup());
    }

    @Test
    void variance_orthogonal_isThatOfWhatItFills() {
        for (LayerExample example : LayerExamples.all()) {
            MultiLayerNetwork network = example.alone();
            example.facts().weights(example.layer().get(), network.getLayer(0).paramTable()).stream()
                    .filter(weight -> !weight.shape().matrices(weight.weights()).isEmpty())
                    .filter(weight -> weight.shape().peepholes() == 0)
                    .forEach(weight -> {
                        new Orthogonal(2).fill(weight.shape(), weight.weights());
                        double norm = weight.weights().norm2Number().doubleValue();
                        assertThat(norm * norm / weight.weights().length())
                                .as("%s %s", example, weight.parameter())
                                .isCloseTo(new Orthogonal(2).variance(weight.shape()), within(1e-9));
                    });
        }
    }

    /** DL4J's own network shows it: ONES for all layers, and the locally connected one is random. */
    @Test
    void of_locallyConnected_saysThatTheNetworkWideSchemeIsIgnored() {
        MultiLayerConfiguration configuration = new NeuralNetConfiguration.Builder()
                .seed(3)
                .weightInit(WeightInit.ONES)
                .list()
                .layer(new LocallyConnected2D.Builder()
                        .kernelSize(2, 2)
                        .nOut(3)
                        .activation(Activation.TANH)
                        .build())
                .validateOutputLayerConfig(false)
                .setInputType(InputType.convolutional(4, 4, 2))
                .build();
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        assertThat(variance(network.getLayer(0).getParam("W"))).isPositive();
        assertThat(InitAudit.of(configuration).weights().get(0).reasons().get(0))
                .contains("WeightInit.XAVIER", "does not hand it the weightInit of the whole network");
    }

    /** Its toString is that of Object. */
    private static final class OwnActivation extends BaseActivationFunction {
        @Override
        public INDArray getActivation(INDArray in, boolean training) {
            return org.nd4j.linalg.ops.transforms.Transforms.max(in, 0, false).muli(0.1);
        }

        @Override
        public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
            return Pair.of(in.gt(0).castTo(in.dataType()).muli(0.1).muli(epsilon), null);
        }
    }

    @Test
    void advice_ownActivationWithoutToString_isNamedByItsClass() {
        IActivation own = new OwnActivation();
        assertThat(own.toString()).contains("@");
        WeightAudit weight = audit(new DenseLayer.Builder()
                        .nIn(50)
                        .nOut(50)
                        .activation(own)
                        .weightInit(VarianceScaling.lecunNormal())
                        .build())
                .get(0);
        assertThat(weight.advice())
                .startsWith("with OwnActivation, each layer like this")
                .doesNotContain("@");
    }
}
