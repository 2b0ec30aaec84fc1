package io.github.dl4jinit.doctor;

import io.github.dl4jinit.doctor.DoctorReport.IntervalEstimate;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals.Backward;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals.Forward;
import io.github.dl4jinit.doctor.DoctorReport.LayerVitals.UnitHealth;
import io.github.dl4jinit.doctor.DoctorReport.Unexamined;
import io.github.dl4jinit.internal.gradient.Recording;
import io.github.dl4jinit.internal.measure.Saturation;
import io.github.dl4jinit.internal.measure.UnitOutputs;
import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.FlowNode;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.Samples;
import io.github.dl4jinit.report.ProbeReport.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Everything that {@link InitDoctor} measures: one forward pass, one backward pass of a random gradient from the network's outputs, two random
 * gradients through each layer on its own, with batch normalization a second forward pass with its stored statistics, and where units have equal
 * weights a few updates ({@link AlikeUnits}).
 *
 * @param layers a line per layer and vertex
 * @param unexamined what was not measured, and why
 * @param depth how many layers have parameters
 */
record Examination(List<LayerVitals> layers, List<Unexamined> unexamined, int depth) {

    /** @param predicted whether to compute what theory predicts: it costs more than all measurements of a small network */
    static Examination of(Model model, MultiDataSet batch, boolean predicted) {
        try (NetworkCopy network = NetworkCopy.of(model)) {
            return RandomState.seeded(network.seed(), () -> of(network, batch, predicted));
        }
    }

    private static Examination of(NetworkCopy network, MultiDataSet batch, boolean predicted) {
        double[] inference = normalizes(network) ? inference(network, batch) : null;
        Recording.Mode mode = new Recording.Mode(network.type(), true, Recording.End.RESPONSE);
        try (Recording recording = Recording.of(network, batch, mode)) {
            return new Pass(recording, inference).run(predicted, network, batch);
        }
    }

    private static boolean normalizes(NetworkCopy network) {
        return network.layers().stream().anyMatch(LayerView::normalizes);
    }

    /** Mean squares with the stored statistics, by step. */
    private static double[] inference(NetworkCopy network, MultiDataSet batch) {
        Recording.Mode mode = new Recording.Mode(network.type(), false, Recording.End.RESPONSE);
        try (Recording recording = Recording.of(network, batch, mode)) {
            return IntStream.range(0, recording.steps().size())
                    .mapToDouble(i -> {
                        ExampleSignals signals = ExampleSignals.of(recording.samples(i, recording.output(i)));
                        return Arrays.stream(signals.squares()).average().orElse(Double.NaN);
                    })
                    .toArray();
        }
    }

    /** One examination of one recording. */
    private static final class Pass {

        private final Recording recording;
        private final double @Nullable [] inference;
        private final int steps;
        private final Resampling resampling;
        private final RandomGradients gradients;
        private final Measurement[] measured;
        private final List<Unexamined> unexamined = new ArrayList<>();
        private double inputRank = Double.NaN;

        /** The numbers of one step, before theory predicts anything. */
        private record Measurement(
                IntervalEstimate signal, IntervalEstimate square, UnitHealth units, RandomGradients.Through through) {}

        Pass(Recording recording, double @Nullable [] inference) {
            this.recording = recording;
            this.inference = inference;
            this.steps = recording.steps().size();
            int examples = (int) recording.output(0).size(0);
            this.resampling = new Resampling(examples);
            this.gradients = new RandomGradients(recording, examples, resampling, unexamined);
            this.measured = new Measurement[steps];
        }

        /** @param network whose weights are not needed afterwards */
        Examination run(boolean predicted, NetworkCopy network, MultiDataSet batch) {
            @Nullable IntervalEstimate[] arriving = gradients.arriving();
            for (int i = 0; i < steps; i++) {
                measured[i] = measure(i);
            }
            List<Theory.Prediction> predictions =
                    predicted ? predictions() : Collections.nCopies(steps, Theory.Prediction.NONE);
            @Nullable Double[] alike = AlikeUnits.of(network, batch, unexamined);
            List<LayerVitals> layers = new ArrayList<>();
            for (int i = 0; i < steps; i++) {
                FlowNode step = recording.steps().get(i);
                if (step.kind() != FlowNode.Kind.INPUT) {
                    Theory.Prediction theory = predictions.get(i);
                    LayerVitals vitals = vitals(i, layers.size() + 1, arriving[i], theory);
                    layers.add(withAlike(vitals, alike[i]));
                    if (!theory.why().isEmpty()) {
                        unexamined.add(new Unexamined(step.name(), "prediction of the signal", theory.why()));
                    }
                }
            }
            return new Examination(layers, unexamined, network.layers().size());
        }

