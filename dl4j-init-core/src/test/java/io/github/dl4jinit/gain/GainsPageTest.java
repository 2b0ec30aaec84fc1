package io.github.dl4jinit.gain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;

/**
 * docs/gains.md holds what the code computes. After a change that is meant, write the page anew with
 * {@code mvn -pl dl4j-init-core test -Dtest=GainsPageTest -Ddl4jinit.writePages=true}.
 */
class GainsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "gains.md");

    @Test
    void page_gains_isWhatTheCodeComputes() throws IOException {
        String page = page();
        if (Boolean.getBoolean("dl4jinit.writePages")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE, StandardCharsets.UTF_8)).isEqualTo(page);
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # Gains of DL4J's activations

                What every constant of DL4J's `Activation` makes of a standard Gaussian pre-activation z ~ N(0, 1), with its default settings.
                Computed by `GaussianMoments.of(activation, 0, 1)`, `Gains.of(activation)` and `CriticalLine.at(activation, 1)`; a test compares this
                page with the code.

                - **gain** = 1 / sqrt(E[f(z)^2]): weights of variance gain^2 / fanIn keep the mean square of the signal for a few layers,
                  and for many where V'(1) is not above 1.
                - **chi** = gain^2 E[f'(z)^2]: the factor by which one layer with that gain multiplies the mean square of a gradient on its way back. 1 is
                  ideal; with 1.18 (tanh) fifty layers multiply it by 3,600.
                - **V'(1)** = `new MeanField(activation, gain * gain, 0).stability(1)`: the factor by which one layer with that gain multiplies a small
                  deviation of the signal's variance from 1. Above 1 (SWISH, GELU, MISH, ...) variance 1 is not kept in depth: it holds for a few layers
                  only; use `Lsuv`.
                - **critical sigma_w^2, sigma_b^2**: the variances at which pre-activations settle at variance 1 and gradients keep their size. Where
                  there are none, a bias of negative variance would be needed; other variances q may still have some.

                | activation | E[f] | E[f^2] | E[f'] | E[f'^2] | gain | chi | V'(1) | critical sigma_w^2 | critical sigma_b^2 |
                |---|---|---|---|---|---|---|---|---|---|
                """);
        for (Activation activation : Activation.values()) {
            page.append("| ").append(activation);
            if (activation == Activation.SOFTMAX || activation == Activation.RRELU) {
                page.append(" | none: see below | | | | | | | | |\n");
            } else {
                appendNumbers(page, activation.getActivationFunction());
            }
        }
        return page.append("""

                        What is not a function of one number has no such moments, and asking for them is an error that names the remedy:

                        - SOFTMAX: each output depends on all inputs. It stands before the loss; initialize that layer as if it were IDENTITY.
                        - RRELU: its slope is drawn anew in training. `new ActivationLReLU(sqrt((l^2 + l u + u^2) / 3))` has the same second moment
                          (0.2369 for the default l = 1/8, u = 1/3).
                        - PReLU (a layer, no constant of the enum): its slopes are parameters. `new ActivationLReLU(start value)`; DL4J starts them at 0.

                        How each is integrated: the line is cut at whole standard deviations and at powers of two, each panel is integrated by a 16-point
                        Gauss-Lobatto rule and halved until its halves agree with it to 1e-14. Kinks and jumps are so found without being told, though not features
                        much narrower than a sixtieth of a standard deviation: the
                        closed forms of the piecewise linear activations are met to 1e-12. The derivative is the one of DL4J's backward pass; every one
                        in the table agrees with finite differences of the forward pass. LEAKYRELU, HARDSIGMOID and GELU hold a constant in single
                        precision, which shows in the eighth digit.
                        """).toString();
    }

    private static void appendNumbers(StringBuilder page, IActivation activation) {
        GaussianMoments m = GaussianMoments.of(activation, 0, 1);
        double gain = Gains.of(activation);
        double[] numbers = {
            m.value(),
            m.square(),
            m.slope(),
            m.slopeSquare(),
            gain,
            gain * gain * m.slopeSquare(),
            new MeanField(activation, gain * gain, 0).stability(1)
        };
        for (double number : numbers) {
            page.append(" | ").append(digits(number));
        }
        try {
            CriticalLine line = CriticalLine.at(activation, 1);
            page.append(" | ")
                    .append(digits(line.weightVariance()))
                    .append(" | ")
                    .append(digits(line.biasVariance()))
                    .append(" |\n");
        } catch (IllegalArgumentException none) {
            page.append(" | none | none |\n");
        }
    }

    /** Six decimals, with a rounding error of the last bit printed as the zero that it is. */
    private static String digits(double number) {
        return String.format(Locale.ROOT, "%.6f", Math.abs(number) < 1e-12 ? 0 : number);
    }
}
