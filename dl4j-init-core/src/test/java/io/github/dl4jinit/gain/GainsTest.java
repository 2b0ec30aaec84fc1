package io.github.dl4jinit.gain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.gaussian.Elementwise;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;

class GainsTest {
    @Test
    void of_activationsWithClosedForms_isTheClosedForm() {
        assertThat(Gains.of(new ActivationReLU())).isCloseTo(Math.sqrt(2), within(1e-12));
        assertThat(Gains.of(new ActivationLReLU(0.25))).isCloseTo(Math.sqrt(2 / (1 + 0.0625)), within(1e-12));
        assertThat(Gains.of(Activation.IDENTITY)).isCloseTo(1, within(1e-12));
        assertThat(Gains.of(Activation.CUBE)).isCloseTo(1 / Math.sqrt(15), within(1e-12));
    }

    @Test
    void of_tanh_isNotTheRoundNumberOfOtherLibraries() {
        assertThat(Gains.of(Activation.TANH)).isCloseTo(1.5925374, within(5e-7)).isNotCloseTo(5.0 / 3, within(0.05));
    }

    /** The authors of SELU chose its two constants such that a standard Gaussian keeps mean 0 and variance 1. */
    @Test
    void of_selu_isOneByDesign() {
        assertThat(Gains.of(Activation.SELU)).isCloseTo(1, within(1e-12));
    }

    @Test
    void of_activationWithoutGain_isRefused() {
        assertThatThrownBy(() -> Gains.of(Activation.RRELU)).hasMessageContaining("new ActivationLReLU(");
        assertThatThrownBy(() -> Gains.of(Activation.SOFTMAX)).hasMessageContaining("Activation.IDENTITY");
        assertThatThrownBy(() -> Gains.of(new Elementwise(z -> 0, z -> 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("zero for every standard Gaussian input");
    }
}
