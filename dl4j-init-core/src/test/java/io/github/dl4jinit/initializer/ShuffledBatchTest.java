package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.contract.InitializerContract;
import io.github.dl4jinit.network.Networks;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** GradInit and MetaInit take examples out of their batch in another order. */
class ShuffledBatchTest {

    static Stream<NetworkInitializer> initializers() {
        return Stream.of(
                GradInit.builder().iterations(2).build(),
                MetaInit.builder().steps(2).build());
    }

    private static OutputLayer sigmoid(int inputs) {
        return new OutputLayer.Builder(LossFunction.XENT)
                .activation(Activation.SIGMOID)
                .nIn(inputs)
                .nOut(1)
                .build();
    }

    /** Slices of [n, 1] threw "Invalid dimension on insertion": for each regression with one target. */
    @ParameterizedTest
    @MethodSource("initializers")
    void arraysOfOneColumn_areTaken(NetworkInitializer initializer) {
        MultiDataSet batch = new MultiDataSet(
                new INDArray[] {Networks.normal(1, DataType.DOUBLE, 9, 1)},
                new INDArray[] {Networks.normal(2, DataType.DOUBLE, 9, 1).gt(0).castTo(DataType.DOUBLE)},
                null,
                new INDArray[] {Nd4j.ones(DataType.DOUBLE, 9, 1)});
        InitializerContract.of(initializer)
                .check(
                        () -> Networks.init(Networks.base(DataType.DOUBLE)
                                .list()
                                .layer(new DenseLayer.Builder().nIn(1).nOut(4).build())
                                .layer(sigmoid(4))
                                .build()),
                        batch);
    }

    /** Normal numbers took the place of indices: "Invalid index for embedding layer: got index -1". */
    @ParameterizedTest
    @MethodSource("initializers")
    void wordIndices_stayIndices(NetworkInitializer initializer) {
        INDArray words = Nd4j.createFromArray(0.0, 3, 5, 1, 2, 2, 4, 0, 5).reshape(9, 1);
        InitializerContract.of(initializer)
                .check(
                        () -> Networks.init(Networks.base(DataType.DOUBLE)
                                .list()
                                .layer(new EmbeddingLayer.Builder()
                                        .nIn(6)
                                        .nOut(4)
                                        .build())
                                .layer(sigmoid(4))
                                .build()),
                        new MultiDataSet(words, words.gt(2).castTo(DataType.DOUBLE)));
        MultiLayerNetwork sequence = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new EmbeddingSequenceLayer.Builder().nIn(6).nOut(4).build())
                .layer(new LSTM.Builder().nOut(3).build())
                .layer(new GlobalPoolingLayer())
                .layer(sigmoid(3))
                .setInputType(InputType.recurrent(6))
                .build());
        INDArray sentences = Nd4j.concat(1, words, words.rsub(5));
        assertThat(initializer
                        .initialize(
                                sequence,
                                new MultiDataSet(sentences, words.gt(2).castTo(DataType.DOUBLE)))
                        .layers())
                .isNotEmpty();
    }

    /** Against a loop over the entries. */
    @Test
    void takenExamples_areTheOnesAskedFor() {
        for (long[] shape : new long[][] {{5}, {5, 1}, {5, 3}, {5, 1, 1}, {5, 2, 3}, {5, 2, 1, 3}}) {
            INDArray array = Networks.normal(3, DataType.DOUBLE, shape).dup('f');
            INDArray taken = Objects.requireNonNull(Shuffle.take(new INDArray[] {array}, new int[] {4, 0, 4}))[0];
            assertThat(taken.size(0)).isEqualTo(3);
            double[] all = array.dup('c').reshape(-1).toDoubleVector();
            double[] some = taken.dup('c').reshape(-1).toDoubleVector();
            int width = all.length / 5;
            for (int i = 0; i < width; i++) {
                assertThat(some[i]).isEqualTo(all[4 * width + i]);
                assertThat(some[width + i]).isEqualTo(all[i]);
                assertThat(some[2 * width + i]).isEqualTo(all[4 * width + i]);
            }
        }
    }
}
