package io.github.dl4jinit.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.linalg.SymmetricEigen;
import io.github.dl4jinit.internal.split.SplitNetwork;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.TrainReport;
import io.github.dl4jinit.report.TrainReport.Kind;
import io.github.dl4jinit.report.TrainReport.Phase;
import io.github.dl4jinit.trainer.NewtonTrainer.Solver;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

class NewtonTrainerTest {

    private static final int EXAMPLES = 90;
    private static final int WIDTH = 6;

    /** Three overlapping classes, so that the optimum of a linear softmax is finite. */
    private static DataSet data(DataType type, long seed) {
        INDArray x = Networks.normal(seed, DataType.DOUBLE, EXAMPLES, 5);
        INDArray labels = Networks.oneHot(seed + 1, DataType.DOUBLE, EXAMPLES);
        INDArray shift = labels.mmul(Networks.normal(9, DataType.DOUBLE, Networks.CLASSES, 5));
        return new DataSet(x.add(shift).castTo(type), labels.castTo(type));
    }

    private static DataSetIterator iterator(DataSet data, int batch) {
        return new ListDataSetIterator<>(Regression.batches(data, batch), 1);
    }

    private static OutputLayer.Builder output() {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nIn(WIDTH)
                .nOut(Networks.CLASSES);
    }

    private static MultiLayerNetwork chain(DataType type, OutputLayer output) {
        return Networks.init(Regression.base(type)
                .list()
                .layer(new DenseLayer.Builder().nIn(5).nOut(WIDTH).build())
                .layer(output)
                .validateOutputLayerConfig(false)
                .build());
    }

    /** With class weights and l2. */
    private static MultiLayerNetwork weighted(boolean bias) {
        LossMCXENT loss = new LossMCXENT(Nd4j.createFromArray(new double[][] {{1, 2, 0.5}}));
        return chain(
                DataType.DOUBLE,
                output().hasBias(bias).l2(0.02).lossFunction(loss).build());
    }

    /** One example does not count. */
    private static DataSet masked() {
        DataSet data = data(DataType.DOUBLE, 1);
        INDArray mask = Nd4j.ones(DataType.DOUBLE, EXAMPLES, 1);
        mask.putScalar(3, 0);
        data.setLabelsMaskArray(mask);
        return data;
    }

    private static SoftmaxProblem problem(boolean bias) {
        return CrossEntropy.problem(SplitNetwork.of(weighted(bias)), masked(), 0.01);
    }

    private static INDArray coefficients(long seed, boolean bias) {
        return Networks.normal(seed, DataType.DOUBLE, WIDTH + (bias ? 1 : 0), Networks.CLASSES)
                .dup('f');
    }

    /** Gradient, Hessian products and Hessian against central differences: error of order h^2 = 1e-10. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void derivatives_agreeWithFiniteDifferences(boolean bias) {
        SoftmaxProblem problem = problem(bias);
        INDArray at = coefficients(4, bias);
        INDArray direction = coefficients(5, bias);
        double h = 1e-5;
        SoftmaxProblem.Iterate ahead = problem.at(at.add(direction.mul(h)));
        SoftmaxProblem.Iterate behind = problem.at(at.sub(direction.mul(h)));
        SoftmaxProblem.Iterate here = problem.at(at);
        double slope = NewtonDirection.dot(problem.gradient(here), direction);
        assertThat(slope).isCloseTo((ahead.loss() - behind.loss()) / (2 * h), within(1e-8));

        INDArray product = problem.hessianTimes(here, direction, problem.logits(direction));
        INDArray difference =
                problem.gradient(ahead).sub(problem.gradient(behind)).div(2 * h);
        assertThat(product.sub(difference).amaxNumber().doubleValue()).isLessThan(1e-8);
        assertThat(product.amaxNumber().doubleValue()).isGreaterThan(0.01);

        INDArray hessian = problem.hessian(here);
        INDArray flat = direction.dup('f').reshape('f', direction.length(), 1);
        assertThat(hessian.mmul(flat)
                        .sub(product.dup('f').reshape('f', product.length(), 1))
                        .amaxNumber()
                        .doubleValue())
                .isLessThan(1e-13);
    }

    /** Per class and example weights included, the function is DL4J's score. */
    @Test
    void loss_isTheNetworksScore() {
        MultiLayerNetwork network = weighted(true);
        DataSet data = masked();
        SplitNetwork split = SplitNetwork.of(network);
        double loss =
                CrossEntropy.problem(split, data, 0).at(split.coefficients()).loss();
        assertThat(loss).isCloseTo(network.score(data, false), within(1e-12));
    }

