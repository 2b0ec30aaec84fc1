package io.github.dl4jinit.internal.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;

class SaturationTest {

    @ParameterizedTest
    @CsvSource({
        "TANH, 0.981, 0.979",
        "TANH, -0.981, -0.979",
        "SIGMOID, 0.991, 0.989",
        "SIGMOID, 0.009, 0.011",
        "SOFTSIGN, 0.981, 0.979",
        "ELU, -0.991, -0.989",
        "RELU, 0, 0.0001",
        "RELU6, 5.95, 5.9",
        "SOFTPLUS, 0.006, 0.008",
        "HARDTANH, 1, 0.97",
    })
    void holds_isOnePercentFromABound(Activation activation, double inside, double outside) {
        Saturation saturation =
                Saturation.of(activation.getActivationFunction()).orElseThrow();

        assertThat(saturation.holds(inside)).isTrue();
        assertThat(saturation.holds(outside)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"IDENTITY", "LEAKYRELU", "CUBE", "SOFTMAX"})
    void of_unboundedFunctions_haveNone(Activation activation) {
        assertThat(Saturation.of(activation.getActivationFunction())).isEmpty();
    }
}
