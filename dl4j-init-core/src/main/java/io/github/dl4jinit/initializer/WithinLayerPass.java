package io.github.dl4jinit.initializer;

import io.github.dl4jinit.initializer.WithinLayer.Kernels;
import io.github.dl4jinit.internal.gradient.LossGradient;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.LayerInput;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import io.github.dl4jinit.network.Response;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.network.WeightView.Role;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import io.github.dl4jinit.report.LayerReport.Scaling;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** One run of {@link WithinLayer}: a sweep over the units, then rounds of a gradient and a sweep. */
final class WithinLayerPass {

    private static final int MOST_PATCHES = 5000;
    /** A round that leaves so many times the imbalance of the best one is on its way to infinity. */
    private static final double MUCH_WORSE = 10;

    private final WithinLayer settings;
    private final NetworkCopy network;
    private final MultiDataSet batch;
    private final Map<Key, Progress> progress = new LinkedHashMap<>();

    WithinLayerPass(WithinLayer settings, NetworkCopy network, MultiDataSet batch) {
        this.settings = settings;
        this.network = network;
        this.batch = batch;
    }

    private record Key(int position, String parameter) {
        Key(LayerView layer, WeightView weight) {
            this(layer.position(), weight.parameter());
        }
    }

    /** How far one weight array has come. */
    private static final class Progress {
        private double before;
        private double after;
        private int scalings;
        private String note = "";
        private boolean stalled;
        private double bestAfter;
        private int bestScalings;

        void keep() {
            bestAfter = after;
            bestScalings = scalings;
        }

        void restore() {
            after = bestAfter;
            scalings = bestScalings;
        }

        void remark(String text) {
            note = note.isEmpty() ? text : note + "; " + text;
        }

        void stall(String text) {
            stalled = true;
            remark(text);
        }

        LayerReport line(LayerView layer, WeightView weight) {
            return ReportLines.of(
                    layer,
                    weight.parameter(),
                    stalled ? Outcome.STALLED : Outcome.CONVERGED,
                    new Scaling(before, after, scalings),
                    note);
        }
    }

    List<LayerReport> run() {
        network.sweep(batch, new UnitScaling());
        if (settings.balance() && !progress.isEmpty()) {
            try (LossGradient top = atTheTop()) {
                balance(top);
            }
        }
        List<LayerReport> lines = new ArrayList<>();
        for (LayerView layer : network.layers()) {
            layer.whySkipped().ifPresent(why -> lines.add(ReportLines.skipped(layer, why)));
            for (WeightView weight : responses(layer)) {
                lines.add(of(layer, weight).line(layer, weight));
            }
        }
        return lines;
    }

    private Progress of(LayerView layer, WeightView weight) {
        return progress.computeIfAbsent(new Key(layer, weight), key -> new Progress());
    }

    private static List<WeightView> responses(LayerView layer) {
        return layer.weights().stream()
                .filter(weight -> weight.role() == Role.RESPONSE)
                .toList();
    }

    private final class UnitScaling implements LayerVisitor {

        @Override
        public void enter(LayerView layer, LayerInput input) {
            if (settings.kernels() == Kernels.KEEP) {
                return;
            }
            for (WeightView weight : layer.weights()) {
                if (weight.role() == Role.RESPONSE) {
                    draw(layer, weight, input).ifPresent(of(layer, weight)::remark);
                } else if (weight.role() == Role.INNER) {
                    VarianceScaling.lecunNormal().fill(weight.shape(), weight.weights());
                }
            }
        }

        @Override
        public void respond(LayerView layer, Response response) {
            Progress line = of(layer, response.map());
            line.before = response.moments().variance();
            UnitStatistics units = UnitStatistics.of(response);
            INDArray factors = units.toUnitDeviation();
            response.scaleUnits(factors, units.biases(settings.bias(), factors));
            line.scalings = 1;
            line.after = response.moments().variance();
            if (units.constant() > 0) {
                line.stall(units.constant() + " of " + units.count()
                        + " units respond alike to the whole batch: dead, or constant features");
            }
        }
    }

    /** @return a remark for the report, if there is one */
    private Optional<String> draw(LayerView layer, WeightView weight, LayerInput input) {
        VarianceScaling.lecunNormal().fill(weight.shape(), weight.weights());
        if (settings.kernels() == Kernels.GAUSSIAN || layer.output()) {
            return Optional.empty();
        }
        Optional<INDArray> patches = input.patches(MOST_PATCHES);
        if (patches.isEmpty()) {
            return Optional.of("Gaussian kernels: it has no patches");
        }
        PatchKernels learned = PatchKernels.of(patches.get());
        int units = Math.toIntExact(weight.shape().nOut());
        if (!learned.vary() || learned.patches() < units) {
            return Optional.of("Gaussian kernels: " + learned.patches() + " patches for " + units + " units");
        }
        INDArray drawn = settings.kernels() == Kernels.PCA ? learned.principal(units) : learned.clusters(units);
        INDArray matrix = weight.shape().matrices(weight.weights()).get(0);
        matrix.assign(drawn.castTo(matrix.dataType()));
        return Optional.empty();
    }

