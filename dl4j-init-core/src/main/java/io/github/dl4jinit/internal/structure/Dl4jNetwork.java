package io.github.dl4jinit.internal.structure;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A MultiLayerNetwork or a ComputationGraph, the user's own or a copy, behind one interface. */
public sealed interface Dl4jNetwork permits Dl4jChain, Dl4jGraph {

    /**
     * The network behind a model.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @throws IllegalStateException if {@code init()} has not been called
     * @throws IllegalArgumentException if the model is of another class
     */
    static Dl4jNetwork of(Model model) {
        if (model instanceof MultiLayerNetwork network) {
            requireInit(network.isInitCalled());
            return new Dl4jChain(network);
        }
        if (model instanceof ComputationGraph graph) {
            requireInit(graph.getVertices() != null);
            return new Dl4jGraph(graph);
        }
        throw new IllegalArgumentException("a model must be a MultiLayerNetwork or a ComputationGraph, got "
                + (model == null ? "null" : model.getClass().getName()));
    }

    /** What init(...) of a copy is to get: DL4J takes no empty array for the parameters of a network that has none. */
    static @Nullable INDArray initial(INDArray parameters) {
        return parameters.isEmpty() ? null : parameters;
    }

    /**
     * Lays the copy's parameters out as the original's. DL4J reads given word vectors in the order of C when it draws them and in that of Fortran
     * ever after, so that each copy of its own has other vectors.
     */
    static void layOut(Layer[] original, Layer[] copy) {
        for (int i = 0; i < copy.length; i++) {
            Map<String, INDArray> own = copy[i].paramTable();
            Map<String, INDArray> model = original[i].paramTable();
            if (own != null && model != null) {
                own.replaceAll((name, array) -> laidOut(array, model.get(name)));
            }
        }
    }

    private static INDArray laidOut(INDArray array, @Nullable INDArray model) {
        return model == null
                        || !Arrays.equals(array.shape(), model.shape())
                        || Arrays.equals(array.stride(), model.stride())
                ? array
                : Nd4j.create(
                        array.data(), model.shape().clone(), model.stride().clone(), array.offset(), model.ordering());
    }

    private static void requireInit(boolean called) {
        if (!called) {
            throw new IllegalStateException("the network has no parameters yet: call init() on it first");
        }
    }

    Model model();

    int inputs();

    int outputs();

    long seed();

    /** Live. */
    INDArray params();

    /** The gradients of the last backward pass, live; null before the first. */
    @Nullable
    INDArray gradients();

    /** In the order of execution. */
    List<Step> steps();

    /** Indices of the steps whose outputs are those of the network, in the order of its outputs. */
    List<Integer> ends();

    /** A copy with the same parameters, without listeners and updater state. */
    Dl4jNetwork copy();

    /** A copy with another configuration, and gradients to go with its parameters. */
    Dl4jNetwork copy(DifferentiableConfiguration how);

    /** Sets the features and masks of a batch, for forward passes step by step. */
    void feed(MultiDataSet batch);

    /** Forgets what {@link #feed} has set. */
    void clear();

    /** Runs a forward and a backward pass in training mode, which leave the gradients, summed over examples. */
    void computeGradient(MultiDataSet batch);

    /** The loss without L1 and L2, by a forward pass in training mode: after a backward pass, some of DL4J's layers give a wrong one. */
    double loss(MultiDataSet batch);

    /** The outputs at inference. */
    INDArray[] outputs(MultiDataSet batch);
}
