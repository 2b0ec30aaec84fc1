package io.github.dl4jinit.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.linalg.Haar;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.JacobianReport;
import io.github.dl4jinit.report.JacobianReport.Line;
import io.github.dl4jinit.report.ProbeReport;
import java.util.Objects;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class JacobianSpectrumTest {

    private static final JacobianSpectrum SPECTRUM = JacobianSpectrum.defaults();

    @Test
    void measure_linearNetwork_hasTheSingularValuesOfTheProduct() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.IDENTITY, 6, 9, 7);
        INDArray product = network.getParam("0_W").mmul(network.getParam("1_W")).mmul(network.getParam("2_W"));

        JacobianReport report = SPECTRUM.measure(
                network, Networks.batches(DataType.DOUBLE, 2, 6).get(0));

        assertThat(report.examples()).isEqualTo(2);
        assertValues(report.network(), product, 2);
        assertValues(report.layers().get(1), network.getParam("1_W"), 2);
        assertThat(report.network().spectrum().rows()).isEqualTo(3);
        assertThat(report.network().spectrum().columns()).isEqualTo(6);
    }

    @Test
    void measure_orthogonalLinearNetwork_isAnIsometryAndAGaussianOneIsNot() {
        int[] widths = {20, 20, 20, 20, 20, 20, 20, 20};
        MultiLayerNetwork orthogonal = Networks.dense(DataType.DOUBLE, Activation.IDENTITY, widths);
        MultiLayerNetwork gaussian = Networks.dense(DataType.DOUBLE, Activation.IDENTITY, widths);
        for (int i = 0; i < 7; i++) {
            orthogonal.getParam(i + "_W").assign(Haar.fill(Nd4j.create(DataType.DOUBLE, 20, 20), 1));
            gaussian.getParam(i + "_W")
                    .assign(Networks.normal(i, DataType.DOUBLE, 20, 20).mul(Math.sqrt(1 / 20.0)));
        }
        orthogonal.getParam("7_W").assign(Nd4j.eye(20).castTo(DataType.DOUBLE).getColumns(0, 1, 2));
        gaussian.getParam("7_W").assign(Nd4j.eye(20).castTo(DataType.DOUBLE).getColumns(0, 1, 2));
        DataSet batch = Networks.batches(DataType.DOUBLE, 2, 20).get(0);

        Line even = SPECTRUM.measure(orthogonal, batch).network();
        Line uneven = SPECTRUM.measure(gaussian, batch).network();

        assertThat(even.spectrum().largest()).isCloseTo(1, within(1e-12));
        assertThat(even.spectrum().smallest()).isCloseTo(1, within(1e-12));
        assertThat(uneven.spectrum().largest() / uneven.spectrum().smallest()).isGreaterThan(1.5);
    }

    /** The second route: central differences of the network's answer, in double precision. */
    @Test
    void measure_convolutionWithNormalizationAndSoftmax_agreesWithFiniteDifferences() {
        MultiLayerNetwork network = Networks.convolutional(DataType.DOUBLE);
        network.getParam("1_mean").assign(0.2);
        network.getParam("1_log10stdev").assign(0.1);
        INDArray x = Networks.normal(5, DataType.DOUBLE, 1, 2, 6, 6);
        INDArray jacobian = Nd4j.create(DataType.DOUBLE, 3, 72);
        for (int i = 0; i < 72; i++) {
            double before = x.getDouble(i);
            INDArray ahead = network.output(x.dup().putScalar(i, before + 1e-5));
            INDArray behind = network.output(x.dup().putScalar(i, before - 1e-5));
            jacobian.putColumn(i, ahead.sub(behind).div(2e-5).reshape(3));
        }

        JacobianReport report = new JacobianSpectrum(1, 100, true).measure(network, new DataSet(x, null));

        double[] expected = Svd.thin(jacobian).s().toDoubleVector();
        assertThat(report.network().spectrum().singularValues()).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(report.network().spectrum().singularValues().get(i)).isCloseTo(expected[i], within(1e-8));
        }
        assertThat(expected[2]).as("softmax answers sum to one").isLessThan(1e-8);
        assertThat(report.layers().get(0).note()).contains("144 x 72", "the limit is 100");
    }

    @Test
    void measure_residualGraphInFloat_isThatInDouble() {
        ComputationGraph graph = Networks.residual(DataType.FLOAT);
        ComputationGraph twin = Networks.residual(DataType.DOUBLE);
        twin.setParams(graph.params().castTo(DataType.DOUBLE));
        DataSet batch = Networks.batches(DataType.FLOAT, 3, 5).get(0);
        DataSet doubles = new DataSet(batch.getFeatures().castTo(DataType.DOUBLE), null);

        assertThat(SPECTRUM.measure(graph, batch).network().spectrum().singularValues())
                .isEqualTo(SPECTRUM.measure(twin, doubles).network().spectrum().singularValues());
    }

    @Test
    void measure_moreOutputsThanCopies_goesInBlocks() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.IDENTITY, 4, 300);

        JacobianReport report =
                SPECTRUM.measure(network, Networks.batches(DataType.FLOAT, 1, 4).get(0));

        assertValues(report.layers().get(0), network.getParam("0_W").castTo(DataType.DOUBLE), 1);
    }

    @Test
    void measure_embedding_hasNoDerivative() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.FLOAT)
                .list()
                .layer(new EmbeddingLayer.Builder().nIn(7).nOut(5).build())
                .layer(Networks.softmax(5))
                .setInputType(InputType.feedForward(7))
                .build());

        JacobianReport report =
                SPECTRUM.measure(network, new DataSet(Nd4j.createFromArray(new float[][] {{3}, {1}}), null));

        assertThat(report.network().note()).contains("indices");
        assertThat(report.layers().get(1).spectrum().singularValues()).isNotEmpty();
    }

    @Test
    void measure_whatHasNoDerivative_isReportedWithTheReason() {
        MultiLayerNetwork random = Networks.dense(DataType.FLOAT, Activation.RRELU, 5, 8);
        MultiLayerNetwork centred = Networks.init(Networks.base(DataType.FLOAT)
                .list()
                .layer(new DenseLayer.Builder().nIn(5).nOut(8).build())
                .layer(new CenterLossOutputLayer.Builder()
                        .activation(Activation.SOFTMAX)
                        .nIn(8)
                        .nOut(3)
                        .build())
                .build());
        DataSet batch = Networks.batches(DataType.FLOAT, 2, 5).get(0);

        JacobianReport first = SPECTRUM.measure(random, batch);
        JacobianReport second = SPECTRUM.measure(centred, batch);

        assertThat(first.network().note()).contains("layer0", "ActivationLReLU");
        assertThat(first.layers().get(1).spectrum().singularValues()).isNotEmpty();
        assertThat(second.layers().get(0).spectrum().singularValues()).isNotEmpty();
        assertThat(second.layers().get(1).note()).contains("more than a function of its output");
        assertThat(Probe.defaults().measure(random, batch).layers().get(0).note())
                .contains("ActivationLReLU");
        ProbeReport.Layer end =
                Probe.defaults().measure(centred, batch).layers().get(1);
        assertThat(end.derivatives().gradient()).as("labels are no gradient").isNull();
        assertThat(Objects.requireNonNull(end.derivatives().weightGradient()).variance())
                .isPositive();
    }

    @Test
    void measure_anything_changesNothing() {
        MultiLayerNetwork network = Networks.convolutional(DataType.FLOAT);
        INDArray parameters = network.params().dup();
        RandomState found = RandomState.current();

        SPECTRUM.measure(network, Networks.batches(DataType.FLOAT, 2, 2, 6, 6).get(0));

        assertThat(network.params()).isEqualTo(parameters);
        assertThat(RandomState.current()).isEqualTo(found);
    }

    @Test
    void settingsThatMakeNoSense_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JacobianSpectrum(0, 5, false))
                .withMessageContaining("examples must be >= 1, got 0");
    }

    private static void assertValues(Line line, INDArray matrix, int times) {
        double[] expected = Svd.thin(matrix).s().toDoubleVector();
        assertThat(line.note()).isEmpty();
        assertThat(line.spectrum().singularValues()).hasSize(times * expected.length);
        for (int i = 0; i < line.spectrum().singularValues().size(); i++) {
            assertThat(line.spectrum().singularValues().get(i)).isCloseTo(expected[i / times], within(1e-6));
        }
    }
}
