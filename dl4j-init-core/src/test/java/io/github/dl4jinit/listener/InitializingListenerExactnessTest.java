package io.github.dl4jinit.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.network.Networks;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** The first update is the one of a network initialized before fit: not nearly, but to the last bit. */
class InitializingListenerExactnessTest {

    private static final NetworkInitializer LSUV = Lsuv.defaults();

    /** Both networks start alike and draw their dropout masks from the same seed. */
    private static void assertSameTraining(Supplier<? extends Model> build, List<DataSet> batches, DataSet initial) {
        Model byHand = build.get();
        LSUV.initialize(byHand, initial);
        Model byListener = build.get();
        InitializingListener listener = listen(byListener);
        Nd4j.getRandom().setSeed(99);
        batches.forEach(batch -> fit(byHand, batch));
        Nd4j.getRandom().setSeed(99);
        batches.forEach(batch -> fit(byListener, batch));
        assertThat(listener.report()).isPresent();
        assertIdentical(byHand, byListener);
        assertThat(maxDifference(byHand.params(), build.get().params())).isGreaterThan(0.01);
    }

    private static InitializingListener listen(Model model) {
        InitializingListener listener = new InitializingListener(LSUV);
        model.setListeners(listener);
        return listener;
    }

    private static void fit(Model model, DataSet batch) {
        if (model instanceof MultiLayerNetwork network) {
            network.fit(batch);
        } else {
            ((ComputationGraph) model).fit(batch);
        }
    }

    /** Parameters, updater state and score. */
    private static void assertIdentical(Model a, Model b) {
        assertThat(maxDifference(a.params(), b.params())).isEqualTo(0.0);
        assertThat(maxDifference(updaterState(a), updaterState(b))).isEqualTo(0.0);
        assertThat(a.score()).isEqualTo(b.score());
    }

    private static INDArray updaterState(Model model) {
        return model instanceof MultiLayerNetwork network
                ? network.getUpdater().getStateViewArray()
                : ((ComputationGraph) model).getUpdater().getStateViewArray();
    }

