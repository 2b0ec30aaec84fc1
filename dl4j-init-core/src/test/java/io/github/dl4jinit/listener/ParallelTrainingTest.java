package io.github.dl4jinit.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.network.Networks;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.EarlyStoppingParallelTrainer;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * A {@code ParallelWrapper} shares a listener among its workers, each of which has another minibatch: they used to start from different weights, which
 * were then averaged.
 */
@Timeout(60)
class ParallelTrainingTest {

    private static final NetworkInitializer LSUV = Lsuv.defaults();
    private static final List<DataSet> BATCHES = Networks.batches(DataType.DOUBLE, 8, 5);

    static Stream<Supplier<Model>> networks() {
        return Stream.of(
                () -> Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8, 7),
                () -> Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8, 7).toComputationGraph());
    }

    /** Four minibatches for two workers: two rounds. */
    private static DataSetIterator data(List<DataSet> batches) {
        return new ListDataSetIterator<>(
                Stream.of(0, 1, 2, 0)
                        .flatMap(i -> batches.get(i).asList().stream())
                        .toList(),
                8);
    }

    /** The wrapper closes itself after each fit. */
    private static void train(Model model, TrainingMode mode) {
        ParallelWrapper wrapper = wrapper(model, mode);
        wrapper.fit(data(BATCHES));
        wrapper.fit(data(BATCHES));
    }

    private static ParallelWrapper wrapper(Model model, TrainingMode mode) {
        return new ParallelWrapper.Builder<>(model)
                .workers(2)
                .prefetchBuffer(0)
                .averagingFrequency(1)
                .trainingMode(mode)
                .build();
    }

    private static double difference(INDArray a, INDArray b) {
        return a.sub(b).amaxNumber().doubleValue();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void averagingWorkers_startFromTheFirstWorkersMinibatch(Supplier<Model> network) {
        Model byHand = network.get();
        LSUV.initialize(byHand, BATCHES.get(0).toMultiDataSet());
        train(byHand, TrainingMode.AVERAGING);

        Set<INDArray> batches = ConcurrentHashMap.newKeySet();
        InitializingListener listener = new InitializingListener((model, batch) -> {
            batches.add(batch.getFeatures(0).dup());
            return LSUV.initialize(model, batch);
        });
        Model byListener = network.get();
        byListener.setListeners(listener);
        train(byListener, TrainingMode.AVERAGING);

        assertThat(difference(byHand.params(), byListener.params())).isEqualTo(0.0);
        assertThat(batches).isNotEmpty().allSatisfy(batch -> assertThat(batch).isEqualTo(BATCHES.get(0).getFeatures()));
        assertThat(listener.reports()).as("of the user's network alone").hasSize(1);
        assertThat(listener.report(byListener)).isPresent();
    }

    /** The order in which shared gradients arrive is a matter of chance, so that only the start can be compared. */
    @ParameterizedTest
    @EnumSource(names = "SHARED_GRADIENTS")
    void sharingWorkers_startFromTheFirstWorkersMinibatch(TrainingMode mode) {
        Set<INDArray> starts = ConcurrentHashMap.newKeySet();
        InitializingListener listener = new InitializingListener((model, batch) -> {
            var report = LSUV.initialize(model, batch);
            starts.add(model.params().dup());
            return report;
        });
        MultiLayerNetwork byHand = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8, 7);
        List<DataSet> batches = Networks.batches(DataType.FLOAT, 8, 5);
        LSUV.initialize(byHand, batches.get(0));
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8, 7);
        network.setListeners(listener);
        wrapper(network, mode).fit(data(batches));
        assertThat(starts).hasSize(2).allSatisfy(start -> assertThat(start).isEqualTo(byHand.params()));
    }

    @Test
    void failingInitializer_endsFitWithItsMessage() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8, 7);
        network.setListeners(new InitializingListener((model, batch) -> {
            throw new IllegalArgumentException("no, thank you");
        }));
        assertThatThrownBy(() -> train(network, TrainingMode.AVERAGING)).hasStackTraceContaining("no, thank you");
    }

    @Test
    void earlyStopping_inParallel_isExact() {
        MultiLayerNetwork byHand = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8, 7);
        LSUV.initialize(byHand, BATCHES.get(0));
        MultiLayerNetwork byListener = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8, 7);
        InitializingListener listener = new InitializingListener(LSUV);
        byListener.setListeners(listener);
        for (MultiLayerNetwork network : List.of(byHand, byListener)) {
            new EarlyStoppingParallelTrainer<>(
                            new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
                                    .epochTerminationConditions(new MaxEpochsTerminationCondition(2))
                                    .scoreCalculator(new DataSetLossCalculator(data(BATCHES), true))
                                    .modelSaver(new InMemoryModelSaver<>())
                                    .build(),
                            network,
                            data(BATCHES),
                            null,
                            2,
                            0,
                            1)
                    .fit();
        }
        assertThat(listener.reports()).hasSize(1);
        assertThat(difference(byHand.params(), byListener.params())).isEqualTo(0.0);
    }
}
