package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.initializer.GradInit.Optimizer;
import io.github.dl4jinit.internal.gradient.LossGradient;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.listener.InitializingListener;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.Model;
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

class GradInitTest {

    private static final GradInit SHORT =
            GradInit.builder().iterations(40).rate(0.05).build();

    private static MultiDataSet batch(DataType type, long seed) {
        return new MultiDataSet(
                new INDArray[] {Networks.normal(seed, type, 30, 6)},
                new INDArray[] {Networks.oneHot(seed + 1, type, 30)});
    }

    /** A dense tanh network whose layers are too large; not so large that DL4J clips the cross-entropy, whose gradient it does not clip. */
    private static MultiLayerNetwork loud(DataType type) {
        MultiLayerNetwork network = Networks.dense(type, Activation.TANH, 6, 9, 7);
        network.getParam("1_W").muli(3);
        network.getParam("2_W").muli(3);
        network.getParam("0_b").assign(0.3);
        return network;
    }

    private static void assertDerivative(INDArray derivative, ToDoubleFunction<INDArray> function, INDArray at) {
        for (int seed = 0; seed < 3; seed++) {
            INDArray direction = Networks.normal(seed, DataType.DOUBLE, at.length());
            double h = 1e-6;
            double slope = (function.applyAsDouble(at.add(direction.mul(h)))
                            - function.applyAsDouble(at.sub(direction.mul(h))))
                    / (2 * h);
            assertThat(derivative.mul(direction).sumNumber().doubleValue())
                    .isCloseTo(slope, within(1e-4 * Math.abs(slope) + 1e-5));
        }
    }

    /** Both objectives against differences of themselves, for both steps. */
    @ParameterizedTest
    @EnumSource(Optimizer.class)
    void derivatives_areThoseOfTheObjectives(Optimizer optimizer) {
        MultiDataSet part = batch(DataType.DOUBLE, 1);
        MultiDataSet other = batch(DataType.DOUBLE, 5);
        try (NetworkCopy view = NetworkCopy.of(loud(DataType.DOUBLE));
                LossGradient loss = LossGradient.of(view, part)) {
            LookAhead ahead = new LookAhead(loss, optimizer, 0.1);
            INDArray at = loss.parameters();
            INDArray gradient = ahead.gradient(at, part);
            assertDerivative(ahead.normDerivative(at, gradient, part), p -> ahead.norm(ahead.gradient(p, part)), at);
            assertDerivative(
                    ahead.lossDerivative(at, gradient, part, other),
                    p -> ahead.lossAhead(p, ahead.gradient(p, part), other),
                    at);
        }
    }

