package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.gradient.LossGradient;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.listener.InitializingListener;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class MetaInitTest {

    private static final MetaInit SHORT = MetaInit.builder().steps(25).build();

    private static MultiDataSet batch(DataType type, int inputs) {
        return new MultiDataSet(
                new INDArray[] {Networks.normal(1, type, 20, inputs)}, new INDArray[] {Networks.oneHot(2, type, 20)});
    }

    /** A dense tanh network whose second layer is eight times too large. */
    private static MultiLayerNetwork crooked(DataType type) {
        MultiLayerNetwork network = Networks.dense(type, Activation.TANH, 6, 9, 7);
        network.getParam("1_W").muli(8);
        return network;
    }

    /** Linear least squares of one output by hand: H = 2 mean x x', g = 2 mean x (w'x - y). */
    @Test
    void quotient_byHand() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(4)
                        .nOut(1)
                        .build())
                .build());
        INDArray x = Networks.normal(1, DataType.DOUBLE, 20, 4);
        INDArray y = Networks.normal(2, DataType.DOUBLE, 20, 1);
        INDArray w = network.getParam("0_W");
        INDArray g = x.transpose().mmul(x.mmul(w).sub(y)).muli(2.0 / 20);
        INDArray hg = x.transpose().mmul(x.mmul(g)).muli(2.0 / 20);
        double byHand = 0;
        for (int i = 0; i < 4; i++) {
            double gradient = g.getDouble(i);
            byHand += Math.abs((gradient - hg.getDouble(i)) / (gradient + Math.signum(gradient) * 0.01) - 1) / 4;
        }
        try (NetworkCopy view = NetworkCopy.of(network);
                LossGradient loss = LossGradient.of(view, new MultiDataSet(new INDArray[] {x}, new INDArray[] {y}))) {
            ScaledArrays weights = new ScaledArrays(view, false);
            double quotient = new GradientQuotient(loss, weights.mask(), 0.01).value(loss.parameters());
            assertThat(quotient).isCloseTo(byHand, within(1e-7 * byHand));
        }
    }

    /** Against differences of the quotient itself along the norm of each array. */
    @Test
    void derivative_isTheOneOfTheQuotient() {
        MultiLayerNetwork network = crooked(DataType.DOUBLE);
        try (NetworkCopy view = NetworkCopy.of(network);
                LossGradient loss = LossGradient.of(view, batch(DataType.DOUBLE, 6))) {
            ScaledArrays weights = new ScaledArrays(view, false);
            assertThat(weights.items()).hasSize(3);
            // A large epsilon, so that no denominator is near zero and the third derivative does not rule.
            GradientQuotient quotient = new GradientQuotient(loss, weights.mask(), 0.05);
            double[] factors = {1, 1, 1};
            double[] slopes = weights.byFactors(quotient.derivative(weights.parameters(factors)));
            for (int i = 0; i < 3; i++) {
                double h = 1e-5;
                double[] up = factors.clone();
                double[] down = factors.clone();
                up[i] += h;
                down[i] -= h;
                double slope =
                        (quotient.value(weights.parameters(up)) - quotient.value(weights.parameters(down))) / (2 * h);
                assertThat(slopes[i]).as("array %d", i).isCloseTo(slope, within(1e-3 * Math.abs(slope) + 1e-4));
            }
        }
    }

    /** Over 21 random batches that MetaInit has not seen; single quotients have long tails. */
    private static double medianQuotient(Model model) {
        double[] quotients = new double[21];
        try (NetworkCopy view = NetworkCopy.of(model);
                LossGradient loss = LossGradient.of(view, batch(DataType.DOUBLE, 6))) {
            GradientQuotient quotient =
                    new GradientQuotient(loss, new ScaledArrays(view, false).mask(), SHORT.epsilon());
            for (int i = 0; i < quotients.length; i++) {
                loss.on(new MultiDataSet(
                        new INDArray[] {Networks.normal(100 + i, DataType.DOUBLE, 20, 6)},
                        new INDArray[] {Networks.oneHot(200 + i, DataType.DOUBLE, 20)}));
                quotients[i] = quotient.value(loss.parameters());
            }
        }
        Arrays.sort(quotients);
        return quotients[10];
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void aCrookedNetwork_isMended(DataType type) {
        MultiLayerNetwork network = crooked(type);
        INDArray before = network.getParam("1_W").dup();
        double quotientBefore = medianQuotient(network);
        InitReport report = SHORT.initialize(network, batch(type, 6));
        assertThat(report.converged()).as(report.toText()).isTrue();
        assertThat(medianQuotient(network)).isLessThan(0.8 * quotientBefore);
        // Directions stay.
        INDArray after = network.getParam("1_W");
        double cosine = before.mul(after).sumNumber().doubleValue()
                / before.norm2Number().doubleValue()
                / after.norm2Number().doubleValue();
        assertThat(cosine).isCloseTo(1, within(1e-6));
        MultiLayerNetwork again = crooked(type);
        SHORT.initialize(again, batch(type, 6));
        assertThat(again.params()).isEqualTo(network.params());
    }

    /** A rate so large that every step overshoots: the start is kept and said to be. */
    @Test
    void whatDoesNotImprove_isKept() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 6, 9, 7);
        INDArray before = network.params().dup();
        InitReport report =
                MetaInit.builder().steps(2).rate(1000).build().initialize(network, batch(DataType.DOUBLE, 6));
        assertThat(report.layers()).allMatch(line -> line.outcome() == Outcome.STALLED);
        assertThat(report.layers().get(0).note()).contains("start kept");
        assertThat(network.params()).isEqualTo(before);
    }

    @Test
    void graphs_frozenLayers_andTheListener() {
        MultiDataSet two = Networks.multiBatches(DataType.DOUBLE, 12).get(0);
        InitReport report = MetaInit.builder()
                .steps(3)
                .gaussianInputs(false)
                .build()
                .initialize(Networks.twoInputs(DataType.DOUBLE), two);
        assertThat(report.layers()).hasSize(4);

        MultiLayerNetwork network = new TransferLearning.Builder(crooked(DataType.DOUBLE))
                .setFeatureExtractor(0)
                .build();
        INDArray frozen = network.getParam("0_W").dup();
        InitReport partly = MetaInit.builder().steps(3).build().initialize(network, batch(DataType.DOUBLE, 6));
        assertThat(network.getParam("0_W")).isEqualTo(frozen);
        assertThat(partly.layers()).extracting(LayerReport::outcome).startsWith(Outcome.SKIPPED);

        MultiDataSet batch = batch(DataType.DOUBLE, 6);
        DataSet data = new DataSet(batch.getFeatures(0), batch.getLabels(0));
        MultiLayerNetwork byHand = crooked(DataType.DOUBLE);
        MetaInit threeSteps = MetaInit.builder().steps(3).build();
        threeSteps.initialize(byHand, data);
        byHand.fit(data);
        MultiLayerNetwork listened = crooked(DataType.DOUBLE);
        listened.setListeners(new InitializingListener(threeSteps));
        listened.fit(data);
        assertThat(listened.params()).isEqualTo(byHand.params());
    }

    @Test
    void badInput_leavesTheModelAlone() {
        MultiLayerNetwork network = crooked(DataType.DOUBLE);
        INDArray before = network.params().dup();
        INDArray features = Networks.normal(1, DataType.DOUBLE, 20, 6);
        assertThatThrownBy(() -> SHORT.initialize(network, new DataSet(features, null)))
                .hasMessageContaining("a loss needs labels");
        INDArray nan = Nd4j.valueArrayOf(new long[] {20, 6}, Double.NaN, DataType.DOUBLE);
        assertThatThrownBy(() -> SHORT.initialize(network, new DataSet(nan, Networks.oneHot(2, DataType.DOUBLE, 20))))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> MetaInit.builder().steps(0).build()).hasMessageContaining("steps must be >= 1, got 0");
        assertThatThrownBy(() -> MetaInit.builder().momentum(1).build()).hasMessageContaining("got 1.0");
        assertThat(network.params()).isEqualTo(before);
    }

    @Test
    void gradientsThatAreNotFinite_areAnError() {
        MultiLayerNetwork network = crooked(DataType.DOUBLE);
        network.getParam("2_W").assign(Double.NaN);
        INDArray before = network.getParam("1_W").dup();
        assertThatThrownBy(() -> SHORT.initialize(network, batch(DataType.DOUBLE, 6)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("its gradients are not finite");
        assertThat(network.getParam("1_W")).isEqualTo(before);
    }
}
