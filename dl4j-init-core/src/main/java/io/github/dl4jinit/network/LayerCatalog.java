package io.github.dl4jinit.network;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;

/**
 * What is known about each class of layers, in one place: all of Deeplearning4j's, and those that users register.
 *
 * <p>Facts hold for exactly one class, since a subclass may compute something else. A subclass that computes what its parent does is
 * registered with the parent's facts:
 *
 * <pre>{@code
 * LayerCatalog.register(MyDense.class, LayerCatalog.facts(DenseLayer.class).orElseThrow());
 * }</pre>
 *
 * <p>A layer with weights of its own says where they lie, here under its own names:
 *
 * <pre>{@code
 * LayerCatalog.register(
 *         MyLayer.class,
 *         LayerFacts.of(MyLayer.class)
 *                 .linear("kernel", "offset", (layer, shape) -> WeightShape.dense(shape[0], shape[1]))
 *                 .build());
 * }</pre>
 *
 * <p>A class that is not registered is never guessed at: initializers skip it and say so. Register before the network is built; the
 * catalogue is shared by all threads.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class LayerCatalog {

    private static final Map<Class<?>, LayerFacts> LAYERS = new ConcurrentHashMap<>(Dl4jLayers.facts());

    private LayerCatalog() {}

    /**
     * Makes a class of layers known, or replaces what is known about it.
     *
     * @param type the class of the configuration, not of a wrapper
     * @param facts what holds for it
     * @param <L> the same
     */
    public static <L extends Layer> void register(Class<L> type, LayerFacts facts) {
        LAYERS.put(type, facts);
    }

    /**
     * What is known about a class of layers.
     *
     * @param type the class of the configuration
     * @return the facts, or empty if nobody registered the class
     */
    public static Optional<LayerFacts> facts(Class<?> type) {
        return Optional.ofNullable(LAYERS.get(type));
    }

    /**
     * What holds for a layer.
     *
     * @param layer its configuration, outside or inside of its wrappers
     * @return the facts of its class; of an unregistered class the cautious answers, with the remedy as the obstacle
     */
    public static LayerFacts of(Layer layer) {
        Class<?> type = unwrap(layer).getClass();
        LayerFacts known = LAYERS.get(type);
        return known == null ? unknown(type) : known;
    }

    /**
     * Takes a layer out of what wraps it.
     *
     * @param layer a configuration
     * @return the innermost one: not that of a frozen layer, a last time step, a masking or a time-distributed layer
     */
    public static Layer unwrap(Layer layer) {
        if (layer instanceof FrozenLayer frozen) {
            return unwrap(frozen.getLayer());
        }
        return layer instanceof BaseWrapperLayer wrapper ? unwrap(wrapper.getUnderlying()) : layer;
    }

    private static LayerFacts unknown(Class<?> type) {
        return LayerFacts.of(Layer.class)
                .skipped(layer -> "nothing is known about the class " + type.getName()
                        + ": register it with LayerCatalog.register(...)")
                .channelsLast(layer -> isParentChannelsLast(layer, type.getSuperclass()))
                .overwritesInput()
                .build();
    }

    /** A layout is declared by a field, which a subclass inherits whatever it computes. */
    private static boolean isParentChannelsLast(Layer layer, Class<?> parent) {
        LayerFacts known = LAYERS.get(parent);
        if (known != null) {
            return known.isChannelsLast(layer);
        }
        return parent != Object.class && isParentChannelsLast(layer, parent.getSuperclass());
    }
}
