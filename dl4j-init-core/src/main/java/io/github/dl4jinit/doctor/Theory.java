package io.github.dl4jinit.doctor;

import io.github.dl4jinit.gain.GaussianMoments;
import io.github.dl4jinit.internal.gradient.Recording;
import io.github.dl4jinit.network.FlowNode;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.WeightView;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What mean-field theory predicts for a network's signal and gradient, from its input on, with each layer's real activation and the
 * sizes of its real weights.
 *
 * <p>Formulas, with q = E x^2 and c = E x x' for two different examples, sigma^2 = fanIn mean(W^2): a linear map makes (q, c) into {@code
 * (sigma^2 q + mean(b^2), sigma^2 c + mean(b^2))}, an activation into {@code (E f(z)^2, E f(z) f(z'))} for Gaussian (z, z') of these moments;
 * a sum of independent signals adds both. The signal is q - c. The squared length of a gradient is multiplied by {@code E f'(z)^2} at an
 * activation and by sigma^2 at a linear map, whatever its shape: every output has fanIn weights.
 *
 * <p>Source: B. Poole et al., "Exponential expressivity in deep neural networks through transient chaos" (2016); S. S. Schoenholz et al.,
 * "Deep information propagation" (2017). Ours: lengths in place of mean squares in the backward pass, so that convolutions and changes of
 * width need no case of their own; where a step is none of these (pooling, normalization, recurrent layers, softmax), the theory goes on from
 * what was measured at its output, and says so.
 */
final class Theory {

    /** When two examples are closer than this fraction of the mean square, the activation is treated as linear between them. */
    private static final double NEAR = 1e-3;

    /** Standard deviations to each side of 0 that are integrated over; the next two say into how many steps each side is divided. */
    private static final double REACH = 6;

    /** More than for the differences, since along the sums a kink stays a kink. */
    private static final int SUMS = 192;

    private static final int DIFFERENCES = 32;

    /** Mean squares outside these bounds are not followed. */
    private static final double LEAST = 1e-30;

    private static final double MOST = 1e30;

    /**
     * The prediction for a step; what theory cannot say is null.
     *
     * @param square E x^2
     * @param signal E x^2 - E x x'
     * @param factor of the squared length of a gradient, from the output to the input
     * @param gradient squared length at the pre-activation, over that at the network's outputs
     * @param why why there is none, or ""
     */
    record Prediction(
            @Nullable Double square,
            @Nullable Double signal,
            @Nullable Double factor,
            @Nullable Double gradient,
            String why) {
        static final Prediction NONE = new Prediction(null, null, null, null, "");
    }

    /** E x^2 and E x x' of a step's output. */
    private record State(double square, double same) {}

    private final Recording recording;
    private final double[] squares;
    private final double[] signals;
    private final double[][] factors;
    private final State[] states;
    private final double[] slopes;
    private final double[] gains;
    private final String[] obstacles;

    /**
     * @param squares measured mean squares, by step
     * @param signals measured signals, by step
     * @param factors measured factors of random gradients, by step and source; NaN where none arrives
     */
    private Theory(Recording recording, double[] squares, double[] signals, double[][] factors) {
        int steps = recording.steps().size();
        this.recording = recording;
        this.squares = squares;
        this.signals = signals;
        this.factors = factors;
        this.states = new State[steps];
        this.slopes = new double[steps];
        this.gains = new double[steps];
        this.obstacles = new String[steps];
    }

    static List<Prediction> of(Recording recording, double[] squares, double[] signals, double[][] factors) {
        Theory theory = new Theory(recording, squares, signals, factors);
        for (int i = 0; i < recording.steps().size(); i++) {
            theory.forward(i);
        }
        return theory.backward();
    }

    private void forward(int i) {
        FlowNode step = recording.steps().get(i);
        List<State> sources = step.sources().stream().map(s -> states[s]).toList();
        slopes[i] = 1;
        gains[i] = Double.NaN;
        obstacles[i] = "";
        switch (step.kind()) {
            case INPUT -> states[i] = measured(i);
            case ADD ->
                states[i] = new State(
                        sources.stream().mapToDouble(State::square).sum(),
                        sources.stream().mapToDouble(State::same).sum());
            case LAYER -> layer(i, Objects.requireNonNull(step.layer()), sources.get(0));
            case ACTIVATION -> activate(i, Objects.requireNonNull(step.activation()), sources.get(0));
            case SELECTION -> {
                if (keepsAll(i, step)) {
                    states[i] = sources.get(0);
                } else {
                    restart(i, "it chooses or averages: theory goes on from what was measured");
                }
            }
            case OTHER -> restart(i, "no theory of this step: it goes on from what was measured");
        }
    }

    /** Whether the step passes all its input on, in another shape. */
    private boolean keepsAll(int i, FlowNode step) {
        return step.sources().size() == 1
                && recording.output(i).length()
                        == recording.output(step.sources().get(0)).length();
    }

    private State measured(int i) {
        return new State(squares[i], squares[i] - signals[i]);
    }

    private void restart(int i, String why) {
        states[i] = measured(i);
        slopes[i] = Double.NaN;
        obstacles[i] = why;
    }

    private void layer(int i, LayerView layer, State input) {
        Optional<String> obstacle = layer.whyUnchained();
        if (obstacle.isPresent()) {
            restart(i, obstacle.get() + ": theory goes on from what was measured");
            return;
        }
        WeightView map = layer.weights().get(0);
        double gain = map.shape().fanIn() * meanSquare(map.weights());
        double bias = map.bias() == null ? 0 : meanSquare(map.bias());
        State response = new State(gain * input.square() + bias, gain * input.same() + bias);
        gains[i] = gain;
        IActivation activation = recording.activation(i);
        if (activation == null) {
            states[i] = response;
        } else {
            activate(i, activation, response);
        }
    }

    private static double meanSquare(INDArray values) {
        INDArray numbers = values.castTo(DataType.DOUBLE);
        double norm = numbers.norm2Number().doubleValue();
        return norm * norm / values.length();
    }

    private void activate(int i, IActivation activation, State z) {
        if (activation instanceof ActivationIdentity) {
            states[i] = z;
            return;
        }
        if (!(z.square() > LEAST && z.square() < MOST)) {
            restart(i, "the predicted signal is too small or too large to follow");
            return;
        }
        try {
            GaussianMoments moments = GaussianMoments.of(activation, 0, z.square());
            double signal = signal(activation, z, moments);
            states[i] = new State(moments.square(), moments.square() - signal);
            slopes[i] = moments.slopeSquare();
        } catch (IllegalArgumentException | ArithmeticException noMoments) {
            restart(i, "no Gaussian moments of its activation: theory goes on from what was measured");
        }
    }

    /**
     * E (f(u) - f(v))^2 / 2 for the pre-activations u, v of two examples, by the trapezoidal rule along their sum and their difference,
     * which are independent; for examples that are nearly alike f is taken for linear between them. Ours: three digits at kinks (hard tanh
     * 3.3e-4 at worst), seven elsewhere; a kernel map has ten, and needs seconds for each layer.
     */
    private static double signal(IActivation activation, State z, GaussianMoments moments) {
        double apart = z.square() - z.same();
        return apart < NEAR * z.square()
                ? Math.max(0, apart) * moments.slopeSquare()
                : signal(activation, z.square(), z.same());
    }

    static double signal(IActivation activation, double square, double same) {
        double[] sums = nodes(SUMS);
        double[] differences = nodes(DIFFERENCES);
        double along = Math.sqrt(Math.max(0, square + same) / 2);
        double apart = Math.sqrt((square - same) / 2);
        double[] pairs = new double[2 * sums.length * differences.length];
        int at = 0;
        for (double sum : sums) {
            for (double difference : differences) {
                pairs[at++] = along * sum + apart * difference;
                pairs[at++] = along * sum - apart * difference;
            }
        }
        double[] values = activation
                .getActivation(Nd4j.createFromArray(pairs).reshape(1, pairs.length), false)
                .toDoubleVector();
        double signal = 0;
        at = 0;
        for (double sum : sums) {
            double squares = 0;
            for (double difference : differences) {
                double change = values[at] - values[at + 1];
                at += 2;
                squares += density(difference) * change * change;
            }
            signal += density(sum) * squares;
        }
        return signal * REACH / SUMS * REACH / DIFFERENCES / 2;
    }

    /** Equally spaced, and none at zero, where most kinks are. */
    private static double[] nodes(int half) {
        return IntStream.range(-half, half)
                .mapToDouble(i -> (i + 0.5) * REACH / half)
                .toArray();
    }

    private static double density(double z) {
        return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    }

    private List<Prediction> backward() {
        int steps = states.length;
        double[] arriving = new double[steps];
        double total = recording.ends().stream()
                .mapToDouble(end -> recording.output(end).length())
                .sum();
        recording.ends().forEach(end -> arriving[end] += recording.output(end).length() / total);
        Prediction[] predictions = new Prediction[steps];
        for (int i = steps - 1; i >= 0; i--) {
            predictions[i] = backward(i, arriving);
        }
        return Arrays.asList(predictions);
    }

    private Prediction backward(int i, double[] arriving) {
        FlowNode step = recording.steps().get(i);
        boolean loss = step.layer() != null && step.layer().output();
        boolean linear = !Double.isNaN(gains[i]);
        double slope = loss ? 1 : slopes[i];
        double factor = linear ? gains[i] * slope : Double.NaN;
        for (int k = 0; k < step.sources().size(); k++) {
            boolean known = linear && !Double.isNaN(factor);
            arriving[step.sources().get(k)] += arriving[i] * (known ? factor : factors[i][k]);
        }
        boolean restarted = !obstacles[i].isEmpty();
        double gradient = arriving[i] * (linear ? slope : 1);
        return new Prediction(
                restarted ? null : (Double) states[i].square(),
                restarted ? null : (Double) (states[i].square() - states[i].same()),
                orNull(factor),
                orNull(gradient),
                obstacles[i]);
    }

    private static @Nullable Double orNull(double number) {
        return Double.isFinite(number) ? (Double) number : null;
    }
}
