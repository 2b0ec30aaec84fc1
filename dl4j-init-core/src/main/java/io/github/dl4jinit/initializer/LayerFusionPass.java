package io.github.dl4jinit.initializer;

import io.github.dl4jinit.initializer.LayerFusion.FusedEstimate;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.Chain;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import io.github.dl4jinit.network.NetworkView;
import io.github.dl4jinit.network.Response;
import io.github.dl4jinit.network.Samples;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.scheme.WeightShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** One run of {@link LayerFusion}: the trained network is measured, the smaller one written. */
final class LayerFusionPass {

    private final Model trained;
    private final String firstName;
    private final String secondName;
    private final FusedEstimate estimate;
    private final NetworkView smaller;

    private @Nullable UnitStatistics units;
    private @Nullable Samples inputs;
    private @Nullable Samples outputs;

    LayerFusionPass(Model trained, String first, String second, FusedEstimate estimate, NetworkView smaller) {
        this.trained = trained;
        this.firstName = first;
        this.secondName = second;
        this.estimate = estimate;
        this.smaller = smaller;
    }

    List<LayerReport> run(MultiDataSet batch) {
        try (NetworkCopy larger = NetworkCopy.of(trained)) {
            List<LayerView> layers = larger.layers();
            LayerView first = find(layers, firstName);
            LayerView second = find(layers, secondName);
            requirePair(larger, first, second);
            if (smaller.layers().size() != layers.size() - 1) {
                throw new IllegalArgumentException(
                        "the smaller network must have one layer with parameters less than the"
                                + " trained one, " + (layers.size() - 1) + ", got "
                                + smaller.layers().size());
            }
            larger.sweep(batch, measuring(first, second));
            List<LayerReport> lines = new ArrayList<>();
            for (LayerView target : smaller.layers()) {
                int position = target.position();
                if (position == first.position()) {
                    lines.add(fuse(first, second, target));
                } else {
                    lines.add(copy(layers.get(position < first.position() ? position : position + 1), target));
                }
            }
            return lines;
        }
    }

    private static LayerView find(List<LayerView> layers, String name) {
        return layers.stream()
                .filter(layer -> layer.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("the trained network has no layer with parameters named '"
                                + name + "'; it has "
                                + layers.stream().map(LayerView::name).toList()));
    }

    private void requirePair(NetworkCopy larger, LayerView first, LayerView second) {
        for (LayerView layer : List.of(first, second)) {
            layer.whyUnchained().ifPresent(why -> {
                throw new IllegalArgumentException(layer.where() + " cannot be fused: " + why);
            });
        }
        if (second.position() != first.position() + 1) {
            throw new IllegalArgumentException(
                    second.where() + " does not follow " + first.where() + " in the order of execution");
        }
        WeightShape one = shape(first);
        WeightShape two = shape(second);
        if (estimate == FusedEstimate.DATA) {
            boolean known = one.kind() == WeightShape.Kind.DENSE || one.kind() == WeightShape.Kind.CONV_2D;
            if (!known || two.kind() != WeightShape.Kind.DENSE) {
                throw new IllegalArgumentException(
                        "DATA fuses a dense layer or a convolution along two axes with a dense" + " layer, got "
                                + one.kind() + " and " + two.kind());
            }
            return;
        }
        boolean mixes = two.taps() == 1 && two.fanOut() == two.nOut();
        boolean transposed = one.kind() == WeightShape.Kind.DECONV_2D || one.kind() == WeightShape.Kind.DECONV_3D;
        boolean linked = larger.chains().stream().map(Chain::layers).anyMatch(chain -> follows(chain, first, second));
        if (!mixes || transposed || !linked) {
            throw new IllegalArgumentException(
                    "GAUSSIAN fuses two layers that feed only each other, the second dense or a"
                            + " convolution of one tap and stride 1; " + first.where() + " and " + second.where()
                            + " are not. FusedEstimate.DATA asks less.");
        }
    }

    private static boolean follows(List<LayerView> chain, LayerView first, LayerView second) {
        for (int i = 1; i < chain.size(); i++) {
            if (chain.get(i - 1).position() == first.position() && chain.get(i).position() == second.position()) {
                return true;
            }
        }
        return false;
    }