    private static double norm(Model model, Optimizer optimizer) {
        MultiDataSet batch = batch(DataType.DOUBLE, 1);
        try (NetworkCopy view = NetworkCopy.of(model);
                LossGradient loss = LossGradient.of(view, batch)) {
            LookAhead ahead = new LookAhead(loss, optimizer, 0.1);
            return ahead.norm(ahead.gradient(loss.parameters(), batch));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void gradients_areBounded(DataType type) {
        MultiLayerNetwork network = loud(type);
        double before = norm(network, Optimizer.SGD);
        assertThat(before).isGreaterThan(1.2);
        InitReport report = SHORT.initialize(network, batch(type, 1));
        assertThat(norm(network, Optimizer.SGD)).isLessThan(1.05);
        assertThat(report.converged()).as(report.toText()).isTrue();
        assertThat(report.layers()).anyMatch(line -> line.parameter().equals("bias of W"));
        MultiLayerNetwork again = loud(type);
        SHORT.initialize(again, batch(type, 1));
        assertThat(again.params()).isEqualTo(network.params());
    }

    /** When the gradient is within its bound, the loss after a step falls. */
    @ParameterizedTest
    @EnumSource(Optimizer.class)
    void lossAfterAStep_falls(Optimizer optimizer) {
        MultiLayerNetwork network = loud(DataType.DOUBLE);
        MultiDataSet batch = batch(DataType.DOUBLE, 1);
        double before = lossAhead(network, optimizer, batch);
        GradInit.builder()
                .optimizer(optimizer)
                .gamma(1000)
                .iterations(30)
                .rate(0.05)
                .eta(0.02)
                .build()
                .initialize(network, batch);
        assertThat(lossAhead(network, optimizer, batch)).isLessThan(0.9 * before);
    }

    private static double lossAhead(Model model, Optimizer optimizer, MultiDataSet batch) {
        try (NetworkCopy view = NetworkCopy.of(model);
                LossGradient loss = LossGradient.of(view, batch)) {
            LookAhead ahead = new LookAhead(loss, optimizer, 0.02);
            INDArray at = loss.parameters();
            return ahead.lossAhead(at, ahead.gradient(at, batch), batch);
        }
    }

    @Test
    void tooFewIterations_isAnOutcome() {
        MultiLayerNetwork network = loud(DataType.DOUBLE);
        network.getParam("2_W").muli(5);
        InitReport report = GradInit.builder().iterations(1).build().initialize(network, batch(DataType.DOUBLE, 1));
        assertThat(report.layers()).allMatch(line -> line.outcome() == Outcome.STALLED);
        assertThat(report.layers().get(0).note()).contains("|g|");
    }

    @Test
    void graphs_frozenLayers_andTheListener() {
        InitReport report = GradInit.builder()
                .iterations(3)
                .build()
                .initialize(
                        Networks.twoInputs(DataType.DOUBLE),
                        Networks.multiBatches(DataType.DOUBLE, 12).get(0));
        assertThat(report.layers()).hasSize(4);

        MultiLayerNetwork network = new TransferLearning.Builder(loud(DataType.DOUBLE))
                .setFeatureExtractor(0)
                .build();
        INDArray frozen = network.getParam("0_W").dup();
        GradInit.builder().iterations(3).build().initialize(network, batch(DataType.DOUBLE, 1));
        assertThat(network.getParam("0_W")).isEqualTo(frozen);

        MultiDataSet batch = batch(DataType.FLOAT, 1);
        DataSet data = new DataSet(batch.getFeatures(0), batch.getLabels(0));
        MultiLayerNetwork byHand = loud(DataType.FLOAT);
        SHORT.initialize(byHand, data);
        byHand.fit(data);
        MultiLayerNetwork listened = loud(DataType.FLOAT);
        listened.setListeners(new InitializingListener(SHORT));
        listened.fit(data);
        assertThat(listened.params()).isEqualTo(byHand.params());
    }

    @Test
    void badInput_leavesTheModelAlone() {
        MultiLayerNetwork network = loud(DataType.DOUBLE);
        INDArray before = network.params().dup();
        assertThatThrownBy(
                        () -> SHORT.initialize(network, new DataSet(Networks.normal(1, DataType.DOUBLE, 20, 6), null)))
                .hasMessageContaining("a loss needs labels");
        assertThatThrownBy(() -> SHORT.initialize(
                        network,
                        new DataSet(Networks.normal(1, DataType.DOUBLE, 2, 6), Networks.oneHot(2, DataType.DOUBLE, 2))))
                .hasMessageContaining("give at least 3 examples, got 2");
        INDArray infinite = Nd4j.valueArrayOf(new long[] {20, 6}, Double.POSITIVE_INFINITY, DataType.DOUBLE);
        assertThatThrownBy(
                        () -> SHORT.initialize(network, new DataSet(infinite, Networks.oneHot(2, DataType.DOUBLE, 20))))
                .hasMessageContaining("infinite");
        assertThatThrownBy(() -> GradInit.builder().gamma(0).build()).hasMessageContaining("gamma must be finite");
        assertThat(network.params()).isEqualTo(before);
    }
}
