package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.internal.gradient.Stage;
import io.github.dl4jinit.internal.gradient.Tape;
import io.github.dl4jinit.internal.memory.Buffers;
import io.github.dl4jinit.network.Chain;
import io.github.dl4jinit.network.FlowStep;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** How a copied network runs: as a chain of layers or as a graph of vertices. */
public sealed interface Execution permits ChainExecution, GraphExecution {

    /** The copy itself. */
    public Model model();

    public int inputs();

    public int outputs();

    public long seed();

    public INDArray params();

    @Nullable
    public INDArray gradients();

    public List<LayerView> layers();

    public List<Chain> chains();

    public List<FlowStep> flow();

    public void sweep(MultiDataSet batch, LayerVisitor visitor);

    /** In training mode; leaves the gradients, summed over examples, and the loss. */
    public void computeGradient(MultiDataSet batch);

    /** After {@link #computeGradient}: without L1 and L2. */
    public double loss();

    /** 1 where the gradient is one, 0 where it is something else or not used; null if it is 1 everywhere. */
    @Nullable
    public INDArray learned();

    /** The answers at inference. */
    public INDArray[] answers(MultiDataSet batch);

    /**
     * Another copy, for derivatives.
     *
     * @param how what is changed in its configuration
     */
    public Execution differentiable(Differentiable how);

    /** Another copy, in which nothing is frozen, for a {@link Tape}. */
    public Execution thawed(DataType type);

    /** By position in {@link #flow}; null for inputs. */
    public List<@Nullable Stage> stages(Tape.Mode mode);

    /** Sets the masks and the size of a batch; its features by position in {@link #flow}, null elsewhere. */
    @Nullable
    public INDArray[] feed(MultiDataSet batch);

    /** Positions in {@link #flow} of the outputs. */
    public List<Integer> ends();

    /** Frees the parameters and gradients. */
    public default void close() {
        Buffers.free(params(), List.of());
        INDArray gradients = gradients();
        if (gradients != null) {
            Buffers.free(gradients, List.of());
        }
    }
}
