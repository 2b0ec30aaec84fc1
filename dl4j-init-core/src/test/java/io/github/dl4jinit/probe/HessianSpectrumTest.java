package io.github.dl4jinit.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.linalg.SymmetricEigen;
import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.HessianReport;
import java.util.Arrays;
import java.util.Comparator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class HessianSpectrumTest {

    private static final int INPUTS = 4;

    private final DataSet batch = Networks.batches(DataType.DOUBLE, 10, INPUTS).get(0);

    /** Softmax regression: H = mean of (diag(p) - p p') x (x, 1)(x, 1)', written out. */
    @Test
    void measure_softmaxRegression_agreesWithTheExplicitHessian() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.IDENTITY, INPUTS);
        double[] expected = eigenvalues(softmaxHessian(network, batch.getFeatures()));

        HessianReport report = new HessianSpectrum(5, 15, 4000, 15).measure(network, batch);

        assertThat(report.parameters()).isEqualTo(15);
        for (int i = 0; i < 5; i++) {
            assertThat(report.spectrum().eigenvalues().get(i)).isCloseTo(expected[i], within(1e-7));
            assertThat(report.spectrum().residuals().get(i)).isLessThan(1e-6);
        }
        // One layer is the whole network.
        assertThat(report.layers()).hasSize(1);
        assertThat(report.layers().get(0).norm()).isCloseTo(expected[0], within(1e-7));
        // 4 standard errors: wrong once in 16,000; the estimate without the off-diagonal mean would not move, a factor
        // of 1.1 would be seen.
        double trace = Arrays.stream(expected).sum();
        assertThat(report.spectrum().trace())
                .isCloseTo(trace, within(4 * report.spectrum().traceError()));
        assertThat(report.spectrum().traceError()).isLessThan(0.02 * trace);
    }

    /** The dense Hessian of a two-layer network, from finite differences of DL4J's gradient, column by column. */
    @Test
    void measure_tanhNetwork_agreesWithTheDenseHessian() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, INPUTS, 5);
        INDArray dense = denseHessian(network);
        double[] expected = eigenvalues(dense);
        int first = 5 * (INPUTS + 1);
        double[] block = eigenvalues(dense.get(NDArrayIndex.interval(0, first), NDArrayIndex.interval(0, first))
                .dup());

        HessianReport report = new HessianSpectrum(3, 43, 10, first).measure(network, batch);

        for (int i = 0; i < 3; i++) {
            assertThat(report.spectrum().eigenvalues().get(i)).isCloseTo(expected[i], within(1e-6));
        }
        assertThat(report.layers().get(0).norm()).isCloseTo(Math.abs(block[0]), within(1e-6));
        assertThat(report.layers().get(0).parameters()).isEqualTo(first);
    }

    @Test
    void measure_fewSteps_residualsBoundTheError() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, INPUTS, 5);
        double[] expected = eigenvalues(denseHessian(network));

        HessianReport report = new HessianSpectrum(3, 5, 2, 0).measure(network, batch);

        for (int i = 0; i < 3; i++) {
            double estimate = report.spectrum().eigenvalues().get(i);
            double nearest = Arrays.stream(expected)
                    .map(e -> Math.abs(e - estimate))
                    .min()
                    .orElseThrow();
            assertThat(nearest)
                    .isLessThanOrEqualTo(report.spectrum().residuals().get(i) + 1e-6);
        }
        assertThat(report.spectrum().residuals().get(2)).isGreaterThan(1e-4);
    }

    @Test
    void measure_anything_isRepeatableAndChangesNothing() {
        MultiLayerNetwork network = Networks.convolutional(DataType.FLOAT);
        DataSet pictures = Networks.batches(DataType.FLOAT, 6, 2, 6, 6).get(0);
        INDArray parameters = network.params().dup();
        RandomState found = RandomState.current();
        HessianSpectrum spectrum = new HessianSpectrum(2, 4, 2, 2);

        HessianReport once = spectrum.measure(network, pictures);
        HessianReport twice = spectrum.measure(network, pictures);

        assertThat(twice.spectrum().eigenvalues()).isEqualTo(once.spectrum().eigenvalues());
        assertThat(twice.spectrum().trace()).isEqualTo(once.spectrum().trace());
        assertThat(network.params()).isEqualTo(parameters);
        assertThat(RandomState.current()).isEqualTo(found);
        assertThat(once.layers()).hasSize(3).allSatisfy(layer -> assertThat(layer.norm())
                .isPositive());
        assertThat(once.toText()).contains("trace");
    }

    @Test
    void settingsThatMakeNoSense_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HessianSpectrum(5, 3, 2, 0))
                .withMessageContaining("steps must be >= 5, got 3");
    }

    private static INDArray softmaxHessian(MultiLayerNetwork network, INDArray features) {
        INDArray hessian = Nd4j.zeros(DataType.DOUBLE, 15, 15);
        INDArray answers = network.output(features);
        for (int n = 0; n < 10; n++) {
            INDArray p = answers.getRow(n, true);
            INDArray x = Nd4j.hstack(features.getRow(n, true), Nd4j.ones(DataType.DOUBLE, 1, 1));
            INDArray curvature = Nd4j.diag(p.reshape(3)).sub(p.transpose().mmul(p));
            INDArray squares = x.transpose().mmul(x);
            // Weights lie column by column, the biases behind them: parameter (i, k) at k * 4 + i, bias k at 12 + k.
            for (int a = 0; a < 15; a++) {
                for (int b = 0; b < 15; b++) {
                    int ka = a < 12 ? a / 4 : a - 12;
                    int kb = b < 12 ? b / 4 : b - 12;
                    double more =
                            curvature.getDouble(ka, kb) * squares.getDouble(a < 12 ? a % 4 : 4, b < 12 ? b % 4 : 4);
                    hessian.putScalar(a, b, hessian.getDouble(a, b) + more / 10);
                }
            }
        }
        return hessian;
    }

    private INDArray denseHessian(MultiLayerNetwork network) {
        int n = (int) network.numParams();
        INDArray hessian = Nd4j.create(DataType.DOUBLE, n, n);
        INDArray parameters = network.params().dup();
        for (int i = 0; i < n; i++) {
            INDArray ahead = gradient(network, parameters, i, 1e-5);
            INDArray behind = gradient(network, parameters, i, -1e-5);
            hessian.putColumn(i, ahead.sub(behind).div(2e-5));
        }
        network.setParams(parameters);
        return hessian.add(hessian.transpose()).divi(2);
    }

    private INDArray gradient(MultiLayerNetwork network, INDArray parameters, int entry, double by) {
        INDArray moved = parameters.dup();
        moved.putScalar(entry, moved.getDouble(entry) + by);
        network.setParams(moved);
        network.setInput(batch.getFeatures());
        network.setLabels(batch.getLabels());
        network.computeGradientAndScore();
        return network.getGradientsViewArray()
                .dup()
                .reshape(parameters.length())
                .div(10);
    }

    /** Descending by absolute value. */
    private static double[] eigenvalues(INDArray matrix) {
        return Arrays.stream(SymmetricEigen.of(matrix).values().toDoubleVector())
                .boxed()
                .sorted(Comparator.comparingDouble(e -> -Math.abs(e)))
                .mapToDouble(e -> e)
                .toArray();
    }
}
