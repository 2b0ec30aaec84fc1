package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.gain.Gains;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LinearProductTest {

    /** Each neuron, its bias shifted back by one of the roots, lies on the sphere of the stated radius. */
    @ParameterizedTest
    @CsvSource({"FLOAT, 5", "DOUBLE, 5", "DOUBLE, 1", "DOUBLE, 40"})
    void everyNeuron_isAPointOfTheSphere_shiftedByARoot(DataType type, int terms) {
        int neurons = 4000;
        INDArray weights = Nd4j.create(type, neurons, terms);
        INDArray biases = Nd4j.create(type, neurons);
        Nd4j.getRandom().setSeed(3);
        LinearProduct.defaults()
                .neurons(Activation.RELU.getActivationFunction())
                .accept(weights, biases);
        double[] roots = {0.82387, 0.2428};
        double radius = Math.sqrt(2 * (terms + 1.0) / terms);
        int[] counts = new int[2];
        double squares = 0;
        double mean = 0;
        double[][] w = weights.castTo(DataType.DOUBLE).toDoubleMatrix();
        double[] b = biases.castTo(DataType.DOUBLE).toDoubleVector();
        for (int j = 0; j < neurons; j++) {
            double length = 0;
            for (double entry : w[j]) {
                length += entry * entry;
                squares += entry * entry;
                mean += entry;
            }
            double[] misses = new double[2];
            for (int k = 0; k < 2; k++) {
                misses[k] = Math.abs(Math.sqrt(length + (b[j] - roots[k]) * (b[j] - roots[k])) - radius);
            }
            counts[misses[0] < misses[1] ? 0 : 1]++;
            assertThat(Math.min(misses[0], misses[1])).isLessThan(1e-3);
        }
        // n Var[w] = 2; one standard error is below 1.5 % for every number of terms here.
        assertThat(squares / neurons).isCloseTo(2, within(0.1));
        assertThat(mean / (neurons * terms)).isCloseTo(0, within(5 * Math.sqrt(2.0 / terms / neurons / terms)));
        assertThat(counts[0]).isBetween(1800, 2200);
    }

    @Test
    void network_isDrawnByActivation_withTheGainOfEach() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.TANH, 10, 400, 400);
        InitReport report =
                LinearProduct.builder().degree(3).gaussian(1).build().initialize(network);
        assertThat(report.initializer()).isEqualTo("LPS-reconstruction");
        assertThat(report.layers().get(0).note()).startsWith("roots -").contains(", 0.0000, ");
        assertThat(report.layers().get(2).note()).isEqualTo("an output layer stays as it is");
        INDArray w = network.getParam("1_W");
        assertThat(w.mul(w).meanNumber().doubleValue() * 400)
                .isCloseTo(Math.pow(Gains.of(Activation.TANH), 2), within(0.05));
    }

    @Test
    void convolution_countsItsTaps() {
        MultiLayerNetwork network = Networks.convolutional(DataType.DOUBLE);
        InitReport report = LinearProduct.defaults().initialize(network);
        assertThat(report.layers()).extracting(LayerReport::outcome).contains(Outcome.CONVERGED, Outcome.SKIPPED);
        INDArray w = network.getParam("0_W");
        INDArray b = network.getParam("0_b");
        double gain = Gains.of(Activation.TANH);
        for (int j = 0; j < w.size(0); j++) {
            double length = 0;
            for (int i = 0; i < w.length() / w.size(0); i++) {
                length += Math.pow(w.getDouble(j * w.length() / w.size(0) + i), 2);
            }
            // The fit of tanh of degree 2 is linear: its root is 0, and nothing is shifted.
            assertThat(Math.sqrt(length + Math.pow(b.getDouble(j), 2)))
                    .isCloseTo(gain * Math.sqrt(19 / 18.0), within(1e-9));
        }
    }

    @Test
    void complexRoots_areNamed_andTheirRealPartTaken() {
        MultiLayerNetwork network = Networks.dense(DataType.DOUBLE, Activation.SOFTPLUS, 3, 50);
        String note =
                LinearProduct.defaults().initialize(network).layers().get(0).note();
        assertThat(note)
                .matches("roots -\\d.\\d{4}-\\d.\\d{4}i, -\\d.\\d{4}\\+\\d.\\d{4}i; of complex ones the real part");
    }

    public static final class Constant extends ActivationIdentity {
        private static final long serialVersionUID = 1L;

        @Override
        public INDArray getActivation(INDArray in, boolean training) {
            return in.assign(0.5);
        }

        @Override
        public String toString() {
            return "half";
        }
    }

    @Test
    void activationsWithoutAPolynomialOrARoot_areSkipped_andTheNetworkIsUntouched() {
        MultiLayerNetwork softmax = Networks.dense(DataType.DOUBLE, Activation.SOFTMAX, 3, 5);
        INDArray before = softmax.params().dup();
        LayerReport line = LinearProduct.defaults().initialize(softmax).layers().get(0);
        assertThat(line.outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(line.note()).contains("softmax");
        assertThat(softmax.params()).isEqualTo(before);
        IActivation constant = new Constant();
        assertThatThrownBy(() -> LinearProduct.defaults().neurons(constant))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("activation half is closest to the constant 0.");
    }

    @Test
    void badSettings_areRefused() {
        assertThatThrownBy(() -> LinearProduct.builder().degree(0).build()).hasMessageContaining("1 .. 20, got 0");
        assertThatThrownBy(() -> LinearProduct.builder().interval(-1).build()).hasMessageContaining("got -1.0");
    }
}
