package io.github.dl4jinit.gain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;

class MeanFieldTest {
    private static final IActivation TANH = Activation.TANH.getActivationFunction();
    private static final IActivation RELU = Activation.RELU.getActivationFunction();

    @Test
    void fixedPoint_relu_isTheClosedForm() {
        assertThat(new MeanField(RELU, 2, 0).fixedPoint()).isEqualTo(1);
        assertThat(new MeanField(RELU, 1.9, 0.1).fixedPoint()).isCloseTo(0.1 / (1 - 0.95), within(1e-10));
        assertThat(new MeanField(RELU, 1, 0.1).fixedPoint()).isCloseTo(0.2, within(1e-11));
        assertThat(new MeanField(RELU, 1.9, 0).fixedPoint()).isZero();
        assertThat(new MeanField(RELU, 2.1, 0).fixedPoint()).isInfinite();
    }

    @Test
    void fixedPoint_tanh_isWherePlainIterationEnds() {
        MeanField field = new MeanField(TANH, 1.7, 0.05);
        double q = 1;
        for (int i = 0; i < 300; i++) {
            q = field.next(q);
        }
        assertThat(field.fixedPoint()).isCloseTo(q, within(1e-10));
        assertThat(new MeanField(TANH, 0.9, 0).fixedPoint()).isZero();
        assertThat(new MeanField(TANH, 1.2, 0).fixedPoint()).isBetween(0.05, 0.2);
    }

    @Test
    void chi_reluAndTanh_tellThePhases() {
        assertThat(new MeanField(RELU, 1.8, 0.3).chi1()).isCloseTo(0.9, within(1e-12));
        assertThat(new MeanField(RELU, 1.8, 0.3).depthScale()).isCloseTo(-1 / Math.log(0.9), within(1e-9));
        assertThat(new MeanField(TANH, 0.9, 0).chi1()).isCloseTo(0.9, within(1e-8));
        assertThat(new MeanField(TANH, 2.5, 0).chi1()).isGreaterThan(1.05);
        assertThatThrownBy(() -> new MeanField(RELU, 2.1, 0).chi1())
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("the signal explodes");
    }

    /** The slope of the map against central differences of the map itself, jumps included. */
    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"TANH", "SWISH", "GELU", "ELU", "RELU", "SIGMOID", "THRESHOLDEDRELU"})
    void stability_everyQ_isTheSlopeOfTheMap(Activation activation) {
        MeanField field = new MeanField(activation.getActivationFunction(), 1.7, 0.1);
        for (double q : new double[] {0.02, 1, 7}) {
            double h = 1e-4 * q;
            double slope = (field.next(q + h) - field.next(q - h)) / (2 * h);
            assertThat(field.stability(q)).isCloseTo(slope, within(1e-6));
        }
    }

    /** For variance 1 to be kept in depth this must not exceed 1; a deviation of 1 % really grows in Swish and shrinks in tanh. */
    @Test
    void stability_gainForVarianceOne_tellsWhetherADeviationGrows() {
        assertThat(stabilityOfTheGain(Activation.SWISH)).isCloseTo(1.173, within(1e-3));
        assertThat(stabilityOfTheGain(Activation.GELU)).isCloseTo(1.137, within(1e-3));
        assertThat(stabilityOfTheGain(Activation.MISH)).isCloseTo(1.076, within(1e-3));
        assertThat(stabilityOfTheGain(Activation.RELU)).isCloseTo(1, within(1e-12));
        for (Activation activation : new Activation[] {Activation.SWISH, Activation.TANH}) {
            double gain = Gains.of(activation);
            MeanField field = new MeanField(activation.getActivationFunction(), gain * gain, 0);
            double q = 1.01;
            for (int layer = 0; layer < 10; layer++) {
                q = field.next(q);
            }
            assertThat(q > 1.01).isEqualTo(field.stability() > 1);
        }
        assertThat(new MeanField(TANH, 0.9, 0).stability())
                .as("the signal dies")
                .isCloseTo(0.9, within(1e-8));
        assertThatThrownBy(() -> new MeanField(RELU, 2.1, 0).stability()).hasMessageContaining("the signal explodes");
        assertThatThrownBy(() -> new MeanField(RELU, 2, 0).stability(0)).hasMessageContaining("got 0.0");
    }

    private static double stabilityOfTheGain(Activation activation) {
        double gain = Gains.of(activation);
        return new MeanField(activation.getActivationFunction(), gain * gain, 0).stability();
    }

    @Test
    void fixedPoint_softplusThatOverflows_isInfinite() {
        IActivation softplus = Activation.SOFTPLUS.getActivationFunction();
        assertThat(new MeanField(softplus, 2, 0).fixedPoint()).isInfinite();
        assertThat(new MeanField(softplus, 5, 1).fixedPoint()).isInfinite();
        assertThat(new MeanField(softplus, 0.5, 0).fixedPoint()).isBetween(0.1, 10.0);
    }

    @Test
    void construction_badVariances_areRefused() {
        assertThatThrownBy(() -> new MeanField(TANH, 0, 0)).hasMessage("variance must be finite and > 0, got 0.0");
        assertThatThrownBy(() -> new MeanField(TANH, 1, -1))
                .hasMessage("bias variance must be finite and >= 0, got -1.0");
        assertThatThrownBy(() -> new MeanField(TANH, 1, 0).next(-2)).hasMessageContaining("got -2.0");
    }

    /**
     * Against 40 real networks of width 300, five layers on: the mean of their q within 5 standard errors of the prediction. One layer of one network has a
     * relative deviation of about sqrt(2 / 300) = 8 %, so that the standard error is near 2 %; a weight variance 25 % too large moves the
     * prediction by far more than five of them, and is rejected.
     */
    @Test
    void next_realNetworks_areWhereItSays() {
        double[] measured = new double[40];
        Random random = new Random(5);
        for (int i = 0; i < measured.length; i++) {
            measured[i] = lastVariance(random, 300, 5, 1.6, 0.02);
        }
        double mean = 0;
        for (double m : measured) {
            mean += m / measured.length;
        }
        double variance = 0;
        for (double m : measured) {
            variance += (m - mean) * (m - mean) / (measured.length - 1);
        }
        double error = Math.sqrt(variance / measured.length);
        assertThat(mean).isCloseTo(prediction(1.6), within(5 * error));
        assertThat(mean).as("negative control").isNotCloseTo(prediction(2.0), within(5 * error));
    }

    private static double prediction(double weightVariance) {
        MeanField field = new MeanField(TANH, weightVariance, 0.02);
        double q = 1;
        for (int layer = 0; layer < 5; layer++) {
            q = field.next(q);
        }
        return q;
    }

    /** The mean square of the last pre-activations, from standard Gaussian first ones. */
    private static double lastVariance(
            Random random, int width, int layers, double weightVariance, double biasVariance) {
        double[] z = random.doubles(width).map(u -> random.nextGaussian()).toArray();
        for (int layer = 0; layer < layers; layer++) {
            double[] next = new double[width];
            for (int i = 0; i < width; i++) {
                next[i] = Math.sqrt(biasVariance) * random.nextGaussian();
                for (double input : z) {
                    next[i] += Math.sqrt(weightVariance / width) * random.nextGaussian() * Math.tanh(input);
                }
            }
            z = next;
        }
        double sum = 0;
        for (double value : z) {
            sum += value * value;
        }
        return sum / width;
    }
}
