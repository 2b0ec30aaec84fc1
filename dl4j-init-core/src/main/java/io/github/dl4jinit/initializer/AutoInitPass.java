package io.github.dl4jinit.initializer;

import io.github.dl4jinit.network.FlowNode;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.NetworkView;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.network.WeightView.Role;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.scheme.Fan;
import io.github.dl4jinit.scheme.Law;
import io.github.dl4jinit.scheme.VarianceScaling;
import io.github.dl4jinit.scheme.WeightShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;

/** One run of {@link AutoInit}: the signal's moments from step to step. */
final class AutoInitPass {

    private final NetworkView network;
    private final IntFunction<SignalMoments> inputs;
    private final List<Known> steps = new ArrayList<>();
    private final List<LayerReport> lines = new ArrayList<>();

    /** @param inputs the moments of the network's inputs, by their number */
    AutoInitPass(NetworkView network, IntFunction<SignalMoments> inputs) {
        this.network = network;
        this.inputs = inputs;
    }

    /**
     * What is known of a step's output.
     *
     * @param assumed where moments were taken for others, or ""
     */
    private record Known(SignalMoments signal, String assumed) {

        Known with(SignalMoments other) {
            return new Known(other, assumed);
        }

        static Known of(SignalMoments signal, List<Known> sources) {
            return new Known(
                    signal,
                    sources.stream()
                            .map(Known::assumed)
                            .filter(text -> !text.isEmpty())
                            .findFirst()
                            .orElse(""));
        }
    }

    List<LayerReport> run() {
        int input = 0;
        for (FlowNode step : network.flow()) {
            List<Known> sources = step.sources().stream().map(steps::get).toList();
            List<SignalMoments> signals = sources.stream().map(Known::signal).toList();
            Known mixed = Known.of(SignalMoments.mixture(signals), sources);
            steps.add(
                    switch (step.kind()) {
                        case INPUT -> new Known(inputs.apply(input++), "");
                        case LAYER -> initialize(Objects.requireNonNull(step.layer()), mixed);
                        case ACTIVATION ->
                            mixed.with(mixed.signal().through(Objects.requireNonNull(step.activation())));
                        case ADD -> Known.of(SignalMoments.sum(signals), sources);
                        case SELECTION ->
                            new Known(mixed.signal(), "moments taken as unchanged by '" + step.name() + "'");
                        case OTHER ->
                            new Known(SignalMoments.STANDARD, "mean 0, variance 1 assumed after '" + step.name() + "'");
                    });
        }
        return lines;
    }

    private Known initialize(LayerView layer, Known input) {
        Optional<String> obstacle = layer.weights().stream().anyMatch(weight -> weight.role() == Role.RECURRENT)
                ? Optional.of("recurrent: its output has no analytic moments; use Lsuv")
                : layer.whySkipped();
        if (obstacle.isPresent()) {
            lines.add(ReportLines.skipped(layer, obstacle.get()));
            String assumed = layer.normalizes() ? "" : "mean 0, variance 1 assumed after '" + layer.name() + "'";
            return new Known(SignalMoments.STANDARD, assumed);
        }
        SignalMoments signal = input.signal();
        for (WeightView weight : layer.weights()) {
            draw(weight, signal);
            boolean last = weight.role() == Role.RESPONSE;
            lines.add(ReportLines.converged(layer, weight.parameter(), 1, last ? note(input) : "inner stage"));
            signal = SignalMoments.STANDARD;
        }
        return new Known(layer.activation() == null ? signal : signal.through(layer.activation()), "");
    }

    private static String note(Known input) {
        String moments = String.format(
                Locale.ROOT,
                "input %.4g +- %.4g",
                input.signal().mean(),
                Math.sqrt(input.signal().variance()));
        return input.assumed().isEmpty() ? moments : moments + ", " + input.assumed();
    }

    private static void draw(WeightView weight, SignalMoments input) {
        boolean oneHot = weight.shape().kind() == WeightShape.Kind.EMBEDDING;
        double scale = oneHot ? 1 : 1 / input.square();
        new VarianceScaling(scale, Fan.IN, Law.TRUNCATED_NORMAL).fill(weight.shape(), weight.weights());
        if (weight.bias() != null) {
            weight.bias().assign(0);
        }
    }
}
