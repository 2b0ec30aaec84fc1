package io.github.dl4jinit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.contract.Untouched.Part;
import io.github.dl4jinit.network.Networks;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A snapshot sees every change, however small, and nothing where nothing changed. */
class UntouchedTest {

    private static final double SMALLEST = Double.MIN_VALUE;

    /** What a careless tool does, by what the snapshot is to call it. */
    static Stream<Map.Entry<String, BiConsumer<MultiLayerNetwork, MultiDataSet>>> carelessTools() {
        return Map.<String, BiConsumer<MultiLayerNetwork, MultiDataSet>>of(
                "features of input 0", (network, batch) -> batch.getFeatures(0).putScalar(0, SMALLEST),
                "labels of output 0", (network, batch) -> batch.getLabels(0).putScalar(0, SMALLEST),
                "features mask of input 0",
                        (network, batch) -> batch.getFeaturesMaskArray(0).putScalar(0, 0),
                "labels mask of output 0",
                        (network, batch) -> batch.getLabelsMaskArray(0).putScalar(0, 0),
                "state of Nd4j.getRandom()", (network, batch) -> Nd4j.rand(1),
                "parameters", (network, batch) -> network.params().putScalar(0, SMALLEST),
                "updater state",
                        (network, batch) ->
                                network.getUpdater().getStateViewArray().putScalar(0, 1),
                "iterations and epochs", (network, batch) -> network.setIterationCount(3),
                "listeners", (network, batch) -> network.addListeners(new ScoreIterationListener(1)),
                "configuration",
                        (network, batch) -> network.getLayerWiseConfigurations().setTbpttBackLength(7))
                .entrySet()
                .stream();
    }

    private static MultiLayerNetwork network() {
        MultiLayerNetwork network = Networks.recurrent(DataType.DOUBLE, false);
        network.fit(Networks.series(DataType.DOUBLE, 3, 4, 5, true).get(0));
        return network;
    }

    private static MultiDataSet batch() {
        INDArray mask = Networks.mask(DataType.DOUBLE, 3, 5);
        return new MultiDataSet(
                new INDArray[] {Networks.normal(1, DataType.DOUBLE, 3, 4, 5)},
                new INDArray[] {Networks.oneHotSeries(1, DataType.DOUBLE, 3, 5)},
                new INDArray[] {mask},
                new INDArray[] {mask.dup()});
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("carelessTools")
    void change_isNamed(Map.Entry<String, BiConsumer<MultiLayerNetwork, MultiDataSet>> tool) {
        MultiLayerNetwork network = network();
        MultiDataSet batch = batch();
        Untouched before = Untouched.of(network, batch);
        before.check();
        tool.getValue().accept(network, batch);
        assertThat(before.changes()).containsExactly(tool.getKey());
        assertThatThrownBy(before::check).isInstanceOf(AssertionError.class).hasMessageContaining(tool.getKey());
    }

    @Test
    void nanThatStays_isNoChange() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 3, 2);
        network.params().putScalar(0, Double.NaN);
        Untouched.of(network, null).check();
    }

    @Test
    void allowedParts_areNotLookedAt() {
        MultiLayerNetwork network = network();
        Untouched before = Untouched.of(network, null);
        network.params().putScalar(0, 1);
        assertThat(before.changes(Part.PARAMETERS)).isEmpty();
    }
}
