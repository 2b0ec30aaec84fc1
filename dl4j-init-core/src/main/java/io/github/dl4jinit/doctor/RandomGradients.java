package io.github.dl4jinit.doctor;

import io.github.dl4jinit.doctor.DoctorReport.IntervalEstimate;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals;
import io.github.dl4jinit.doctor.DoctorReport.Unexamined;
import io.github.dl4jinit.internal.gradient.Recording;
import io.github.dl4jinit.internal.measure.UnitOutputs;
import io.github.dl4jinit.network.FlowNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Sends random gradients back through a recorded network and through its steps, and measures how long they are when they arrive. */
final class RandomGradients {

    private static final int PULLS = 2;

    private final Recording recording;
    private final int examples;
    private final Resampling resampling;
    private final List<Unexamined> unexamined;

    /** @param unexamined where to say what has no gradient, and why */
    RandomGradients(Recording recording, int examples, Resampling resampling, List<Unexamined> unexamined) {
        this.recording = recording;
        this.examples = examples;
        this.resampling = resampling;
        this.unexamined = unexamined;
    }

    /** The squared length that arrives at each step, over that of random gradients at the network's outputs; null where none arrives. */
    @Nullable
    IntervalEstimate[] arriving() {
        @Nullable
        IntervalEstimate[] arriving = new IntervalEstimate[recording.steps().size()];
        Optional<Unexamined> obstacle = IntStream.range(0, recording.steps().size())
                .boxed()
                .flatMap(i -> recording
                        .whyNoDerivative(i)
                        .map(why ->
                                new Unexamined(recording.steps().get(i).name(), "gradients of the whole network", why))
                        .stream())
                .findFirst();
        if (obstacle.isPresent()) {
            unexamined.add(obstacle.get());
            return arriving;
        }
        INDArray[] starts = recording.ends().stream()
                .map(end -> like(recording.output(end)))
                .toArray(INDArray[]::new);
        double total = Arrays.stream(starts)
                        .mapToDouble(start -> Arrays.stream(lengths(start)).sum())
                        .sum()
                / examples;
        recording.pullBack(starts, (step, delta, ignored) -> {
            if (delta != null) {
                double[] lengths = lengths(delta);
                Arrays.setAll(lengths, i -> lengths[i] / total);
                arriving[step] = resampling.mean(lengths);
            }
        });
        return arriving;
    }

    /**
     * What a step does to random gradients on its own.
     *
     * @param means the factor of their squared length, from its output to each of its sources; NaN where none arrives
     * @param factor the same to the first source, for a layer
     * @param dispersion see {@link LayerVitals.Backward}
     */
    @SuppressWarnings("ArrayRecordComponent") // Lives as long as one measurement of one step.
    record Through(
            double[] means,
            @Nullable IntervalEstimate factor,
            @Nullable Double dispersion) {
        static final Through NONE = new Through(new double[0], null, null);
    }

    Through through(int i, boolean finite) {
        FlowNode step = recording.steps().get(i);
        int sources = step.sources().size();
        double[] means = new double[sources];
        Arrays.fill(means, Double.NaN);
        if (!finite || recording.whyNoDerivative(i).isPresent()) {
            return new Through(means, null, null);
        }
        List<double[]> lengths = new ArrayList<>();
        List<INDArray> arrived = new ArrayList<>();
        int pulls = step.layer() == null ? 1 : PULLS;
        for (int p = 0; p < pulls; p++) {
            INDArray start = like(recording.output(i));
            double total = Arrays.stream(lengths(start)).average().orElseThrow();
            List<@Nullable INDArray> back = recording.pull(i, start);
            for (int k = 0; k < sources; k++) {
                INDArray epsilon = back.get(k);
                if (epsilon != null && p == 0) {
                    means[k] = Arrays.stream(lengths(epsilon)).average().orElseThrow() / total;
                }
            }
            INDArray first = back.get(0);
            if (first == null) {
                unexamined.add(new Unexamined(
                        step.name(),
                        "its derivative",
                        "its inputs are indices, so there is no derivative with respect to them"));
                return new Through(means, null, null);
            }
            double[] relative = lengths(first);
            Arrays.setAll(relative, e -> relative[e] / total);
            lengths.add(relative);
            arrived.add(first);
        }
        if (step.layer() == null) {
            return new Through(means, null, null);
        }
        double[] both = new double[examples];
        Arrays.setAll(both, e -> (lengths.get(0)[e] + lengths.get(1)[e]) / 2);
        return new Through(means, resampling.mean(both), dispersion(i, arrived));
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
        double[] a = UnitOutputs.numbers(v);
        double[] b = UnitOutputs.numbers(w);
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
        double directions = Math.min(width, recording.output(i).length() / (double) examples);
        double mean = length / examples;
        double dispersion = directions * products / examples / (mean * mean);
        return Double.isFinite(dispersion) ? (Double) dispersion : null;
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
        double[] numbers = UnitOutputs.numbers(values);
        int width = numbers.length / examples;
        for (int i = 0; i < numbers.length; i++) {
            lengths[i / width] += numbers[i] * numbers[i];
        }
        return lengths;
    }
}
