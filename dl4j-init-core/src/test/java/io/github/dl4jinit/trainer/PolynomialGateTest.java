package io.github.dl4jinit.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.TrainReport;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class PolynomialGateTest {

    /** x -> hidden -> also the second input of the gate vertex, so that its gradient there is checked, too. */
    private static ComputationGraph network(DataType type, int inputs, int gates, int degree, boolean gateTheHidden) {
        int monomialInputs = gateTheHidden ? 3 : inputs;
        return Networks.init(Regression.base(type)
                .updater(new Adam(0.02))
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", new DenseLayer.Builder().nIn(inputs).nOut(3).build(), "in")
                .addLayer(
                        "gates",
                        new DenseLayer.Builder()
                                .nIn(3)
                                .nOut(gates)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "hidden")
                .addVertex("basis", new PolynomialGate(degree), "gates", gateTheHidden ? "hidden" : "in")
                .addLayer(
                        "out",
                        new OutputLayer.Builder(LossFunction.MSE)
                                .activation(Activation.IDENTITY)
                                .hasBias(false)
                                .nIn(PolynomialGate.features(gates, monomialInputs, degree))
                                .nOut(1)
                                .build(),
                        "basis")
                .setOutputs("out")
                .build());
    }

    /** The sum by hand, in a loop over gates and monomials 1, y, y^2, x, x y, x^2. */
    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void output_isTheSumOfGatedPolynomials(DataType type) {
        ComputationGraph network = network(type, 2, 4, 2, false);
        INDArray x = Networks.normal(1, type, 9, 2);
        INDArray output = network.output(x)[0];
        INDArray gates = Objects.requireNonNull(network.feedForward(x, false).get("gates"));
        INDArray c = network.getLayer("out").getParam("W");
        for (int i = 0; i < 9; i++) {
            double u = x.getDouble(i, 0);
            double v = x.getDouble(i, 1);
            double[] monomials = {1, v, v * v, u, u * v, u * u};
            double sum = 0;
            for (int a = 0; a < 4; a++) {
                for (int b = 0; b < 6; b++) {
                    sum += gates.getDouble(i, a) * monomials[b] * c.getDouble(a * 6 + b, 0);
                }
            }
            assertThat(output.getDouble(i))
                    .isCloseTo(sum, org.assertj.core.api.Assertions.within(type == DataType.DOUBLE ? 1e-13 : 1e-5));
        }
    }

    /** Every parameter's gradient, through the gates and through the inputs of the monomials, by central differences. */
    @Test
    void gradient_agreesWithFiniteDifferences() {
        ComputationGraph network = network(DataType.DOUBLE, 2, 3, 3, true);
        DataSet data =
                new DataSet(Networks.normal(1, DataType.DOUBLE, 6, 2), Networks.normal(2, DataType.DOUBLE, 6, 1));
        network.setInputs(data.getFeatures());
        network.setLabels(data.getLabels());
        network.computeGradientAndScore();
        INDArray gradient = network.getGradientsViewArray().dup().ravel().div(6);
        INDArray parameters = network.params();
        double h = 1e-6;
        for (int i = 0; i < parameters.length(); i++) {
            double kept = parameters.getDouble(i);
            parameters.putScalar(i, kept + h);
            double ahead = network.score(data, false);
            parameters.putScalar(i, kept - h);
            double behind = network.score(data, false);
            parameters.putScalar(i, kept);
            assertThat(gradient.getDouble(i))
                    .as("parameter %s", i)
                    .isCloseTo((ahead - behind) / (2 * h), org.assertj.core.api.Assertions.within(1e-7));
        }
    }

    @Test
    void savedNetwork_answersTheSame(@TempDir Path folder) throws IOException {
        ComputationGraph network = network(DataType.DOUBLE, 2, 4, 2, false);
        File file = folder.resolve("pou.zip").toFile();
        ModelSerializer.writeModel(network, file, true);
        ComputationGraph loaded = ModelSerializer.restoreComputationGraph(file, true);
        INDArray x = Networks.normal(1, DataType.DOUBLE, 9, 2);
        assertThat(loaded.output(x)[0]).isEqualTo(network.output(x)[0]);
        assertThat(loaded.getConfiguration().getVertices().get("basis")).isEqualTo(new PolynomialGate(2));
        assertThat(loaded.clone().output(x)[0]).isEqualTo(network.output(x)[0]);
    }

    /** The gates sum to 1, so that a polynomial of the degree is in the span, whatever the gates: solved for exactly. */
    @Test
    void aPolynomialOfTheDegree_isReproducedBySolving() {
        ComputationGraph network = network(DataType.DOUBLE, 2, 4, 3, false);
        INDArray x = Networks.normal(1, DataType.DOUBLE, 80, 2);
        INDArray u = x.getColumn(0, true);
        INDArray v = x.getColumn(1, true);
        INDArray cubic = u.mul(u).mul(v).sub(v.mul(2)).add(3);
        TrainReport solved =
                LeastSquaresTrainer.builder(network).updates(0).build().fit(new DataSet(x, cubic));
        assertThat(solved.loss()).isLessThan(1e-20);
        INDArray quartic = cubic.mul(u);
        assertThat(LeastSquaresTrainer.builder(network)
                        .updates(0)
                        .build()
                        .fit(new DataSet(x, quartic))
                        .loss())
                .isGreaterThan(1e-6);
    }

    /** Two straight lines with a jump: training moves the gates towards the jump, and gains on solving alone. */
    @Test
    void aPiecewisePolynomial_isLearned() {
        ComputationGraph network = network(DataType.DOUBLE, 1, 3, 1, false);
        INDArray x = Nd4j.linspace(-1, 1, 100, DataType.DOUBLE).reshape(100, 1);
        INDArray y = x.dup();
        for (int i = 0; i < 100; i++) {
            double at = x.getDouble(i);
            y.putScalar(i, at < 0.2 ? 1 + at : 0.5 - 2 * at);
        }
        TrainReport report = LeastSquaresTrainer.builder(network)
                .build()
                .fit(new ListDataSetIterator<>(List.of(new DataSet(x, y)), 1), 150);
        assertThat(report.loss()).isLessThan(0.5 * report.phases().get(0).loss());
    }

    @Test
    void aNegativeDegree_isRefused() {
        assertThatThrownBy(() -> new PolynomialGate(-1)).hasMessageContaining("degree must be >= 0, got -1");
    }
}
