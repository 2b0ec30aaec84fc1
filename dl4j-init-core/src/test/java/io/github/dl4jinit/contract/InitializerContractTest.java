package io.github.dl4jinit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.contract.InitializerContract.Result;
import io.github.dl4jinit.initializer.InitializationPass;
import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.initializer.NetworkInitializer;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.NetworkView;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import io.github.dl4jinit.report.LayerReport.Scaling;
import io.github.dl4jinit.report.LayerReport.WeightArray;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** An initializer that breaks one promise is caught for it, and one that keeps all passes. */
class InitializerContractTest {

    private static MultiLayerNetwork network() {
        return Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 4);
    }

    private static MultiDataSet batch() {
        return new MultiDataSet(Networks.normal(1, DataType.DOUBLE, 20, 5), Networks.oneHot(2, DataType.DOUBLE, 20));
    }

    private static LayerReport line(LayerView layer, double variance) {
        return new LayerReport(
                new WeightArray(layer.position(), layer.name(), layer.kind(), "W"),
                Outcome.CONVERGED,
                new Scaling(null, variance, 1),
                "");
    }

    private static List<LayerReport> drawn(NetworkView network, org.nd4j.linalg.dataset.api.MultiDataSet batch) {
        network.requireBatch(batch);
        return network.layers().stream()
                .map(layer -> LayerReport.drawn(new WeightArray(layer.position(), layer.name(), layer.kind(), "W"), ""))
                .toList();
    }

    private static void assertCaught(NetworkInitializer initializer, String words) {
        Result result = InitializerContract.of(initializer).examine(InitializerContractTest::network, batch());
        assertThat(result.violations())
                .anySatisfy(violation -> assertThat(violation).contains(words));
    }

    private static NetworkInitializer pass(
            Function<NetworkView, Function<org.nd4j.linalg.dataset.api.MultiDataSet, List<LayerReport>>> work) {
        return (model, batch) ->
                InitializationPass.run("test", model, view -> work.apply(view).apply(batch));
    }

    @Test
    void lsuv_keepsAllPromises() {
        InitReport report = InitializerContract.of(Lsuv.defaults()).check(InitializerContractTest::network, batch());
        assertThat(report.converged()).isTrue();
    }

    @Test
    void batchThatIsWrittenInto_isCaught() {
        assertCaught(
                (Model model, org.nd4j.linalg.dataset.api.MultiDataSet batch) -> {
                    batch.getFeatures(0).addi(1);
                    return Lsuv.defaults().initialize(model, batch);
                },
                "changed: features of input 0");
    }

    @Test
    void layerWithoutALine_isCaught() {
        assertCaught(pass(view -> batch -> drawn(view, batch).subList(0, 1)), "layer1 has parameters and no line");
    }

    @Test
    void varianceThatTheNetworkDoesNotHave_isCaught() {
        assertCaught(
                pass(view -> batch -> {
                    view.requireBatch(batch);
                    return view.layers().stream().map(layer -> line(layer, 1)).toList();
                }),
                "the report says variance 1.000000000, a forward pass");
    }

    @Test
    void skippedLayerThatChanged_isCaught() {
        assertCaught(
                pass(view -> batch -> {
                    view.requireBatch(batch);
                    view.layers().get(0).weights().get(0).weights().addi(1);
                    return view.layers().stream()
                            .map(layer -> LayerReport.skipped(
                                    new WeightArray(layer.position(), layer.name(), layer.kind(), ""), "not wanted"))
                            .toList();
                }),
                "layer0 is reported as skipped, and its parameters changed");
    }

    @Test
    void randomNumbersFromOutside_areCaught() {
        java.util.Random random = new java.util.Random();
        assertCaught(
                pass(view -> batch -> {
                    INDArray weights = view.layers().get(0).weights().get(0).weights();
                    weights.assign(random.nextGaussian());
                    return drawn(view, batch);
                }),
                "one seed gave two results");
    }

    @Test
    void notANumberThatIsAccepted_isCaught() {
        assertCaught(
                (model, batch) -> InitializationPass.run("test", model, view -> view.layers().stream()
                        .map(layer -> LayerReport.drawn(
                                new WeightArray(layer.position(), layer.name(), layer.kind(), "W"), ""))
                        .toList()),
                "a batch with NaN was accepted");
    }

    @Test
    void generatorThatStaysMoved_isCaught() {
        assertCaught(
                (model, batch) -> {
                    Nd4j.rand(3);
                    return Lsuv.defaults().initialize(model, batch);
                },
                "changed: state of Nd4j.getRandom()");
    }

    @Test
    void somebodyElsesException_isCaught() {
        assertCaught(
                pass(view -> batch -> {
                    Nd4j.create(2, 3).mmul(Nd4j.create(2, 3));
                    return List.of();
                }),
                "say what is wrong with the network or the batch");
    }

    @Test
    void check_throwsEveryViolation() {
        NetworkInitializer silent = pass(view -> batch -> List.of());
        assertThatThrownBy(() -> InitializerContract.of(silent).check(InitializerContractTest::network, batch()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("layer0 has parameters and no line")
                .hasMessageContaining("a batch with NaN was accepted");
    }

    /** ND4J takes the time of day for a seed of 0, and the initializer was blamed for it. */
    @Test
    void networksThatDiffer_areRefused() {
        assertThatThrownBy(() -> InitializerContract.of(Lsuv.defaults())
                        .check(
                                () -> Networks.init(Networks.base(DataType.DOUBLE)
                                        .seed(0)
                                        .list()
                                        .layer(Networks.softmax(5))
                                        .build()),
                                batch()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seed(0)");
    }

    /** DL4J's {@code MultiLayerNetwork.fit(MultiDataSet)} throws there, so that the listener was not compared. */
    @Test
    void chainWithAMaskOfTheFeaturesAlone_isTrained() {
        MultiDataSet masked = new MultiDataSet(
                new INDArray[] {Networks.normal(1, DataType.DOUBLE, 3, 4, 5)},
                new INDArray[] {Networks.oneHotSeries(1, DataType.DOUBLE, 3, 5)},
                new INDArray[] {Networks.mask(DataType.DOUBLE, 3, 5)},
                null);
        Supplier<MultiLayerNetwork> chain = () -> Networks.denseThenRecurrent(DataType.DOUBLE);
        assertThatThrownBy(() -> chain.get().fit(masked)).isInstanceOf(NullPointerException.class);
        List<String> violations = new ArrayList<>();
        AtomicInteger initialized = new AtomicInteger();
        new FirstUpdates(
                        (model, batch) -> {
                            initialized.incrementAndGet();
                            return Lsuv.defaults().initialize(model, batch);
                        },
                        chain,
                        masked)
                .compare(violations);
        assertThat(violations).isEmpty();
        assertThat(initialized).hasValue(2);
    }

    /** DL4J only writes a warning and does no update; the listener was said to differ from an initialization by hand. */
    @Test
    void chainThatDl4jDoesNotTrain_isNotCompared() {
        Supplier<MultiLayerNetwork> chain = () -> new MultiLayerNetwork(Networks.base(DataType.DOUBLE)
                .list()
                .layer(new EmbeddingSequenceLayer.Builder().nIn(4).nOut(3).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(3)
                        .nOut(2)
                        .build())
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(2)
                .build());
        MultiDataSet words = new MultiDataSet(
                Nd4j.createFromArray(new double[][] {{0, 1, 2}, {3, 2, 1}}),
                Networks.normal(1, DataType.DOUBLE, 2, 2, 3));
        MultiLayerNetwork untrained = chain.get();
        untrained.init();
        untrained.fit(new DataSet(words.getFeatures(0), words.getLabels(0)));
        assertThat(untrained.getIterationCount()).isZero();
        List<String> violations = new ArrayList<>();
        new FirstUpdates(
                        Lsuv.defaults(),
                        () -> {
                            MultiLayerNetwork network = chain.get();
                            network.init();
                            return network;
                        },
                        words)
                .compare(violations);
        assertThat(violations).isEmpty();
    }
}
