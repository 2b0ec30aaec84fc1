package io.github.dl4jinit.ntk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.ntk.KernelRegression.Loss;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class KernelRegressionTest {
    private static final int N = 6;
    private static final INDArray X = Networks.normal(1, DataType.DOUBLE, N, 9);
    private static final INDArray NEW = Networks.normal(2, DataType.DOUBLE, 4, 9);
    private static final INDArray START = Networks.normal(3, DataType.DOUBLE, N, 2);
    private static final INDArray NEW_START = Networks.normal(4, DataType.DOUBLE, 4, 2);
    private static final INDArray Y = Networks.normal(5, DataType.DOUBLE, N, 2);
    private static final AnalyticNtk NTK = AnalyticNtk.relu(2, 2, 0.1);
    private static final INDArray KERNEL = NTK.ntk(X, X);

    private static KernelRegression regression(Loss loss) {
        return KernelRegression.of(KERNEL, START, Y, loss);
    }

    @Test
    void timeZero_isTheStart() {
        assertClose(regression(Loss.MSE).trainingOutputs(0), START, 1e-12);
        assertClose(regression(Loss.MSE).predict(NTK.ntk(NEW, X), NEW_START, 0), NEW_START, 1e-12);
    }

    @Test
    void limit_interpolatesAndSolvesTheNormalEquations() {
        KernelRegression regression = regression(Loss.HALF_SUM);
        assertClose(regression.trainingOutputs(Double.POSITIVE_INFINITY), Y, 1e-10);
        assertClose(regression.predict(KERNEL, START, Double.POSITIVE_INFINITY), Y, 1e-9);
        INDArray solved = io.github.dl4jinit.internal.linalg.Cholesky.of(KERNEL).solve(Y.sub(START));
        INDArray expected = NEW_START.add(NTK.ntk(NEW, X).mmul(solved));
        assertClose(regression.predict(NTK.ntk(NEW, X), NEW_START, Double.POSITIVE_INFINITY), expected, 1e-9);
    }

    /** The flow f' = s Theta (y - f), integrated by the classical Runge-Kutta rule. */
    @ParameterizedTest
    @EnumSource
    void anyTime_followsTheFlow(Loss loss) {
        double time = 0.3;
        int steps = 200;
        double step = loss.factor(N, 2) * time / steps;
        INDArray kernel = NTK.ntk(NEW, X);
        INDArray f = START.dup();
        INDArray g = NEW_START.dup();
        for (int i = 0; i < steps; i++) {
            INDArray first = Y.sub(f);
            INDArray second = first.sub(KERNEL.mmul(first).muli(step / 2));
            INDArray third = first.sub(KERNEL.mmul(second).muli(step / 2));
            INDArray fourth = first.sub(KERNEL.mmul(third).muli(step));
            INDArray mean =
                    first.add(second.muli(2)).addi(third.muli(2)).addi(fourth).muli(step / 6);
            f.addi(KERNEL.mmul(mean));
            g.addi(kernel.mmul(mean));
        }
        assertClose(regression(loss).trainingOutputs(time), f, 1e-6);
        assertClose(regression(loss).predict(kernel, NEW_START, time), g, 1e-6);
    }

    @Test
    void directionsThatTheKernelDoesNotHave_stay() {
        INDArray kernel = Nd4j.createFromArray(new double[][] {{1, 1}, {1, 1}});
        INDArray start = Nd4j.createFromArray(new double[][] {{0}, {0}});
        INDArray targets = Nd4j.createFromArray(new double[][] {{1}, {3}});
        KernelRegression regression = KernelRegression.of(kernel, start, targets, Loss.HALF_SUM);
        INDArray both = Nd4j.createFromArray(new double[][] {{2}, {2}});
        assertClose(regression.trainingOutputs(Double.POSITIVE_INFINITY), both, 1e-12);
        assertClose(regression.predict(kernel, start, Double.POSITIVE_INFINITY), both, 1e-12);
    }

    /** A linear network keeps its kernel x.x' + 1 for ever, so that the bound is exact: DL4J's own training on both sides of it. */
    @ParameterizedTest
    @EnumSource(names = {"MSE", "L2"})
    void largestStableLearningRate_partsConvergingFromDivergingTraining(Loss loss) {
        INDArray kernel = X.mmul(X.transpose()).addi(1);
        double bound = KernelRegression.of(kernel, START, Y, loss).largestStableLearningRate();
        assertThat(loss(loss, 0.98 * bound)).isLessThan(0.2);
        assertThat(loss(loss, 1.02 * bound)).isGreaterThan(1e3);
    }

    private static double loss(Loss loss, double learningRate) {
        MultiLayerNetwork network = Networks.init(new NeuralNetConfiguration.Builder()
                .seed(7)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(learningRate))
                .list()
                .layer(new OutputLayer.Builder(loss == Loss.MSE ? LossFunction.MSE : LossFunction.L2)
                        .activation(Activation.IDENTITY)
                        .nIn(9)
                        .nOut(2)
                        .build())
                .build());
        DataSet batch = new DataSet(X, Y);
        for (int step = 0; step < 150; step++) {
            network.fit(batch);
        }
        return network.score(batch);
    }

    @Test
    void badInput_isRefused() {
        assertThatThrownBy(() -> KernelRegression.of(KERNEL, START, Nd4j.ones(3, 2), Loss.MSE))
                .hasMessageContaining("targets");
        assertThatThrownBy(() -> KernelRegression.of(KERNEL.neg(), START, Y, Loss.MSE))
                .hasMessageContaining("negative eigenvalues");
        assertThatThrownBy(() -> regression(Loss.MSE).trainingOutputs(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> regression(Loss.MSE)
                        .predict(
                                KERNEL.get(
                                        org.nd4j.linalg.indexing.NDArrayIndex.all(),
                                        org.nd4j.linalg.indexing.NDArrayIndex.interval(0, 2)),
                                START,
                                1))
                .hasMessageContaining("examples, 6");
    }

    private static void assertClose(INDArray actual, INDArray expected, double tolerance) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.sub(expected).amaxNumber().doubleValue()).isCloseTo(0, within(tolerance));
    }
}
