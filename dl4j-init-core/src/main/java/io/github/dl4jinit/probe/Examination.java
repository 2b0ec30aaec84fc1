package io.github.dl4jinit.probe;

import io.github.dl4jinit.internal.gradient.Recording;
import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.FlowNode;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.Samples;
import io.github.dl4jinit.report.Estimate;
import io.github.dl4jinit.report.LayerVitals;
import io.github.dl4jinit.report.Unexamined;
import io.github.dl4jinit.report.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Everything that {@link InitDoctor} measures: one forward pass, one backward pass of a random gradient from the network's outputs, two random
 * gradients through each layer by itself, and with batch normalization a second forward pass by its stored statistics.
 *
 * @param layers a line per layer and vertex, without verdicts
 * @param unexamined what was not measured, and why
 * @param depth how many layers have parameters
 */
record Examination(List<LayerVitals> layers, List<Unexamined> unexamined, int depth) {

    /** @param predicted whether to compute what theory says: it costs more than all measurements of a small network */
    static Examination of(Model model, MultiDataSet batch, boolean predicted) {
        RandomState found = RandomState.current();
        try (NetworkCopy network = NetworkCopy.of(model)) {
            RandomState.ofSeed(network.seed()).restore();
            double[] inference = normalizes(network) ? inference(network, batch) : null;
            Recording.Mode mode = new Recording.Mode(network.type(), true, Recording.End.RESPONSE);
            try (Recording tape = Recording.of(network, batch, mode)) {
                return new Pass(tape, inference).run(predicted, network.layers().size());
            }
        } finally {
            found.restore();
        }
    }

    private static boolean normalizes(NetworkCopy network) {
        return network.layers().stream()
                .anyMatch(layer -> layer.kind().equals(BatchNormalization.class.getSimpleName()));
    }

    /** Mean squares with the stored statistics, by step. */
    private static double[] inference(NetworkCopy network, MultiDataSet batch) {
        Recording.Mode mode = new Recording.Mode(network.type(), false, Recording.End.RESPONSE);
        try (Recording tape = Recording.of(network, batch, mode)) {
            return IntStream.range(0, tape.steps().size())
                    .mapToDouble(i -> {
                        Signals signals = Signals.of(tape.samples(i, tape.output(i)));
                        return Arrays.stream(signals.squares()).average().orElse(Double.NaN);
                    })
                    .toArray();
        }
    }

    /** One examination of one tape. */
    private static final class Pass {

        private static final int PULLS = 2;

        private final Recording tape;
        private final double @Nullable [] inference;
        private final int steps;
        private final int examples;
        private final Resampling resampling;
        private final double[] squares;
        private final double[] signals;
        private final double[][] factors;
        private final @Nullable Estimate[] gradients;
        private final List<Unexamined> unexamined = new ArrayList<>();
        private double inputRank = Double.NaN;

        Pass(Recording tape, double @Nullable [] inference) {
            this.tape = tape;
            this.inference = inference;
            this.steps = tape.steps().size();
            this.examples = (int) tape.output(0).size(0);
            this.resampling = new Resampling(examples);
            this.squares = new double[steps];
            this.signals = new double[steps];
            this.factors = new double[steps][];
            this.gradients = new Estimate[steps];
        }

        Examination run(boolean predicted, int depth) {
            pullThrough();
            LayerVitals[] lines = new LayerVitals[steps];
            for (int i = 0; i < steps; i++) {
                lines[i] = line(i);
            }
            List<LayerVitals> layers = new ArrayList<>();
            List<Theory.Prediction> predictions = predicted
                    ? Theory.of(tape, squares, signals, factors)
                    : Collections.nCopies(steps, Theory.Prediction.NONE);
            for (int i = 0; i < steps; i++) {
                FlowNode step = tape.steps().get(i);
                if (step.kind() != FlowNode.Kind.INPUT) {
                    Theory.Prediction theory = predictions.get(i);
                    layers.add(beside(layers.size() + 1, lines[i], theory));
                    if (!theory.why().isEmpty()) {
                        unexamined.add(new Unexamined(step.name(), "prediction of the signal", theory.why()));
                    }
                }
            }
            return new Examination(layers, unexamined, depth);
        }

