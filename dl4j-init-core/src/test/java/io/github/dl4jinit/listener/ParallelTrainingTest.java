package io.github.dl4jinit.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.network.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
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
                () -> Networks.init(Networks.base(DataType.DOUBLE)
                        .graphBuilder()
                        .addInputs("in")
                        .addLayer(
                                "hidden",
                                new DenseLayer.Builder().nIn(5).nOut(8).build(),
                                "in")
                        .addLayer("out", Networks.softmax(8), "hidden")
                        .setOutputs("out")
                        .build()));
    }

    /** Four minibatches for two workers: two rounds. */
    private static DataSetIterator data(List<DataSet> batches) {
        return new ListDataSetIterator<>(
                Stream.of(0, 1, 2, 0)
                        .flatMap(i -> batches.get(i).asList().stream())
                        .toList(),
                8);
    }

    /**
     * A worker copies the network when it starts, while the first one may be updating it already: DL4J leaves to chance what the copy is. The first steps
     * of both wait for each other here, so that training can be repeated.
     */
    private static final class Together extends BaseTrainingListener {
        private final CyclicBarrier barrier = new CyclicBarrier(2);
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public void onForwardPass(Model model, List<INDArray> activations) {
            await();
        }

        @Override
        public void onForwardPass(Model model, Map<String, INDArray> activations) {
            await();
        }

        private void await() {
            if (calls.incrementAndGet() <= 2) {
                try {
                    barrier.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private static void train(Model model, TrainingMode mode, TrainingListener... listeners) {
        List<TrainingListener> all = new ArrayList<>(List.of(new Together()));
        all.addAll(List.of(listeners));
        model.setListeners(all);
        wrapper(model, mode).fit(data(BATCHES));
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

        List<INDArray> batches = new CopyOnWriteArrayList<>();
        InitializingListener listener = new InitializingListener((model, batch) -> {
            batches.add(batch.getFeatures(0).dup());
            return LSUV.initialize(model, batch);
        });
        Model byListener = network.get();
        train(byListener, TrainingMode.AVERAGING, listener);

        assertThat(difference(byHand.params(), byListener.params())).isEqualTo(0.0);
        assertThat(batches).hasSize(2).allSatisfy(batch -> assertThat(batch)
                .isEqualTo(BATCHES.get(0).getFeatures()));
        assertThat(listener.reports()).as("of the user's network alone").hasSize(1);
        assertThat(listener.report(byListener)).isPresent();
    }

    /** The order in which shared gradients arrive is a matter of chance, so that only the start can be compared. */
    @ParameterizedTest
    @EnumSource(names = "SHARED_GRADIENTS")
    void sharingWorkers_startFromTheFirstWorkersMinibatch(TrainingMode mode) {
        List<INDArray> starts = new CopyOnWriteArrayList<>();
        InitializingListener listener = new InitializingListener((model, batch) -> {
            var report = LSUV.initialize(model, batch);
            starts.add(model.params().dup());
            return report;
        });
        MultiLayerNetwork byHand = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8, 7);
        List<DataSet> batches = Networks.batches(DataType.FLOAT, 8, 5);
        LSUV.initialize(byHand, batches.get(0));
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8, 7);
        network.setListeners(new Together(), listener);
        wrapper(network, mode).fit(data(batches));
        assertThat(starts).hasSize(2).allSatisfy(start -> assertThat(start).isEqualTo(byHand.params()));
    }

    @Test
    void failingInitializer_endsFitWithItsMessage() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8, 7);
        InitializingListener listener = new InitializingListener((model, batch) -> {
            throw new IllegalArgumentException("no, thank you");
        });
        assertThatThrownBy(() -> train(network, TrainingMode.AVERAGING, listener))
                .hasStackTraceContaining("no, thank you");
    }

    /** A second fit makes new copies, of a network that has been trained. */
    @Test
    void earlyStopping_inParallel_initializesOnce() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8, 7);
        InitializingListener listener = new InitializingListener(LSUV);
        network.setListeners(listener);
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
        assertThat(listener.reports()).hasSize(1);
        assertThat(network.getIterationCount()).isGreaterThan(2);
    }
}
