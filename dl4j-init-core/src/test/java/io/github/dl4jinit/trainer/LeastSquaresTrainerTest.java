package io.github.dl4jinit.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.internal.linalg.LeastSquares;
import io.github.dl4jinit.internal.split.SplitNetwork;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.TrainReport;
import io.github.dl4jinit.report.TrainReport.Kind;
import io.github.dl4jinit.report.TrainReport.Phase;
import io.github.dl4jinit.trainer.LeastSquaresTrainer.Scope;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
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
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.inverse.InvertMatrix;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class LeastSquaresTrainerTest {

    private static final int EXAMPLES = 60;

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of(false, DataType.FLOAT),
                Arguments.of(false, DataType.DOUBLE),
                Arguments.of(true, DataType.FLOAT),
                Arguments.of(true, DataType.DOUBLE));
    }

    private static DataSetIterator iterator(DataSet data, int batch) {
        return new ListDataSetIterator<>(Regression.batches(data, batch), 1);
    }

    private static INDArray basis(Model model, DataSet data) {
        return SplitNetwork.of(model).features(data).castTo(DataType.DOUBLE);
    }

    /** (Phi'Phi + d I)^-1 Phi'Y with a column of ones for the bias, which d spares. */
    private static INDArray normalEquations(INDArray basis, INDArray targets, double diagonal, boolean bias) {
        INDArray phi = bias ? Nd4j.hstack(basis, Nd4j.ones(DataType.DOUBLE, basis.rows(), 1)) : basis;
        INDArray gram = phi.transpose().mmul(phi);
        for (int i = 0; i < basis.columns(); i++) {
            gram.putScalar(i, i, gram.getDouble(i, i) + diagonal);
        }
        return InvertMatrix.invert(gram, false).mmul(phi.transpose().mmul(targets.castTo(DataType.DOUBLE)));
    }

    private static void assertClose(INDArray actual, INDArray expected, double tolerance) {
        double scale = expected.amaxNumber().doubleValue();
        assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(tolerance * scale);
    }

    /** Without hidden updates it is a regression on a fixed basis: the same as by normal equations, over all batches. */
    @ParameterizedTest
    @MethodSource("kinds")
    void withoutUpdates_itIsTheNormalEquationsSolution(boolean graph, DataType type) {
        for (boolean bias : new boolean[] {true, false}) {
            Model model = Regression.model(
                    graph,
                    type,
                    Regression.output(LossFunction.MSE).hasBias(bias).build());
            DataSet data = Regression.data(type, EXAMPLES);
            INDArray hidden = model.params().dup();
            TrainReport report =
                    LeastSquaresTrainer.builder(model).updates(0).build().fit(iterator(data, 16), 1);
            INDArray expected = normalEquations(basis(model, data), data.getLabels(), 0, bias);
            assertClose(SplitNetwork.of(model).coefficients(), expected, type == DataType.DOUBLE ? 1e-10 : 1e-4);
            assertThat(report.rank()).isEqualTo(Regression.WIDTH);
            double rounding = type == DataType.DOUBLE ? 1e-12 : 1e-5;
            assertThat(report.loss()).isCloseTo(Regression.score(model, data), within(rounding));
            int hiddenLength = 3 * 7 + 7 + 7 * 7 + 7;
            assertThat(model.params().ravel().get(NDArrayIndex.interval(0, hiddenLength)))
                    .isEqualTo(hidden.ravel().get(NDArrayIndex.interval(0, hiddenLength)));
        }
    }

    private static org.assertj.core.data.Offset<Double> within(double tolerance) {
        return org.assertj.core.api.Assertions.within(tolerance);
    }

    /** The gradient of the network's own score with respect to the output layer, L2 included, is zero at the solution. */
    @ParameterizedTest
    @ValueSource(strings = {"MSE", "L2"})
    void ridge_isTheOptimumOfTheNetworksOwnScore(String loss) {
        OutputLayer output = Regression.output(LossFunction.valueOf(loss))
                .l2(0.03)
                .lossFunction(weighted(loss))
                .build();
        MultiLayerNetwork network = Regression.chain(DataType.DOUBLE, output);
        DataSet data = Regression.data(DataType.DOUBLE, EXAMPLES);
        LeastSquaresTrainer.builder(network).updates(0).build().fit(data);
        network.setInput(data.getFeatures());
        network.setLabels(data.getLabels());
        network.computeGradientAndScore();
        INDArray gradient = network.gradient().getGradientFor("2_W").div(EXAMPLES);
        INDArray penalty = network.getParam("2_W").mul(0.03);
        assertThat(gradient.add(penalty).amaxNumber().doubleValue()).isLessThan(1e-12);
        assertThat(gradient.amaxNumber().doubleValue()).isGreaterThan(1e-4);
        assertThat(network.gradient().getGradientFor("2_b").amaxNumber().doubleValue())
                .isLessThan(1e-10);
    }

    private static org.nd4j.linalg.lossfunctions.ILossFunction weighted(String loss) {
        INDArray weights = Nd4j.createFromArray(new double[][] {{1, 3}});
        return loss.equals("MSE")
                ? new org.nd4j.linalg.lossfunctions.impl.LossMSE(weights)
                : new org.nd4j.linalg.lossfunctions.impl.LossL2(weights);
    }

    /** It is linear on inputs of one sign, and what a linear solve leaves is orthogonal to all linear functions. */
    @Test
    void reluWithoutBiases_onPositiveInputs_standsStill() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .activation(Activation.RELU)
                .list()
                .layer(new DenseLayer.Builder().nIn(1).nOut(8).build())
                .layer(new DenseLayer.Builder().nOut(8).build())
                .layer(Regression.output(LossFunction.MSE).nOut(1).build())
                .setInputType(InputType.feedForward(1))
                .build());
        network.init();
        INDArray weights = network.getParam("0_W").dup();
        INDArray x = Nd4j.linspace(DataType.DOUBLE, 0.01, 0.01, EXAMPLES).reshape(EXAMPLES, 1);
        DataSet curved = new DataSet(x, x.mul(x));

        TrainReport report = LeastSquaresTrainer.builder(network).build().fit(iterator(curved, EXAMPLES), 20);

        assertThat(network.getParam("0_W").sub(weights).amaxNumber().doubleValue())
                .isLessThan(1e-12);
        assertThat(report.loss()).isGreaterThan(1e-4);
    }

    @Test
    void ridgeSetting_addsToTheLayersOwn() {
        DataSet data = Regression.data(DataType.DOUBLE, EXAMPLES);
        MultiLayerNetwork one = Regression.chain(
                DataType.DOUBLE, Regression.output(LossFunction.MSE).l2(0.03).build());
        MultiLayerNetwork two = Regression.chain(
                DataType.DOUBLE, Regression.output(LossFunction.MSE).l2(0.01).build());
        LeastSquaresTrainer.builder(one).updates(0).build().fit(data);
        LeastSquaresTrainer.builder(two).updates(0).ridge(0.02).build().fit(data);
        assertClose(two.params(), one.params(), 1e-12);
        // MSE of two outputs: the penalty of one squared error's weight, n c / 2 times the factor.
        INDArray expected = normalEquations(basis(one, data), data.getLabels(), 0.03 * EXAMPLES * 2 / 2, true);
        assertClose(SplitNetwork.of(one).coefficients(), expected, 1e-10);
    }

    /** A unit twice and a dead one: the solution of least norm, by another LAPACK routine. */
    @Test
    void rankDeficientBasis_givesThePseudoInversesSolution() {
        MultiLayerNetwork network = Regression.chain(
                DataType.DOUBLE,
                Regression.output(LossFunction.MSE).hasBias(false).build());
        INDArray weights = network.getParam("1_W");
        weights.getColumn(3).assign(weights.getColumn(2));
        weights.getColumn(5).assign(0);
        DataSet data = Regression.data(DataType.DOUBLE, EXAMPLES);
        TrainReport report =
                LeastSquaresTrainer.builder(network).updates(0).build().fit(iterator(data, 25), 1);
        LeastSquares expected = LeastSquares.solve(basis(network, data), data.getLabels());
        assertThat(expected.rank()).isEqualTo(Regression.WIDTH - 2);
        assertThat(report.rank()).isEqualTo(Regression.WIDTH - 2);
        assertClose(SplitNetwork.of(network).coefficients(), expected.solution(), 1e-9);
        assertThat(report.condition())
                .isCloseTo(expected.condition(), org.assertj.core.api.Assertions.withinPercentage(1e-4));
    }

    @Test
    void fewerExamplesThanFeatures_fitsThemExactly() {
        MultiLayerNetwork network = Regression.chain(
                DataType.DOUBLE, Regression.output(LossFunction.MSE).build());
        TrainReport report =
                LeastSquaresTrainer.builder(network).updates(0).build().fit(Regression.data(DataType.DOUBLE, 4));
        assertThat(report.rank()).isEqualTo(3);
        assertThat(report.loss()).isLessThan(1e-25);
    }

    @Test
    void mask_leavesExamplesOut() {
        DataSet data = Regression.data(DataType.DOUBLE, EXAMPLES);
        INDArray mask = Nd4j.ones(DataType.DOUBLE, EXAMPLES, 1);
        mask.get(NDArrayIndex.interval(40, EXAMPLES), NDArrayIndex.all()).assign(0);
        MultiLayerNetwork masked = Regression.chain(
                DataType.DOUBLE, Regression.output(LossFunction.MSE).build());
        MultiLayerNetwork cut = masked.clone();
        TrainReport report = LeastSquaresTrainer.builder(masked)
                .updates(0)
                .build()
                .fit(new DataSet(data.getFeatures(), data.getLabels(), null, mask));
        LeastSquaresTrainer.builder(cut)
                .updates(0)
                .build()
                .fit(Regression.batches(data, 40).get(0));
        assertClose(masked.params(), cut.params(), 1e-12);
        assertThat(report.loss())
                .isCloseTo(
                        masked.score(new DataSet(data.getFeatures(), data.getLabels(), null, mask), false),
                        within(1e-12));
    }

    /** The loss never rises in a solve, the training gains on the solve alone, and what is reported is the network's score. */
    @ParameterizedTest
    @MethodSource("kinds")
    void training_lowersTheLoss(boolean graph, DataType type) {
        for (Scope scope : Scope.values()) {
            Model model = Regression.model(
                    graph, type, Regression.output(LossFunction.MSE).build());
            DataSet data = Regression.data(type, EXAMPLES);
            double untrained = Regression.score(model, data);
            TrainReport report = LeastSquaresTrainer.builder(model)
                    .updates(3)
                    .scope(scope)
                    .build()
                    .fit(iterator(data, 30), 20);
            List<Phase> phases = report.phases();
            for (int i = 1; i < phases.size(); i++) {
                if (phases.get(i).kind() == Kind.SOLVE) {
                    assertThat(phases.get(i).loss())
                            .isLessThanOrEqualTo(phases.get(i - 1).loss() * (1 + 1e-5));
                }
            }
            double solvedOnly = phases.get(0).loss();
            double trained = Regression.score(model, data);
            assertThat(solvedOnly).isLessThan(untrained);
            assertThat(trained).isLessThan(0.2 * untrained);
            if (scope == Scope.DATA_SET) {
                assertThat(trained).isLessThan(0.8 * solvedOnly);
                assertThat(report.loss()).isCloseTo(trained, within(1e-5));
                assertThat(phases).hasSize(1 + 2 * 20);
            } else {
                assertThat(phases).hasSize(2 * 2 * 20);
            }
            assertThat(SplitNetwork.of(model).training().iterations()).isEqualTo(2 * 3 * 20);
            assertThat(SplitNetwork.of(model).training().epochs()).isEqualTo(20);
        }
    }

    @Test
    void oneSeed_givesTheSameBits() {
        DataSet data = Regression.data(DataType.FLOAT, EXAMPLES);
        INDArray[] ends = new INDArray[2];
        for (int i = 0; i < 2; i++) {
            MultiLayerNetwork network = Regression.chain(
                    DataType.FLOAT, Regression.output(LossFunction.MSE).build());
            LeastSquaresTrainer.builder(network).build().fit(iterator(data, 20), 3);
            ends[i] = network.params();
        }
        assertThat(ends[0]).isEqualTo(ends[1]);
    }

    /** Five epochs, and three, save, load, two: the same network, updater state included. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSavedModel_resumes(boolean graph, @TempDir Path folder) throws IOException {
        DataSet data = Regression.data(DataType.DOUBLE, EXAMPLES);
        Model whole = Regression.model(
                graph, DataType.DOUBLE, Regression.output(LossFunction.MSE).build());
        Model first = Regression.model(
                graph, DataType.DOUBLE, Regression.output(LossFunction.MSE).build());
        LeastSquaresTrainer.builder(whole).build().fit(iterator(data, 30), 5);
        LeastSquaresTrainer.builder(first).build().fit(iterator(data, 30), 3);
        File file = folder.resolve("model.zip").toFile();
        ModelSerializer.writeModel(first, file, true);
        Model second = graph
                ? ModelSerializer.restoreComputationGraph(file, true)
                : ModelSerializer.restoreMultiLayerNetwork(file, true);
        assertThat(SplitNetwork.of(second).training().epochs()).isEqualTo(3);
        assertThat(SplitNetwork.of(second).training().iterations()).isEqualTo(6);
        LeastSquaresTrainer.builder(second).build().fit(iterator(data, 30), 2);
        assertClose(second.params(), whole.params(), 1e-9);
    }

    @Test
    void listenersAndEvaluation_work() {
        MultiLayerNetwork network = Regression.chain(
                DataType.DOUBLE, Regression.output(LossFunction.MSE).build());
        List<Double> scores = new ArrayList<>();
        network.setListeners(new BaseTrainingListener() {
            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
                scores.add(model.score());
            }
        });
        DataSet data = Regression.data(DataType.DOUBLE, EXAMPLES);
        TrainReport report = LeastSquaresTrainer.builder(network).build().fit(iterator(data, EXAMPLES), 4);
        assertThat(scores).hasSize(4);
        // One batch: the score of an update is the loss of the solve before it.
        assertThat(scores.get(0)).isCloseTo(report.phases().get(0).loss(), within(1e-12));
        assertThat(network.evaluateRegression(iterator(data, 20)).averageMeanSquaredError())
                .isCloseTo(report.loss(), within(1e-9));
    }

    @Test
    void earlyStopping_works() {
        MultiLayerNetwork network = Regression.chain(
                DataType.DOUBLE, Regression.output(LossFunction.MSE).build());
        DataSet data = Regression.data(DataType.DOUBLE, EXAMPLES);
        double untrained = network.score(data);
        EarlyStoppingConfiguration<MultiLayerNetwork> configuration = new EarlyStoppingConfiguration.Builder<
                        MultiLayerNetwork>()
                .epochTerminationConditions(new MaxEpochsTerminationCondition(6))
                .scoreCalculator(new DataSetLossCalculator(iterator(data, 60), true))
                .modelSaver(new InMemoryModelSaver<>())
                .build();
        EarlyStoppingResult<MultiLayerNetwork> result = new EarlyStopping<>(
                        configuration,
                        network,
                        LeastSquaresTrainer.builder(network).build(),
                        iterator(data, 30))
                .fit();
        assertThat(result.getTotalEpochs()).isEqualTo(6);
        assertThat(result.getBestModelScore()).isLessThan(untrained / 5);
        assertThat(result.getBestModel().getIterationCount()).isPositive();
    }

    /** Each is refused, and parameters, counts and updater state are what they were. */
    @Test
    void whatIsWrong_isRefusedBeforeAnythingChanges() {
        DataSet data = Regression.data(DataType.DOUBLE, EXAMPLES);
        Model classifier = Networks.dense(DataType.DOUBLE, Activation.TANH, 3, 7);
        assertThatThrownBy(() -> LeastSquaresTrainer.builder(classifier).build())
                .hasMessageContaining("LossMCXENT")
                .hasMessageContaining("NewtonTrainer");
        Model curved = Regression.chain(
                DataType.DOUBLE,
                Regression.output(LossFunction.MSE).activation(Activation.TANH).build());
        assertThatThrownBy(() -> LeastSquaresTrainer.builder(curved).build()).hasMessageContaining("IDENTITY");
        Model absolute = Regression.chain(
                DataType.DOUBLE,
                Regression.output(LossFunction.MEAN_ABSOLUTE_ERROR).build());
        assertThatThrownBy(() -> LeastSquaresTrainer.builder(absolute).build()).hasMessageContaining("MSE or L2");

        MultiLayerNetwork network = Regression.chain(
                DataType.DOUBLE, Regression.output(LossFunction.MSE).build());
        INDArray before = network.params().dup();
        LeastSquaresTrainer trainer = LeastSquaresTrainer.builder(network).build();
        List<DataSet> batches = Regression.batches(data, 20);
        batches.get(2).getLabels().putScalar(5, Double.NaN);
        assertThatThrownBy(() -> trainer.fit(new ListDataSetIterator<>(batches, 1), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> trainer.fit(new ListDataSetIterator<>(List.of()), 2))
                .hasMessageContaining("no batch");
        assertThatThrownBy(() -> trainer.fit(iterator(data, 20), 0)).hasMessageContaining("epochs must be >= 1");
        assertThatThrownBy(() -> LeastSquaresTrainer.builder(network).ridge(-1)).hasMessageContaining("ridge");
        assertThatThrownBy(() -> LeastSquaresTrainer.builder(network).rcond(1)).hasMessageContaining("rcond");
        assertThatThrownBy(() -> LeastSquaresTrainer.builder(network).updates(-1))
                .hasMessageContaining("updates");
        assertThat(network.params()).isEqualTo(before);
        assertThat(network.getIterationCount()).isZero();

        network.getLayer(1).params().assign(0);
        INDArray dead = network.params().dup();
        assertThatThrownBy(() -> trainer.fit(data))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("rank 0")
                .hasMessageContaining("They are dead");
        assertThat(network.params()).isEqualTo(dead);
    }

    /** Both were told that their hidden layers are dead. */
    @Test
    void oneExample_andABatchThatIsMasked_areNotDeadLayers() {
        MultiLayerNetwork network = Regression.chain(
                DataType.DOUBLE, Regression.output(LossFunction.MSE).build());
        LeastSquaresTrainer trainer = LeastSquaresTrainer.builder(network).build();
        INDArray before = network.params().dup();
        assertThatThrownBy(() -> trainer.fit(Regression.data(DataType.DOUBLE, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one example leaves nothing to solve for beside the bias")
                .hasMessageNotContaining("dead");
        DataSet masked = Regression.data(DataType.DOUBLE, EXAMPLES);
        masked.setLabelsMaskArray(Nd4j.zeros(DataType.DOUBLE, EXAMPLES, 1));
        assertThatThrownBy(() -> trainer.fit(masked))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the mask of the labels leaves no example")
                .hasMessageNotContaining("dead");
        assertThat(network.params()).isEqualTo(before);
    }

    @Test
    void aListenerThatThrows_leavesTheNetworkAsItWas() {
        MultiLayerNetwork network = Regression.chain(
                DataType.DOUBLE, Regression.output(LossFunction.MSE).build());
        DataSet data = Regression.data(DataType.DOUBLE, EXAMPLES);
        LeastSquaresTrainer trainer = LeastSquaresTrainer.builder(network).build();
        trainer.fit(iterator(data, 20), 1);
        INDArray parameters = network.params().dup();
        INDArray state = network.getUpdater().getStateViewArray().dup();
        network.setListeners(new BaseTrainingListener() {
            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
                if (iteration == 5) {
                    throw new IllegalStateException("at 5");
                }
            }
        });
        assertThatThrownBy(() -> trainer.fit(iterator(data, 20), 4)).hasMessage("at 5");
        assertThat(network.params()).isEqualTo(parameters);
        assertThat(network.getUpdater().getStateViewArray()).isEqualTo(state);
        assertThat(network.getIterationCount()).isEqualTo(3);
        assertThat(network.getEpochCount()).isEqualTo(1);
    }

    @Test
    void dropoutAndBatchNormalization_train() {
        MultiLayerNetwork network = Networks.init(Regression.base(DataType.FLOAT)
                .list()
                .layer(new org.deeplearning4j.nn.conf.layers.DenseLayer.Builder()
                        .nIn(3)
                        .nOut(20)
                        .build())
                .layer(new org.deeplearning4j.nn.conf.layers.BatchNormalization.Builder()
                        .nIn(20)
                        .nOut(20)
                        .build())
                .layer(new org.deeplearning4j.nn.conf.layers.DenseLayer.Builder()
                        .nIn(20)
                        .nOut(Regression.WIDTH)
                        .dropOut(0.9)
                        .build())
                .layer(Regression.output(LossFunction.MSE).build())
                .build());
        DataSet data = Regression.data(DataType.FLOAT, EXAMPLES);
        TrainReport report = LeastSquaresTrainer.builder(network).build().fit(iterator(data, 20), 100);
        assertThat(report.loss()).isLessThan(0.8 * report.phases().get(0).loss());
        assertThat(report.loss()).isCloseTo(network.score(data, false), within(1e-4));
    }

    @Test
    void report_isTextAndJson() {
        MultiLayerNetwork network = Regression.chain(
                DataType.DOUBLE, Regression.output(LossFunction.MSE).build());
        TrainReport report = LeastSquaresTrainer.builder(network)
                .build()
                .fit(iterator(Regression.data(DataType.DOUBLE, EXAMPLES), 20), 15);
        assertThat(report.toText())
                .startsWith("LeastSquaresTrainer: loss ")
                .contains("condition", "solve", "updates", "11 more");
        assertThat(report.toJson()).contains("\"kind\" : \"SOLVE\"", "\"condition\"");
    }
}
