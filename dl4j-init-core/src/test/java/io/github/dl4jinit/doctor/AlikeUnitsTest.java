package io.github.dl4jinit.doctor;

import static io.github.dl4jinit.doctor.InitDoctor.assertHealthyInit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.dl4jinit.doctor.Diagnosis.Prognosis;
import io.github.dl4jinit.doctor.Diagnosis.Verdict;
import io.github.dl4jinit.doctor.DoctorReport.Finding;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals;
import io.github.dl4jinit.initializer.Fixup;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.ConstantDistribution;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Networks all of whose units were alike had a good prognosis. DL4J's own training is the judge of what is alike: units that it cannot tell apart have
 * equal weights after ten updates, up to rounding.
 */
class AlikeUnitsTest {

    private static final int WIDTH = 12;

    private static MultiLayerNetwork dense(IWeightInit hidden, IWeightInit output) {
        NeuralNetConfiguration.ListBuilder list = Networks.base(DataType.FLOAT)
                .activation(Activation.TANH)
                .weightInit(hidden)
                .list();
        for (int i = 0; i < 2; i++) {
            list.layer(new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).build());
        }
        Layer softmax = Networks.softmax(WIDTH);
        ((org.deeplearning4j.nn.conf.layers.BaseLayer) softmax).setWeightInitFn(output);
        return Networks.init(list.layer(softmax).build());
    }

    private static DataSet batch() {
        return Networks.batches(DataType.FLOAT, 60, WIDTH).get(0);
    }

    /** Whether the columns of a dense layer's weights are equal after ten of DL4J's updates. */
    private static boolean staysAlike(MultiLayerNetwork network, int layer) {
        MultiLayerNetwork trained = network.clone();
        for (int i = 0; i < 10; i++) {
            trained.fit(batch());
        }
        INDArray weights = trained.getLayer(layer).getParam("W");
        INDArray first = weights.getColumn(0, true).repeat(1, weights.size(1));
        return weights.sub(first).amaxNumber().doubleValue() < 1e-4;
    }

    static Stream<IWeightInit> withoutSpread() {
        return Stream.of(
                WeightInit.ONES.getWeightInitFunction(),
                WeightInit.ZERO.getWeightInitFunction(),
                new WeightInitConstant(0.1),
                new WeightInitDistribution(new ConstantDistribution(0.2)));
    }

    @ParameterizedTest
    @MethodSource("withoutSpread")
    void examine_allUnitsAlike_isNotHealthyAndIsMended(IWeightInit scheme) {
        MultiLayerNetwork network = dense(scheme, scheme);
        assertThat(staysAlike(network, 0)).isTrue();

        Diagnosis diagnosis = InitDoctor.examine(network, batch());

        Finding finding = diagnosis.findings().get(0);
        assertThat(finding.rule()).isEqualTo(Rule.UNITS_ALIKE);
        assertThat(finding.layer()).isEqualTo("layer0");
        assertThat(diagnosis.layers()).extracting(LayerVitals::verdict).startsWith(Verdict.ALIKE, Verdict.ALIKE);
        assertThat(alike(diagnosis.layers())).containsExactly(1.0, 1.0, 0.0);
        assertThat(diagnosis.prognosis()).isEqualTo(Prognosis.BAD);
        assertThat(finding.fix().tried()).contains("fires nowhere any more");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertHealthyInit(network, batch()))
                .withMessageContaining("units-alike");
        diagnosis.prescribe().initialize(network, batch());
        assertHealthyInit(network, batch());
    }

    private static List<Double> alike(List<LayerVitals> layers) {
        return layers.stream().map(layer -> layer.units().alike()).toList();
    }

    private static List<LayerVitals> look(MultiLayerNetwork network, DataSet batch) {
        return InitDoctor.look(network, batch.toMultiDataSet());
    }

    /** What the random weights around them tell apart is no fault: a control for the rule, and DL4J's training agrees. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void look_oneLayerOfZeros_isToldApartByItsNeighbours(int layer) {
        MultiLayerNetwork network = dense(VarianceScaling.lecunNormal(), VarianceScaling.lecunNormal());
        network.getLayer(layer).getParam("W").assign(0);

        assertThat(staysAlike(network, layer)).isFalse();
        assertThat(alike(look(network, batch()))).containsExactly(0.0, 0.0, 0.0);
    }

    /** DL4J's ReLU has slope 0 at 0, where all pre-activations are. */
    @Test
    void look_reluLayerOfZeros_isAlike() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.RELU, WIDTH, WIDTH, WIDTH);
        network.getLayer(1).getParam("W").assign(0);

        assertThat(staysAlike(network, 1)).isTrue();
        assertThat(alike(look(network, batch()))).containsExactly(0.0, 1.0, 0.0);
    }

    @Test
    void look_outputLayerOfZeros_isToldApartByTheLabels() {
        MultiLayerNetwork network = dense(VarianceScaling.lecunNormal(), WeightInit.ZERO.getWeightInitFunction());

        assertThat(staysAlike(network, 2)).isFalse();
        assertThat(alike(look(network, batch()))).containsExactly(0.0, 0.0, 0.0);
    }

    /** Two hidden layers of zeros in a row let nothing through in either direction. */
    @Test
    void look_twoLayersOfZeros_areAlike() {
        MultiLayerNetwork network = dense(VarianceScaling.lecunNormal(), WeightInit.ZERO.getWeightInitFunction());
        network.getLayer(1).getParam("W").assign(0);

        assertThat(staysAlike(network, 1)).isTrue();
        assertThat(alike(look(network, batch()))).containsExactly(0.0, 1.0, 0.0);
    }

    /** The last layers of Fixup's branches and its output layer are zero: after two updates nothing of that is left. */
    @Test
    void look_fixup_hasNoUnitsAlike() {
        ComputationGraphConfiguration.GraphBuilder graph = Networks.base(DataType.FLOAT)
                .graphBuilder()
                .addInputs("in")
                .addLayer("stem", layer(Activation.RELU), "in");
        String last = "stem";
        for (int i = 0; i < 3; i++) {
            graph.addLayer("a" + i, layer(Activation.RELU), last);
            graph.addLayer("b" + i, layer(Activation.IDENTITY), "a" + i);
            graph.addVertex("add" + i, new ElementWiseVertex(ElementWiseVertex.Op.Add), last, "b" + i);
            last = "add" + i;
        }
        ComputationGraph network = Networks.init(graph.addLayer("out", Networks.softmax(WIDTH), last)
                .setOutputs("out")
                .build());
        Fixup.defaults().initialize(network);
        assertThat(network.getParam("b2_W").amaxNumber().doubleValue()).isZero();

        assertThat(InitDoctor.look(network, batch().toMultiDataSet()))
                .allSatisfy(layer -> assertThat(Rule.UNITS_ALIKE.fires(layer)).isFalse());
        network.params().assign(0.1);
        assertThat(InitDoctor.look(network, batch().toMultiDataSet()).stream().filter(Rule.UNITS_ALIKE::fires))
                .as("control")
                .hasSize(7);
    }

    private static DenseLayer layer(Activation activation) {
        return new DenseLayer.Builder()
                .nIn(WIDTH)
                .nOut(WIDTH)
                .activation(activation)
                .build();
    }

    /** Half of the units are copies of the other half, down to the weights that use them. */
    @Test
    void look_pairsOfUnits_areCounted() {
        MultiLayerNetwork network = dense(VarianceScaling.lecunNormal(), VarianceScaling.lecunNormal());
        INDArray into = network.getLayer(0).getParam("W");
        INDArray from = network.getLayer(1).getParam("W");
        for (int unit = 0; unit < 3; unit++) {
            into.putColumn(unit + 6, into.getColumn(unit).dup());
            from.putRow(unit + 6, from.getRow(unit).dup());
        }
        assertThat(alike(look(network, batch()))).containsExactly(6.0 / WIDTH, 0.0, 0.0);
        from.putRow(6, from.getRow(6).add(0.1));
        assertThat(alike(look(network, batch()))).containsExactly(4.0 / WIDTH, 0.0, 0.0);
    }

    @Test
    void look_convolutions_areJudgedChannelByChannel() {
        NeuralNetConfiguration.ListBuilder list = Networks.base(DataType.DOUBLE)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new DepthwiseConvolution2D.Builder(2, 2)
                        .depthMultiplier(2)
                        .nOut(8)
                        .build())
                .layer(new SeparableConvolution2D.Builder(2, 2).nOut(5).build())
                .layer(new org.deeplearning4j.nn.conf.layers.OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(Networks.CLASSES)
                        .build())
                .setInputType(InputType.convolutional(7, 7, 2));
        MultiLayerNetwork network = Networks.init(list.build());
        DataSet batch = Networks.batches(DataType.DOUBLE, 20, 2, 7, 7).get(0);
        assertThat(alike(look(network, batch))).containsExactly(0.0, 0.0, 0.0, 0.0);
        network.getLayer(1).getParam("W").assign(0.3);
        assertThat(alike(look(network, batch))).as("the layer after it differs").containsExactly(0.0, 0.0, 0.0, 0.0);
        network.params().assign(0.1);
        List<Double> all = alike(look(network, batch));
        assertThat(all.subList(0, 2)).containsExactly(1.0, 1.0);
        assertThat(all.get(2))
                .as("five of the 13 units: the kernels of its eight channels have no double")
                .isEqualTo(5.0 / 13);
    }

    @Test
    void look_recurrentLayers_areJudgedCellByCell() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new LSTM.Builder().nOut(5).build())
                .layer(new Bidirectional(new LSTM.Builder().nOut(4).build()))
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(Networks.CLASSES)
                        .build())
                .setInputType(InputType.recurrent(4))
                .build());
        DataSet batch = Networks.series(DataType.DOUBLE, 10, 4, 6, true).get(0);
        assertThat(alike(look(network, batch))).containsExactly(0.0, 0.0, 0.0);
        network.getLayer(0).getParam("W").assign(0.2);
        assertThat(alike(look(network, batch)))
                .as("its recurrent weights differ")
                .containsExactly(0.0, 0.0, 0.0);
        network.params().assign(0.1);
        assertThat(Objects.requireNonNull(look(network, batch).get(0).units().alike()))
                .isEqualTo(1.0);
        assertThat(Objects.requireNonNull(look(network, batch).get(1).units().alike()))
                .isEqualTo(1.0);
    }
}
