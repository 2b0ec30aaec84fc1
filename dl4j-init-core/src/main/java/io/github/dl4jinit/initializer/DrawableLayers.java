package io.github.dl4jinit.initializer;

import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.WeightView;
import io.github.dl4jinit.report.InitReport;
import io.github.dl4jinit.report.LayerReport;
import io.github.dl4jinit.scheme.WeightShape.Kind;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The layers whose neurons a {@link NeuronDistribution} can draw: hidden dense layers and convolutions, with biases. */
final class DrawableLayers {

    private DrawableLayers() {}

    static Optional<String> whySkipped(LayerView layer) {
        Optional<String> unchained = layer.whyUnchained();
        if (unchained.isPresent()) {
            return unchained;
        }
        if (layer.output()) {
            return Optional.of("an output layer stays as it is");
        }
        WeightView weight = weightOf(layer);
        if (weight.shape().kind() == Kind.DECONV_2D || weight.shape().kind() == Kind.DECONV_3D) {
            return Optional.of("the outputs of a transposed convolution sum over different parts of its kernel");
        }
        return weight.bias() == null ? Optional.of("it has no biases to set") : Optional.empty();
    }

    static WeightView weightOf(LayerView layer) {
        return layer.weights().get(0);
    }

    /**
     * Draws every layer that can be drawn from the distribution for its activation.
     *
     * @param neurons the distribution for an activation; throws IllegalArgumentException if there is none
     */
    static InitReport initialize(String initializer, Model model, Function<IActivation, NeuronDistribution> neurons) {
        return InitializationPass.run(initializer, model, network -> network.layers().stream()
                .map(layer -> whySkipped(layer)
                        .map(why -> ReportLines.skipped(layer, why))
                        .orElseGet(() -> drawn(layer, neurons)))
                .toList());
    }

    private static LayerReport drawn(LayerView layer, Function<IActivation, NeuronDistribution> byActivation) {
        NeuronDistribution neurons;
        try {
            neurons = byActivation.apply(Objects.requireNonNull(layer.activation()));
        } catch (IllegalArgumentException e) {
            return ReportLines.skipped(layer, Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
        return drawn(layer, neurons);
    }

    static LayerReport drawn(LayerView layer, NeuronDistribution neurons) {
        draw(neurons, layer);
        return ReportLines.drawn(layer, weightOf(layer).parameter(), neurons.note());
    }

    private static void draw(NeuronDistribution neurons, LayerView layer) {
        WeightView weight = weightOf(layer);
        INDArray matrix = weight.shape().matrices(weight.weights()).get(0);
        INDArray bias = Objects.requireNonNull(weight.bias());
        INDArray biases = bias.reshape(bias.length());
        if (matrix.dataType() == DataType.FLOAT || matrix.dataType() == DataType.DOUBLE) {
            neurons.draw(matrix, biases);
            return;
        }
        try (INDArray wideMatrix = Nd4j.create(DataType.FLOAT, matrix.shape());
                INDArray wideBiases = Nd4j.create(DataType.FLOAT, biases.shape())) {
            neurons.draw(wideMatrix, wideBiases);
            matrix.assign(wideMatrix);
            biases.assign(wideBiases);
        }
    }
}
