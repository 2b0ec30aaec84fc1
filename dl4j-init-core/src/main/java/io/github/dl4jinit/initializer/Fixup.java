package io.github.dl4jinit.initializer;

import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.NetworkView;
import io.github.dl4jinit.network.ResidualBlock;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.network.WeightView.Role;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;

/**
 * Residual networks that start as their shortcuts: He's weights, made smaller in the branches by the number of blocks, and zero in the
 * last layer of each branch and in the output layers.
 *
 * <p>Formula: with L residual blocks and m weight layers in a branch, the first m - 1 are drawn from {@code N(0, 2 / fanIn)} times
 * {@code L^(-1 / (2 m - 2))}, the last is 0; output layers are 0; all other layers, projections on shortcuts among them, are He's; all
 * biases are 0.
 *
 * <p>What a weight initializer cannot do, and this one does not: the method also has a scalar bias before each convolution, linear layer
 * and activation, and one scalar multiplier for each branch, all learned. A DL4J graph has no such parameters. The biases per channel
 * that DL4J's layers have may take a part of their place; what the lack of the rest costs is not measured.
 *
 * <p>When to use it: deep residual ComputationGraphs of ReLU-like activations without normalization. When not: with batch normalization
 * in the branches there is nothing to fix; for residual networks of one kind of block that are to start with active branches, take
 * {@code Lsuv} or {@link AutoInit}. The first updates move only the last layers: the gradient of the others is 0 until those are not.
 *
 * <p>Source: H. Zhang, Y. N. Dauphin, T. Ma, "Fixup initialization: residual learning without normalization" (2019), and the authors'
 * code. Ours: blocks are found from the element-wise adds ({@link NetworkView#residualBlocks}); a layer inside nested blocks belongs to
 * the innermost; L counts all blocks; a branch of one layer is 0.
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Fixup() implements DataFreeInitializer {

    /**
     * The method has no settings.
     *
     * @return the initializer
     */
    public static Fixup defaults() {
        return new Fixup();
    }

    /**
     * Initializes a residual network; one without a residual block stays as it is, and all its layers are reported as skipped.
     *
     * @param model a ComputationGraph with element-wise adds
     * @return what was done, layer by layer
     * @throws IllegalStateException if the network has not been init()ed
     */
    @Override
    public InitReport initialize(Model model) {
        return InitializationPass.run("Fixup", model, Fixup::run);
    }

    private static List<LayerReport> run(NetworkView network) {
        List<ResidualBlock> blocks = network.residualBlocks();
        List<LayerReport> lines = new ArrayList<>();
        for (LayerView layer : network.layers()) {
            lines.add(obstacle(layer, blocks)
                    .map(why -> ReportLines.skipped(layer, why))
                    .orElseGet(() -> initialize(layer, blocks)));
        }
        return lines;
    }

    private static Optional<String> obstacle(LayerView layer, List<ResidualBlock> blocks) {
        if (layer.whySkipped().isPresent()) {
            return layer.whySkipped();
        }
        if (blocks.isEmpty()) {
            return Optional.of("the network has no residual block: no element-wise add joins branches of one signal");
        }
        return layer.weights().stream().anyMatch(weight -> weight.role() == Role.RECURRENT)
                ? Optional.of("recurrent: the method is for layers without a state")
                : Optional.empty();
    }

    private static LayerReport initialize(LayerView layer, List<ResidualBlock> blocks) {
        if (layer.output()) {
            return fill(layer, 0, "output layer: zero");
        }
        Optional<List<LayerView>> branch = innermostBranch(layer, blocks);
        if (branch.isEmpty()) {
            return fill(layer, 1, "in no branch: He");
        }
        int layers = branch.get().size();
        if (branch.get().get(layers - 1).position() == layer.position()) {
            return fill(layer, 0, "last of a branch of " + layers + ": zero");
        }
        double factor = Math.pow(blocks.size(), -1.0 / (2 * layers - 2));
        return fill(
                layer,
                factor,
                String.format(
                        Locale.ROOT, "in a branch of %d, %d blocks: He times %.4g", layers, blocks.size(), factor));
    }

    /** Normalization and frozen layers are no weight layers. */
    private static Optional<List<LayerView>> innermostBranch(LayerView layer, List<ResidualBlock> blocks) {
        return blocks.stream()
                .flatMap(block -> block.branches().stream())
                .map(branch -> branch.stream()
                        .filter(other -> other.whySkipped().isEmpty())
                        .toList())
                .filter(branch -> branch.stream().anyMatch(other -> other.position() == layer.position()))
                .min(Comparator.comparingInt(List::size));
    }

    private static LayerReport fill(LayerView layer, double factor, String note) {
        for (WeightView weight : layer.weights()) {
            if (factor == 0 && weight.role() == Role.RESPONSE) {
                weight.weights().assign(0);
            } else {
                // The inner stage of a separable convolution is as it is in the method's other layers.
                VarianceScaling.heNormal().fill(weight.shape(), weight.weights());
                weight.weights().muli(weight.role() == Role.RESPONSE ? factor : 1);
            }
            if (weight.bias() != null) {
                weight.bias().assign(0);
            }
        }
        return ReportLines.converged(layer, "W", 1, note);
    }
}