    private static double maxDifference(INDArray a, INDArray b) {
        return a.sub(b).amaxNumber().doubleValue();
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void convolutionWithBatchNormalizationAndDropout(DataType type) {
        List<DataSet> batches = Networks.batches(type, 8, 2, 6, 6);
        assertSameTraining(() -> Networks.convolutional(type), batches, batches.get(0));
    }

    @Test
    void residualGraphWithDropout() {
        List<DataSet> batches = Networks.batches(DataType.DOUBLE, 8, 5);
        assertSameTraining(() -> Networks.residual(DataType.DOUBLE), batches, batches.get(0));
    }

    @Test
    void lstm() {
        List<DataSet> batches = Networks.series(DataType.DOUBLE, 6, 4, 9, false);
        assertSameTraining(() -> Networks.recurrent(DataType.DOUBLE, false), batches, batches.get(0));
    }

    @Test
    void lstmWithMasks() {
        List<DataSet> batches = Networks.series(DataType.DOUBLE, 6, 4, 9, true);
        assertSameTraining(() -> Networks.recurrent(DataType.DOUBLE, false), batches, batches.get(0));
    }

    @Test
    void denseLayersWithMasks() {
        List<DataSet> batches = Networks.series(DataType.DOUBLE, 6, 4, 9, true);
        assertSameTraining(() -> Networks.denseThenRecurrent(DataType.DOUBLE), batches, batches.get(0));
    }

    @Test
    void truncatedBackpropagation_seesItsFirstSegment() {
        List<DataSet> batches = Networks.series(DataType.DOUBLE, 6, 4, 9, false);
        DataSet whole = batches.get(0);
        DataSet segment = new DataSet(firstSteps(whole.getFeatures()), firstSteps(whole.getLabels()));
        assertSameTraining(() -> Networks.recurrent(DataType.DOUBLE, true), batches, segment);
    }

    private static INDArray firstSteps(INDArray series) {
        return series.get(
                        org.nd4j.linalg.indexing.NDArrayIndex.all(),
                        org.nd4j.linalg.indexing.NDArrayIndex.all(),
                        org.nd4j.linalg.indexing.NDArrayIndex.interval(0, 4))
                .dup();
    }

    @Test
    void severalInputsAndOutputs() {
        List<MultiDataSet> batches = Networks.multiBatches(DataType.DOUBLE, 8);
        ComputationGraph byHand = Networks.twoInputs(DataType.DOUBLE);
        LSUV.initialize(byHand, batches.get(0));
        ComputationGraph byListener = Networks.twoInputs(DataType.DOUBLE);
        listen(byListener);
        Nd4j.getRandom().setSeed(99);
        batches.forEach(byHand::fit);
        Nd4j.getRandom().setSeed(99);
        batches.forEach(byListener::fit);
        assertIdentical(byHand, byListener);
    }

    @Test
    void severalInputs_fromAnIterator() {
        List<MultiDataSet> batches = Networks.multiBatches(DataType.DOUBLE, 8);
        ComputationGraph byHand = Networks.twoInputs(DataType.DOUBLE);
        LSUV.initialize(byHand, batches.get(0));
        byHand.fit(new IteratorMultiDataSetIterator(
                List.<org.nd4j.linalg.dataset.api.MultiDataSet>copyOf(batches).iterator(), 8));
        ComputationGraph byListener = Networks.twoInputs(DataType.DOUBLE);
        listen(byListener);
        byListener.fit(new IteratorMultiDataSetIterator(
                List.<org.nd4j.linalg.dataset.api.MultiDataSet>copyOf(batches).iterator(), 8));
        assertIdentical(byHand, byListener);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void graphOfLstms_withMasks(boolean truncated) {
        List<DataSet> batches = Networks.series(DataType.DOUBLE, 6, 4, 4, true);
        assertSameTraining(() -> Networks.recurrentGraph(DataType.DOUBLE, truncated), batches, batches.get(0));
    }

    /** Without any seeding between init() and fit: initializing by hand leaves the generator as init() left it. */
    @Test
    void withoutReseeding() {
        List<DataSet> batches = Networks.batches(DataType.DOUBLE, 8, 5);
        ComputationGraph byHand = Networks.residual(DataType.DOUBLE);
        LSUV.initialize(byHand, batches.get(0));
        batches.forEach(byHand::fit);
        ComputationGraph byListener = Networks.residual(DataType.DOUBLE);
        listen(byListener);
        batches.forEach(byListener::fit);
        assertIdentical(byHand, byListener);
    }

    /** The negative control: a listener that neither winds the generator back nor recomputes is off by far. */
    @Test
    void changingWeightsWithoutRecomputing_differs() {
        List<DataSet> batches = Networks.batches(DataType.DOUBLE, 8, 5);
        ComputationGraph byHand = Networks.residual(DataType.DOUBLE);
        LSUV.initialize(byHand, batches.get(0));
        byHand.fit(batches.get(0));
        ComputationGraph naive = Networks.residual(DataType.DOUBLE);
        naive.setListeners(new org.deeplearning4j.optimize.api.BaseTrainingListener() {
            @Override
            public void onGradientCalculation(Model model) {
                LSUV.initialize(model, batches.get(0));
            }
        });
        naive.fit(batches.get(0));
        assertThat(maxDifference(byHand.params(), naive.params())).isGreaterThan(1e-3);
    }

    enum MultiLayerFit {
        ITERATOR {
            @Override
            void fit(MultiLayerNetwork network, List<DataSet> batches) {
                network.fit(iterator(batches));
            }
        },
        ITERATOR_EPOCHS {
            @Override
            void fit(MultiLayerNetwork network, List<DataSet> batches) {
                network.fit(iterator(batches), 1);
            }
        },
        MULTI_ITERATOR {
            @Override
            void fit(MultiLayerNetwork network, List<DataSet> batches) {
                network.fit(multiIterator(batches));
            }
        },
        MULTI_ITERATOR_EPOCHS {
            @Override
            void fit(MultiLayerNetwork network, List<DataSet> batches) {
                network.fit(multiIterator(batches), 1);
            }
        },
        DATA_SET {
            @Override
            void fit(MultiLayerNetwork network, List<DataSet> batches) {
                batches.forEach(network::fit);
            }
        },
        MULTI_DATA_SET {
            @Override
            void fit(MultiLayerNetwork network, List<DataSet> batches) {
                batches.forEach(batch -> network.fit(batch.toMultiDataSet()));
            }
        },
        ARRAYS {
            @Override
            void fit(MultiLayerNetwork network, List<DataSet> batches) {
                batches.forEach(batch -> network.fit(batch.getFeatures(), batch.getLabels()));
            }
        },
        ARRAYS_MASKS {
            @Override
            void fit(MultiLayerNetwork network, List<DataSet> batches) {
                batches.forEach(batch -> network.fit(batch.getFeatures(), batch.getLabels(), null, null));
            }
        },
        CLASS_INDICES {
            @Override
            void fit(MultiLayerNetwork network, List<DataSet> batches) {
                batches.forEach(batch -> network.fit(
                        batch.getFeatures(), batch.getLabels().argMax(1).toIntVector()));
            }
        };

        abstract void fit(MultiLayerNetwork network, List<DataSet> batches);
    }

    private static DataSetIterator iterator(List<DataSet> batches) {
        return new ListDataSetIterator<>(
                batches.stream().flatMap(b -> b.asList().stream()).toList(), 8);
    }

    private static IteratorMultiDataSetIterator multiIterator(List<DataSet> batches) {
        return new IteratorMultiDataSetIterator(
                batches.stream()
                        .<org.nd4j.linalg.dataset.api.MultiDataSet>map(DataSet::toMultiDataSet)
                        .iterator(),
                8);
    }

    @ParameterizedTest
    @EnumSource
    void everyFitOfMultiLayerNetwork(MultiLayerFit overload) {
        List<DataSet> batches = Networks.batches(DataType.DOUBLE, 8, 2, 6, 6);
        MultiLayerNetwork byHand = Networks.convolutional(DataType.DOUBLE);
        LSUV.initialize(byHand, batches.get(0));
        overload.fit(byHand, batches);
        MultiLayerNetwork byListener = Networks.convolutional(DataType.DOUBLE);
        InitializingListener listener = listen(byListener);
        overload.fit(byListener, batches);
        assertThat(listener.report()).isPresent();
        assertIdentical(byHand, byListener);
    }

    enum GraphFit {
        ITERATOR {
            @Override
            void fit(ComputationGraph graph, List<DataSet> batches) {
                graph.fit(iterator(batches));
            }
        },
        ITERATOR_EPOCHS {
            @Override
            void fit(ComputationGraph graph, List<DataSet> batches) {
                graph.fit(iterator(batches), 1);
            }
        },
        MULTI_ITERATOR {
            @Override
            void fit(ComputationGraph graph, List<DataSet> batches) {
                graph.fit(multiIterator(batches));
            }
        },
        MULTI_ITERATOR_EPOCHS {
            @Override
            void fit(ComputationGraph graph, List<DataSet> batches) {
                graph.fit(multiIterator(batches), 1);
            }
        },
        DATA_SET {
            @Override
            void fit(ComputationGraph graph, List<DataSet> batches) {
                batches.forEach(graph::fit);
            }
        },
        MULTI_DATA_SET {
            @Override
            void fit(ComputationGraph graph, List<DataSet> batches) {
                batches.forEach(batch -> graph.fit(batch.toMultiDataSet()));
            }
        },
        ARRAYS {
            @Override
            void fit(ComputationGraph graph, List<DataSet> batches) {
                batches.forEach(
                        batch -> graph.fit(new INDArray[] {batch.getFeatures()}, new INDArray[] {batch.getLabels()}));
            }
        },
        ARRAYS_MASKS {
            @Override
            void fit(ComputationGraph graph, List<DataSet> batches) {
                batches.forEach(batch -> graph.fit(
                        new INDArray[] {batch.getFeatures()}, new INDArray[] {batch.getLabels()}, null, null));
            }
        };

        abstract void fit(ComputationGraph graph, List<DataSet> batches);
    }

    @ParameterizedTest
    @EnumSource
    void everyFitOfComputationGraph(GraphFit overload) {
        List<DataSet> batches = Networks.batches(DataType.DOUBLE, 8, 5);
        ComputationGraph byHand = Networks.residual(DataType.DOUBLE);
        LSUV.initialize(byHand, batches.get(0));
        overload.fit(byHand, batches);
        ComputationGraph byListener = Networks.residual(DataType.DOUBLE);
        InitializingListener listener = listen(byListener);
        overload.fit(byListener, batches);
        assertThat(listener.report()).isPresent();
        assertIdentical(byHand, byListener);
    }
}