    private static WeightShape shape(LayerView layer) {
        return layer.weights().get(0).shape();
    }

    private LayerVisitor measuring(LayerView first, LayerView second) {
        return new LayerVisitor() {
            @Override
            public void respond(LayerView layer, Response response) {
                if (layer.position() == first.position()) {
                    if (estimate == FusedEstimate.GAUSSIAN) {
                        units = UnitStatistics.of(response);
                    } else {
                        inputs = response.inputs();
                    }
                } else if (layer.position() == second.position() && estimate == FusedEstimate.DATA) {
                    outputs = response.outputs();
                }
            }
        };
    }

    private LayerReport fuse(LayerView first, LayerView second, LayerView target) {
        WeightView weight = onlyWeight(target);
        INDArray bias = weight.bias();
        if (bias == null) {
            throw new IllegalArgumentException(target.where() + " has no bias, which the fused layer needs");
        }
        FusedMap fusion = estimate == FusedEstimate.GAUSSIAN
                ? FusedMap.gaussian(
                        onlyWeight(first), onlyWeight(second), first.activation(), Objects.requireNonNull(units))
                : FusedMap.ofData(rowPerExample(), Objects.requireNonNull(outputs));
        INDArray matrix = weight.shape().matrices(weight.weights()).get(0);
        if (!Arrays.equals(matrix.shape(), fusion.weights().shape())
                || (estimate == FusedEstimate.GAUSSIAN
                        && !Arrays.equals(weight.shape().kernel(), shape(first).kernel()))) {
            throw new IllegalArgumentException(target.where() + ": the fused layer has the shape "
                    + Arrays.toString(fusion.weights().shape()) + " (outputs, terms), this one "
                    + Arrays.toString(matrix.shape()));
        }
        matrix.assign(fusion.weights().castTo(matrix.dataType()));
        bias.assign(fusion.bias().castTo(bias.dataType()).reshape(bias.shape()));
        return ReportLines.converged(
                target,
                weight.parameter(),
                1,
                "'" + first.name() + "' and '" + second.name() + "' fused by " + estimate + ": " + fusion.note());
    }

    /** As DL4J flattens an image: channel by channel. */
    private Samples rowPerExample() {
        Samples positions = Objects.requireNonNull(inputs);
        long channels = positions.rows().size(1);
        long examples = positions.examples();
        long places = positions.rows().size(0) / examples;
        if (places == 1) {
            return positions;
        }
        INDArray rows = positions
                .rows()
                .reshape('c', examples, places, channels)
                .permute(0, 2, 1)
                .dup('c')
                .reshape('c', examples, channels * places);
        return new Samples(rows, examples, null, positions.epsilon());
    }

    private static WeightView onlyWeight(LayerView layer) {
        if (layer.weights().size() != 1) {
            throw new IllegalArgumentException(layer.where() + " is not one weight array: "
                    + layer.whySkipped().orElse("it has " + layer.weights().size()));
        }
        return layer.weights().get(0);
    }

    private static LayerReport copy(LayerView source, LayerView target) {
        if (target.whySkipped().isPresent() || source.whySkipped().isPresent()) {
            return ReportLines.skipped(
                    target,
                    "not copied: " + target.whySkipped().or(source::whySkipped).orElse(""));
        }
        for (int i = 0; i < target.weights().size(); i++) {
            WeightView to = target.weights().get(i);
            WeightView from = i < source.weights().size() ? source.weights().get(i) : null;
            if (from == null || !from.shape().shape().equals(to.shape().shape())) {
                throw new IllegalArgumentException(target.where() + " does not fit the trained " + source.where()
                        + ": its weight '" + to.parameter() + "' has the shape "
                        + to.shape().shape() + ", not "
                        + (from == null ? "one" : from.shape().shape()));
            }
            to.weights().assign(from.weights().castTo(to.weights().dataType()));
            INDArray bias = from.bias();
            if (bias != null && to.bias() != null) {
                to.bias().assign(bias.castTo(to.bias().dataType()));
            }
        }
        return ReportLines.converged(
                target, target.weights().get(0).parameter(), 1, "copied from '" + source.name() + "'");
    }
}