        private static LayerVitals beside(int position, LayerVitals v, Theory.Prediction theory) {
            Estimate gradient = v.gradient();
            Estimate factor = v.factor();
            return new LayerVitals(
                    position,
                    v.name(),
                    v.kind(),
                    v.output(),
                    v.signal().beside(theory.signal()),
                    v.square().beside(theory.square()),
                    gradient == null ? null : gradient.beside(theory.gradient()),
                    factor == null ? null : factor.beside(theory.factor()),
                    v.dispersion(),
                    v.rank(),
                    v.dead(),
                    v.saturated(),
                    v.inference(),
                    v.verdict(),
                    v.note());
        }

        /** The gradients of the whole network, from random ones at its outputs. */
        private void pullThrough() {
            Optional<Unexamined> obstacle = IntStream.range(0, steps)
                    .boxed()
                    .flatMap(i -> tape
                            .whyNoDerivative(i)
                            .map(why ->
                                    new Unexamined(tape.steps().get(i).name(), "gradients of the whole network", why))
                            .stream())
                    .findFirst();
            if (obstacle.isPresent()) {
                unexamined.add(obstacle.get());
                return;
            }
            INDArray[] starts =
                    tape.ends().stream().map(end -> like(tape.output(end))).toArray(INDArray[]::new);
            double total = Arrays.stream(starts)
                            .mapToDouble(start -> Arrays.stream(lengths(start)).sum())
                            .sum()
                    / examples;
            tape.pullBack(starts, (step, delta, ignored) -> {
                if (delta != null) {
                    double[] lengths = lengths(delta);
                    Arrays.setAll(lengths, i -> lengths[i] / total);
                    gradients[step] = resampling.mean(lengths);
                }
            });
        }

        private static INDArray like(INDArray values) {
            return Nd4j.randn(values.dataType(), values.shape());
        }

        /** The squared length of each example's part; where the rows are not examples, equal parts of the whole. */
        private double[] lengths(INDArray values) {
            double[] lengths = new double[examples];
            if (values.size(0) != examples) {
                double norm = values.castTo(DataType.DOUBLE).norm2Number().doubleValue();
                Arrays.fill(lengths, norm * norm / examples);
                return lengths;
            }
            double[] numbers = Signals.numbers(values);
            int width = numbers.length / examples;
            for (int i = 0; i < numbers.length; i++) {
                lengths[i / width] += numbers[i] * numbers[i];
            }
            return lengths;
        }

        private LayerVitals line(int i) {
            FlowNode step = tape.steps().get(i);
            LayerView layer = step.layer();
            Samples samples = tape.samples(i, tape.output(i));
            Signals numbers = Signals.of(samples);
            Estimate square = resampling.mean(numbers.squares());
            Estimate signal = resampling.mean(numbers.spreads());
            squares[i] = square.value();
            signals[i] = signal.value();
            boolean finite = Double.isFinite(square.value());
            Double rank = finite ? rank(i) : null;
            Outputs outputs = Outputs.of(samples);
            IActivation activation = tape.activation(i);
            Double saturated = activation == null || !finite
                    ? null
                    : Saturation.of(activation)
                            .filter(Saturation::isFlat)
                            .map(outputs::share)
                            .orElse(null);
            if (!finite && isFirstLost(step)) {
                unexamined.add(new Unexamined(
                        step.name(), "everything behind it", "its outputs are not finite, and so is what follows"));
            }
            Local local = step.kind() == FlowNode.Kind.INPUT ? Local.NONE : local(i, finite);
            factors[i] = local.factors();
            return new LayerVitals(
                    i,
                    step.name(),
                    layer == null ? step.kind().name().toLowerCase(Locale.ROOT) : layer.kind(),
                    layer != null && layer.output(),
                    signal,
                    square,
                    gradients[i],
                    local.factor(),
                    local.dispersion(),
                    rank,
                    activation == null ? null : outputs.dead(),
                    saturated,
                    inference == null ? null : (Double) inference[i],
                    Verdict.HEALTHY,
                    "");
        }

