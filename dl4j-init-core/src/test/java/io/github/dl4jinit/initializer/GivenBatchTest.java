package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.contract.Untouched;
import io.github.dl4jinit.network.Networks;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What is given is checked, needed or not. Initializers that need no batch took one of the wrong width or with NaN in it, a null batch was
 * a NullPointerException, and the others refused a wrong width by Deeplearning4j's exception out of the middle of a forward pass.
 */
class GivenBatchTest {

    static Stream<NetworkInitializer> initializers() {
        return EveryInitializer.all().stream();
    }

    private static MultiLayerNetwork dense() {
        return Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 4);
    }

    private static MultiDataSet batch(INDArray features) {
        return new MultiDataSet(features, Networks.oneHot(2, DataType.DOUBLE, features.size(0)));
    }

    private static void assertRefused(
            NetworkInitializer initializer, MultiLayerNetwork network, MultiDataSet batch, String... words) {
        Untouched before = Untouched.of(network, batch);
        assertThatThrownBy(() -> initializer.initialize(network, batch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
        before.check();
    }

    @ParameterizedTest
    @MethodSource("initializers")
    void wrongWidth_isRefusedWithBothWidths(NetworkInitializer initializer) {
        assertRefused(
                initializer,
                dense(),
                batch(Networks.normal(1, DataType.DOUBLE, 9, 7)),
                "input 0",
                "a width of 7",
                "'layer0' (DenseLayer) needs 5");
    }

    @ParameterizedTest
    @MethodSource("initializers")
    void wrongRank_isRefused(NetworkInitializer initializer) {
        assertRefused(
                initializer,
                dense(),
                batch(Networks.normal(1, DataType.DOUBLE, 9, 5, 3)),
                "[9, 5, 3]",
                "'layer0' (DenseLayer) takes no array of rank 3");
    }

    @ParameterizedTest
    @MethodSource("initializers")
    void notANumber_isRefused(NetworkInitializer initializer) {
        INDArray features = Networks.normal(1, DataType.DOUBLE, 9, 5);
        features.putScalar(3, Double.NaN);
        assertRefused(initializer, dense(), batch(features), "input 0", "NaN");
    }

    @ParameterizedTest
    @MethodSource("initializers")
    void maskOfOtherExamples_isRefused(NetworkInitializer initializer) {
        INDArray features = Networks.normal(1, DataType.DOUBLE, 9, 5);
        MultiDataSet batch = new MultiDataSet(
                new INDArray[] {features},
                new INDArray[] {Networks.oneHot(2, DataType.DOUBLE, 9)},
                new INDArray[] {Nd4j.ones(DataType.DOUBLE, 4, 1)},
                null);
        assertRefused(initializer, dense(), batch, "mask of input 0 has 4 rows", "9 example(s)");
    }

    @SuppressWarnings("NullAway") // It is what is tested.
    @ParameterizedTest
    @MethodSource("initializers")
    void nullBatch_isRefusedByName(NetworkInitializer initializer) {
        assertRefused(initializer, dense(), null, "the batch is null");
        assertThatThrownBy(() -> initializer.initialize(dense(), (org.nd4j.linalg.dataset.DataSet) null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the batch is null");
    }

    @ParameterizedTest
    @MethodSource("initializers")
    void nullFeatures_areRefused(NetworkInitializer initializer) {
        MultiLayerNetwork network = dense();
        assertThatThrownBy(() -> initializer.initialize(network, new org.nd4j.linalg.dataset.DataSet()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("features of input 0 are empty");
    }

    @Test
    void imagesOfAnotherSize_areRefusedWithThePreprocessorsWord() {
        MultiLayerNetwork network = Networks.convolutional(DataType.DOUBLE);
        assertRefused(
                Lsuv.defaults(),
                network,
                batch(Networks.normal(1, DataType.DOUBLE, 9, 3, 6, 6)),
                "a width of 3",
                "needs 2");
        MultiLayerNetwork flat = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder().nOut(4).build())
                .layer(Networks.softmax(4))
                .setInputType(InputType.convolutional(6, 6, 2))
                .build());
        assertRefused(
                Fixup.defaults(),
                flat,
                batch(Networks.normal(1, DataType.DOUBLE, 9, 2, 5, 6)),
                "[9, 2, 5, 6]",
                "CnnToFeedForwardPreProcessor");
    }

    @Test
    void wordOutsideOfTheVocabulary_isRefused() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new EmbeddingLayer.Builder().nIn(6).nOut(4).build())
                .layer(Networks.softmax(4))
                .build());
        INDArray words = Nd4j.createFromArray(0.0, 3.0, 6.0).reshape(3, 1);
        assertRefused(Lsuv.defaults(), network, batch(words), "from 0.0 to 6.0", "'layer0' (EmbeddingLayer)", "0 to 5");
        words.putScalar(2, 5);
        assertThatCode(() -> Lsuv.defaults().initialize(network, batch(words))).doesNotThrowAnyException();
    }

    @Test
    void wrappedLayer_takesWhatItTook() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new LastTimeStep(new LSTM.Builder().nIn(5).nOut(4).build()))
                .layer(Networks.softmax(4))
                .build());
        List.of(Lsuv.defaults(), Fixup.defaults()).forEach(initializer -> {
            assertThatCode(() -> initializer.initialize(network, batch(Networks.normal(1, DataType.DOUBLE, 9, 5, 7))))
                    .doesNotThrowAnyException();
            assertRefused(
                    initializer, network, batch(Networks.normal(1, DataType.DOUBLE, 9, 4, 7)), "width of 4", "needs 5");
        });
    }
}
