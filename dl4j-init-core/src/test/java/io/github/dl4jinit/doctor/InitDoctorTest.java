package io.github.dl4jinit.doctor;

import static io.github.dl4jinit.doctor.InitDoctor.assertHealthyInit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.doctor.Diagnosis.Prognosis;
import io.github.dl4jinit.doctor.Diagnosis.Verdict;
import io.github.dl4jinit.doctor.DoctorReport.Finding;
import io.github.dl4jinit.doctor.DoctorReport.IntervalEstimate;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.scheme.Orthogonal;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.xml.sax.InputSource;

class InitDoctorTest {

    private static final int WIDTH = 40;

    private static MultiLayerNetwork network(DataType type, Activation activation, IWeightInit weights, int depth) {
        NeuralNetConfiguration.ListBuilder list =
                Networks.base(type).activation(activation).weightInit(weights).list();
        for (int i = 0; i < depth; i++) {
            list.layer(new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).build());
        }
        return Networks.init(list.layer(Networks.softmax(WIDTH)).build());
    }

    private static DataSet batch(DataType type, int examples) {
        Nd4j.getRandom().setSeed(7);
        return new DataSet(Nd4j.randn(type, examples, WIDTH), null);
    }

    private static INDArray weights(MultiLayerNetwork network, int layer) {
        return network.getLayer(layer).getParam("W");
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void examine_heReluNetwork_isHealthy(DataType type) {
        MultiLayerNetwork network = network(type, Activation.RELU, VarianceScaling.heNormal(), 4);

        Diagnosis diagnosis = InitDoctor.examine(network, batch(type, 100));

        assertThat(diagnosis.healthy()).as(diagnosis.toText()).isTrue();
        assertThat(diagnosis.prognosis()).isEqualTo(Prognosis.GOOD);
        assertThat(diagnosis.layers())
                .extracting(LayerVitals::name)
                .containsExactly("layer0", "layer1", "layer2", "layer3", "layer4");
        assertThat(diagnosis.prescription()).isEmpty();
        assertThatIllegalStateException().isThrownBy(diagnosis::prescribe).withMessageContaining("healthy");
        assertHealthyInit(network, batch(type, 100));
    }

    /** The finding names where and how much, the prescription is applied, and the network becomes what the report shows. */
    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void examine_vanishingNetwork_isFixedByThePrescription(DataType type) {
        MultiLayerNetwork network = network(type, Activation.RELU, VarianceScaling.standardUniform(), 15);
        DataSet batch = batch(type, 100);

        Diagnosis diagnosis = InitDoctor.examine(network, batch);

        Finding finding = finding(diagnosis, "signal-vanishes");
        assertThat(diagnosis.layers().stream()
                        .filter(Rule.SIGNAL_VANISHES::fires)
                        .findFirst()
                        .orElseThrow()
                        .name())
                .isEqualTo(finding.layer());
        assertThat(finding.evidence()).contains("95 % over examples", "theory says", "healthy is from");
        assertThat(finding.fix().remedy())
                .isEqualTo(diagnosis.report().treatment().prescription())
                .endsWith(".initialize(network, batch);");
        assertThat(finding.fix().tried()).contains("fires nowhere any more");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertHealthyInit(network, batch))
                .withMessageContaining("signal-vanishes at '" + finding.layer());
        diagnosis.prescribe().initialize(network, batch);
        assertThat(InitDoctor.examine(network, batch).layers())
                .isEqualTo(diagnosis.report().treatment().after());
        assertHealthyInit(network, batch);
    }

    private static Finding finding(Diagnosis diagnosis, String rule) {
        return diagnosis.findings().stream()
                .filter(finding -> finding.id().equals(rule))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + rule + " in " + diagnosis.toText()));
    }

    @Test
    void examine_overflow_namesTheFirstLayerThatGoesWrong() {
        MultiLayerNetwork network = network(DataType.FLOAT, Activation.RELU, VarianceScaling.heNormal(), 6);
        weights(network, 2).muli(1e30);
        weights(network, 3).muli(1e30);

        Diagnosis diagnosis = InitDoctor.examine(network, batch(DataType.FLOAT, 50));

        assertThat(finding(diagnosis, "not-finite").layer()).isEqualTo("layer3");
        assertThat(finding(diagnosis, "signal-explodes").layer()).isEqualTo("layer2");
        assertThat(diagnosis.prognosis()).isEqualTo(Prognosis.BAD);
        assertThat(diagnosis.report().measured().unexamined())
                .anySatisfy(u -> assertThat(u.layer() + u.reason()).contains("layer3", "not finite"));
        assertThat(diagnosis.report().treatment().afterPrognosis()).isEqualTo(Prognosis.GOOD);
    }

    @Test
    void examine_silencedUnits_areDead() {
        MultiLayerNetwork network = network(DataType.FLOAT, Activation.RELU, VarianceScaling.heNormal(), 4);
        network.getLayer(1).getParam("b").assign(-100);

        Diagnosis diagnosis = InitDoctor.examine(network, batch(DataType.FLOAT, 50));

        LayerVitals dead = diagnosis.layers().get(1);
        assertThat(dead.units().dead()).isEqualTo(1);
        assertThat(finding(diagnosis, "dead-units").layer()).isEqualTo("layer1");
        assertThat(dead.forward().signal().value()).isZero();
    }

    @Test
    void examine_hugeTanhWeights_areSaturated() {
        MultiLayerNetwork network = network(DataType.FLOAT, Activation.TANH, VarianceScaling.lecunNormal(), 3);
        DataSet batch = batch(DataType.FLOAT, 50);
        assertThat(InitDoctor.look(network, batch.toMultiDataSet()))
                .allSatisfy(layer -> assertThat(layer.verdict()).isNotEqualTo(Verdict.SATURATED));
        weights(network, 0).muli(1000);

        List<LayerVitals> layers = InitDoctor.look(network, batch.toMultiDataSet());

        double[] answers =
                network.feedForward(batch.getFeatures()).get(1).dup().data().asDouble();
        double share = Arrays.stream(answers).filter(v -> Math.abs(v) >= 0.98).count() / (double) answers.length;
        assertThat(share).isGreaterThan(0.99);
        assertThat(layers.get(0).units().saturated()).isEqualTo(share);
        assertThat(Rule.SATURATED_UNITS.fires(layers.get(0))).isTrue();
    }

    @Test
    void examine_weightsOfRankOne_areRankCollapsedAndNotIsometric() {
        MultiLayerNetwork network = network(DataType.DOUBLE, Activation.IDENTITY, VarianceScaling.lecunNormal(), 3);
        INDArray middle = weights(network, 1);
        middle.assign(Nd4j.randn(DataType.DOUBLE, WIDTH, 1).mmul(Nd4j.randn(DataType.DOUBLE, 1, WIDTH)));

        List<LayerVitals> layers =
                InitDoctor.look(network, batch(DataType.DOUBLE, 400).toMultiDataSet());

        assertThat(layers.get(0).units().rank()).isGreaterThan(0.3);
        assertThat(layers.get(1).units().rank()).as("one direction of forty").isCloseTo(1.0 / WIDTH, within(0.01));
        assertThat(Rule.RANK_COLLAPSED.fires(layers.get(1))).isTrue();
        assertThat(Rule.RANK_COLLAPSED.fires(layers.get(0))).isFalse();
        assertThat(layers.get(1).backward().dispersion())
                .as("one singular value of forty")
                .isGreaterThan(20);
        assertThat(layers.get(0).backward().dispersion()).isLessThan(4);
    }

    /** The backward numbers against the singular values of the weights, for a linear network. */
    @Test
    void look_linearNetwork_agreesWithSingularValues() {
        MultiLayerNetwork network = network(DataType.DOUBLE, Activation.IDENTITY, VarianceScaling.lecunNormal(), 2);
        DataSet batch = batch(DataType.DOUBLE, 4000);

        List<LayerVitals> layers = InitDoctor.look(network, batch.toMultiDataSet());

        double[] s = Svd.thin(weights(network, 1).dup()).s().toDoubleVector();
        double squares = Arrays.stream(s).map(v -> v * v).sum();
        double fourths = Arrays.stream(s).map(v -> v * v * v * v).sum();
        IntervalEstimate factor =
                Objects.requireNonNull(layers.get(1).backward().factor());
        assertThat(factor.value()).isCloseTo(squares / WIDTH, within(0.02));
        assertThat(layers.get(1).backward().dispersion())
                .isCloseTo(WIDTH * fourths / (squares * squares), within(0.25));
        // From the three outputs' pre-activations to that of the first layer: |W1 W2|^2 / 3.
        double through =
                weights(network, 1).mmul(weights(network, 2)).norm2Number().doubleValue();
        IntervalEstimate gradient =
                Objects.requireNonNull(layers.get(0).backward().gradient());
        assertThat(gradient.value()).isCloseTo(through * through / Networks.CLASSES, within(0.1));
        INDArray answer = network.feedForward(batch.getFeatures()).get(1);
        assertThat(layers.get(0).forward().signal().value())
                .isCloseTo(answer.var(false, 0).meanNumber().doubleValue(), within(1e-9));
        double norm = answer.norm2Number().doubleValue();
        assertThat(layers.get(0).forward().square().value()).isCloseTo(norm * norm / answer.length(), within(1e-9));
    }

    /** An orthogonal matrix is the control: what says 2 for a Gaussian one must say 1 for it. */
    @Test
    void look_orthogonalLayer_isIsometric() {
        MultiLayerNetwork network = network(DataType.DOUBLE, Activation.IDENTITY, new Orthogonal(3), 1);

        LayerVitals layer = InitDoctor.look(
                        network, batch(DataType.DOUBLE, 4000).toMultiDataSet())
                .get(0);

        assertThat(layer.backward().dispersion()).isCloseTo(1, within(0.15));
        assertThat(Objects.requireNonNull(layer.backward().factor()).value()).isCloseTo(9, within(0.2));
    }

    /** Mean field against wide networks, tanh and ReLU, forward and backward; He's prediction for tanh's network must not fit. */
    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"TANH", "RELU"})
    void examine_wideNetwork_isAsTheoryPredicts(Activation activation) {
        int width = 500;
        NeuralNetConfiguration.ListBuilder list = Networks.base(DataType.FLOAT)
                .activation(activation)
                .weightInit(new VarianceScaling(
                        1.5, io.github.dl4jinit.scheme.Fan.IN, io.github.dl4jinit.scheme.Law.NORMAL))
                .list();
        for (int i = 0; i < 4; i++) {
            list.layer(new DenseLayer.Builder().nIn(width).nOut(width).build());
        }
        MultiLayerNetwork network =
                Networks.init(list.layer(Networks.softmax(width)).build());
        Nd4j.getRandom().setSeed(3);

        List<LayerVitals> layers = InitDoctor.examine(network, new DataSet(Nd4j.randn(DataType.FLOAT, 60, width), null))
                .layers();

        for (LayerVitals layer : layers.subList(0, 4)) {
            assertPredicted(layer.forward().square(), 0.1);
            assertPredicted(layer.forward().signal(), 0.1);
            assertPredicted(Objects.requireNonNull(layer.backward().factor()), 0.1);
            assertPredicted(
                    Objects.requireNonNull(layer.backward().gradient()),
                    0.35); // Three outputs: the draws of their weights show.
        }
        double first = layers.get(0).forward().square().value();
        assertThat(Math.abs(first / 0.75 - 1) < 0.1)
                .as("the prediction knows the activation: half of 1.5 is right for ReLU only")
                .isEqualTo(activation == Activation.RELU);
    }

    private static void assertPredicted(IntervalEstimate estimate, double tolerance) {
        double predicted = Objects.requireNonNull(estimate.predicted());
        assertThat(estimate.value() / predicted).isCloseTo(1, within(tolerance));
    }

    @Test
    void examine_batchNormalization_showsTheOutputsAtInference() {
        NeuralNetConfiguration.ListBuilder list = Networks.base(DataType.FLOAT)
                .activation(Activation.RELU)
                .weightInit(VarianceScaling.heNormal())
                .list();
        for (int i = 0; i < 6; i++) {
            list.layer(new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).build());
            list.layer(new BatchNormalization());
        }
        MultiLayerNetwork network = Networks.init(list.layer(Networks.softmax(WIDTH))
                .setInputType(InputType.feedForward(WIDTH))
                .build());
        for (int i = 0; i < 12; i += 2) {
            weights(network, i).muli(30);
        }
        DataSet batch = batch(DataType.FLOAT, 100);

        Diagnosis diagnosis = InitDoctor.examine(network, batch);

        Finding finding = finding(diagnosis, "inference-explodes");
        double[] squares = network.feedForward(batch.getFeatures(), false).stream()
                .skip(1)
                .mapToDouble(
                        a -> a.norm2Number().doubleValue() * a.norm2Number().doubleValue() / a.length())
                .toArray();
        for (int i = 0; i < 12; i++) {
            assertThat(diagnosis.layers().get(i).forward().inference())
                    .isCloseTo(squares[i], within(1e-3 * squares[i]));
        }
        assertThat(finding.fix().tried()).contains("fires nowhere any more");
    }

    @Test
    void examine_graph_judgesVerticesAndFindsTheBlockThatGrows() {
        var graph = Networks.base(DataType.FLOAT)
                .activation(Activation.RELU)
                .weightInit(VarianceScaling.heNormal())
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                        "stem", new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).build(), "in");
        String last = "stem";
        for (int i = 0; i < 12; i++) {
            graph.addLayer(
                    "a" + i, new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).build(), last);
            graph.addLayer(
                    "b" + i,
                    new DenseLayer.Builder()
                            .nIn(WIDTH)
                            .nOut(WIDTH)
                            .activation(Activation.IDENTITY)
                            .build(),
                    "a" + i);
            graph.addVertex("add" + i, new ElementWiseVertex(ElementWiseVertex.Op.Add), last, "b" + i);
            last = "add" + i;
        }
        ComputationGraph network = new ComputationGraph(graph.addLayer("out", Networks.softmax(WIDTH), last)
                .setOutputs("out")
                .build());
        network.init();

        Diagnosis diagnosis = InitDoctor.examine(network, batch(DataType.FLOAT, 100));

        LayerVitals add = diagnosis.layers().stream()
                .filter(layer -> layer.name().equals("add11"))
                .findFirst()
                .orElseThrow();
        assertThat(add.place().kind()).isEqualTo("add");
        assertThat(add.forward().signal().value()).as("threefold in each block").isGreaterThan(1e3);
        assertThat(Objects.requireNonNull(add.forward().square().predicted())
                        / add.forward().square().value())
                .isBetween(0.2, 5.0);
        finding(diagnosis, "signal-explodes");
        diagnosis.prescribe().initialize(network, batch(DataType.FLOAT, 100));
        assertHealthyInit(network, batch(DataType.FLOAT, 100));
    }

    @Test
    void examine_leavesEverythingAsItWas() {
        MultiLayerNetwork network = network(DataType.FLOAT, Activation.RELU, VarianceScaling.standardUniform(), 15);
        DataSet batch = batch(DataType.FLOAT, 60);
        INDArray parameters = network.params().dup();
        INDArray features = batch.getFeatures().dup();
        String configuration = network.getLayerWiseConfigurations().toJson();
        RandomState state = RandomState.current();

        String first = withoutTime(InitDoctor.examine(network, batch).toText());

        assertThat(RandomState.current()).isEqualTo(state);
        assertThat(network.params()).isEqualTo(parameters);
        assertThat(batch.getFeatures()).isEqualTo(features);
        assertThat(network.getLayerWiseConfigurations().toJson()).isEqualTo(configuration);
        Nd4j.getRandom().setSeed(99);
        assertThat(withoutTime(InitDoctor.examine(network, batch).toText()))
                .as("one seed, the same numbers")
                .isEqualTo(first);
    }

    private static String withoutTime(String text) {
        return text.replaceFirst(", [0-9.]+ s", "");
    }

    @Test
    void examine_recurrentNetworkAndFrozenLayers_saysWhatItDidNotDo() {
        MultiLayerNetwork network = Networks.recurrent(DataType.FLOAT, false);
        Diagnosis diagnosis = InitDoctor.examine(network, new DataSet(Nd4j.randn(DataType.FLOAT, 20, 4, 6), null));

        assertThat(diagnosis.layers()).hasSize(3).allSatisfy(layer -> assertThat(
                        Objects.requireNonNull(layer.backward().gradient()).value())
                .isPositive());
        assertThat(diagnosis.report().measured().unexamined())
                .anySatisfy(u -> assertThat(u.reason()).contains("recurrent"));
        assertThat(diagnosis.toText()).contains("Not examined:");
    }

    @Test
    void examine_badInput_saysWhatIsWrong() {
        MultiLayerNetwork network = network(DataType.FLOAT, Activation.RELU, VarianceScaling.heNormal(), 2);
        DataSet bad = batch(DataType.FLOAT, 5);
        bad.getFeatures().putScalar(0, 0, Double.NaN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InitDoctor.examine(network, bad))
                .withMessageContaining("NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InitDoctor.examine(
                        network, new org.nd4j.linalg.dataset.MultiDataSet(new INDArray[0], new INDArray[0])))
                .withMessageContaining("1 input(s)");
        assertThatIllegalStateException()
                .isThrownBy(() -> InitDoctor.examine(
                        new MultiLayerNetwork(
                                network.getLayerWiseConfigurations().clone()),
                        batch(DataType.FLOAT, 5)))
                .withMessageContaining("init()");
    }

    @Test
    void report_asJsonAndPage_isWholeAndFetchesNothing(@TempDir Path folder) throws Exception {
        MultiLayerNetwork network = network(DataType.FLOAT, Activation.TANH, VarianceScaling.standardUniform(), 15);
        Diagnosis diagnosis = InitDoctor.examine(network, batch(DataType.FLOAT, 60));

        JsonNode json = new ObjectMapper().readTree(diagnosis.toJson());
        assertThat(json.get("layers")).hasSize(16);
        assertThat(json.get("layers").get(0).get("verdict").asText())
                .isEqualTo(diagnosis.layers().get(0).verdict().name());
        assertThat(json.get("bounds")).hasSameSizeAs(Rule.values());
        assertThat(json.get("findings").get(0).get("rule").asText())
                .isEqualTo(diagnosis.findings().get(0).id());
        assertThat(json.get("layers").get(0).get("signal").get("predicted").asDouble())
                .isPositive();
        Path page = folder.resolve("page.html");
        diagnosis.toHtml(page);
        String html = Files.readString(page);
        assertThat(html).doesNotContain("<script", "http://", "https://", "url(", "@import");
        assertThat(html).contains(diagnosis.report().treatment().prescription(), "Findings", "Layers after");
        var pictures = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(html);
        int count = 0;
        while (pictures.find()) {
            var svg = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(pictures.group())));
            assertThat(svg.getElementsByTagName("circle").getLength()).isGreaterThanOrEqualTo(15);
            count++;
        }
        assertThat(count).isGreaterThanOrEqualTo(4);
    }

    /** 95 % intervals of the mean of skewed numbers hold it in about 93 of 100 samples; ones without their upper half do not. */
    @Test
    void intervals_holdTheMean() {
        Nd4j.getRandom().setSeed(11);
        java.util.SplittableRandom random = new java.util.SplittableRandom(5);
        int held = 0;
        int heldByHalf = 0;
        for (int trial = 0; trial < 400; trial++) {
            double[] sample = random.doubles(60).map(u -> -Math.log(1 - u)).toArray();
            IntervalEstimate estimate = new Resampling(60).mean(sample);
            held += estimate.low() <= 1 && 1 <= estimate.high() ? 1 : 0;
            heldByHalf += estimate.low() <= 1 && 1 <= estimate.value() ? 1 : 0;
        }
        assertThat(held / 400.0).isBetween(0.88, 0.98);
        assertThat(heldByHalf / 400.0).isLessThan(0.6);
    }
}