    /**
     * Near the optimum of a fixed basis each full step squares the gradient's norm: |g'| <= M / (2 l^2) |g|^2, where l is the
     * smallest eigenvalue of the Hessian but for the null one, and M bounds its change. Along unit directions the third derivative
     * of logsumexp is a third central moment of a variable of range sqrt(2), at most 0.28; times masses up to 2 and |phi|^3 up
     * to 7^1.5 that is 10.4. Systems solved by three iterations only are the control: they converge, and break the bound.
     */
    @Test
    void newton_convergesQuadratically() {
        assertThat(stepsBeyondTheBound(new NewtonDirection.ByConjugateGradients(200, 1e-14, 0)))
                .isZero();
        assertThat(stepsBeyondTheBound(new NewtonDirection.Dense(1e-13))).isZero();
        assertThat(stepsBeyondTheBound(new NewtonDirection.ByConjugateGradients(3, 1e-6, 0)))
                .isPositive();
    }

    private static int stepsBeyondTheBound(NewtonDirection how) {
        SoftmaxProblem problem = problem(true);
        SoftmaxProblem.Iterate point = problem.at(coefficients(4, true).mul(0.1));
        double norm = problem.gradient(point).norm2Number().doubleValue();
        int beyond = 0;
        int checked = 0;
        for (int step = 0; step < 20; step++) {
            double eigenvalue =
                    SymmetricEigen.of(problem.hessian(point)).values().getDouble(1);
            BacktrackingNewton.Descent descent = new BacktrackingNewton(1, how, 1e-4, 0.7).descend(problem, point);
            point = descent.end();
            double next = problem.gradient(point).norm2Number().doubleValue();
            if (descent.steps().equals(List.of(1.0)) && norm < 0.01) {
                checked++;
                beyond += next > 10.4 / 2 * Math.pow(norm / eigenvalue, 2) + 1e-14 ? 1 : 0;
            }
            norm = next;
        }
        assertThat(checked).isGreaterThanOrEqualTo(2);
        assertThat(norm).isLessThan(1e-5);
        return beyond;
    }

    @Test
    void denseAndConjugateGradients_agree() {
        SoftmaxProblem problem = problem(true);
        SoftmaxProblem.Iterate point = problem.at(coefficients(4, true));
        INDArray gradient = problem.gradient(point);
        double damping = 1e-3;
        INDArray iterated = new NewtonDirection.ByConjugateGradients(300, 1e-14, damping)
                .solve(problem, point, gradient)
                .coefficients();
        INDArray factorized = new NewtonDirection.Dense(damping)
                .solve(problem, point, gradient)
                .coefficients();
        assertThat(iterated.sub(factorized).amaxNumber().doubleValue()).isLessThan(1e-9);
        assertThat(factorized.amaxNumber().doubleValue()).isGreaterThan(1e-2);
    }

    static Stream<Arguments> kinds() {
        return Stream.of(DataType.FLOAT, DataType.DOUBLE)
                .flatMap(type -> Stream.of(Solver.values()).map(solver -> Arguments.of(type, solver)));
    }

    /** Without hidden updates it is multinomial logistic regression: DL4J's own gradient of the output layer vanishes. */
    @ParameterizedTest
    @MethodSource("kinds")
    void withoutUpdates_itIsTheOptimumOfLogisticRegression(DataType type, Solver solver) {
        MultiLayerNetwork network = chain(type, output().l2(0.01).build());
        DataSet data = data(type, 1);
        INDArray hidden = network.getLayer(0).params().dup();
        NewtonTrainer.builder(network)
                .newtonSteps(30)
                .updates(0)
                .conjugateGradients(100, 1e-12)
                .damping(solver == Solver.DENSE ? 1e-9 : 0)
                .solver(solver)
                .build()
                .fit(data);
        network.setInput(data.getFeatures());
        network.setLabels(data.getLabels());
        network.computeGradientAndScore();
        INDArray gradient = network.gradient()
                .getGradientFor("1_W")
                .div(EXAMPLES)
                .add(network.getParam("1_W").mul(0.01));
        double rounding = type == DataType.DOUBLE ? 1e-9 : 1e-6;
        assertThat(gradient.amaxNumber().doubleValue()).isLessThan(rounding);
        assertThat(network.gradient()
                        .getGradientFor("1_b")
                        .div(EXAMPLES)
                        .amaxNumber()
                        .doubleValue())
                .isLessThan(rounding);
        assertThat(network.getLayer(0).params()).isEqualTo(hidden);
    }

