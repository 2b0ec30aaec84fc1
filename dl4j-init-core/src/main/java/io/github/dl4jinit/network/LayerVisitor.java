package io.github.dl4jinit.network;

import org.apiguardian.api.API;

/** Sees each initializable layer once, in the order of execution, on the finished output of the layers before it. */
@API(status = API.Status.STABLE, since = "0.1")
public interface LayerVisitor {

    /**
     * Called before the layer is computed: the place to draw new weights.
     *
     * @param layer the layer; writing into its weights changes the copy
     */
    default void enter(LayerView layer) {}

    /**
     * Called before the layer is computed: the place to draw new weights from what the layer will see.
     *
     * @param layer the layer; writing into its weights changes the copy
     * @param input what it will see
     */
    default void enter(LayerView layer, LayerInput input) {
        enter(layer);
    }

    /**
     * Whether the sweep passes over the activation functions of initializable layers and of activation layers, so that the
     * network is linear but for its other layers.
     *
     * @return false unless overridden
     */
    default boolean linear() {
        return false;
    }

    /**
     * Called with the layer's response, once for each weight array of role {@link WeightView.Role#RESPONSE}.
     *
     * @param layer the layer
     * @param response what its weights make of its input, before the activation
     */
    void respond(LayerView layer, Response response);
}
