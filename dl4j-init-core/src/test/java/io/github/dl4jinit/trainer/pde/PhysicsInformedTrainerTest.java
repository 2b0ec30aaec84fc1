package io.github.dl4jinit.trainer.pde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.linalg.LeastSquares;
import io.github.dl4jinit.internal.split.SplitNetwork;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.TrainReport;
import io.github.dl4jinit.trainer.Regression;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class PhysicsInformedTrainerTest {

    private static final double SPEED = 0.5;
    private static final int WIDTH = 12;

    private static Model model(boolean graph, DataType type, IUpdater updater, int width, boolean bias) {
        NeuralNetConfiguration.Builder base = Regression.base(type).updater(updater);
        DenseLayer first = new DenseLayer.Builder().nIn(2).nOut(width).build();
        DenseLayer second = new DenseLayer.Builder().nIn(width).nOut(width).build();
        OutputLayer output = new OutputLayer.Builder(LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .hasBias(bias)
                .nIn(width)
                .nOut(1)
                .build();
        return graph
                ? Networks.init(base.graphBuilder()
                        .addInputs("in")
                        .addLayer("a", first, "in")
                        .addLayer("b", second, "a")
                        .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                        .addLayer("out", output, "add")
                        .setOutputs("out")
                        .build())
                : Networks.init(
                        base.list().layer(first).layer(second).layer(output).build());
    }

    private static double exact(double x, double t) {
        return Math.sin(3 * (x - SPEED * t));
    }

    private static INDArray points(double[]... points) {
        return Nd4j.createFromArray(points);
    }

    private static INDArray grid(int n) {
        List<double[]> points = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                points.add(new double[] {i / (n - 1.0), j / (n - 1.0)});
            }
        }
        return points(points.toArray(double[][]::new));
    }

    private static INDArray at(INDArray points, DoubleBinaryOperator u) {
        INDArray values = Nd4j.create(DataType.DOUBLE, points.rows(), 1);
        for (int i = 0; i < points.rows(); i++) {
            values.putScalar(i, 0, u.applyAsDouble(points.getDouble(i, 0), points.getDouble(i, 1)));
        }
        return values;
    }

    /** u_t + speed u_x = 0, u at t = 0, and u at x = 0. */
    private static List<LinearRows> transport(double speed, int n) {
        INDArray inside = grid(n);
        INDArray zero = Nd4j.zeros(DataType.DOUBLE, (long) n * n, 1);
        INDArray start = Nd4j.create(DataType.DOUBLE, n, 2);
        INDArray left = Nd4j.create(DataType.DOUBLE, n, 2);
        for (int i = 0; i < n; i++) {
            start.putScalar(i, 0, i / (n - 1.0));
            left.putScalar(i, 1, i / (n - 1.0));
        }
        return List.of(
                LinearRows.derivatives("residual", inside, List.of(speed, 1.0), zero, 1),
                LinearRows.values("initial", start, at(start, PhysicsInformedTrainerTest::exact), 10),
                LinearRows.values("boundary", left, at(left, PhysicsInformedTrainerTest::exact), 3));
    }

    private static PhysicsInformedTrainer.Builder trainer(Model model, List<LinearRows> rows) {
        PhysicsInformedTrainer.Builder builder = PhysicsInformedTrainer.builder(model);
        rows.forEach(builder::rows);
        return builder;
    }

    private static double error(Model model) {
        INDArray grid = grid(21);
        INDArray difference = Regression.predict(
                        model, grid.castTo(model.params().dataType()))
                .castTo(DataType.DOUBLE)
                .sub(at(grid, PhysicsInformedTrainerTest::exact));
        return difference.norm2Number().doubleValue() / Math.sqrt(grid.rows());
    }

    /** The loss from nothing but DL4J's own outputs: derivatives by central differences. */
    private static double loss(Model model, List<LinearRows> rows) {
        double loss = 0;
        for (LinearRows group : rows) {
            INDArray output;
            if (group.areValues()) {
                output = Regression.predict(model, group.points());
            } else {
                double h = 1e-4;
                INDArray shift = Nd4j.createFromArray(group.direction()).mul(h);
                output = Regression.predict(model, group.points().addRowVector(shift))
                        .sub(Regression.predict(model, group.points().subRowVector(shift)))
                        .div(2 * h);
            }
            INDArray error = output.sub(group.targets());
            loss += group.weight() * error.mul(error).meanNumber().doubleValue();
        }
        return loss;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void transport_isSolved(boolean graph) {
        Model model = model(graph, DataType.DOUBLE, new Adam(3e-3), 24, true);
        TrainReport report = trainer(model, transport(SPEED, 10)).build().fit(3);
        assertThat(error(model)).isLessThan(1e-3);
        assertThat(report.rank()).isEqualTo(24);

        // The negative control: another speed is another solution.
        Model wrong = model(graph, DataType.DOUBLE, new Adam(3e-3), 24, true);
        trainer(wrong, transport(-SPEED, 10)).build().fit(1);
        assertThat(error(wrong)).isGreaterThan(0.05);
    }

    /** Few features, so that there is much to gain. */
    @Test
    void updates_improveTheBasis() {
        Model model = model(false, DataType.DOUBLE, new Adam(1e-2), 5, true);
        TrainReport report = trainer(model, transport(SPEED, 6)).build().fit(30);
        assertThat(report.loss()).isLessThan(0.5 * report.phases().get(0).loss());
    }

    @Test
    void transport_isSolvedInFloat() {
        Model model = model(false, DataType.FLOAT, new Adam(3e-3), 24, true);
        trainer(model, transport(SPEED, 10)).build().fit(2);
        assertThat(error(model)).isLessThan(2e-2);
    }

    /** LAPACK's solution of the stacked rows, written down here once more. */
    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,true"})
    void solution_isThatOfTheStackedRows(boolean graph, boolean bias) {
        Model model = model(graph, DataType.DOUBLE, new Adam(3e-3), WIDTH, bias);
        List<LinearRows> rows = transport(SPEED, 9);
        TrainReport report = trainer(model, rows).updates(0).build().fit(1);
        SplitNetwork split = SplitNetwork.of(model);
        List<INDArray> stacked = new ArrayList<>();
        List<INDArray> targets = new ArrayList<>();
        for (LinearRows group : rows) {
            double h = 1e-4;
            INDArray features;
            if (group.areValues()) {
                features = features(split, group.points());
            } else {
                INDArray shift = Nd4j.createFromArray(group.direction()).mul(h);
                features = features(split, group.points().addRowVector(shift))
                        .sub(features(split, group.points().subRowVector(shift)))
                        .div(2 * h);
            }
            double root = Math.sqrt(group.weight() / group.points().rows());
            INDArray one =
                    Nd4j.valueArrayOf(new long[] {features.rows(), 1}, group.areValues() ? 1 : 0, DataType.DOUBLE);
            stacked.add((bias ? Nd4j.hstack(features, one) : features).mul(root));
            targets.add(group.targets().mul(root));
        }
        INDArray a = Nd4j.vstack(stacked);
        INDArray y = Nd4j.vstack(targets);
        INDArray expected = LeastSquares.solve(a, y, 1e-13).solution();
        double best = Math.pow(a.mmul(expected).sub(y).norm2Number().doubleValue(), 2);
        assertThat(report.loss()).isCloseTo(best, within(1e-6 * best));
        assertThat(loss(model, rows)).isCloseTo(best, within(1e-4 * best));
        INDArray output = a.mmul(split.coefficients());
        assertThat(output.sub(a.mmul(expected)).amaxNumber().doubleValue()).isLessThan(1e-7);
    }

    private static INDArray features(SplitNetwork split, INDArray points) {
        return split.features(new DataSet(points, null)).dup();
    }

    /** One update by Sgd at a rate of 1 is the negative gradient of the loss; the output layer stays. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anUpdate_isAStepAgainstTheGradient(boolean graph) {
        Model model = model(graph, DataType.DOUBLE, new Sgd(1), 4, true);
        List<LinearRows> rows = transport(SPEED, 4);
        trainer(model, rows).updates(0).build().fit(1);
        INDArray before = model.params().dup().ravel();
        int hidden = (int) before.length() - 5;
        double[] gradient = new double[hidden];
        double h = 1e-5;
        for (int i = 0; i < hidden; i++) {
            model.params().putScalar(i, before.getDouble(i) + h);
            double ahead = loss(model, rows);
            model.params().putScalar(i, before.getDouble(i) - h);
            gradient[i] = (ahead - loss(model, rows)) / (2 * h);
            model.params().putScalar(i, before.getDouble(i));
        }
        List<Double> scores = new ArrayList<>();
        List<INDArray> seen = new ArrayList<>();
        model.addListeners(new BaseTrainingListener() {
            @Override
            public void iterationDone(Model trained, int iteration, int epoch) {
                scores.add(trained.score());
                seen.add(trained.params().dup().ravel());
            }
        });
        double found = loss(model, rows);
        trainer(model, rows).build().fit(1);
        INDArray moved = seen.get(0).sub(before);
        for (int i = 0; i < hidden; i++) {
            assertThat(moved.getDouble(i)).as("parameter %s", i).isCloseTo(-gradient[i], within(1e-5));
        }
        for (int i = hidden; i < before.length(); i++) {
            assertThat(moved.getDouble(i)).isCloseTo(0, within(1e-7));
        }
        assertThat(scores.get(0)).isCloseTo(found, within(1e-6 * found));
    }

    @Test
    void countsAndListeners_areThoseOfDl4j() {
        MultiLayerNetwork network = (MultiLayerNetwork) model(false, DataType.DOUBLE, new Adam(1e-3), WIDTH, true);
        int[] calls = new int[3];
        network.addListeners(new BaseTrainingListener() {
            @Override
            public void iterationDone(Model trained, int iteration, int epoch) {
                calls[0]++;
            }

            @Override
            public void onEpochStart(Model trained) {
                calls[1]++;
            }

            @Override
            public void onEpochEnd(Model trained) {
                calls[2]++;
            }
        });
        trainer(network, transport(SPEED, 5)).updates(3).build().fit(4);
        assertThat(calls).containsExactly(12, 4, 4);
        assertThat(network.getIterationCount()).isEqualTo(12);
        assertThat(network.getEpochCount()).isEqualTo(4);
    }

    /** Saved after two epochs and resumed for two, as if trained for four. */
    @Test
    void aSavedModel_goesOnWhereItStood(@TempDir Path folder) throws IOException {
        MultiLayerNetwork four = (MultiLayerNetwork) model(false, DataType.DOUBLE, new Adam(1e-3), WIDTH, true);
        MultiLayerNetwork two = (MultiLayerNetwork) model(false, DataType.DOUBLE, new Adam(1e-3), WIDTH, true);
        trainer(four, transport(SPEED, 5)).build().fit(4);
        trainer(two, transport(SPEED, 5)).build().fit(2);
        File file = folder.resolve("network.zip").toFile();
        ModelSerializer.writeModel(two, file, true);
        MultiLayerNetwork resumed = ModelSerializer.restoreMultiLayerNetwork(file, true);
        trainer(resumed, transport(SPEED, 5)).build().fit(2);
        assertThat(resumed.params()).isEqualTo(four.params());
        assertThat(resumed.getEpochCount()).isEqualTo(4);
    }

    @Test
    void ifAListenerThrows_theNetworkIsPutBack() {
        MultiLayerNetwork network = (MultiLayerNetwork) model(false, DataType.DOUBLE, new Adam(1e-3), WIDTH, true);
        trainer(network, transport(SPEED, 5)).build().fit(1);
        INDArray before = network.params().dup();
        INDArray state = network.getUpdater().getStateViewArray().dup();
        network.addListeners(new BaseTrainingListener() {
            @Override
            public void iterationDone(Model trained, int iteration, int epoch) {
                if (iteration == 3) {
                    throw new IllegalStateException("enough");
                }
            }
        });
        assertThatThrownBy(() -> trainer(network, transport(SPEED, 5)).build().fit(9))
                .hasMessage("enough");
        assertThat(network.params()).isEqualTo(before);
        assertThat(network.getUpdater().getStateViewArray()).isEqualTo(state);
        assertThat(network.getIterationCount()).isEqualTo(1);
    }

    @Test
    void aFrozenLayer_stays() {
        MultiLayerNetwork network = Networks.init(Regression.base(DataType.DOUBLE)
                .list()
                .layer(new FrozenLayer(new DenseLayer.Builder().nIn(2).nOut(5).build()))
                .layer(new DenseLayer.Builder().nIn(5).nOut(5).build())
                .layer(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(5)
                        .nOut(1)
                        .build())
                .build());
        INDArray frozen = network.getLayer(0).params().dup();
        INDArray moving = network.getLayer(1).params().dup();
        trainer(network, transport(SPEED, 5)).build().fit(3);
        assertThat(network.getLayer(0).params()).isEqualTo(frozen);
        assertThat(network.getLayer(1).params()).isNotEqualTo(moving);
    }

    @Test
    void badInput_isRefusedBeforeAnythingChanges() {
        Model model = model(false, DataType.DOUBLE, new Adam(1e-3), WIDTH, true);
        INDArray before = model.params().dup();
        INDArray points = grid(3);
        INDArray zeros = Nd4j.zeros(DataType.DOUBLE, 9, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer(
                                model, List.of(LinearRows.derivatives("residual", points, List.of(1.0, 1.0), zeros, 1)))
                        .build())
                .withMessageContaining("leave a constant free: add values");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinearRows.derivatives("residual", points, List.of(1.0), zeros, 1))
                .withMessageContaining("residual: the direction must have 2 finite numbers, not all 0, got [1.0]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinearRows.derivatives("residual", points, List.of(0.0, 0.0), zeros, 1))
                .withMessageContaining("not all 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinearRows.values("initial", points, Nd4j.zeros(DataType.DOUBLE, 8, 1), 1))
                .withMessageContaining("initial: each point needs a row of targets, got 9 points and 8 rows");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> LinearRows.values("initial", points, zeros.dup().putScalar(4, Double.NaN), 1))
                .withMessageContaining("initial: targets hold NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinearRows.values("initial", points, zeros, 0))
                .withMessageContaining("the weight must be finite and > 0, got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinearRows.values("initial", Nd4j.empty(DataType.DOUBLE), zeros, 1))
                .withMessageContaining("initial: points must be a matrix");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer(
                                model,
                                List.of(LinearRows.values("initial", Nd4j.zeros(DataType.DOUBLE, 9, 3), zeros, 1)))
                        .build())
                .withMessageContaining("initial: the network has 2 inputs and 1 outputs, got points of 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer(model, transport(SPEED, 3)).build().fit(0))
                .withMessageContaining("epochs must be >= 1");
        assertThat(model.params()).isEqualTo(before);
    }

    @Test
    void aKink_isRefusedBeforeAnythingChanges() {
        MultiLayerNetwork network = Networks.init(Regression.base(DataType.DOUBLE)
                .activation(Activation.RELU)
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(5).build())
                .layer(new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(5)
                        .nOut(1)
                        .build())
                .build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer(network, transport(SPEED, 3)).build())
                .withMessageContaining("'layer0'")
                .withMessageContaining("relu has a kink");
    }
}
