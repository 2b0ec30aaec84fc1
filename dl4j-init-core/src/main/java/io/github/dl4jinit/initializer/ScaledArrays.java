package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.gradient.LossGradient;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.report.LayerReport.Outcome;
import io.github.dl4jinit.report.LayerReport.Scaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The parameters of a network as fixed arrays times one learned factor each.
 *
 * <p>Arrays of zeros, which no factor changes, and skipped layers are left out.
 */
final class ScaledArrays {

    /**
     * One weight array or bias.
     *
     * @param layer its layer
     * @param parameter its name
     * @param isBias whether it is a bias
     * @param array the live view in the network's copy
     */
    record Item(LayerView layer, String parameter, boolean isBias, INDArray array) {}

    private final NetworkCopy network;
    private final INDArray start;
    private final List<Item> items = new ArrayList<>();

    ScaledArrays(NetworkCopy network, boolean withBiases) {
        this.network = network;
        this.start = network.parameters();
        for (LayerView layer : network.layers()) {
            for (WeightView weight : layer.weights()) {
                add(new Item(layer, weight.parameter(), false, weight.weights()));
                if (withBiases && weight.bias() != null) {
                    add(new Item(layer, "bias of " + weight.parameter(), true, weight.bias()));
                }
            }
        }
    }

    private void add(Item item) {
        if (item.array().amaxNumber().doubleValue() > 0) {
            items.add(item);
        }
    }

    List<Item> items() {
        return items;
    }

    /** Why each layer was skipped, where there is nothing to scale. */
    List<LayerReport> skipped() {
        return lines(new double[0], 0, true, "");
    }

    /** The norm of an array at factor 1. */
    double norm(int item) {
        return part(start, item).norm2Number().doubleValue();
    }

    private INDArray part(INDArray vector, int item) {
        return LossGradient.part(vector, items.get(item).array());
    }

    /** 1 for every parameter that is in an item, else 0. */
    INDArray mask() {
        INDArray mask = Nd4j.zeros(DataType.DOUBLE, start.length());
        for (int i = 0; i < items.size(); i++) {
            part(mask, i).assign(1);
        }
        return mask;
    }

    INDArray parameters(double[] factors) {
        INDArray parameters = start.dup();
        for (int i = 0; i < factors.length; i++) {
            part(parameters, i).muli(factors[i]);
        }
        return parameters;
    }

    /** From a derivative with respect to the parameters to that with respect to the factors. */
    double[] byFactors(INDArray derivative) {
        double[] slopes = new double[items.size()];
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] = part(derivative, i).mul(part(start, i)).sumNumber().doubleValue();
            if (!Double.isFinite(slopes[i])) {
                throw new ArithmeticException(items.get(i).layer().where()
                        + ": its gradients are not finite. The network's weights are too large, or the batch holds extreme"
                        + " values: start from other weights (Lsuv), or standardize the inputs.");
            }
        }
        return slopes;
    }

    /** Writes the factors into the network's copy. */
    void write(double[] factors) {
        for (int i = 0; i < factors.length; i++) {
            items.get(i).array().muli(factors[i]);
        }
    }

    /** A line per layer; {@code what} was reached for all of them together, or not. */
    List<LayerReport> lines(double[] factors, int steps, boolean reached, String what) {
        List<LayerReport> lines = new ArrayList<>();
        for (LayerView layer : network.layers()) {
            layer.whySkipped().ifPresent(why -> lines.add(ReportLines.skipped(layer, why)));
            for (int i = 0; i < factors.length; i++) {
                Item item = items.get(i);
                if (item.layer().position() == layer.position()) {
                    lines.add(ReportLines.of(
                            layer,
                            item.parameter(),
                            reached ? Outcome.CONVERGED : Outcome.STALLED,
                            Scaling.unmeasured(steps),
                            String.format(Locale.ROOT, "times %.4g; %s", factors[i], what)));
                }
            }
        }
        return lines;
    }
}
