package io.github.dl4jinit.network;

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** How a copied network runs: as a chain of layers or as a graph of vertices. */
sealed interface Execution permits ChainExecution, GraphExecution {

    /** The copy itself. */
    Model model();

    int inputs();

    int outputs();

    long seed();

    INDArray params();

    @Nullable
    INDArray gradients();

    List<LayerView> layers();

    List<Chain> chains();

    List<FlowStep> flow();

    void sweep(MultiDataSet batch, LayerVisitor visitor);

    /** In training mode; leaves the gradients, summed over examples, and the loss. */
    void computeGradient(MultiDataSet batch);

    /** After {@link #computeGradient}: without L1 and L2. */
    double loss();

    /** 1 where the gradient is one, 0 where it is something else or not used; null if it is 1 everywhere. */
    @Nullable
    INDArray learned();

    /** The answers at inference. */
    INDArray[] answers(MultiDataSet batch);

    /**
     * Another copy, for derivatives.
     *
     * @param how what is changed in its configuration
     */
    Execution differentiable(Differentiable how);

    /** Another copy, in which nothing is frozen, for a {@link Tape}. */
    Execution thawed(DataType type);

    /** By position in {@link #flow}; null for inputs. */
    List<@Nullable Stage> stages(Tape.Mode mode);

    /** Sets the masks and the size of a batch; its features by position in {@link #flow}, null elsewhere. */
    @Nullable
    INDArray[] feed(MultiDataSet batch);

    /** Positions in {@link #flow} of the outputs. */
    List<Integer> ends();

    /** Frees the parameters and gradients. */
    default void close() {
        Buffers.free(params(), List.of());
        INDArray gradients = gradients();
        if (gradients != null) {
            Buffers.free(gradients, List.of());
        }
    }
}
