package io.github.dl4jinit.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.listener.ProbeListener.Schedule;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.probe.Probe;
import io.github.dl4jinit.report.ProbeReport;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Training goes on as if nobody looked: parameters, statistics, updater state, score and random generator, to the last bit. */
class ProbeListenerTest {

    private static final Probe PROBE = Probe.defaults();
    private static final Schedule ALWAYS = Schedule.every(1);

    /** Two networks that start alike, trained from one seed, one of them looked at in every iteration. */
    private static <M extends Model> List<ProbeReport> assertSameTraining(
            Supplier<M> build, BiConsumer<M, Integer> fit) {
        M alone = build.get();
        M watched = build.get();
        ProbeListener listener = new ProbeListener(PROBE, ALWAYS);
        watched.setListeners(listener);
        Nd4j.getRandom().setSeed(99);
        for (int i = 0; i < 3; i++) {
            fit.accept(alone, i);
        }
        RandomState expected = RandomState.current();
        Nd4j.getRandom().setSeed(99);
        for (int i = 0; i < 3; i++) {
            fit.accept(watched, i);
        }
        assertThat(RandomState.current()).isEqualTo(expected);
        assertThat(watched.params()).isEqualTo(alone.params());
        assertThat(updaterState(watched)).isEqualTo(updaterState(alone));
        assertThat(watched.score()).isEqualTo(alone.score());
        assertThat(alone.params().sub(build.get().params()).amaxNumber().doubleValue())
                .isGreaterThan(0.01);
        return listener.reports();
    }

    private static INDArray updaterState(Model model) {
        return model instanceof MultiLayerNetwork network
                ? network.getUpdater().getStateViewArray()
                : ((ComputationGraph) model).getUpdater().getStateViewArray();
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void convolutionWithBatchNormalizationAndDropout(DataType type) {
        List<DataSet> batches = Networks.batches(type, 8, 2, 6, 6);
        List<ProbeReport> reports =
                assertSameTraining(() -> Networks.convolutional(type), (n, i) -> n.fit(batches.get(i)));
        assertThat(reports).extracting(ProbeReport::iteration).containsExactly(0, 1, 2);
    }

    @ParameterizedTest
    @EnumSource(WorkspaceMode.class)
    void workspaces(WorkspaceMode mode) {
        List<DataSet> batches = Networks.batches(DataType.FLOAT, 8, 2, 6, 6);
        assertSameTraining(
                () -> {
                    MultiLayerNetwork network = Networks.convolutional(DataType.FLOAT);
                    network.getLayerWiseConfigurations().setTrainingWorkspaceMode(mode);
                    network.getLayerWiseConfigurations().setInferenceWorkspaceMode(mode);
                    return network;
                },
                (n, i) -> n.fit(batches.get(i)));
    }

    @Test
    void fitOfAnIteratorAndOfArrays() {
        List<DataSet> batches = Networks.batches(DataType.FLOAT, 8, 2, 6, 6);
        List<ProbeReport> reports = assertSameTraining(
                () -> Networks.convolutional(DataType.FLOAT),
                (n, i) -> n.fit(new ListDataSetIterator<>(batches.get(i).asList(), 3)));
        assertThat(reports).extracting(ProbeReport::examples).containsExactly(3L, 3L, 2L, 3L, 3L, 2L, 3L, 3L, 2L);
        assertSameTraining(
                () -> Networks.convolutional(DataType.FLOAT),
                (n, i) -> n.fit(batches.get(i).getFeatures(), batches.get(i).getLabels()));
    }

    @Test
    void truncatedBackpropagation_isAnIterationForEachSegment() {
        List<DataSet> batches = Networks.series(DataType.DOUBLE, 6, 4, 9, false);
        List<ProbeReport> chain =
                assertSameTraining(() -> Networks.recurrent(DataType.DOUBLE, true), (n, i) -> n.fit(batches.get(i)));
        List<ProbeReport> graph = assertSameTraining(
                () -> Networks.recurrentGraph(DataType.DOUBLE, true), (n, i) -> n.fit(batches.get(i)));
        assertThat(chain).extracting(ProbeReport::iteration).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(graph).hasSize(9);
    }

    @Test
    void seriesWithMasks() {
        List<DataSet> batches = Networks.series(DataType.FLOAT, 6, 4, 9, true);
        assertSameTraining(() -> Networks.denseThenRecurrent(DataType.FLOAT), (n, i) -> n.fit(batches.get(i)));
    }

    @Test
    void graphsWithOneAndWithTwoInputs() {
        List<DataSet> batches = Networks.batches(DataType.FLOAT, 8, 5);
        assertSameTraining(() -> Networks.residual(DataType.FLOAT), (n, i) -> n.fit(batches.get(i)));
        List<MultiDataSet> pairs = Networks.multiBatches(DataType.FLOAT, 8);
        assertSameTraining(() -> Networks.twoInputs(DataType.FLOAT), (n, i) -> n.fit(pairs.get(i)));
    }

    @Test
    void reports_areThoseOfTheProbeByHand() {
        MultiLayerNetwork network = Networks.convolutional(DataType.FLOAT);
        List<DataSet> batches = Networks.batches(DataType.FLOAT, 8, 2, 6, 6);
        ProbeListener own = new ProbeListener(PROBE, ALWAYS);
        ProbeListener fixed =
                ProbeListener.onBatch(PROBE, Schedule.at(1), batches.get(2).toMultiDataSet());
        network.setListeners(own, fixed);
        ProbeReport first = PROBE.measure(network, batches.get(0));
        network.fit(batches.get(0));
        ProbeReport second = PROBE.measure(network, batches.get(2));
        network.fit(batches.get(1));

        assertThat(own.reports().get(0).layers()).isEqualTo(first.layers());
        assertThat(fixed.reports()).hasSize(1);
        assertThat(fixed.reports().get(0).layers()).isEqualTo(second.layers());
        assertThat(fixed.reports().get(0).iteration()).isEqualTo(1);
    }

    @Test
    void behindAnInitializingListener_iterationZeroShowsTheInitializedNetwork() {
        DataSet batch = Networks.batches(DataType.DOUBLE, 50, 5).get(0);
        MultiLayerNetwork byHand =
                Networks.dense(DataType.DOUBLE, org.nd4j.linalg.activations.Activation.TANH, 5, 20, 20);
        MultiLayerNetwork byListener = byHand.clone();
        Lsuv.defaults().initialize(byHand, batch);
        ProbeListener listener = new ProbeListener(PROBE, ALWAYS);
        byListener.setListeners(new InitializingListener(Lsuv.defaults()), listener);
        byListener.fit(batch);

        assertThat(listener.reports()).hasSize(1);
        assertThat(listener.reports().get(0).layers())
                .isEqualTo(PROBE.measure(byHand, batch).layers());
    }

    /** What does not fire asks the schedule, and nothing else: it may not even look at the batch. */
    @Test
    void iterationsOutsideTheSchedule_costOneQuestion() {
        AtomicInteger questions = new AtomicInteger();
        ProbeListener listener = new ProbeListener(PROBE, iteration -> {
            questions.incrementAndGet();
            return false;
        });
        MultiLayerNetwork network = Networks.convolutional(DataType.FLOAT);
        network.setListeners(listener);
        Networks.batches(DataType.FLOAT, 8, 2, 6, 6).forEach(network::fit);

        assertThat(questions).hasValue(3);
        assertThat(listener.reports()).isEmpty();
    }
}
