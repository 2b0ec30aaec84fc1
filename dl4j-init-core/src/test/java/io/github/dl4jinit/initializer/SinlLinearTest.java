package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.initializer.Sinl.Convention;
import io.github.dl4jinit.initializer.Sinl.Order;
import io.github.dl4jinit.initializer.Sinl.Signal;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.internal.linalg.SymmetricEigen;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.network.Response;
import io.github.dl4jinit.network.Samples;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.InitReport.PairLine;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** What is exact in linear networks, checked on products of weights that are formed here, from the parameter table alone. */
class SinlLinearTest {

    private static final double EXACT = 1e-10;

    private static MultiLayerNetwork linear(int... widths) {
        return Networks.dense(DataType.DOUBLE, Activation.IDENTITY, widths);
    }

    private static DataSet batch(int examples, int inputs) {
        return new DataSet(
                Networks.normal(3, DataType.DOUBLE, examples, inputs), Networks.oneHot(3, DataType.DOUBLE, examples));
    }

    /** W_last ... W_first for columns as samples: [outputs of last, inputs of first]. */
    private static INDArray composite(MultiLayerNetwork network, int first, int last) {
        INDArray product = network.getParam(first + "_W").transpose();
        for (int layer = first + 1; layer <= last; layer++) {
            product = network.getParam(layer + "_W").transpose().mmul(product);
        }
        return product;
    }

    private static double[] singularValues(INDArray matrix) {
        return Svd.thin(matrix).s().toDoubleVector();
    }

    private static double distance(INDArray a, INDArray b) {
        return a.sub(b).amaxNumber().doubleValue();
    }

    private static void assertOnes(double[] values) {
        assertThat(Arrays.stream(values).boxed()).allSatisfy(s -> assertThat(s).isCloseTo(1, within(EXACT)));
    }

