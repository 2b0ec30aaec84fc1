package io.github.dl4jinit.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.AsyncDataSetIterator;
import org.deeplearning4j.datasets.iterator.AsyncMultiDataSetIterator;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.deeplearning4j.optimize.solvers.accumulation.BasicGradientsAccumulator;
import org.deeplearning4j.optimize.solvers.accumulation.GradientsAccumulator;
import org.deeplearning4j.optimize.solvers.accumulation.LocalHandler;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** In all of DL4J's ways of training the initializer runs once, and the updates are those of a network initialized by hand on the first minibatch. */
@SuppressWarnings({"deprecation"})
class TrainingWaysTest {

    private static final NetworkInitializer LSUV = Lsuv.defaults();
    private static final List<DataSet> BATCHES = Networks.batches(DataType.DOUBLE, 8, 5);

    private static MultiLayerNetwork chain() {
        return Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8, 7);
    }

    private static ComputationGraph graph() {
        return Networks.residual(DataType.DOUBLE);
    }

    /** Runs a way on a network that was initialized by hand and on one with the listener. */
    private static <M extends Model> void assertExact(Supplier<M> network, MultiDataSet first, Consumer<M> way) {
        M byHand = network.get();
        LSUV.initialize(byHand, first);
        AtomicInteger runs = new AtomicInteger();
        NetworkInitializer counting = (model, batch) -> {
            runs.incrementAndGet();
            return LSUV.initialize(model, batch);
        };
        M byListener = network.get();
        byListener.setListeners(new InitializingListener(counting));
        Nd4j.getRandom().setSeed(99);
        way.accept(byHand);
        Nd4j.getRandom().setSeed(99);
        way.accept(byListener);
        assertThat(runs).hasValue(1);
        assertSame(byHand, byListener);
        assertThat(difference(byListener.params(), network.get().params())).isGreaterThan(0.01);
    }

    static void assertSame(Model a, Model b) {
        assertThat(difference(a.params(), b.params())).isEqualTo(0.0);
        assertThat(difference(updaterState(a), updaterState(b))).isEqualTo(0.0);
    }

    private static INDArray updaterState(Model model) {
        return model instanceof MultiLayerNetwork network
                ? network.getUpdater().getStateViewArray()
                : ((ComputationGraph) model).getUpdater().getStateViewArray();
    }

    private static double difference(INDArray a, INDArray b) {
        return a.sub(b).amaxNumber().doubleValue();
    }

    private static MultiDataSet first() {
        return (MultiDataSet) BATCHES.get(0).toMultiDataSet();
    }

    private static MultiDataSetIterator multi() {
        return new IteratorMultiDataSetIterator(
                BATCHES.stream().map(DataSet::toMultiDataSet).iterator(), 8);
    }

    private static ListDataSetIterator<DataSet> single() {
        return new ListDataSetIterator<>(
                BATCHES.stream().flatMap(b -> b.asList().stream()).toList(), 8);
    }

    private static <M extends Model> EarlyStoppingConfiguration<M> stopping() {
        return new EarlyStoppingConfiguration.Builder<M>()
                .epochTerminationConditions(new MaxEpochsTerminationCondition(2))
                .scoreCalculator(new DataSetLossCalculator(single(), true))
                .modelSaver(new InMemoryModelSaver<>())
                .build();
    }

    private static GradientsAccumulator basic() {
        return new BasicGradientsAccumulator(1, new LocalHandler());
    }

    private static Arguments way(String name, Consumer<MultiLayerNetwork> chain, Consumer<ComputationGraph> graph) {
        return Arguments.of(name, chain, graph);
    }

    static Stream<Arguments> ways() {
        return Stream.of(
                way("DataSet by DataSet", n -> BATCHES.forEach(n::fit), n -> BATCHES.forEach(n::fit)),
                way("DataSetIterator, epochs", n -> n.fit(single(), 2), n -> n.fit(single(), 2)),
                way(
                        "AsyncDataSetIterator",
                        n -> n.fit(new AsyncDataSetIterator(single(), 2)),
                        n -> n.fit(new AsyncDataSetIterator(single(), 2))),
                way("MultiDataSetIterator", n -> n.fit(multi()), n -> n.fit(multi())),
                way(
                        "AsyncMultiDataSetIterator",
                        n -> n.fit(new AsyncMultiDataSetIterator(multi(), 2)),
                        n -> n.fit(new AsyncMultiDataSetIterator(multi(), 2))),
                way(
                        "early stopping",
                        n -> new EarlyStoppingTrainer(stopping(), n, single()).fit(),
                        n -> new EarlyStoppingGraphTrainer(stopping(), n, single()).fit()),
                way(
                        "BasicGradientsAccumulator",
                        n -> {
                            n.setGradientsAccumulator(basic());
                            BATCHES.forEach(n::fit);
                        },
                        n -> {
                            n.setGradientsAccumulator(basic());
                            BATCHES.forEach(n::fit);
                        }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void chain_isInitializedOnceAndExactly(
            String name, Consumer<MultiLayerNetwork> chain, Consumer<ComputationGraph> graph) {
        assertExact(TrainingWaysTest::chain, first(), chain);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void graph_isInitializedOnceAndExactly(
            String name, Consumer<MultiLayerNetwork> chain, Consumer<ComputationGraph> graph) {
        assertExact(TrainingWaysTest::graph, first(), graph);
    }

    /** Nine and ten steps in segments of four: the last one is shorter. */
    @ParameterizedTest
    @ValueSource(ints = {8, 9, 10})
    void truncatedBackpropagation_chainAndGraph(int steps) {
        List<DataSet> series = Networks.series(DataType.DOUBLE, 6, 4, steps, false);
        MultiDataSet segment = new MultiDataSet(
                beginning(series.get(0).getFeatures()), beginning(series.get(0).getLabels()));
        assertExact(() -> Networks.recurrent(DataType.DOUBLE, true), segment, n -> series.forEach(n::fit));
        assertExact(() -> Networks.recurrentGraph(DataType.DOUBLE, true), segment, n -> series.forEach(n::fit));
    }

    private static INDArray beginning(INDArray series) {
        return series.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, 4))
                .dup();
    }

    /** Training is interrupted after a checkpoint and goes on from it, with a listener again. */
    @Test
    void checkpoint_isResumedWithoutInitializingAgain(@TempDir Path folder) throws Exception {
        MultiLayerNetwork whole = chain();
        LSUV.initialize(whole, first());
        whole.fit(single(), 2);

        MultiLayerNetwork interrupted = chain();
        interrupted.setListeners(
                new InitializingListener(LSUV),
                new CheckpointListener.Builder(folder.toFile())
                        .keepAll()
                        .saveEveryNEpochs(1)
                        .build());
        interrupted.fit(single());
        File saved = CheckpointListener.getFileForCheckpoint(
                folder.toFile(),
                CheckpointListener.lastCheckpoint(folder.toFile()).getCheckpointNum());
        MultiLayerNetwork resumed = ModelSerializer.restoreMultiLayerNetwork(saved, true);
        InitializingListener listener = new InitializingListener(LSUV);
        resumed.setListeners(listener);
        resumed.fit(single());

        assertThat(listener.report()).isEmpty();
        assertThat(resumed.getIterationCount()).isEqualTo(6);
        assertSame(whole, resumed);
    }

    /** A clone of a graph keeps the listener; it used to be trained uninitialized if its optimizer was made before it got it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void clonedGraph_isInitializedToo(boolean withOptimizer) {
        ComputationGraph byHand = graph();
        InitReport report = LSUV.initialize(byHand, first());
        ComputationGraph original = graph();
        InitializingListener listener = new InitializingListener(LSUV);
        original.setListeners(listener);
        if (withOptimizer) {
            original.getUpdater();
        }
        ComputationGraph clone = original.clone();
        Nd4j.getRandom().setSeed(99);
        BATCHES.forEach(byHand::fit);
        Nd4j.getRandom().setSeed(99);
        BATCHES.forEach(clone::fit);
        assertThat(listener.report(clone).orElseThrow().layers()).hasSameSizeAs(report.layers());
        assertThat(listener.report(original)).isEmpty();
        assertSame(byHand, clone);
    }

    /** DL4J's own difference, which the listener's page tells. */
    @Test
    void clonedChain_hasNoListeners() {
        MultiLayerNetwork original = chain();
        original.setListeners(new InitializingListener(LSUV));
        assertThat(original.clone().getListeners()).isEmpty();
    }

    /** DL4J's own fault: the seed of the configuration is lost, and with it the numbers that initializers draw. */
    @Test
    void toComputationGraph_forgetsTheSeed() {
        MultiLayerNetwork chain = chain();
        ComputationGraph converted = chain.toComputationGraph();
        assertThat(chain.getDefaultConfiguration().getSeed()).isEqualTo(12345);
        assertThat(converted.getConfiguration().getDefaultConfiguration().getSeed())
                .isNotEqualTo(12345);
        converted.getConfiguration().getDefaultConfiguration().setSeed(12345);
        LSUV.initialize(chain, first());
        LSUV.initialize(converted, first());
        assertThat(converted.params()).as("with the seed put back").isEqualTo(chain.params());
    }
}