    static Stream<Model> models() {
        return Stream.of(DataType.FLOAT, DataType.DOUBLE)
                .flatMap(type -> Stream.of(
                        Networks.dense(type, Activation.TANH, 5, 8, WIDTH),
                        Networks.residual(type),
                        Networks.convolutional(type)));
    }

    /** Dense, residual and convolutional networks with dropout and batch normalization. */
    @ParameterizedTest
    @MethodSource("models")
    void training_lowersTheLoss(Model model) {
        DataType type = model.params().dataType();
        boolean images = model instanceof MultiLayerNetwork network
                && network.getLayer(0).conf().getLayer() instanceof ConvolutionLayer;
        DataSet data = images
                ? new DataSet(Networks.normal(1, type, EXAMPLES, 2, 6, 6), Networks.oneHot(2, type, EXAMPLES))
                : data(type, 1);
        double untrained = Regression.score(model, data);
        TrainReport report = NewtonTrainer.authorsPreset(model).fit(iterator(data, 45), 25);
        assertThat(Regression.score(model, data)).isLessThan(0.85 * untrained);
        List<Phase> phases = report.phases();
        assertThat(phases).hasSize(2 * 2 * 25);
        for (int i = 1; i < phases.size(); i++) {
            if (phases.get(i).kind() == Kind.SOLVE) {
                assertThat(phases.get(i).loss())
                        .isLessThanOrEqualTo(phases.get(i - 1).loss());
                assertThat(phases.get(i).solve().steps()).hasSizeLessThanOrEqualTo(5);
            }
        }
        assertThat(report.rank()).isPositive();
        assertThat(report.condition()).isGreaterThan(1);
        assertThat(SplitNetwork.of(model).training().iterations()).isEqualTo(50);
        assertThat(SplitNetwork.of(model).training().epochs()).isEqualTo(25);
    }

    /** From far away full Newton steps overshoot and the loss rises; the line search shortens them, and it falls. */
    @Test
    void lineSearch_shortensStepsThatOvershoot() {
        SoftmaxProblem problem = problem(true);
        NewtonDirection exact = new NewtonDirection.ByConjugateGradients(200, 1e-12, 0);
        SoftmaxProblem.Iterate far = problem.at(coefficients(4, true).mul(20));
        BacktrackingNewton.Descent descent = new BacktrackingNewton(8, exact, 1e-4, 0.7).descend(problem, far);
        assertThat(descent.steps()).anyMatch(step -> step < 1);

        BacktrackingNewton oneStep = new BacktrackingNewton(1, exact, 1e-4, 0.7);
        SoftmaxProblem.Iterate searched = far;
        SoftmaxProblem.Iterate full = far;
        int rises = 0;
        for (int step = 0; step < 8; step++) {
            SoftmaxProblem.Iterate next = oneStep.descend(problem, searched).end();
            assertThat(next.loss()).isLessThanOrEqualTo(searched.loss());
            searched = next;
            INDArray direction =
                    exact.solve(problem, full, problem.gradient(full)).coefficients();
            SoftmaxProblem.Iterate unsearched = problem.at(full.coefficients().sub(direction));
            rises += unsearched.loss() > full.loss() ? 1 : 0;
            full = unsearched;
        }
        assertThat(searched.loss()).isCloseTo(descent.end().loss(), within(1e-9));
        assertThat(searched.loss()).isLessThan(0.5 * far.loss());
        assertThat(rises).isPositive();
    }

    @Test
    void oneSeed_givesTheSameBits() {
        DataSet data = data(DataType.FLOAT, 1);
        INDArray[] ends = new INDArray[2];
        for (int i = 0; i < 2; i++) {
            MultiLayerNetwork network = chain(DataType.FLOAT, output().build());
            NewtonTrainer.authorsPreset(network).fit(iterator(data, 30), 3);
            ends[i] = network.params();
        }
        assertThat(ends[0]).isEqualTo(ends[1]);
    }

    @Test
    void aSavedModel_resumes(@TempDir Path folder) throws IOException {
        DataSet data = data(DataType.DOUBLE, 1);
        MultiLayerNetwork whole = chain(DataType.DOUBLE, output().build());
        MultiLayerNetwork first = whole.clone();
        NewtonTrainer.authorsPreset(whole).fit(iterator(data, 45), 5);
        NewtonTrainer.authorsPreset(first).fit(iterator(data, 45), 3);
        File file = folder.resolve("model.zip").toFile();
        ModelSerializer.writeModel(first, file, true);
        MultiLayerNetwork second = ModelSerializer.restoreMultiLayerNetwork(file, true);
        NewtonTrainer.authorsPreset(second).fit(iterator(data, 45), 2);
        assertThat(second.params().sub(whole.params()).amaxNumber().doubleValue())
                .isLessThan(1e-9);
        assertThat(second.getIterationCount()).isEqualTo(10);
        assertThat(second.evaluate(iterator(data, 45)).accuracy())
                .isEqualTo(whole.evaluate(iterator(data, 45)).accuracy());
    }

