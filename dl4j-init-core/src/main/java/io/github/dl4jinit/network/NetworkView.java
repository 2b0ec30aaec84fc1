package io.github.dl4jinit.network;

import java.util.List;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A copy of a network in which initializers work: its layers in the order of execution, and one sweep through them.
 *
 * <p>What an initializer writes into the weights changes the copy; the user's model is only read until the initializer has finished.
 * Views are handed out by {@code InitializationPass}. Not for use by several threads.
 */
@API(status = API.Status.STABLE, since = "0.1")
public interface NetworkView {

    /**
     * The layers that have parameters, and the vertices of a graph that have parameters and are no layers, such as an AttentionVertex: these are
     * always to be skipped.
     *
     * @return in the order of execution, with live views into the copy's weights
     */
    List<LayerView> layers();

    /** {@return the runs of layers that feed only each other: in the order of execution; a layer is in at most one} */
    List<Chain> chains();

    /**
     * All nodes of the forward pass, with and without parameters.
     *
     * @return in the order of execution; the sources of a node come before it
     */
    List<FlowNode> flow();

    /** {@return the residual blocks, found from the element-wise adds: in the order of their adds; none in a MultiLayerNetwork} */
    default List<ResidualBlock> residualBlocks() {
        return ResidualBlock.in(flow());
    }

    /** {@return the seed of the network's configuration, from which initializers draw: the seed that {@code init()} used} */
    long seed();

    /** {@return the precision of the network: the type of its parameters} */
    DataType type();

    /**
     * Checks that a batch can go through the network.
     *
     * @param batch features for every input
     * @throws IllegalArgumentException if the batch is empty, not finite, or has not as many features as the network inputs
     */
    void requireBatch(MultiDataSet batch);

    /**
     * Runs one batch through the copy, in inference mode (no dropout, batch normalization by its stored statistics), and
     * shows every initializable layer to a visitor: each is computed once, on what the layers before it have become.
     *
     * <p>Besides the copy, two layers' activations are held on a chain; in a graph, those that are still needed.
     *
     * @param batch one array of features per input; labels are not needed, masks are applied
     * @param visitor sees the layers, may change their weights
     * @throws IllegalArgumentException if the batch is empty, not finite, or does not fit the network's inputs
     */
    void sweep(MultiDataSet batch, LayerVisitor visitor);
}
