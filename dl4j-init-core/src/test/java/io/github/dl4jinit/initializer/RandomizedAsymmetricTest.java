package io.github.dl4jinit.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import java.util.Arrays;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RandomizedAsymmetricTest {

    /**
     * With symmetric entries of a tiny scale, the entry that was replaced stands out: exactly one a neuron, its place uniform,
     * its moments those of Beta(2, 1): mean 2/3, variance 1/18.
     */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void oneEntryOfEachNeuron_isFromBeta21_atAUniformPlace(DataType type) {
        int neurons = 20_000;
        int terms = 4;
        INDArray weights = Nd4j.create(type, new long[] {neurons, terms}, 'f');
        INDArray biases = Nd4j.create(type, neurons);
        Nd4j.getRandom().setSeed(2);
        new RandomizedAsymmetric(1e-6).neurons().accept(weights, biases);
        int[] places = new int[terms + 1];
        double sum = 0;
        double squares = 0;
        double[][] w = weights.castTo(DataType.DOUBLE).toDoubleMatrix();
        for (int j = 0; j < neurons; j++) {
            int large = 0;
            for (int i = 0; i <= terms; i++) {
                double entry = i < terms ? w[j][i] : biases.getDouble(j);
                if (Math.abs(entry) > 1e-4) {
                    large++;
                    places[i]++;
                    sum += entry;
                    squares += entry * entry;
                }
            }
            // Beta(2, 1) is below 1e-4 once in 10^8.
            assertThat(large).isEqualTo(1);
        }
        double mean = sum / neurons;
        // Five standard errors: of a count of 4000 they are 283, of the mean 0.0083.
        assertThat(Arrays.stream(places).boxed()).allMatch(count -> Math.abs(count - 4000) < 283);
        assertThat(mean).isCloseTo(2 / 3.0, within(0.0083));
        assertThat(squares / neurons - mean * mean).isCloseTo(1 / 18.0, within(0.003));
    }

    @Test
    void theOthers_haveTheVarianceOfThePaper() {
        INDArray weights = Nd4j.create(DataType.DOUBLE, 500, 100);
        INDArray biases = Nd4j.create(DataType.DOUBLE, 500);
        Nd4j.getRandom().setSeed(2);
        RandomizedAsymmetric.defaults().neurons().accept(weights, biases);
        // The median square of N(0, s^2) is 0.4549 s^2, and one positive entry in a hundred hardly moves it.
        INDArray squares = weights.mul(weights);
        assertThat(squares.medianNumber().doubleValue())
                .isCloseTo(0.4549 * 0.6007 * 0.6007 / 100, within(0.4549 * 0.6007 * 0.6007 / 100 * 0.04));
    }

    @Test
    void network_hiddenLayersOnly() {
        MultiLayerNetwork network = Networks.dense(DataType.FLOAT, Activation.RELU, 5, 8, 8);
        INDArray output = network.getParam("2_W").dup();
        assertThat(RandomizedAsymmetric.defaults().initialize(network).layers())
                .extracting(LayerReport::outcome)
                .containsExactly(Outcome.CONVERGED, Outcome.CONVERGED, Outcome.SKIPPED);
        assertThat(network.getParam("2_W")).isEqualTo(output);
        assertThat(network.getParam("0_b").amaxNumber().doubleValue()).isPositive();
        assertThatThrownBy(() -> RandomizedAsymmetric.builder().scale(0).build())
                .hasMessageContaining("scale must be finite and > 0, got 0.0");
    }
}
