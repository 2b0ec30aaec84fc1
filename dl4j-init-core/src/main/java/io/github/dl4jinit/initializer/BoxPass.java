package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.gaussian.ScalarActivation;
import io.github.dl4jinit.network.FlowNode;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.NetworkView;
import io.github.dl4jinit.network.ResidualBlock;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.scheme.WeightShape.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;

/** One run of {@link Box} over a copied network: follows the box of the signal from step to step, and draws each layer in its own. */
final class BoxPass {

    private final Box settings;
    private final ValueRange inputs;
    private final List<LayerReport> lines = new ArrayList<>();
    /** Positions of the layers that end a residual branch. */
    private final Set<Integer> ends = new HashSet<>();

    private final Map<IActivation, ActivationImage> images = new HashMap<>();

    private int blocks;

    BoxPass(Box settings, ValueRange inputs) {
        this.settings = settings;
        this.inputs = inputs;
    }

    List<LayerReport> run(NetworkView network) {
        List<ResidualBlock> residual = network.residualBlocks();
        blocks = residual.size();
        residual.stream()
                .flatMap(block -> block.branches().stream())
                .filter(branch -> !branch.isEmpty())
                .forEach(branch -> ends.add(branch.get(branch.size() - 1).position()));
        // By step; null where the range is unknown.
        List<@Nullable ValueRange> ranges = new ArrayList<>();
        for (FlowNode step : network.flow()) {
            List<@Nullable ValueRange> sources = new ArrayList<>();
            step.sources().forEach(source -> sources.add(ranges.get(source)));
            ranges.add(range(step, sources));
        }
        return lines;
    }

    private @Nullable ValueRange range(FlowNode step, List<@Nullable ValueRange> sources) {
        LayerView layer = step.layer();
        if (layer != null) {
            return initialize(layer, sources.get(0));
        }
        if (sources.contains(null)) {
            return null;
        }
        return switch (step.kind()) {
            case INPUT -> inputs;
            case ACTIVATION -> image(step.activation(), sources.get(0));
            // A padding puts zeros among the values.
            case SELECTION -> sources.stream().reduce(new ValueRange(0, 0), ValueRange::hull);
            case ADD -> sources.stream().reduce(new ValueRange(0, 0), ValueRange::plus);
            case LAYER, OTHER -> null;
        };
    }

    private ActivationImage imageOf(@Nullable IActivation activation) {
        return images.computeIfAbsent(Objects.requireNonNull(activation), ActivationImage::new);
    }

    private @Nullable ValueRange image(@Nullable IActivation activation, ValueRange range) {
        try {
            return imageOf(activation).of(range);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private @Nullable ValueRange initialize(LayerView layer, @Nullable ValueRange range) {
        Optional<String> obstacle = DrawableLayers.whySkipped(layer);
        if (obstacle.isPresent()) {
            return skip(layer, obstacle.get());
        }
        IActivation activation = layer.activation();
        if (range == null) {
            return skip(layer, "the range of its inputs is unknown, after a layer or vertex that has no box");
        }
        ActivationImage image;
        try {
            image = imageOf(activation);
        } catch (IllegalArgumentException e) {
            return skip(
                    layer,
                    "its activation " + ScalarActivation.name(Objects.requireNonNull(activation))
                            + " is no function of one number, so its range is unknown");
        }
        ValueRange box = boxOf(layer, range);
        return box.side() > 0 ? draw(layer, image, box) : skip(layer, "all its inputs are " + box.low());
    }

    private @Nullable ValueRange skip(LayerView layer, String why) {
        lines.add(ReportLines.skipped(layer, why));
        return null;
    }

    private static ValueRange boxOf(LayerView layer, ValueRange range) {
        boolean padded = DrawableLayers.weightOf(layer).shape().kind() != Kind.DENSE;
        return padded ? range.hull(new ValueRange(0, 0)) : range;
    }

    private ValueRange draw(LayerView layer, ActivationImage image, ValueRange box) {
        boolean isEnd = ends.contains(layer.position());
        double top = isEnd ? settings.growth().top(box.side(), blocks) : 1;
        Optional<ValueRange> unbounded = image.upTo(top);
        boolean atCorner = unbounded.isEmpty() || (isEnd && unbounded.get().low() < 0);
        ValueRange values = atCorner ? image.of(new ValueRange(0, top)) : unbounded.get();
        lines.add(DrawableLayers.drawn(layer, new CutPlanes(box, top, atCorner, values)));
        return values;
    }
}