        private boolean isFirstLost(FlowNode step) {
            return step.sources().stream().allMatch(source -> Double.isFinite(squares[source]));
        }

        /** Over the most that the input and the width allow. */
        private @Nullable Double rank(int i) {
            INDArray output = tape.output(i);
            double rank = Signals.rank(output);
            if (tape.steps().get(i).kind() == FlowNode.Kind.INPUT) {
                inputRank = Double.isNaN(inputRank) ? rank : Math.max(inputRank, rank);
            }
            double most = Math.min(inputRank, output.length() / (double) output.size(0));
            return Double.isNaN(rank) || !(most > 0) ? null : (Double) (rank / most);
        }

        /** What random gradients through one step by itself show. */
        @SuppressWarnings("ArrayRecordComponent")
        private record Local(
                double[] factors,
                @Nullable Estimate factor,
                @Nullable Double dispersion) {
            static final Local NONE = new Local(new double[0], null, null);
        }

        private Local local(int i, boolean finite) {
            FlowNode step = tape.steps().get(i);
            int sources = step.sources().size();
            double[] means = new double[sources];
            Arrays.fill(means, Double.NaN);
            if (!finite || tape.whyNoDerivative(i).isPresent()) {
                return new Local(means, null, null);
            }
            List<double[]> lengths = new ArrayList<>();
            List<INDArray> arrived = new ArrayList<>();
            int pulls = step.layer() == null ? 1 : PULLS;
            for (int p = 0; p < pulls; p++) {
                INDArray start = like(tape.output(i));
                double total = Arrays.stream(lengths(start)).average().orElseThrow();
                List<@Nullable INDArray> back = tape.pull(i, start);
                for (int k = 0; k < sources; k++) {
                    INDArray epsilon = back.get(k);
                    if (epsilon != null && p == 0) {
                        means[k] = Arrays.stream(lengths(epsilon)).average().orElseThrow() / total;
                    }
                }
                INDArray first = back.get(0);
                if (first == null) {
                    unexamined.add(new Unexamined(
                            step.name(), "its derivative", "its input are indices, by which there is none"));
                    return new Local(means, null, null);
                }
                double[] relative = lengths(first);
                Arrays.setAll(relative, e -> relative[e] / total);
                lengths.add(relative);
                arrived.add(first);
            }
            if (step.layer() == null) {
                return new Local(means, null, null);
            }
            double[] both = new double[examples];
            Arrays.setAll(both, e -> (lengths.get(0)[e] + lengths.get(1)[e]) / 2);
            return new Local(means, resampling.mean(both), dispersion(i, arrived));
        }

        /**
         * For two independent random gradients v, w: {@code E <J'v, J'w>^2 = |J J'|^2} and {@code E |J'v|^2 = |J|^2} (Frobenius), so that r
         * E<>^2 / (E||^2)^2 is the mean of s^4 over the square of the mean of s^2 for r singular values s.
         */
        private @Nullable Double dispersion(int i, List<INDArray> arrived) {
            INDArray v = arrived.get(0);
            INDArray w = arrived.get(1);
            if (v.size(0) != examples) {
                return null;
            }
            double[] a = Signals.numbers(v);
            double[] b = Signals.numbers(w);
            int width = a.length / examples;
            double products = 0;
            double length = 0;
            for (int e = 0; e < examples; e++) {
                double product = 0;
                for (int j = e * width; j < (e + 1) * width; j++) {
                    product += a[j] * b[j];
                    length += (a[j] * a[j] + b[j] * b[j]) / 2;
                }
                products += product * product;
            }
            double directions = Math.min(width, tape.output(i).length() / (double) examples);
            double mean = length / examples;
            double dispersion = directions * products / examples / (mean * mean);
            return Double.isFinite(dispersion) ? (Double) dispersion : null;
        }
    }
}