        private static LayerVitals withAlike(LayerVitals vitals, @Nullable Double alike) {
            UnitHealth units = vitals.units();
            return new LayerVitals(
                    vitals.place(),
                    vitals.forward(),
                    vitals.backward(),
                    new UnitHealth(units.rank(), units.dead(), units.saturated(), alike));
        }

        private List<Theory.Prediction> predictions() {
            return Theory.of(
                    recording,
                    Arrays.stream(measured).mapToDouble(m -> m.square().value()).toArray(),
                    Arrays.stream(measured).mapToDouble(m -> m.signal().value()).toArray(),
                    Arrays.stream(measured).map(m -> m.through().means()).toArray(double[][]::new));
        }

        private LayerVitals vitals(int i, int position, @Nullable IntervalEstimate gradient, Theory.Prediction theory) {
            FlowNode step = recording.steps().get(i);
            LayerView layer = step.layer();
            Measurement measurement = measured[i];
            IntervalEstimate factor = measurement.through().factor();
            return new LayerVitals(
                    new Place(
                            position,
                            step.name(),
                            layer == null ? step.kind().name().toLowerCase(Locale.ROOT) : layer.kind()),
                    new Forward(
                            layer != null && layer.output(),
                            measurement.signal().beside(theory.signal()),
                            measurement.square().beside(theory.square()),
                            inference == null ? null : (Double) inference[i]),
                    new Backward(
                            gradient == null ? null : gradient.beside(theory.gradient()),
                            factor == null ? null : factor.beside(theory.factor()),
                            measurement.through().dispersion()),
                    measurement.units());
        }

        private Measurement measure(int i) {
            FlowNode step = recording.steps().get(i);
            Samples samples = recording.samples(i, recording.output(i));
            ExampleSignals signals = ExampleSignals.of(samples);
            IntervalEstimate square = resampling.mean(signals.squares());
            IntervalEstimate signal = resampling.mean(signals.spreads());
            boolean finite = Double.isFinite(square.value());
            if (!finite
                    && step.sources().stream()
                            .allMatch(source ->
                                    Double.isFinite(measured[source].square().value()))) {
                unexamined.add(new Unexamined(
                        step.name(), "everything after it", "its outputs are not finite, and neither is what follows"));
            }
            UnitHealth units = units(i, samples, finite);
            RandomGradients.Through through =
                    step.kind() == FlowNode.Kind.INPUT ? RandomGradients.Through.NONE : gradients.through(i, finite);
            return new Measurement(signal, square, units, through);
        }

        private UnitHealth units(int i, Samples samples, boolean finite) {
            Double rank = finite ? rank(i, samples) : null;
            UnitOutputs outputs = UnitOutputs.of(samples);
            IActivation activation = recording.activation(i);
            Double saturated = activation == null || !finite
                    ? null
                    : Saturation.of(activation)
                            .filter(Saturation::isFlat)
                            .map(outputs::proportion)
                            .orElse(null);
            return new UnitHealth(rank, activation == null ? null : outputs.dead(), saturated, null);
        }

        /** Over the most that the input and the width allow. */
        private @Nullable Double rank(int i, Samples samples) {
            INDArray output = recording.output(i);
            double rank = ExampleSignals.rank(samples);
            if (recording.steps().get(i).kind() == FlowNode.Kind.INPUT) {
                inputRank = Double.isNaN(inputRank) ? rank : Math.max(inputRank, rank);
            }
            double most = Math.min(inputRank, output.length() / (double) output.size(0));
            // An activation function may spread the directions that there are more evenly than they came.
            return Double.isNaN(rank) || !(most > 0) ? null : (Double) Math.min(1, rank / most);
        }
    }
}
