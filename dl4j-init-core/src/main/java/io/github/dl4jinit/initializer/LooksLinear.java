package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.linalg.Haar;
import io.github.dl4jinit.network.Chain;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.NetworkView;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.scheme.WeightShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Looks-linear initialization: the second half of a layer's ReLU units mirrors the first, so that a deep ReLU network starts as an
 * orthogonal linear one and keeps every norm exactly.
 *
 * <p>Formula, W0 a Haar orthogonal matrix: {@code [W0; -W0]} for a layer that mirrors its outputs, {@code [W0, -W0]} for one whose inputs
 * are mirrored, and both, {@code [[W0, -W0], [-W0, W0]]}, in between; biases 0. With {@code h = (relu(a), relu(-a))}:
 * {@code relu(a) - relu(-a) = a} and {@code |h| = |a|}, so that a layer turns a into W0 a, and nothing is lost as long as W0 does not
 * narrow.
 *
 * <p>Shapes: dense layers and convolutions, there at the centre tap; W0 is {@code [nOut / 2, nIn / 2]} in between. A ReLU layer mirrors
 * its outputs if it has an even number of units; with an odd number it is skipped. Layers with another activation, output layers among
 * them, only read mirrored inputs. Inputs count as mirrored if the layer before in the same chain ({@link Chain}) mirrors its outputs;
 * after anything else, such as pooling, a branch or flattening, mirroring starts anew with W0 on the signal as it is, which keeps norms
 * as well.
 *
 * <p>When to use it: very deep plain ReLU networks without normalization. When not: with other activations, which do not look linear; and
 * where half of the width cannot be spared, since the mirrored units drift apart only in training.
 *
 * <p>Source: R. Burkholz, A. Dubatovka, "Initialization of ReLUs for dynamical isometry" (NeurIPS 2019), abstract; the block form is
 * common knowledge of the field. Ours: convolutions, odd widths, and what counts as mirrored.
 */
@API(status = API.Status.STABLE, since = "0.1")
public record LooksLinear() implements DataFreeInitializer {

    /**
     * There is nothing to set.
     *
     * @return the initializer
     */
    public static LooksLinear defaults() {
        return new LooksLinear();
    }

    @Override
    public InitReport initialize(Model model) {
        return InitializationPass.run("LooksLinear", model, LooksLinear::run);
    }

    private static List<LayerReport> run(NetworkView network) {
        List<LayerReport> lines = new ArrayList<>();
        for (LayerView layer : network.layers()) {
            layer.whyUnchained().ifPresent(why -> lines.add(ReportLines.skipped(layer, why)));
        }
        for (Chain chain : network.chains()) {
            boolean mirrored = false;
            for (LayerView layer : chain.layers()) {
                boolean mirrors = !layer.output() && layer.activation() instanceof ActivationReLU;
                long units = layer.weights().get(0).shape().nOut();
                if (mirrors && units % 2 == 1) {
                    lines.add(ReportLines.skipped(
                            layer, "its " + units + " units cannot be paired: give it an even number"));
                    mirrored = false;
                } else {
                    lines.add(fill(layer, mirrored, mirrors));
                    mirrored = mirrors;
                }
            }
        }
        lines.sort(Comparator.comparingInt(LayerReport::position));
        return lines;
    }

    private static LayerReport fill(LayerView layer, boolean reads, boolean mirrors) {
        WeightView weight = layer.weights().get(0);
        WeightShape shape = weight.shape();
        weight.weights().assign(0);
        INDArray centre = shape.tap(weight.weights(), shape.centre()).get(0);
        centre.assign(blocks(shape, reads, mirrors));
        INDArray bias = weight.bias();
        if (bias != null) {
            bias.assign(0);
        }
        return ReportLines.drawn(layer, weight.parameter(), note(reads, mirrors));
    }

    private static INDArray blocks(WeightShape shape, boolean reads, boolean mirrors) {
        INDArray core = Haar.fill(
                Nd4j.create(
                        DataType.DOUBLE,
                        mirrors ? shape.nOut() / 2 : shape.nOut(),
                        reads ? shape.nIn() / 2 : shape.nIn()),
                1);
        INDArray wide = reads ? Nd4j.concat(1, core, core.neg()) : core;
        return mirrors ? Nd4j.concat(0, wide, wide.neg()) : wide;
    }

    private static String note(boolean reads, boolean mirrors) {
        if (reads) {
            return mirrors ? "mirrored inputs and outputs" : "mirrored inputs";
        }
        return mirrors ? "mirrored outputs" : "orthogonal";
    }
}
