package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.network.LayerVisitor;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Examples that differ by a small part of what they have in common. Only a spread of a few roundings counted as constant, so that the rest was
 * blown up to unit variance and called converged: a one-unit output layer came out at 1e5, with a first loss of 158,150.
 */
class LsuvVarietyTest {

    private static MultiLayerNetwork regression(DataType type, Activation activation) {
        return Networks.init(Networks.base(type)
                .activation(activation)
                .list()
                .layer(new DenseLayer.Builder().nIn(8).nOut(16).build())
                .layer(new DenseLayer.Builder().nIn(16).nOut(16).build())
                .layer(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(16)
                        .nOut(1)
                        .build())
                .build());
    }

    private static INDArray withColumn(DataType type, double mean, double deviation) {
        INDArray features = Networks.normal(1, type, 200, 8);
        features.getColumn(0).muli(deviation).addi(mean);
        return features;
    }

    private static void assertStalledAndBounded(MultiLayerNetwork network, INDArray features) {
        InitReport report = Lsuv.defaults().initialize(network, new DataSet(features, null));
        assertThat(report.layers())
                .allSatisfy(line -> assertThat(line.note()).contains("are alike but for", "Standardize the inputs"));
        assertThat(report.layers().get(2).outcome()).isEqualTo(Outcome.STALLED);
        double loss = network.score(new DataSet(features, Networks.normal(2, features.dataType(), 200, 1)));
        assertThat(loss).isLessThan(10);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void columnOfOneHundredThousand_isNotBlownUp(DataType type) {
        assertStalledAndBounded(regression(type, Activation.TANH), withColumn(type, 1e5, 0));
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void columnOfTwoThousandGiveOrTakeThree_isNotBlownUp(DataType type) {
        assertStalledAndBounded(regression(type, Activation.TANH), withColumn(type, 2000, 3));
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void twoHundredTimesTheSamePicture_doNotConverge(DataType type) {
        MultiLayerNetwork network = Networks.convolutional(type);
        INDArray pictures =
                Nd4j.repeat(Networks.normal(1, type, 1, 2, 6, 6), 200).reshape(200, 2, 6, 6);
        assertThat(pictures.get(NDArrayIndex.point(7))).isEqualTo(pictures.get(NDArrayIndex.point(0)));
        InitReport report = Lsuv.defaults().initialize(network, new DataSet(pictures, null));
        assertThat(report.layers()).extracting(LayerReport::outcome).doesNotContain(Outcome.CONVERGED);
        assertThat(network.output(pictures).amaxNumber().doubleValue()).isLessThanOrEqualTo(1);
    }

    /** The rest of the data is the same: what is wrong is the scale of one column. */
    @ParameterizedTest
    @ValueSource(strings = {"TANH", "RELU", "SELU", "SOFTSIGN"})
    void standardizedInputs_converge(Activation activation) {
        assertThat(Lsuv.defaults()
                        .initialize(
                                regression(DataType.FLOAT, activation),
                                new DataSet(withColumn(DataType.FLOAT, 0, 1), null))
                        .converged())
                .isTrue();
    }

    /** By loops over the entries, with and without a mask and a bias. */
    @Test
    void variety_isVarianceOverExamplesByMeanSquare() {
        INDArray features = withColumn(DataType.DOUBLE, 3, 1);
        INDArray mask = Nd4j.ones(DataType.DOUBLE, 200, 1);
        for (int i = 0; i < 200; i += 3) {
            mask.putScalar(i, 0, 0);
        }
        for (boolean masked : new boolean[] {false, true}) {
            MultiLayerNetwork network = regression(DataType.DOUBLE, Activation.TANH);
            network.getParam("0_b").assign(Networks.normal(4, DataType.DOUBLE, 16));
            List<Double> measured = new ArrayList<>();
            InitializationPass.run("test", network, view -> {
                view.sweep(
                        new org.nd4j.linalg.dataset.MultiDataSet(
                                new INDArray[] {features}, null, masked ? new INDArray[] {mask} : null, null),
                        (LayerVisitor) (layer, response) -> measured.add(response.variety()));
                return List.of();
            });
            INDArray weighted = features.mmul(network.getParam("0_W"));
            double variance = 0;
            double square = 0;
            for (int unit = 0; unit < 16; unit++) {
                double sum = 0;
                double squares = 0;
                int count = 0;
                for (int i = 0; i < 200; i++) {
                    if (!masked || mask.getDouble(i) > 0) {
                        double z = weighted.getDouble(i, unit);
                        sum += z;
                        squares += z * z;
                        count++;
                    }
                }
                square += squares / count;
                variance += squares / count - sum / count * (sum / count);
            }
            assertThat(measured.get(0)).isCloseTo(variance / square, within(1e-12));
        }
    }
}
