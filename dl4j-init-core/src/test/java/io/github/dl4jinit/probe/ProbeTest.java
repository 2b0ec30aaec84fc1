package io.github.dl4jinit.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.linalg.Haar;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.ProbeReport;
import io.github.dl4jinit.report.ProbeReport.Layer;
import io.github.dl4jinit.report.ProbeReport.MeanAndVariance;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class ProbeTest {

    private static final Probe PROBE = Probe.defaults();

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void measure_denseNetwork_agreesWithLoops(DataType type) {
        double tolerance = type == DataType.DOUBLE ? 1e-10 : 1e-4;
        MultiLayerNetwork network = Networks.dense(type, Activation.TANH, 5, 40, 30);
        network.params().muli(4); // So that some outputs saturate.
        DataSet batch = Networks.batches(type, 50, 5).get(0);

        List<Layer> layers = PROBE.measure(network, batch).layers();

        List<INDArray> answers = network.feedForward(batch.getFeatures());
        network.setInput(batch.getFeatures());
        network.setLabels(batch.getLabels());
        network.computeGradientAndScore();
        assertThat(layers).extracting(Layer::name).containsExactly("layer0", "layer1", "layer2");
        for (int i = 0; i < 3; i++) {
            Layer layer = layers.get(i);
            double[] z = doubles(answers.get(i + 1));
            assertThat(layer.outputs().moments().mean()).isCloseTo(mean(z), within(tolerance));
            assertThat(layer.outputs().moments().variance()).isCloseTo(variance(z), within(tolerance));
            Arrays.sort(z);
            long notAbove = Arrays.stream(z)
                    .filter(v -> v <= layer.outputs().percentile98())
                    .count();
            long below = Arrays.stream(z)
                    .filter(v -> v < layer.outputs().percentile98())
                    .count();
            assertThat(notAbove).isGreaterThanOrEqualTo(Math.round(0.98 * z.length));
            assertThat(below).isLessThan(Math.round(0.98 * z.length));
            double[] g = doubles(network.gradient().getGradientFor(i + "_W").div(50));
            assertThat(known(layer.derivatives().weightGradient()).mean()).isCloseTo(mean(g), within(tolerance));
            assertThat(known(layer.derivatives().weightGradient()).variance())
                    .isCloseTo(variance(g), within(tolerance));
        }
        double[] first = doubles(answers.get(1));
        double beyond = Arrays.stream(first).filter(v -> Math.abs(v) >= 0.98).count() / (double) first.length;
        assertThat(beyond).isGreaterThan(0.02);
        assertThat(layers.get(0).outputs().saturated()).isCloseTo(beyond, within(1e-9));
        assertThat(layers.get(2).outputs().saturated())
                .as("softmax is not a function of single numbers")
                .isNull();
    }

    /** 1 example, 1-1-1, identity and mean squared error: all by hand. */
    @Test
    void measure_networkOfOneUnit_isAsByHand() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .activation(Activation.IDENTITY)
                .list()
                .layer(new org.deeplearning4j.nn.conf.layers.DenseLayer.Builder()
                        .nIn(1)
                        .nOut(1)
                        .build())
                .layer(new org.deeplearning4j.nn.conf.layers.OutputLayer.Builder(
                                org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(1)
                        .nOut(1)
                        .build())
                .build());
        network.setParams(Nd4j.createFromArray(2.0, 1.0, 3.0, 0.0).reshape(1, 4));
        DataSet batch = new DataSet(
                Nd4j.createFromArray(new double[][] {{0}, {1}}), Nd4j.createFromArray(new double[][] {{0}, {0}}));

        List<Layer> layers = PROBE.measure(network, batch).layers();

        // z1 = 1, 3; z2 = 3, 9; dC/dz2 = 2 z2 = 6, 18; dC/dz1 = 3 of it = 18, 54; dC/dW1 = mean(0 * 18, 1 * 54) = 27.
        assertThat(layers.get(0).outputs().moments().mean()).isEqualTo(2);
        assertThat(layers.get(0).outputs().moments().variance()).isEqualTo(1);
        assertThat(layers.get(0).outputs().percentile98()).isEqualTo(3);
        assertThat(known(layers.get(1).derivatives().gradient()).mean()).isEqualTo(12);
        assertThat(known(layers.get(1).derivatives().gradient()).variance()).isEqualTo(36);
        assertThat(known(layers.get(0).derivatives().gradient()).mean()).isEqualTo(36);
        assertThat(known(layers.get(0).derivatives().weightGradient()).mean()).isEqualTo(27);
        assertThat(layers.get(0).derivatives().meanSingularValue()).isEqualTo(2);
        assertThat(layers.get(1).derivatives().meanSingularValue()).isEqualTo(3);
    }

    @Test
    void measure_deadUnits_areCountedAndACollapsedNetworkIsNamed() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.RELU, 5, 8, 6);
        DataSet batch = Networks.batches(DataType.DOUBLE, 50, 5).get(0);
        network.getParam("0_b").putScalar(2, -1000);
        network.getParam("0_b").putScalar(5, -1000);
        ProbeReport alive = PROBE.measure(network, batch);
        network.getParam("1_b").assign(-1000);
        ProbeReport collapsed = PROBE.measure(network, batch);

        assertThat(alive.layers().get(0).outputs().dead()).isEqualTo(2 / 8.0);
        assertThat(alive.collapsed()).isFalse();
        assertThat(collapsed.layers().get(1).outputs().dead()).isEqualTo(1);
        assertThat(collapsed.layers().get(1).outputs().saturated()).isEqualTo(1);
        assertThat(known(collapsed.layers().get(0).derivatives().gradient()).variance())
                .isZero();
        assertThat(collapsed.collapsed()).isTrue();
        assertThat(collapsed.toText()).contains("COLLAPSED");
    }

    @Test
    void measure_equalExamples_areNoCollapse() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8);
        DataSet batch = new DataSet(Nd4j.ones(DataType.DOUBLE, 4, 5), Networks.oneHot(1, DataType.DOUBLE, 4));

        assertThat(PROBE.measure(network, batch).collapsed()).isFalse();
    }

    @Test
    void measure_orthogonalLinearLayer_hasMeanSingularValueOne() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.IDENTITY, 6, 6);
        network.getParam("0_W").assign(Haar.fill(Nd4j.create(DataType.DOUBLE, 6, 6), 1));
        DataSet batch = Networks.batches(DataType.DOUBLE, 4, 6).get(0);

        assertThat(PROBE.measure(network, batch).layers().get(0).derivatives().meanSingularValue())
                .isCloseTo(1, within(1e-12));
        network.getParam("0_W").muli(0.5);
        assertThat(PROBE.measure(network, batch).layers().get(0).derivatives().meanSingularValue())
                .isCloseTo(0.5, within(1e-12));
    }

    @Test
    void measure_tanhLayer_hasTheSingularValuesOfItsFormula() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 6, 9);
        DataSet batch = Networks.batches(DataType.DOUBLE, 3, 6).get(0);
        double expected = 0;
        for (int n = 0; n < 3; n++) {
            INDArray z = network.feedForward(batch.getFeatures()).get(1).getRow(n);
            INDArray jacobian = network.getParam("0_W")
                    .transpose()
                    .mulColumnVector(z.mul(z).rsubi(1).reshape(9, 1));
            expected += Svd.thin(jacobian).s().meanNumber().doubleValue() / 3;
        }

        Layer layer = new Probe(true, 3, 100).measure(network, batch).layers().get(0);

        assertThat(layer.derivatives().meanSingularValue()).isCloseTo(expected, within(1e-12));
    }

    @Test
    void measure_graphOfConvolutionsAndSeries_hasALineForEachStep() {
        ProbeReport residual = PROBE.measure(
                Networks.residual(DataType.FLOAT),
                Networks.batches(DataType.FLOAT, 8, 5).get(0));
        ProbeReport convolution = PROBE.measure(
                Networks.convolutional(DataType.FLOAT),
                Networks.batches(DataType.FLOAT, 8, 2, 6, 6).get(0));
        ProbeReport series = PROBE.measure(
                Networks.recurrent(DataType.FLOAT, true),
                Networks.series(DataType.FLOAT, 8, 4, 6, true).get(0));
        ProbeReport two = PROBE.measure(
                Networks.twoInputs(DataType.FLOAT),
                Networks.multiBatches(DataType.FLOAT, 8).get(0));

        assertThat(residual.layers()).extracting(Layer::name).containsExactlyInAnyOrder("a", "b", "c", "add", "out");
        assertThat(convolution.layers()).hasSize(5);
        for (ProbeReport report : List.of(residual, convolution, series, two)) {
            assertThat(report.layers()).allSatisfy(layer -> {
                assertThat(layer.outputs().moments().variance()).isPositive().isFinite();
                assertThat(known(layer.derivatives().gradient()).variance())
                        .isPositive()
                        .isFinite();
            });
            assertThat(report.layers())
                    .filteredOn(layer -> List.of("DenseLayer", "ConvolutionLayer", "LSTM", "OutputLayer")
                            .contains(layer.place().kind()))
                    .allSatisfy(layer -> {
                        assertThat(known(layer.derivatives().weightGradient()).variance())
                                .isPositive()
                                .isFinite();
                        assertThat(layer.derivatives().meanSingularValue())
                                .isPositive()
                                .isFinite();
                    });
        }
    }

    /** What is padded counts nowhere: garbage there changes nothing. */
    @Test
    void measure_maskedSteps_doNotCount() {
        MultiLayerNetwork network = Networks.denseThenRecurrent(DataType.DOUBLE);
        DataSet batch = Networks.series(DataType.DOUBLE, 6, 4, 5, true).get(0);
        Layer before = PROBE.measure(network, batch).layers().get(0);
        INDArray mask = batch.getFeaturesMaskArray();
        for (int i = 0; i < 6; i++) {
            for (int t = 0; t < 5; t++) {
                if (mask.getDouble(i, t) == 0) {
                    batch.getFeatures().putScalar(new int[] {i, 0, t}, 50);
                }
            }
        }

        Layer after = PROBE.measure(network, batch).layers().get(0);

        assertThat(after.outputs().moments().variance())
                .isEqualTo(before.outputs().moments().variance());
        assertThat(after.outputs().percentile98()).isEqualTo(before.outputs().percentile98());
    }

    @Test
    void measure_withoutLabels_saysThatThereAreNoGradients() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8);
        MultiDataSet batch = new MultiDataSet(new INDArray[] {Networks.normal(1, DataType.FLOAT, 4, 5)}, null);

        Layer layer = PROBE.measure(network, batch).layers().get(0);

        assertThat(layer.derivatives().gradient()).isNull();
        assertThat(layer.note()).contains("the batch has no labels");
        assertThat(layer.outputs().moments().variance()).isPositive();
    }

    @Test
    void measure_networkThatOverflows_isReportedNotThrown() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.IDENTITY, 5, 8, 8);
        network.params().muli(1e30);

        ProbeReport report =
                PROBE.measure(network, Networks.batches(DataType.FLOAT, 4, 5).get(0));

        assertThat(report.layers().get(0).outputs().moments().variance()).isFinite();
        assertThat(report.layers().get(1).outputs().moments().variance()).isNaN();
    }

    @Test
    void measure_badBatches_areRefused() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8);
        INDArray holes = Networks.normal(1, DataType.FLOAT, 4, 5).putScalar(3, Float.NaN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PROBE.measure(network, new DataSet(holes, null)))
                .withMessageContaining("NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PROBE.measure(network, new MultiDataSet(new INDArray[0], new INDArray[0])))
                .withMessageContaining("1 input(s)");
    }

    @Test
    void measure_anything_changesNothing() {
        ComputationGraph graph = Networks.residual(DataType.FLOAT);
        DataSet batch = Networks.batches(DataType.FLOAT, 8, 5).get(0);
        graph.fit(batch);
        INDArray parameters = graph.params().dup();
        INDArray state = graph.getUpdater().getStateViewArray().dup();
        String configuration = graph.getConfiguration().toJson();
        INDArray features = batch.getFeatures().dup();
        RandomState found = RandomState.current();

        PROBE.measure(graph, batch);

        assertThat(graph.params()).isEqualTo(parameters);
        assertThat(graph.getUpdater().getStateViewArray()).isEqualTo(state);
        assertThat(graph.getConfiguration().toJson()).isEqualTo(configuration);
        assertThat(batch.getFeatures()).isEqualTo(features);
        assertThat(RandomState.current()).isEqualTo(found);
    }

    @Test
    void measure_twice_givesTheSameNumbers() {
        MultiLayerNetwork network = Networks.convolutional(DataType.FLOAT);
        DataSet batch = Networks.batches(DataType.FLOAT, 8, 2, 6, 6).get(0);

        assertThat(PROBE.measure(network, batch).layers())
                .isEqualTo(PROBE.measure(network, batch).layers());
    }

    @Test
    void report_asCsvAndJson_holdsEveryNumber() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8);
        ProbeReport report =
                PROBE.measure(network, Networks.batches(DataType.FLOAT, 4, 5).get(0));
        Layer layer = report.layers().get(0);

        String[] csv = ProbeReport.toCsv(List.of(report, report)).split("\n");

        assertThat(csv).hasSize(5);
        assertThat(csv[0].split(",")).hasSize(15);
        assertThat(csv[1])
                .startsWith("0,1,layer0,DenseLayer," + layer.outputs().moments().mean() + ","
                        + layer.outputs().moments().variance());
        assertThat(csv[1])
                .contains("," + known(layer.derivatives().weightGradient()).variance() + ",");
        assertThat(report.toJson())
                .contains("\"percentile98\" : " + layer.outputs().percentile98(), "\"saturated\" : null");
        assertThat(report.toText()).contains("layer0", "4 examples");
    }

    private static double[] doubles(INDArray array) {
        return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    private static double variance(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += (value - mean(values)) * (value - mean(values));
        }
        return sum / values.length;
    }

    private static MeanAndVariance known(@Nullable MeanAndVariance moments) {
        return Objects.requireNonNull(moments);
    }
}
