package io.github.dl4jinit.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jinit.internal.gaussian.KernelMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;

class TheoryTest {

    @ParameterizedTest
    @CsvSource({
        "TANH, 1, 1e-7",
        "TANH, 0.01, 1e-7",
        "SIGMOID, 4, 1e-7",
        "GELU, 1, 1e-6",
        "RELU, 1, 3e-3",
        "LEAKYRELU, 0.1, 3e-3",
        "SELU, 1, 3e-3"
    })
    void signal_isTheDifferenceOfTheKernelMapsMoments(Activation name, double square, double accuracy) {
        IActivation activation = name.getActivationFunction();
        KernelMap map = KernelMap.of(activation);
        double[] q = {square};
        for (double correlation : new double[] {-0.5, 0, 0.3, 0.9}) {
            double together =
                    map.moments(q, q, new double[][] {{correlation * square}}).value(0, 0);
            double expected = map.square(square) - together;

            assertThat(Theory.signal(activation, square, correlation * square))
                    .as("%s at correlation %s", name, correlation)
                    .isCloseTo(expected, within(accuracy * expected));
        }
    }

    @ParameterizedTest
    @CsvSource({"TANH", "RELU"})
    void signal_ofExamplesNearlyAlike_isTheirDistanceTimesTheSquaredSlope(Activation name) {
        IActivation activation = name.getActivationFunction();
        double expected = 1e-9 * (name == Activation.RELU ? 0.5 : 0.4644);

        assertThat(Theory.signal(activation, 1, 1 - 1e-9)).isCloseTo(expected, within(1e-2 * expected));
    }
}
