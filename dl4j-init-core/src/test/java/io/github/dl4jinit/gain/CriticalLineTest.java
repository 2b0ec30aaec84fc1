package io.github.dl4jinit.gain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.gaussian.Elementwise;
import java.math.BigDecimal;
import org.hipparchus.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationReLU;

class CriticalLineTest {
    private static final IActivation ERF = new Elementwise(Erf::erf, z -> 2 / Math.sqrt(Math.PI) * Math.exp(-z * z));

    /** Values worked out for this project with another program. */
    @ParameterizedTest
    @CsvSource({
        "tanh, 0.00390625, 1.007767, 7.77e-8",
        "tanh, 0.015625, 1.030558, 4.65e-6",
        "tanh, 0.025921, 1.05, 2.0105e-5",
        "tanh, 0.05, 1.093627, 1.283e-4",
        "tanh, 0.1, 1.177569, 8.323e-4",
        "tanh, 0.25, 1.393962, 8.125e-3",
        "tanh, 0.5, 1.687975, 3.804e-2",
        "tanh, 1, 2.153303, 0.150965",
        "erf, 0.015625, 0.809570, 4.78e-6",
        "erf, 0.5, 1.360350, 4.655e-2",
        "erf, 1, 1.756204, 0.184140"
    })
    void at_tanhAndErf_agreesToEveryPrintedDigit(String name, double q, String weightVariance, String biasVariance) {
        CriticalLine line = CriticalLine.at(name.equals("tanh") ? Activation.TANH.getActivationFunction() : ERF, q);
        assertPrinted(line.weightVariance(), weightVariance);
        assertPrinted(line.biasVariance(), biasVariance);
    }

    private static void assertPrinted(double value, String printed) {
        BigDecimal decimal = new BigDecimal(printed);
        double halfOfTheLastDigit = 0.5 * decimal.ulp().doubleValue();
        assertThat(value).isCloseTo(decimal.doubleValue(), within(halfOfTheLastDigit * (1 + 1e-6)));
    }

    @Test
    void at_erf_isTheClosedForm() {
        double q = 0.3;
        CriticalLine line = CriticalLine.at(ERF, q);
        double weightVariance = Math.PI / 4 * Math.sqrt(1 + 4 * q);
        assertThat(line.weightVariance()).isCloseTo(weightVariance, within(1e-12));
        assertThat(line.biasVariance())
                .isCloseTo(q - weightVariance * 2 / Math.PI * Math.asin(2 * q / (1 + 2 * q)), within(1e-12));
    }

    @Test
    void at_reluAndLeaky_isTheGainWithoutBiasAtEveryQ() {
        for (double q : new double[] {1e-3, 1, 50}) {
            CriticalLine relu = CriticalLine.at(new ActivationReLU(), q);
            assertThat(relu.weightVariance()).isCloseTo(2, within(1e-12));
            assertThat(relu.biasVariance()).isZero();
            assertThat(CriticalLine.at(Activation.LEAKYRELU.getActivationFunction(), q)
                            .biasVariance())
                    .isZero();
        }
    }

    @Test
    void at_activationThatHandsOnTooMuch_saysWhatItWouldNeed() {
        assertThatThrownBy(() -> CriticalLine.at(Activation.SOFTPLUS.getActivationFunction(), 0.01))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no critical point with q = 0.01")
                .hasMessageContaining("sigma_b^2 = -");
    }

    @Test
    void at_tanh_isAFixedPointOfTheMapWithChiOne() {
        CriticalLine line = CriticalLine.at(Activation.TANH.getActivationFunction(), 0.4);
        MeanField field =
                new MeanField(Activation.TANH.getActivationFunction(), line.weightVariance(), line.biasVariance());
        assertThat(field.fixedPoint()).isCloseTo(0.4, within(1e-9));
        assertThat(field.chi1()).isCloseTo(1, within(1e-9));
        assertThat(field.depthScale()).isGreaterThan(1e8);
    }
}
