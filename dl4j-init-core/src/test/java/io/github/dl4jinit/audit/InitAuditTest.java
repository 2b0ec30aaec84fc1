package io.github.dl4jinit.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.audit.InitAudit.WeightAudit;
import io.github.dl4jinit.audit.InitAudit.WeightAudit.Assessment;
import io.github.dl4jinit.gain.MeanField;
import io.github.dl4jinit.scheme.Fan;
import io.github.dl4jinit.scheme.Law;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.OrthogonalDistribution;
import org.deeplearning4j.nn.conf.distribution.TruncatedNormalDistribution;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.deeplearning4j.nn.weights.WeightInitVarScalingUniformFanIn;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class InitAuditTest {
    private static MultiLayerConfiguration configuration(Layer layer) {
        return new NeuralNetConfiguration.Builder()
                .seed(4711)
                .optimizationAlgo(OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT)
                .list()
                .layer(layer)
                .build();
    }

    /** The audit of the only layer. */
    private static List<WeightAudit> audit(Layer layer) {
        return InitAudit.of(configuration(layer)).weights();
    }

    private static WeightAudit auditOfDense(IWeightInit scheme) {
        List<WeightAudit> weights = audit(dense(scheme));
        assertThat(weights).hasSize(1);
        return weights.get(0);
    }

    private static DenseLayer dense(IWeightInit scheme) {
        return new DenseLayer.Builder()
                .nIn(1000)
                .nOut(500)
                .weightInit(scheme)
                .activation(Activation.TANH)
                .build();
    }

    /**
     * The mean square of real weights within 5 standard errors of what the audit says is drawn. 500,000 normal weights have a relative
     * standard error of 0.2 %, the smallest array here (6,000) one of 1.8 %: a factor of 3 or 0.76 cannot hide. The negative control: a
     * factor 5 % off is rejected where the standard error is below 0.5 %.
     */
    private static void assertDrawnAsTheAuditSays(Layer layer) {
        MultiLayerNetwork network = new MultiLayerNetwork(configuration(layer));
        network.init();
        List<WeightAudit> weights = InitAudit.of(network).weights();
        assertThat(weights).isNotEmpty();
        for (WeightAudit weight : weights) {
            INDArray values = network.getParam("0_" + weight.parameter());
            double[] draws = values.reshape(values.length()).toDoubleVector();
            double square = 0;
            double fourth = 0;
            for (double w : draws) {
                square += w * w / draws.length;
                fourth += w * w * w * w / draws.length;
            }
            double error = Math.sqrt((fourth - square * square) / draws.length);
            assertThat(weight.drawn()).as("%s", weight).isCloseTo(square, within(5 * error));
            if (error < 0.005 * square) {
                assertThat(1.05 * weight.drawn()).as("negative control").isNotCloseTo(square, within(5 * error));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = WeightInit.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DISTRIBUTION", "ZERO", "ONES", "IDENTITY"})
    void of_everySchemeOfDl4j_predictsTheMeasuredVariance(WeightInit scheme) {
        assertDrawnAsTheAuditSays(dense(scheme.getWeightInitFunction()));
    }

    static Stream<Layer> layers() {
        return Stream.of(
                        WeightInit.XAVIER,
                        WeightInit.RELU_UNIFORM,
                        WeightInit.XAVIER_LEGACY,
                        WeightInit.VAR_SCALING_NORMAL_FAN_OUT)
                .flatMap(scheme -> Stream.of(
                        new Convolution1DLayer.Builder(5)
                                .nIn(40)
                                .nOut(60)
                                .weightInit(scheme)
                                .build(),
                        new ConvolutionLayer.Builder(3, 5)
                                .stride(2, 2)
                                .nIn(40)
                                .nOut(60)
                                .weightInit(scheme)
                                .build(),
                        new Convolution3D.Builder(3, 2, 3)
                                .nIn(30)
                                .nOut(40)
                                .weightInit(scheme)
                                .build(),
                        new Deconvolution2D.Builder(3, 3)
                                .stride(2, 2)
                                .nIn(40)
                                .nOut(60)
                                .weightInit(scheme)
                                .build(),
                        new Deconvolution3D.Builder()
                                .kernelSize(3, 3, 3)
                                .stride(2, 1, 1)
                                .nIn(30)
                                .nOut(40)
                                .weightInit(scheme)
                                .build(),
                        new DepthwiseConvolution2D.Builder(5, 4)
                                .depthMultiplier(6)
                                .nIn(50)
                                .nOut(300)
                                .weightInit(scheme)
                                .build(),
                        new SeparableConvolution2D.Builder(3, 5)
                                .depthMultiplier(8)
                                .nIn(50)
                                .nOut(60)
                                .weightInit(scheme)
                                .build(),
                        new LSTM.Builder().nIn(70).nOut(90).weightInit(scheme).build(),
                        new SimpleRnn.Builder()
                                .nIn(100)
                                .nOut(120)
                                .weightInit(scheme)
                                .build(),
                        new EmbeddingLayer.Builder()
                                .nIn(300)
                                .nOut(40)
                                .weightInit(scheme)
                                .build()));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void of_everyKindOfLayer_predictsTheMeasuredVariance(Layer layer) {
        assertDrawnAsTheAuditSays(layer);
    }

    @Test
    void of_distributions_predictsTheMeasuredVariance() {
        assertDrawnAsTheAuditSays(dense(new WeightInitDistribution(new NormalDistribution(0, 0.03))));
        assertDrawnAsTheAuditSays(dense(new WeightInitDistribution(new UniformDistribution(-0.1, 0.1))));
        assertDrawnAsTheAuditSays(dense(new WeightInitDistribution(new TruncatedNormalDistribution(0, 0.03))));
        assertDrawnAsTheAuditSays(dense(new WeightInitVarScalingUniformFanIn(2.0)));
    }

    @Test
    void of_brokenBoundAndTruncation_saysFactorReasonAndLine() {
        WeightAudit uniform = auditOfDense(WeightInit.LECUN_UNIFORM.getWeightInitFunction());
        assertThat(uniform.verdict()).isEqualTo(Assessment.OFF);
        assertThat(uniform.factor()).isCloseTo(3, within(1e-12));
        assertThat(uniform.promised()).isCloseTo(1e-3, within(1e-15));
        assertThat(uniform.reasons()).containsExactly("bound 3/sqrt(fan) where sqrt(3/fan) is meant");
        assertThat(uniform.remedy()).isEqualTo(".weightInit(VarianceScaling.lecunUniform())");

        WeightAudit normal = auditOfDense(WeightInit.VAR_SCALING_NORMAL_FAN_AVG.getWeightInitFunction());
        assertThat(normal.factor()).isCloseTo(0.758, within(1e-12));
        assertThat(normal.remedy())
                .isEqualTo(".weightInit(new VarianceScaling(1.0, Fan.AVERAGE, Law.TRUNCATED_NORMAL))");

        // A scale multiplies DL4J's bound, and its square the variance.
        assertThat(auditOfDense(new WeightInitVarScalingUniformFanIn(2.0)).factor())
                .isCloseTo(6, within(1e-12));
        assertThat(auditOfDense(new WeightInitXavier()).verdict()).isEqualTo(Assessment.AS_PROMISED);
    }

    /** The remedy is a truncated distribution again, and has the variance that was asked for: the second, another mean, is drawn and measured. */
    @Test
    void of_truncatedDistribution_isMendedByATruncatedLaw() {
        WeightAudit centred = auditOfDense(new WeightInitDistribution(new TruncatedNormalDistribution(0, 0.03)));
        assertThat(centred.reasons())
                .containsExactly(
                        "truncation at two standard deviations is not corrected for, by the reading that the standard"
                                + " deviation is that of the result");
        assertThat(centred.remedy())
                .isEqualTo(".weightInit(new VarianceScaling(0.900000, Fan.IN, Law.TRUNCATED_NORMAL))");
        assertThat(auditOfDense(new VarianceScaling(0.9, Fan.IN, Law.TRUNCATED_NORMAL))
                        .drawn())
                .isCloseTo(centred.promised(), within(1e-15));
        WeightAudit shifted = auditOfDense(new WeightInitDistribution(new TruncatedNormalDistribution(1, 0.03)));
        assertThat(shifted.remedy()).isEqualTo(".weightInit(new TruncatedNormalDistribution(1.0, 0.0344577))");
        WeightInitDistribution fixed = new WeightInitDistribution(new TruncatedNormalDistribution(1, 0.0344577));
        INDArray view = Nd4j.zeros(DataType.FLOAT, 500_000);
        Nd4j.getRandom().setSeed(3);
        fixed.init(1000, 500, new long[] {1000, 500}, 'f', view);
        // The standard error of the variance of 500,000 draws is 0.2 %; uncorrected it would be 24 % too small.
        assertThat(view.varNumber().doubleValue()).isCloseTo(9e-4, within(0.01 * 9e-4));
    }

    /** Every line that the audit may print, beside the same line compiled. */
    @ParameterizedTest
    @EnumSource(
            value = WeightInit.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DISTRIBUTION", "ZERO", "ONES", "IDENTITY"})
    void remedy_everySchemeOfDl4j_isTheSchemeThatKeepsThePromise(WeightInit scheme) {
        Map<String, VarianceScaling> compiled = Map.ofEntries(
                Map.entry("VarianceScaling.glorotNormal()", VarianceScaling.glorotNormal()),
                Map.entry("VarianceScaling.glorotUniform()", VarianceScaling.glorotUniform()),
                Map.entry("VarianceScaling.heNormal()", VarianceScaling.heNormal()),
                Map.entry("VarianceScaling.heUniform()", VarianceScaling.heUniform()),
                Map.entry("VarianceScaling.lecunNormal()", VarianceScaling.lecunNormal()),
                Map.entry("VarianceScaling.lecunUniform()", VarianceScaling.lecunUniform()),
                Map.entry("VarianceScaling.standardUniform()", VarianceScaling.standardUniform()),
                Map.entry(
                        "new VarianceScaling(0.5, Fan.AVERAGE, Law.NORMAL)",
                        new VarianceScaling(0.5, Fan.AVERAGE, Law.NORMAL)),
                Map.entry(
                        "new VarianceScaling(16.0, Fan.AVERAGE, Law.UNIFORM)",
                        new VarianceScaling(16.0, Fan.AVERAGE, Law.UNIFORM)),
                Map.entry(
                        "new VarianceScaling(1.0, Fan.IN, Law.TRUNCATED_NORMAL)",
                        new VarianceScaling(1.0, Fan.IN, Law.TRUNCATED_NORMAL)),
                Map.entry(
                        "new VarianceScaling(1.0, Fan.OUT, Law.TRUNCATED_NORMAL)",
                        new VarianceScaling(1.0, Fan.OUT, Law.TRUNCATED_NORMAL)),
                Map.entry(
                        "new VarianceScaling(1.0, Fan.AVERAGE, Law.TRUNCATED_NORMAL)",
                        new VarianceScaling(1.0, Fan.AVERAGE, Law.TRUNCATED_NORMAL)),
                Map.entry(
                        "new VarianceScaling(1.0, Fan.IN, Law.UNIFORM)", new VarianceScaling(1.0, Fan.IN, Law.UNIFORM)),
                Map.entry(
                        "new VarianceScaling(1.0, Fan.OUT, Law.UNIFORM)",
                        new VarianceScaling(1.0, Fan.OUT, Law.UNIFORM)),
                Map.entry(
                        "new VarianceScaling(1.0, Fan.AVERAGE, Law.UNIFORM)",
                        new VarianceScaling(1.0, Fan.AVERAGE, Law.UNIFORM)));
        IWeightInit dl4j = scheme.getWeightInitFunction();
        Promise promise = Objects.requireNonNull(Promise.of(dl4j));
        assertThat(compiled).containsEntry(promise.java(), promise.kept());
        WeightAudit fixed = auditOfDense(promise.kept());
        assertThat(fixed.verdict()).isEqualTo(Assessment.AS_PROMISED);
        assertThat(fixed.drawn()).isCloseTo(auditOfDense(dl4j).promised(), within(1e-15));
    }

    @Test
    void of_wrongFans_saysBoth() {
        WeightAudit conv = audit(new Convolution1DLayer.Builder(3)
                        .nIn(7)
                        .nOut(5)
                        .weightInit(WeightInit.RELU)
                        .build())
                .get(0);
        assertThat(conv.factor()).isCloseTo(21.0 / 63, within(1e-12));
        assertThat(conv.reasons()).containsExactly("DL4J passes fanIn 63, fanOut 45 where 21, 15 are right");
        assertThat(conv.remedy()).isEqualTo(".weightInit(VarianceScaling.heNormal())");

        WeightAudit both = audit(new Convolution1DLayer.Builder(3)
                        .nIn(7)
                        .nOut(5)
                        .weightInit(WeightInit.LECUN_UNIFORM)
                        .build())
                .get(0);
        assertThat(both.factor()).isCloseTo(1, within(1e-12));
        assertThat(both.verdict()).as("two wrongs that make a right").isEqualTo(Assessment.AS_PROMISED);

        List<WeightAudit> lstm = audit(new LSTM.Builder()
                .nIn(10)
                .nOut(20)
                .weightInit(WeightInit.NORMAL)
                .build());
        assertThat(lstm).extracting(WeightAudit::parameter).containsExactly("W", "RW");
        assertThat(lstm.get(0).factor()).isCloseTo(0.5, within(1e-12));
        assertThat(lstm.get(1).verdict()).isEqualTo(Assessment.AS_PROMISED);
    }

    /** Our own schemes are audited with the fans that they recognise: right for Conv1D, and honest where a call cannot tell. */
    @Test
    void of_ownSchemes_isRightAndHonest() {
        assertThat(audit(new Convolution1DLayer.Builder(3)
                                .nIn(7)
                                .nOut(5)
                                .weightInit(VarianceScaling.heNormal())
                                .build())
                        .get(0)
                        .verdict())
                .isEqualTo(Assessment.AS_PROMISED);
        assertThat(auditOfDense(VarianceScaling.lecunUniform()).verdict()).isEqualTo(Assessment.AS_PROMISED);

        SeparableConvolution2D separable = new SeparableConvolution2D.Builder(3, 3)
                .depthMultiplier(2)
                .nIn(8)
                .nOut(5)
                .weightInit(VarianceScaling.heNormal())
                .build();
        List<WeightAudit> weights = audit(separable);
        assertThat(weights).extracting(WeightAudit::parameter).containsExactly("W", "pW");
        assertThat(weights.get(0).factor()).isCloseTo(1.0 / 8, within(1e-12));
        assertThat(weights.get(0).remedy()).contains("a pass over the built network");
        assertThat(weights.get(1).verdict()).isEqualTo(Assessment.AS_PROMISED);
        assertDrawnAsTheAuditSays(new SeparableConvolution2D.Builder(3, 5)
                .depthMultiplier(8)
                .nIn(50)
                .nOut(60)
                .weightInit(VarianceScaling.heUniform())
                .build());
    }

    /** It is named, never run: from 16 x 16 on it would end this JVM. */
    @Test
    void of_orthogonalDistribution_isBrokenAndNotRun() {
        WeightAudit orthogonal = auditOfDense(new WeightInitDistribution(new OrthogonalDistribution(1.5)));
        assertThat(orthogonal.verdict()).isEqualTo(Assessment.BROKEN);
        assertThat(orthogonal.remedy()).isEqualTo(".weightInit(new Orthogonal(1.5))");
        assertThat(orthogonal.factor()).isNaN();
    }

    @Test
    void of_whatPromisesNothing_isNotJudgedAndSaysWhy() {
        assertThat(auditOfDense(WeightInit.ZERO.getWeightInitFunction())
                        .reasons()
                        .get(0))
                .contains("tells its units apart");
        IWeightInit own = (fanIn, fanOut, shape, order, view) -> view.reshape(order, shape);
        assertThat(auditOfDense(own).reasons().get(0)).contains("InitContract");
        assertThat(audit(new LocallyConnected1D.Builder()
                                .kernelSize(2)
                                .nIn(3)
                                .nOut(4)
                                .setInputSize(5)
                                .build())
                        .get(0)
                        .reasons()
                        .get(0))
                .contains("SameDiff");
        assertThat(audit(new SelfAttentionLayer.Builder()
                        .nIn(3)
                        .nOut(4)
                        .nHeads(2)
                        .projectInput(true)
                        .build()))
                .allMatch(w -> w.verdict() == Assessment.NOT_JUDGED);
        assertThat(audit(new DenseLayer.Builder().nOut(4).build())
                        .get(0)
                        .reasons()
                        .get(0))
                .contains("nIn is 0");
        assertThat(audit(new BatchNormalization.Builder().nOut(4).build())).isEmpty();
        assertThat(audit(new PReLULayer.Builder().build()).get(0).reasons().get(0))
                .contains("inputShape is not set");
        assertThat(audit(new PReLULayer.Builder().inputShape(6).build()).get(0).verdict())
                .isEqualTo(Assessment.NOT_JUDGED);
        assertThat(audit(new PReLULayer.Builder()
                                .inputShape(6)
                                .weightInit(WeightInit.XAVIER)
                                .build())
                        .get(0)
                        .verdict())
                .isEqualTo(Assessment.BROKEN);
    }

    @Test
    void of_wrappersAndElementWise_looksInside() {
        LSTM lstm = new LSTM.Builder()
                .nIn(10)
                .nOut(20)
                .weightInit(WeightInit.NORMAL)
                .build();
        assertThat(audit(new Bidirectional(lstm)))
                .extracting(WeightAudit::factor)
                .first()
                .isEqualTo(0.5);
        assertThat(audit(new LastTimeStep(lstm)).get(0).layer()).isEqualTo("0 LSTM");
        assertThat(audit(new FrozenLayer(lstm)).get(0).factor()).isEqualTo(0.5);
        WeightAudit factors = audit(new ElementWiseMultiplicationLayer.Builder()
                        .nIn(9)
                        .nOut(9)
                        .weightInit(WeightInit.NORMAL)
                        .build())
                .get(0);
        assertThat(factors.factor()).isCloseTo(1.0 / 9, within(1e-12));
    }

    @Test
    void advice_activationAndSchemeThatDisagree_isGivenAndIsNoFault() {
        WeightAudit relu = audit(new DenseLayer.Builder()
                        .nIn(100)
                        .nOut(100)
                        .weightInit(WeightInit.XAVIER)
                        .activation(Activation.RELU)
                        .build())
                .get(0);
        assertThat(relu.isFault()).isFalse();
        assertThat(relu.advice())
                .isEqualTo(
                        "with relu, each layer like this multiplies the mean square of a gradient by 0.50 (fanIn Var[w] = 1.00):"
                                + " .weightInit(VarianceScaling.heNormal()) brings it to 1.00 where the signal settles");
        WeightAudit sigmoid = audit(new DenseLayer.Builder()
                        .nIn(100)
                        .nOut(100)
                        .weightInit(WeightInit.XAVIER)
                        .activation(Activation.SIGMOID)
                        .build())
                .get(0);
        assertThat(sigmoid.advice())
                .endsWith(
                        "the gain for variance 1 (fanIn Var[w] = 3.4086) gives 0.15, and multiplies a deviation of the"
                                + " signal's variance by 0.11: use normalization or another activation");
        WeightAudit swish = audit(new DenseLayer.Builder()
                        .nIn(100)
                        .nOut(100)
                        .weightInit(WeightInit.XAVIER)
                        .activation(Activation.SWISH)
                        .build())
                .get(0);
        assertThat(swish.advice())
                .endsWith(
                        "the gain for variance 1 (fanIn Var[w] = 2.8108) gives 1.07, and multiplies a deviation of the"
                                + " signal's variance by 1.17: use Lsuv or normalization");
    }

    /**
     * A recomfixed variance is followed through 50 layers of the map, gradient by gradient: from variance 1 on the mean square of a
     * gradient must not grow or shrink faster than by 10 % a layer in the end. tanh's gain for variance 1 (2.5362), the negative
     * control, fails that.
     */
    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"TANH", "SOFTSIGN", "HARDTANH", "RATIONALTANH", "RECTIFIEDTANH", "ELU", "SELU", "RELU", "LEAKYRELU"
            })
    void advice_recomfixedVariance_keepsSignalAndGradientInDepth(Activation activation) {
        String advice = Objects.requireNonNull(audit(new DenseLayer.Builder()
                        .nIn(100)
                        .nOut(100)
                        .weightInit(new NormalDistribution(0, 0.5))
                        .activation(activation)
                        .build())
                .get(0)
                .advice());
        assertThat(advice).contains(".weightInit(").doesNotContain("another activation");
        double variance = advice.contains("lecunNormal")
                ? 1
                : advice.contains("heNormal")
                        ? 2
                        : Double.parseDouble(advice.replaceAll(".*new VarianceScaling\\(([0-9.]+),.*", "$1"));
        assertThat(lastChi(activation, variance)).isCloseTo(1, within(0.1));
        assertThat(lastChi(Activation.TANH, 2.5362)).as("negative control").isNotCloseTo(1, within(0.1));
        if (activation == Activation.HARDTANH || activation == Activation.TANH) {
            assertThat(variance).isEqualTo(1);
        }
    }

    private static double lastChi(Activation activation, double variance) {
        MeanField field = new MeanField(activation.getActivationFunction(), variance, 0);
        double q = 1;
        for (int layer = 0; layer < 50; layer++) {
            q = field.next(q);
        }
        return field.chi(q);
    }

    /** ResNet's projection 64 to 256: DL4J's Xavier is right there, and so is ours; a factor of 2.5 was once seen in both. */
    @Test
    void of_stridedConvolutionOfOneTap_isAsPromised() {
        for (IWeightInit scheme : List.of(new WeightInitXavier(), VarianceScaling.glorotNormal())) {
            Layer layer = new ConvolutionLayer.Builder(1, 1)
                    .stride(2, 2)
                    .nIn(64)
                    .nOut(256)
                    .weightInit(scheme)
                    .build();
            WeightAudit weight = audit(layer).get(0);
            assertThat(weight.verdict()).isEqualTo(Assessment.AS_PROMISED);
            assertThat(weight.promised()).isCloseTo(2.0 / (64 + 64), within(1e-15));
            assertDrawnAsTheAuditSays(layer);
        }
        WeightAudit onedimensional = audit(new Convolution1DLayer.Builder(1)
                        .nIn(7)
                        .nOut(5)
                        .weightInit(WeightInit.LECUN_UNIFORM)
                        .build())
                .get(0);
        assertThat(onedimensional.remedy()).isEqualTo(".weightInit(VarianceScaling.lecunUniform())");
    }

    @Test
    void advice_whatAgreesOrIsNoHiddenLayer_isNotGiven() {
        assertThat(auditOfDense(WeightInit.NORMAL.getWeightInitFunction()).advice())
                .as("tanh, fanIn Var = 1")
                .isNull();
        assertThat(audit(new DenseLayer.Builder()
                                .nIn(9)
                                .nOut(9)
                                .weightInit(WeightInit.RELU)
                                .activation(Activation.RELU)
                                .build())
                        .get(0)
                        .advice())
                .isNull();
        assertThat(audit(new OutputLayer.Builder()
                                .nIn(9)
                                .nOut(9)
                                .weightInit(WeightInit.RELU)
                                .activation(Activation.SOFTMAX)
                                .build())
                        .get(0)
                        .advice())
                .isNull();
        assertThat(audit(new DenseLayer.Builder()
                                .nIn(9)
                                .nOut(9)
                                .weightInit(WeightInit.RELU)
                                .activation(Activation.IDENTITY)
                                .build())
                        .get(0)
                        .advice())
                .isNull();
        assertThat(audit(new DenseLayer.Builder()
                                .nIn(9)
                                .nOut(9)
                                .weightInit(WeightInit.RELU)
                                .activation(Activation.SOFTMAX)
                                .build())
                        .get(0)
                        .advice())
                .isNull();
    }

    @Test
    void of_configurationAndNetworks_agreeAndAreLeftAlone() {
        MultiLayerConfiguration chain = new NeuralNetConfiguration.Builder()
                .weightInit(WeightInit.LECUN_UNIFORM)
                .list()
                .layer(new DenseLayer.Builder()
                        .nIn(20)
                        .nOut(30)
                        .activation(Activation.SELU)
                        .name("first")
                        .build())
                .layer(new OutputLayer.Builder()
                        .nIn(30)
                        .nOut(4)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build();
        String before = chain.toJson();
        InitAudit audit = InitAudit.of(chain);
        assertThat(chain.toJson()).isEqualTo(before);
        MultiLayerNetwork network = new MultiLayerNetwork(chain);
        assertThat(InitAudit.of(network)).isEqualTo(audit);
        network.init();
        INDArray parameters = network.params().dup();
        assertThat(InitAudit.of(network)).isEqualTo(audit);
        assertThat(network.params()).isEqualTo(parameters);
        assertThat(audit.faults()).hasSize(2);

        ComputationGraphConfiguration graph = new NeuralNetConfiguration.Builder()
                .weightInit(WeightInit.LECUN_UNIFORM)
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                        "hidden",
                        new DenseLayer.Builder()
                                .nIn(20)
                                .nOut(30)
                                .activation(Activation.SELU)
                                .build(),
                        "in")
                .addLayer(
                        "out",
                        new OutputLayer.Builder()
                                .nIn(30)
                                .nOut(4)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "hidden")
                .setOutputs("out")
                .build();
        assertThat(InitAudit.of(graph).weights())
                .extracting(WeightAudit::layer)
                .containsExactly("'hidden' DenseLayer", "'out' OutputLayer");
        assertThat(InitAudit.of(new ComputationGraph(graph))).isEqualTo(InitAudit.of(graph));
        assertThatThrownBy(() -> InitAudit.of(new org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer(
                        new NeuralNetConfiguration(), org.nd4j.linalg.api.buffer.DataType.FLOAT)))
                .hasMessageContaining("must be a MultiLayerNetwork or a ComputationGraph");
    }

    @Test
    void toText_aSmallNetwork_isAReadableTable() {
        MultiLayerConfiguration chain = new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder()
                        .nIn(20)
                        .nOut(20)
                        .weightInit(WeightInit.XAVIER)
                        .activation(Activation.RELU)
                        .name("first")
                        .build())
                .layer(new OutputLayer.Builder()
                        .nIn(20)
                        .nOut(4)
                        .weightInit(WeightInit.LECUN_UNIFORM)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build();
        assertThat(InitAudit.of(chain).toText()).isEqualTo("""
                layer                 weight  scheme                  factor  verdict
                0 'first' DenseLayer  W       WeightInitXavier         1.000  as promised
                    advice: with relu, each layer like this multiplies the mean square of a gradient by 0.50 (fanIn Var[w] = 1.00): .weightInit(VarianceScaling.heNormal()) brings it to 1.00 where the signal settles
                1 OutputLayer         W       WeightInitLecunUniform   3.000  off
                    because bound 3/sqrt(fan) where sqrt(3/fan) is meant
                    fix: .weightInit(VarianceScaling.lecunUniform())
                1 fault
                """);
    }
}
