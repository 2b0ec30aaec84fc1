package io.github.dl4jinit.network;

import io.github.dl4jinit.network.WeightView.Role;
import io.github.dl4jinit.scheme.WeightShape;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;

/**
 * One layer, or vertex of a graph, that has parameters, as initializers see it.
 *
 * @param position place in the order of execution among the layers and vertices that have parameters, from 0
 * @param name DL4J's name: "layer0", ... unless the user gave one; the vertex name in a ComputationGraph
 * @param kind simple name of the class of the layer's or vertex's configuration, for reports
 * @param activation the layer's activation function, or null if it has none
 * @param output whether a loss is taken of its output
 * @param weights its weight arrays; empty if there is an obstacle
 * @param obstacle why no initializer may or can touch this layer, or null
 */
@API(status = API.Status.STABLE, since = "0.1")
public record LayerView(
        int position,
        String name,
        String kind,
        @Nullable IActivation activation,
        boolean output,
        List<WeightView> weights,
        @Nullable String obstacle) {

    /** Makes the list of weights immutable. */
    public LayerView {
        weights = List.copyOf(weights);
    }

    /**
     * Why this layer is to be left alone.
     *
     * @return the reason (frozen, no linear map, an unknown kind), or empty if it can be initialized
     */
    public Optional<String> whySkipped() {
        return Optional.ofNullable(obstacle);
    }

    /**
     * Why this layer is not one linear map of all its input channels, the same at every position, before an activation: why
     * it cannot be a link of a {@link Chain}.
     *
     * @return the reason, or empty if it is such a map
     */
    public Optional<String> whyUnchained() {
        if (obstacle != null) {
            return whySkipped();
        }
        if (weights.stream().anyMatch(weight -> weight.role() == Role.RECURRENT)) {
            return Optional.of("recurrent: its output depends on its own past, not on one linear map");
        }
        WeightShape shape = weights.get(0).shape();
        return switch (shape.kind()) {
            case DENSE, CONV_1D, CONV_2D, CONV_3D, DECONV_2D, DECONV_3D -> Optional.empty();
            case EMBEDDING -> Optional.of("an embedding looks up rows: its input has no directions");
            case DEPTHWISE, SEPARABLE_DEPTH ->
                Optional.of("its channels have kernels of their own and cannot be mixed");
            case GATED, POINTWISE, ELEMENT_WISE, SLOPES -> throw new AssertionError(where() + ": " + shape.kind());
        };
    }

    /** {@return whether the layer gives each channel a mean and a variance of its own, whatever it gets} */
    public boolean normalizes() {
        return kind.equals(BatchNormalization.class.getSimpleName());
    }

    /** {@return where the layer is, for messages, for example: layer 3 'conv2' (ConvolutionLayer)} */
    public String where() {
        return "layer " + position + " '" + name + "' (" + kind + ")";
    }
}
