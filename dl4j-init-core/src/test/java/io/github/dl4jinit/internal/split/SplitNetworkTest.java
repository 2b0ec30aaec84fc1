package io.github.dl4jinit.internal.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.network.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class SplitNetworkTest {

    private static DataSet batch(Model model, DataType type) {
        boolean images = model instanceof MultiLayerNetwork network
                && network.getLayer(0).conf().getLayer() instanceof org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
        return Networks.batches(type, 12, images ? new long[] {2, 6, 6} : new long[] {5})
                .get(0);
    }

    static Stream<Model> models() {
        return Stream.of(DataType.FLOAT, DataType.DOUBLE)
                .flatMap(type -> Stream.of(
                        Networks.dense(type, Activation.TANH, 5, 8, 9),
                        Networks.convolutional(type),
                        Networks.residual(type)));
    }

    private static Layer output(Model model) {
        return model instanceof MultiLayerNetwork network
                ? network.getOutputLayer()
                : ((ComputationGraph) model).getOutputLayer(0);
    }

    private static INDArray answer(Model model, INDArray features) {
        return model instanceof MultiLayerNetwork network
                ? network.output(features)
                : ((ComputationGraph) model).output(features)[0];
    }

    private static void fit(Model model, DataSet batch) {
        if (model instanceof MultiLayerNetwork network) {
            network.fit(batch);
        } else {
            ((ComputationGraph) model).fit(batch);
        }
    }

    private static INDArray state(Model model) {
        return model instanceof MultiLayerNetwork network
                ? network.getUpdater().getStateViewArray()
                : ((ComputationGraph) model).getUpdater().getStateViewArray();
    }

    /** softmax(Phi W + b) by hand is what the network answers. */
    @ParameterizedTest
    @MethodSource("models")
    void featuresAndCoefficients_makeTheOutput(Model model) {
        DataType type = model.params().dataType();
        DataSet batch = batch(model, type);
        fit(model, batch);
        SplitNetwork network = SplitNetwork.of(model);
        INDArray features = network.features(batch).castTo(DataType.DOUBLE);
        INDArray coefficients = network.coefficients();
        INDArray ones = Nd4j.ones(DataType.DOUBLE, features.size(0), 1);
        INDArray logits = Nd4j.hstack(features, ones).mmul(coefficients);
        INDArray expected = Nd4j.nn().softmax(logits, 1);
        INDArray actual = answer(model, batch.getFeatures()).castTo(DataType.DOUBLE);
        assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(type == DataType.DOUBLE ? 1e-14 : 1e-6);

        INDArray other = Networks.normal(5, DataType.DOUBLE, coefficients.shape());
        network.setCoefficients(other);
        assertThat(network.coefficients().sub(other).amaxNumber().doubleValue())
                .isLessThan(type == DataType.DOUBLE ? 1e-300 : 1e-6);
    }

    /**
     * A step moves the hidden layers as DL4J's own first fit does, with the same dropout, and neither the output layer nor
     * its part of the updater's state.
     */
    @ParameterizedTest
    @MethodSource("models")
    void step_movesHiddenLayersAsFitDoes(Model model) {
        DataSet batch = batch(model, model.params().dataType());
        Model twin = twin(model);
        INDArray outputBefore = output(model).params().dup();

        Nd4j.getRandom().setSeed(77);
        SplitNetwork.of(model).training().step(batch);
        Nd4j.getRandom().setSeed(77);
        fit(twin, batch);

        assertThat(output(model).params()).isEqualTo(outputBefore);
        assertThat(output(twin).params()).isNotEqualTo(outputBefore);
        output(twin).params().assign(outputBefore);
        assertThat(model.params()).isEqualTo(twin.params());
        assertThat(model.score()).isEqualTo(twin.score());
        assertThat(SplitNetwork.of(model).training().iterations()).isEqualTo(1);
    }

    private static Model twin(Model model) {
        return model instanceof MultiLayerNetwork network ? network.clone() : ((ComputationGraph) model).clone();
    }

    static Stream<IUpdater> updaters() {
        return Stream.of(new Adam(0.01), new AMSGrad(0.01), new Nesterovs(0.01, 0.9), new RmsProp(0.01), new Sgd(0.01));
    }

    /** After plain training the output layer has momentum; a step must neither use nor change it. */
    @ParameterizedTest
    @MethodSource("updaters")
    void step_keepsTheOutputLayersUpdaterState(IUpdater updater) {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .updater(updater)
                .list()
                .layer(new DenseLayer.Builder().nIn(5).nOut(6).build())
                .layer(Networks.softmax(6))
                .build());
        List<DataSet> batches = Networks.batches(DataType.DOUBLE, 12, 5);
        network.fit(batches.get(0));
        INDArray old = state(network) == null ? Nd4j.empty() : state(network).dup();
        INDArray outputBefore = output(network).params().dup();
        MultiLayerNetwork twin = network.clone();
        SplitNetwork.of(network).training().step(batches.get(1));
        twin.fit(batches.get(1));

        assertThat(output(network).params())
                .isEqualTo(outputBefore)
                .isNotEqualTo(output(twin).params());
        assertThat(network.getLayer(0).params()).isEqualTo(twin.getLayer(0).params());
        int hidden = 5 * 6 + 6;
        int all = (int) network.numParams();
        for (int i = 0; i < old.length(); i++) {
            INDArray wanted = i % all < hidden ? state(twin) : old;
            assertThat(state(network).getDouble(i)).as("state %s", i).isEqualTo(wanted.getDouble(i));
        }
        assertThat(old.length()).isEqualTo(updater instanceof Sgd ? 0 : updater.stateSize(all));
    }

    @Test
    void listeners_seeTheOutputLayerAsItWas_andTheCountsOfFit() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 5, 8);
        DataSet batch = batch(network, DataType.DOUBLE);
        INDArray output = network.getOutputLayer().params().dup();
        List<String> calls = new ArrayList<>();
        TrainingListener listener = new BaseTrainingListener() {
            @Override
            public void onGradientCalculation(Model model) {
                calls.add("gradient");
            }

            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
                assertThat(output(model).params()).isEqualTo(output);
                calls.add("done " + iteration + " " + epoch);
            }

            @Override
            public void onEpochStart(Model model) {
                calls.add("start");
            }

            @Override
            public void onEpochEnd(Model model) {
                calls.add("end");
            }
        };
        network.setListeners(listener);
        SplitNetwork split = SplitNetwork.of(network);
        for (int epoch = 0; epoch < 2; epoch++) {
            split.training().startEpoch();
            split.training().step(batch);
            split.training().step(batch);
            split.training().endEpoch();
        }
        assertThat(calls)
                .containsExactly(
                        "start",
                        "gradient",
                        "done 0 0",
                        "gradient",
                        "done 1 0",
                        "end", //
                        "start",
                        "gradient",
                        "done 2 1",
                        "gradient",
                        "done 3 1",
                        "end");
        assertThat(network.getListeners()).containsExactly(listener);
        assertThat(network.getEpochCount()).isEqualTo(2);
        assertThat(network.getLayer(0).getEpochCount()).isEqualTo(2);
    }

    @Test
    void orRestore_putsBackParametersStateAndCounts() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8);
        DataSet batch = batch(network, DataType.FLOAT);
        network.fit(batch);
        INDArray parameters = network.params().dup();
        INDArray state = state(network).dup();
        SplitNetwork split = SplitNetwork.of(network);
        assertThatThrownBy(() -> split.training().orRestore(() -> {
                    split.training().step(batch);
                    split.training().endEpoch();
                    assertThat(network.params()).isNotEqualTo(parameters);
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");
        assertThat(network.params()).isEqualTo(parameters);
        assertThat(state(network)).isEqualTo(state);
        assertThat(network.getIterationCount()).isEqualTo(1);
        assertThat(network.getEpochCount()).isZero();
    }

    private static OutputLayer.Builder output() {
        return new OutputLayer.Builder(LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nIn(6)
                .nOut(2);
    }

    private static MultiLayerNetwork ending(org.deeplearning4j.nn.conf.layers.Layer last) {
        return Networks.init(Networks.base(DataType.FLOAT)
                .list()
                .layer(new DenseLayer.Builder().nIn(5).nOut(6).build())
                .layer(last)
                .build());
    }

    @Test
    void whatCannotBeSplit_isRefusedWithTheReason() {
        refuses(
                ending(new LossLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .build()),
                "LossLayer");
        refuses(ending(output().l1(0.1).build()), "L1Regularization");
        refuses(ending(output().weightDecay(0.1).build()), "WeightDecay");
        refuses(ending(output().l2Bias(0.1).build()), "penalty on its bias");
        refuses(ending(output().constrainWeights(new MaxNormConstraint(1, 1)).build()), "MaxNorm");
        refuses(ending(new FrozenLayerWithBackprop(output().build())), "frozen");
        refuses(Networks.recurrent(DataType.FLOAT, true), "truncated");
        refuses(Networks.recurrent(DataType.FLOAT, false), "RnnOutputLayer");
        refuses(Networks.twoInputs(DataType.FLOAT), "2 input(s) and 2 output(s)");
    }

    private static void refuses(Model model, String reason) {
        assertThatThrownBy(() -> SplitNetwork.of(model))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aNetworkWithoutInit_isRefused() {
        MultiLayerNetwork network = new MultiLayerNetwork(
                Networks.dense(DataType.FLOAT, Activation.TANH, 5, 8).getLayerWiseConfigurations());
        assertThatThrownBy(() -> SplitNetwork.of(network)).hasMessageContaining("init()");
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void badBatches_areRefused(DataType type) {
        MultiLayerNetwork network = Networks.dense(type, Activation.TANH, 5, 8);
        SplitNetwork split = SplitNetwork.of(network);
        DataSet good = batch(network, type);
        split.require(good);
        INDArray poisoned = good.getFeatures().dup();
        poisoned.putScalar(3, Double.NaN);
        assertThatThrownBy(() -> split.require(new DataSet(poisoned, good.getLabels())))
                .hasMessageContaining("NaN");
        INDArray infinite = good.getLabels().dup();
        infinite.putScalar(3, Double.POSITIVE_INFINITY);
        assertThatThrownBy(() -> split.require(new DataSet(good.getFeatures(), infinite)))
                .hasMessageContaining("labels hold NaN");
        assertThatThrownBy(() -> split.require(new DataSet(good.getFeatures(), null)))
                .hasMessageContaining("got none");
        assertThatThrownBy(() -> split.require(new DataSet(good.getFeatures(), Nd4j.ones(type, 12, 4))))
                .hasMessageContaining("[12, 3]");
        assertThatThrownBy(() ->
                        split.require(new DataSet(good.getFeatures(), good.getLabels(), null, Nd4j.ones(type, 12, 3))))
                .hasMessageContaining("one number per example");
    }

    /** DL4J's activation layers write into their input; the user's features must not change. */
    /** Computing features once dropped a MultiLayerNetwork's solver, so that every update of Adam was its first. */
    @ParameterizedTest
    @MethodSource("models")
    void features_keepTheUpdatersState(Model model) {
        DataSet batch = batch(model, model.params().dataType());
        SplitNetwork split = SplitNetwork.of(model);
        split.training().step(batch);
        INDArray state = updater(model).getStateViewArray().dup();
        assertThat(state.norm2Number().doubleValue()).isPositive();
        split.features(batch);
        assertThat(updater(model).getStateViewArray()).isEqualTo(state);
    }

    private static BaseMultiLayerUpdater<?> updater(Model model) {
        return model instanceof MultiLayerNetwork network
                ? (BaseMultiLayerUpdater<?>) network.getUpdater()
                : ((ComputationGraph) model).getUpdater();
    }

    @Test
    void features_leaveTheBatchAlone() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.FLOAT)
                .list()
                .layer(new org.deeplearning4j.nn.conf.layers.ActivationLayer(Activation.TANH))
                .layer(new DenseLayer.Builder().nIn(5).nOut(6).build())
                .layer(Networks.softmax(6))
                .build());
        DataSet batch = batch(network, DataType.FLOAT);
        INDArray before = batch.getFeatures().dup();
        SplitNetwork.of(network).features(batch);
        assertThat(batch.getFeatures()).isEqualTo(before);
    }

    @Test
    void explodingFeatures_areAnError() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.IDENTITY, 5, 8);
        network.getLayer(0).params().assign(1e38);
        assertThatThrownBy(() -> SplitNetwork.of(network).features(batch(network, DataType.FLOAT)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lower the learning rate");
    }
}
