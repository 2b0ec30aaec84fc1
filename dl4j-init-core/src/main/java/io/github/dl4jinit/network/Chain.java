package io.github.dl4jinit.network;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Layers that feed only each other: each is one linear map of all its input channels ({@link LayerView#whyUnchained}), and
 * between two of them lies nothing but activation functions and dropout. A change of basis at a seam inside the chain
 * concerns these two layers alone.
 *
 * @param start what the first layer follows, as a phrase: the network's input, a branch, a pooling layer, ...
 * @param layers at least one, in the order of execution
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Chain(String start, List<LayerView> layers) {

    /** Makes the list immutable. */
    public Chain {
        layers = List.copyOf(layers);
    }
}