    private LossGradient atTheTop() {
        try {
            return LossGradient.random(network, batch);
        } catch (RuntimeException failure) {
            throw withoutBalance(failure);
        }
    }

    /** Whatever stands in the way of gradients, the part without them is left. */
    private static UnsupportedOperationException withoutBalance(RuntimeException failure) {
        return new UnsupportedOperationException(
                "layers are balanced by gradients, which this network does not give: " + failure.getMessage()
                        + ". Leave the balance out: WithinLayer.builder().balance(false)",
                failure);
    }

    /** Rounds may run away. They end when one makes it much worse, and the best state stays. */
    private void balance(LossGradient top) {
        INDArray parameters = network.network().params();
        double best = Double.POSITIVE_INFINITY;
        int rounds = 0;
        progress.values().forEach(Progress::keep);
        try (INDArray kept = parameters.dup()) {
            Map<Key, Double> factors = factors(top);
            int reached = factors.size();
            if (reached == 0) {
                return;
            }
            while (true) {
                // Saturated layers have no gradient: they are lost, not balanced.
                double change = factors.size() < reached
                        ? Double.POSITIVE_INFINITY
                        : factors.values().stream()
                                .mapToDouble(factor -> Math.abs(factor - 1))
                                .max()
                                .orElse(0);
                if (change < best) {
                    best = change;
                    kept.assign(parameters);
                    progress.values().forEach(Progress::keep);
                }
                if (best <= settings.tolerance() || rounds == settings.maxRounds() || !(change <= MUCH_WORSE * best)) {
                    break;
                }
                rounds++;
                try {
                    network.sweep(batch, scaledBy(factors));
                    factors = factors(top);
                } catch (ArithmeticException overflow) {
                    break;
                }
            }
            parameters.assign(kept);
            progress.values().forEach(Progress::restore);
        }
        if (best > settings.tolerance()) {
            String note = String.format(
                    Locale.ROOT,
                    "not balanced after %d rounds, the best is kept: another one would change a layer by %.2g of itself;"
                            + " give more examples, or leave it out by balance(false)",
                    rounds,
                    best);
            progress.values().forEach(line -> line.stall(note));
        }
    }

    /** Scales each array by its factor and shifts each unit to its mean. */
    private LayerVisitor scaledBy(Map<Key, Double> factors) {
        return (layer, response) -> {
            Progress line = of(layer, response.map());
            UnitStatistics units = UnitStatistics.of(response);
            INDArray factor = units.alike(factors.getOrDefault(new Key(layer, response.map()), 1.0));
            response.scaleUnits(factor, units.biases(settings.bias(), factor));
            line.scalings++;
            line.after = response.moments().variance();
        };
    }

    private INDArray gradient(LossGradient top) {
        try {
            return top.at(network.parameters());
        } catch (RuntimeException failure) {
            throw withoutBalance(failure);
        }
    }

    /** @return for each array that a gradient reaches; none if the outputs do not vary */
    private Map<Key, Double> factors(LossGradient top) {
        INDArray gradient = gradient(top);
        Map<Key, Double> ratios = new LinkedHashMap<>();
        double last = 1;
        for (LayerView layer : network.layers()) {
            for (WeightView weight : responses(layer)) {
                double ratio = LossGradient.part(gradient, weight.weights())
                                .norm2Number()
                                .doubleValue()
                        / weight.weights().norm2Number().doubleValue();
                if (!Double.isFinite(ratio)) {
                    throw new ArithmeticException(layer.where() + ": its gradient is not finite, or its weights are"
                            + " zero. Start from other weights, standardize the inputs, or leave the balance out by"
                            + " WithinLayer.builder().balance(false).");
                }
                if (ratio > 0) {
                    ratios.put(new Key(layer, weight), ratio);
                }
                last = of(layer, weight).after;
            }
        }
        if (last == 0) {
            return Map.of();
        }
        double logs = ratios.values().stream().mapToDouble(Math::log).sum() + Math.log(Math.sqrt(last));
        double common = Math.exp(logs / Math.max(1, ratios.size()));
        ratios.replaceAll((key, ratio) -> Math.sqrt(ratio / common));
        return ratios;
    }
}
