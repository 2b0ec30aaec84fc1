package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Word vectors that were given to the embedding's builder were replaced by random ones, and the report said converged. */
class GivenWordVectorsTest {

    private static final INDArray VECTORS = Networks.normal(7, DataType.DOUBLE, 6, 4);

    static Stream<NetworkInitializer> initializers() {
        return EveryInitializer.all().stream();
    }

    private static MultiLayerNetwork network() {
        return Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new EmbeddingLayer.Builder().weightInit(VECTORS.dup()).build())
                .layer(Networks.softmax(4))
                .build());
    }

    private static MultiDataSet batch() {
        INDArray words = Nd4j.createFromArray(0.0, 3, 5, 1, 2, 2, 4, 0, 5).reshape(9, 1);
        return new MultiDataSet(words, Networks.oneHot(2, DataType.DOUBLE, 9));
    }

    private static void assertKept(MultiLayerNetwork network, INDArray vectors, InitReport report) {
        assertThat(network.getLayer(0).getParam("W")).isEqualTo(vectors);
        assertThat(report.layers())
                .filteredOn(line -> line.layer().equals("layer0"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.outcome()).isEqualTo(Outcome.SKIPPED);
                    assertThat(line.note()).contains("word vectors were given", "only(\"layer0\")");
                });
    }

    @ParameterizedTest
    @MethodSource("initializers")
    void givenVectors_stay(NetworkInitializer initializer) {
        MultiLayerNetwork network = network();
        assertKept(network, VECTORS, initializer.initialize(network, batch()));
    }

    @Test
    void givenVectors_stayAfterALoad() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ModelSerializer.writeModel(network(), file, false);
        MultiLayerNetwork loaded =
                ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(file.toByteArray()));
        INDArray vectors = loaded.getLayer(0).getParam("W").dup();
        assertKept(loaded, vectors, Lsuv.defaults().initialize(loaded, batch()));
    }

    /** Deeplearning4j's own doing, in docs/dl4j-notes.md: it writes vectors row by row and reads them column by column in each copy. */
    @Test
    void dl4jsOwnCopy_hasOtherVectors() {
        MultiLayerNetwork copy = network().clone();
        INDArray mixed = Nd4j.create(VECTORS.dup('c').data().asDouble(), new long[] {6, 4}, 'f');
        assertThat(copy.getLayer(0).getParam("W")).isEqualTo(mixed).isNotEqualTo(VECTORS);
    }

    /** Copies in which this library measures were of that kind. */
    @Test
    void reportedVariance_isThatOfTheUsersNetwork() {
        MultiLayerNetwork network = network();
        InitReport report = Lsuv.defaults().initialize(network, batch());
        INDArray weights = network.getLayer(1).getParam("W");
        double[] responses = new double[27];
        for (int i = 0; i < 9; i++) {
            for (int unit = 0; unit < 3; unit++) {
                for (int k = 0; k < 4; k++) {
                    responses[3 * i + unit] +=
                            VECTORS.getDouble(batch().getFeatures(0).getInt(i), k) * weights.getDouble(k, unit);
                }
            }
        }
        double mean = Arrays.stream(responses).average().orElseThrow();
        double variance = Arrays.stream(responses)
                .map(r -> (r - mean) * (r - mean))
                .average()
                .orElseThrow();
        assertThat(report.layers().get(1).varianceAfter()).isCloseTo(variance, within(1e-12));
        assertThat(variance).isCloseTo(1, within(0.01));
    }

    @Test
    void vectorsThatAreAskedForByName_areReplaced() {
        MultiLayerNetwork network = network();
        InitReport report = Lsuv.builder().only("layer0").build().initialize(network, batch());
        assertThat(network.getLayer(0).getParam("W")).isNotEqualTo(VECTORS);
        assertThat(report.layers().get(0).outcome()).isEqualTo(Outcome.CONVERGED);
        assertThat(report.layers().get(1).note()).isEqualTo("not selected");
        assertThat(report.layers().get(0).varianceAfter()).isCloseTo(1, within(0.01));
    }
}