    @ParameterizedTest
    @EnumSource(
            value = LossFunction.class,
            names = {"MSE", "XENT", "SPARSE_MCXENT", "HINGE"})
    void otherLosses_areRefused(LossFunction loss) {
        Activation activation = loss == LossFunction.MSE ? Activation.IDENTITY : Activation.SIGMOID;
        MultiLayerNetwork network = chain(
                DataType.DOUBLE,
                output().lossFunction(loss).activation(activation).build());
        assertThatThrownBy(() -> NewtonTrainer.authorsPreset(network))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MCXENT or NEGATIVELOGLIKELIHOOD");
    }

    @Test
    void whatIsWrong_isRefusedBeforeAnythingChanges() {
        MultiLayerNetwork curved =
                chain(DataType.DOUBLE, output().activation(Activation.SIGMOID).build());
        assertThatThrownBy(() -> NewtonTrainer.authorsPreset(curved)).hasMessageContaining("Activation.SOFTMAX");

        MultiLayerNetwork network = chain(DataType.DOUBLE, output().build());
        INDArray before = network.params().dup();
        NewtonTrainer.Builder builder = NewtonTrainer.builder(network);
        assertThatThrownBy(() -> builder.solver(Solver.DENSE).build()).hasMessageContaining("damping > 0, got 0");
        assertThatThrownBy(() -> builder.newtonSteps(0)).hasMessageContaining("newtonSteps must be >= 1, got 0");
        assertThatThrownBy(() -> builder.backtracking(0, 0.5)).hasMessageContaining("alpha");
        assertThatThrownBy(() -> builder.backtracking(0.1, 1)).hasMessageContaining("rho");
        assertThatThrownBy(() -> builder.conjugateGradients(0, 0.1)).hasMessageContaining("iterations");
        assertThatThrownBy(() -> builder.damping(Double.NaN)).hasMessageContaining("damping");

        NewtonTrainer trainer = NewtonTrainer.authorsPreset(network);
        DataSet data = data(DataType.DOUBLE, 1);
        DataSet last = data(DataType.DOUBLE, 5);
        last.getFeatures().putScalar(7, Double.NEGATIVE_INFINITY);
        assertThatThrownBy(() -> trainer.fit(new ListDataSetIterator<>(List.of(data, last), 1), 2))
                .hasMessageContaining("NaN or infinite");
        last.getFeatures().putScalar(7, 0);
        last.getLabels().putScalar(2, -1);
        assertThatThrownBy(() -> trainer.fit(new ListDataSetIterator<>(List.of(data, last), 1), 2))
                .hasMessageContaining("labels must be >= 0");
        assertThat(network.params()).isEqualTo(before);
        assertThat(network.getIterationCount()).isZero();
    }

    /** A unit twice: singular without enough damping, and Cholesky must say so rather than return. */
    @Test
    void singularDenseSystem_isAnErrorAndLeavesTheNetwork() {
        MultiLayerNetwork network = chain(DataType.DOUBLE, output().build());
        network.getParam("0_W").assign(1e6);
        INDArray before = network.params().dup();
        NewtonTrainer trainer = NewtonTrainer.builder(network)
                .solver(Solver.DENSE)
                .damping(1e-300)
                .build();
        assertThatThrownBy(() -> trainer.fit(data(DataType.DOUBLE, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("singular");
        assertThat(network.params()).isEqualTo(before);
    }

    @Test
    void aListenerThatThrows_leavesTheNetworkAsItWas() {
        MultiLayerNetwork network = chain(DataType.DOUBLE, output().build());
        INDArray before = network.params().dup();
        network.setListeners(new BaseTrainingListener() {
            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
                if (iteration == 2) {
                    throw new IllegalStateException("at 2");
                }
            }
        });
        DataSet data = data(DataType.DOUBLE, 1);
        assertThatThrownBy(() -> NewtonTrainer.authorsPreset(network).fit(iterator(data, 30), 2))
                .hasMessage("at 2");
        assertThat(network.params()).isEqualTo(before);
        assertThat(network.getIterationCount()).isZero();
    }
}