    private static double[] list(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static Sinl.Builder onOwnWeights(Convention convention) {
        return Sinl.builder().convention(convention).orthogonalStart(false).floor(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bridge_isTheComposite(boolean centred) {
        MultiLayerNetwork network = linear(7, 9, 8, 6);
        Map<String, Samples> seen = new HashMap<>();
        NetworkCopy.of(network)
                .sweep(new MultiDataSet(batch(40, 7).getFeatures(), batch(40, 7).getLabels()), new LayerVisitor() {
                    @Override
                    public void respond(LayerView layer, Response response) {
                        seen.put("in " + layer.name(), response.inputs());
                        seen.put("out " + layer.name(), response.outputs());
                    }
                });
        TransferMap bridge = TransferMap.of(
                Objects.requireNonNull(seen.get("in layer0")),
                Objects.requireNonNull(seen.get("out layer2")),
                Sinl.builder().centred(centred).build(),
                null);
        assertThat(distance(bridge.map(), composite(network, 0, 2))).isLessThan(EXACT);
        assertThat(bridge.residual()).isLessThan(EXACT);
        assertThat(bridge.inputRank()).isEqualTo(7);
    }

    @Test
    void printed_givesUAV_withTheSameSingularValues() {
        MultiLayerNetwork network = linear(8, 8);
        INDArray before = composite(network, 0, 1);
        InitReport report = onOwnWeights(Convention.PRINTED).build().initialize(network, batch(40, 8));
        INDArray after = composite(network, 0, 1);
        assertThat(singularValues(after)).containsExactly(singularValues(before), within(EXACT));
        CanonicalSvd svd = CanonicalSvd.of(Svd.thin(before), 1e-12);
        INDArray turned = before.dup();
        svd.left().onOutputsOf(turned);
        svd.right().transposed().onInputsOf(turned);
        assertThat(distance(after, turned)).isLessThan(EXACT);
        assertThat(distance(after, before)).as("the control").isGreaterThan(0.1);
        PairLine pair = report.pairs().get(0);
        assertThat(list(pair.before().singularValues())).containsExactly(singularValues(before), within(EXACT));
        assertThat(list(pair.after().singularValues())).containsExactly(singularValues(after), within(EXACT));
    }

    /** On orthogonal weights the whole is an isometry, and rotations leave it one: the paper's way to isometry. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void printed_onOrthogonalWeights_keepsIsometry(int hidden) {
        int[] widths = new int[hidden + 1];
        Arrays.fill(widths, 6);
        MultiLayerNetwork network = linear(widths);
        InitReport report = Sinl.defaults().initialize(network, batch(40, 6));
        assertOnes(singularValues(composite(network, 0, hidden)));
        assertThat(report.pairs()).hasSize((hidden + 2) / 2);
        assertThat(report.pairs()).allSatisfy(pair -> assertThat(pair.after().distanceToIsometry())
                .isLessThan(EXACT));
    }

    @Test
    void transposed_makesEveryNestedCompositeDiagonal() {
        MultiLayerNetwork network = linear(9, 7, 8, 8, 6);
        onOwnWeights(Convention.TRANSPOSED).build().initialize(network, batch(60, 9));
        for (int first = 0; first < 2; first++) {
            INDArray composite = composite(network, first, 4 - first);
            double[] s = singularValues(composite);
            for (int i = 0; i < composite.rows(); i++) {
                for (int j = 0; j < composite.columns(); j++) {
                    assertThat(composite.getDouble(i, j)).isCloseTo(i == j ? s[i] : 0, within(EXACT));
                }
            }
        }
    }

    /** In single precision the spectrum is dense, and neighbours must not be taken for equal. */
    @Test
    void transposed_isDiagonal_inSinglePrecision() {
        INDArray features = Networks.normal(3, DataType.FLOAT, 900, 300);
        Sinl sinl = Sinl.builder()
                .convention(Convention.TRANSPOSED)
                .orthogonalStart(false)
                .build();
        // The classifier is cut off by a second output, so that the pair is layer0 - layer1.
        ComputationGraph graph = Networks.init(Networks.base(DataType.FLOAT)
                .activation(Activation.IDENTITY)
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", new DenseLayer.Builder().nIn(300).nOut(300).build(), "in")
                .addLayer("b", new DenseLayer.Builder().nIn(300).nOut(300).build(), "a")
                .addLayer("one", Networks.softmax(300), "b")
                .addLayer("two", Networks.softmax(300), "b")
                .setOutputs("one", "two")
                .build());
        INDArray labels = Networks.oneHot(1, DataType.FLOAT, 900);
        sinl.initialize(graph, new MultiDataSet(new INDArray[] {features}, new INDArray[] {labels, labels}));
        INDArray composite =
                graph.getParam("b_W").transpose().mmul(graph.getParam("a_W").transpose());
        double[] s = singularValues(composite);
        INDArray diagonal = Nd4j.diag(Nd4j.createFromArray(s)).castTo(DataType.FLOAT);
        assertThat(distance(composite, diagonal)).isLessThan(1e-4 * s[0]);
    }

    @ParameterizedTest
    @EnumSource
    void weightInTheMiddle_isOrthogonal(Convention convention) {
        MultiLayerNetwork network = linear(6, 7, 5);
        INDArray before = network.getParam("1_W").dup();
        onOwnWeights(convention).build().initialize(network, batch(40, 6));
        INDArray w = network.getParam("1_W");
        assertOnes(singularValues(w));
        // The polar factor is the only orthogonal Q for which Q'W is symmetric and positive.
        INDArray positive = w.transpose().mmul(before);
        assertThat(distance(positive, positive.transpose())).isLessThan(EXACT);
        INDArray symmetric = positive.add(positive.transpose()).divi(2);
        assertThat(SymmetricEigen.of(symmetric).values().getDouble(0)).isPositive();
    }

    /** Widths do not grow here: of a wider layer the batch would show only the directions that the layers before it reach. */
    @Test
    void isometric_makesAllSingularValuesOfAllNestedCompositesOne() {
        MultiLayerNetwork network = linear(10, 9, 8, 8, 8);
        InitReport report = onOwnWeights(Convention.ISOMETRIC).build().initialize(network, batch(60, 10));
        assertThat(report.converged()).isTrue();
        for (int first = 0; first < 3; first++) {
            assertOnes(singularValues(composite(network, first, 4 - first)));
            assertThat(report.pairs().get(first).after().distanceToIsometry()).isLessThan(EXACT);
            assertThat(report.pairs().get(first).after().condition()).isCloseTo(1, within(EXACT));
            assertThat(report.pairs().get(first).before().distanceToIsometry()).isGreaterThan(0.5);
        }
    }

    /** The negative control: from the ends to the middle, the later pairs destroy what was reached for the first. */
    @Test
    void isometric_inward_destroysTheOuterComposite() {
        MultiLayerNetwork network = linear(8, 8, 8, 8, 8);
        onOwnWeights(Convention.ISOMETRIC).order(Order.INWARD).build().initialize(network, batch(60, 8));
        double[] s = singularValues(composite(network, 0, 4));
        assertThat(s[0]).isGreaterThan(1.5);
    }

    @Test
    void isometric_withoutRefresh_doesNotReachTheOuterComposite() {
        MultiLayerNetwork network = linear(8, 8, 8, 8, 8);
        onOwnWeights(Convention.ISOMETRIC).refresh(false).build().initialize(network, batch(60, 8));
        assertThat(Math.abs(singularValues(composite(network, 0, 4))[0] - 1)).isGreaterThan(0.1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 1})
    void gamma_isTheExponentOfTheShrinkage(double gamma) {
        MultiLayerNetwork network = linear(6, 7);
        INDArray weights = network.params().dup();
        double[] before = singularValues(composite(network, 0, 1));
        onOwnWeights(Convention.ISOMETRIC).gamma(gamma).build().initialize(network, batch(40, 6));
        double[] expected =
                Arrays.stream(before).map(s -> Math.pow(s, 1 - gamma)).sorted().toArray();
        double[] after = singularValues(composite(network, 0, 1));
        Arrays.sort(after);
        assertThat(after).containsExactly(expected, within(EXACT));
        if (gamma == 0) {
            assertThat(distance(network.params(), weights)).isLessThan(1e-13);
        }
    }

    @Test
    void floor_boundsTheInverse() {
        MultiLayerNetwork network = linear(6, 7);
        double[] before = singularValues(composite(network, 0, 1));
        double floor = (before[1] + before[2]) / 2 / before[0];
        onOwnWeights(Convention.ISOMETRIC).floor(floor).build().initialize(network, batch(40, 6));
        double[] after = singularValues(composite(network, 0, 1));
        assertThat(after).containsExactly(new double[] {1, 1, before[2] / (floor * before[0])}, within(EXACT));
    }

    @Test
    void fewerExamplesThanUnits_alignWhatTheBatchShows() {
        MultiLayerNetwork network = linear(12, 10);
        INDArray before = composite(network, 0, 1);
        DataSet batch = batch(2, 12);
        InitReport report =
                onOwnWeights(Convention.ISOMETRIC).centred(false).build().initialize(network, batch);
        PairLine pair = report.pairs().get(0);
        assertThat(report.converged()).isTrue();
        assertThat(pair.note())
                .contains("widths differ, 12 to 3")
                .contains("2 of 12 input directions")
                .contains("with 2 samples");
        assertThat(list(pair.after().singularValues())).containsExactly(new double[] {1, 1, 0}, within(EXACT));
        // A direction that the batch does not show goes where it went before, turned by the outer factor alone.
        INDArray shown = Svd.full(batch.getFeatures()).vt();
        INDArray hidden = shown.getRow(11).reshape(12, 1);
        INDArray inner = network.getParam("0_W").transpose();
        assertThat(inner.mmul(hidden).norm2Number().doubleValue()).isGreaterThan(0.1);
        assertThat(distance(before, composite(network, 0, 1))).isGreaterThan(0.01);
    }

    @ParameterizedTest
    @EnumSource
    void linearSignal_looksThroughActivations(Convention convention) {
        MultiLayerNetwork linear = linear(6, 7, 8, 9);
        MultiLayerNetwork tanh = Networks.dense(DataType.DOUBLE, Activation.TANH, 6, 7, 8, 9);
        assertThat(tanh.params()).isEqualTo(linear.params());
        Sinl sinl = Sinl.builder().convention(convention).signal(Signal.LINEAR).build();
        sinl.initialize(linear, batch(40, 6));
        sinl.initialize(tanh, batch(40, 6));
        assertThat(tanh.params()).isEqualTo(linear.params());
        sinl = Sinl.builder().convention(convention).signal(Signal.ACTIVATIONS).build();
        sinl.initialize(tanh, batch(40, 6));
        assertThat(tanh.params()).as("the control").isNotEqualTo(linear.params());
    }

    @Test
    void ridge_shrinksTheBridge() {
        MultiLayerNetwork network = linear(6, 7);
        double[] s = singularValues(composite(network, 0, 1));
        InitReport report = onOwnWeights(Convention.PRINTED).ridge(1).build().initialize(network, batch(400, 6));
        assertThat(report.pairs().get(0).before().largest()).isBetween(0.4 * s[0], 0.6 * s[0]);
        assertThat(report.pairs().get(0).before().residual()).isBetween(0.4, 0.6);
    }
}
