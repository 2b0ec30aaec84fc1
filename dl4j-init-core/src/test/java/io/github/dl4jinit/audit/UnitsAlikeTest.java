package io.github.dl4jinit.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.audit.InitAudit.WeightAudit;
import io.github.dl4jinit.audit.InitAudit.WeightAudit.Assessment;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.BinomialDistribution;
import org.deeplearning4j.nn.conf.distribution.ConstantDistribution;
import org.deeplearning4j.nn.conf.distribution.TruncatedNormalDistribution;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;

/** A network of ONES had no fault. What stays alike is what {@code AlikeUnitsTest} of the doctor shows by DL4J's training. */
class UnitsAlikeTest {

    private static final IWeightInit RANDOM = VarianceScaling.lecunNormal();

    private static DenseLayer dense(IWeightInit scheme, int outputs) {
        return new DenseLayer.Builder()
                .nIn(6)
                .nOut(outputs)
                .activation(Activation.TANH)
                .weightInit(scheme)
                .build();
    }

    private static OutputLayer output(IWeightInit scheme) {
        return new OutputLayer.Builder()
                .nIn(6)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .weightInit(scheme)
                .build();
    }

    private static List<WeightAudit> audit(Layer... layers) {
        NeuralNetConfiguration.ListBuilder list = Networks.base(DataType.FLOAT).list();
        for (Layer layer : layers) {
            list.layer(layer);
        }
        return InitAudit.of(list.build()).weights();
    }

    static Stream<IWeightInit> withoutSpread() {
        return Stream.of(
                WeightInit.ONES.getWeightInitFunction(),
                WeightInit.ZERO.getWeightInitFunction(),
                new WeightInitConstant(0.1),
                new WeightInitDistribution(new ConstantDistribution(0.2)),
                new WeightInitDistribution(new BinomialDistribution(3, 1)),
                new WeightInitDistribution(new TruncatedNormalDistribution(0.1, 0)));
    }

    @ParameterizedTest
    @MethodSource("withoutSpread")
    void of_networkOfOneNumber_isAFaultInHiddenLayersOnly(IWeightInit scheme) {
        List<WeightAudit> weights = audit(
                dense(scheme, 6),
                new ActivationLayer.Builder().activation(Activation.TANH).build(),
                dense(scheme, 6),
                output(scheme));
        assertThat(weights)
                .extracting(WeightAudit::verdict)
                .containsExactly(Assessment.ALIKE, Assessment.ALIKE, Assessment.NOT_JUDGED);
        assertThat(weights.get(0).remedy()).isEqualTo(".weightInit(VarianceScaling.glorotNormal())");
        assertThat(weights.get(0).reasons().get(0)).contains("stay alike");
    }

    @Test
    void of_layerOfZerosAmongRandomOnes_isNoFault() {
        IWeightInit zero = WeightInit.ZERO.getWeightInitFunction();
        assertThat(audit(dense(zero, 6), dense(RANDOM, 6), output(RANDOM))).noneMatch(WeightAudit::isFault);
        assertThat(audit(dense(RANDOM, 6), dense(zero, 6), output(RANDOM))).noneMatch(WeightAudit::isFault);
        assertThat(audit(dense(RANDOM, 6), dense(RANDOM, 6), output(zero))).noneMatch(WeightAudit::isFault);
        assertThat(audit(dense(RANDOM, 6), dense(zero, 6), output(zero)))
                .as("two in a row")
                .extracting(WeightAudit::isFault)
                .containsExactly(false, true, false);
    }

    @Test
    void of_oneUnit_isAlikeWithNobody() {
        OutputLayer output = new OutputLayer.Builder()
                .nIn(1)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .weightInit(WeightInit.ZERO)
                .build();
        assertThat(audit(dense(new WeightInitConstant(1), 1), output)).noneMatch(WeightAudit::isFault);
    }

    /** Random recurrent weights tell the cells apart that constant input weights do not. */
    @Test
    void of_recurrentLayer_isAFaultIfAllItsWeightsAreEqual() {
        LSTM.Builder lstm = new LSTM.Builder().nIn(6).nOut(6).weightInit(WeightInit.ONES);
        assertThat(audit(lstm.build(), rnnOutput()))
                .extracting(WeightAudit::isFault)
                .containsExactly(true, true, false);
        assertThat(audit(lstm.weightInitRecurrent(RANDOM).build(), rnnOutput())).noneMatch(WeightAudit::isFault);
    }

    private static Layer rnnOutput() {
        return new org.deeplearning4j.nn.conf.layers.RnnOutputLayer.Builder()
                .nIn(6)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .weightInit(WeightInit.ONES)
                .build();
    }

    /** The last layer of a residual branch starts at zero on purpose, before an output layer of zeros. */
    @Test
    void of_residualBranchThatEndsInZeros_isNoFault() {
        IWeightInit zero = WeightInit.ZERO.getWeightInitFunction();
        var graph = Networks.base(DataType.FLOAT)
                .graphBuilder()
                .addInputs("in")
                .addLayer("stem", dense(RANDOM, 6), "in")
                .addLayer("a", dense(RANDOM, 6), "stem")
                .addLayer("b", dense(zero, 6), "a")
                .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "stem", "b")
                .addLayer("out", output(zero), "add")
                .setOutputs("out")
                .build();
        assertThat(InitAudit.of(graph).faults()).isEmpty();
    }
}
