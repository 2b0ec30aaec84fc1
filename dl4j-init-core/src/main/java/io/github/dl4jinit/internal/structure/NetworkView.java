package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.internal.gradient.LossGradient;
import io.github.dl4jinit.internal.gradient.Tape;
import io.github.dl4jinit.network.Chain;
import io.github.dl4jinit.network.FlowStep;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import io.github.dl4jinit.network.ResidualBlock;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A copy of a network in which initializers work: its layers in the order of execution, one sweep through them, and one
 * step that writes the finished parameters into the user's model.
 *
 * <p>Until {@link #commit} the user's model is only read. The copy has no listeners and no updater state. Not for use by
 * several threads. Close it to free the copy's parameters at once: they lie outside the Java heap, where the garbage
 * collector does not see how large they are.
 */
public final class NetworkView implements AutoCloseable {

    private final Model original;
    private final Execution copy;

    private NetworkView(Model original, Execution copy) {
        this.original = original;
        this.copy = copy;
    }

    /**
     * Copies a network.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @return a view of the copy
     * @throws IllegalStateException if {@code init()} has not been called
     * @throws IllegalArgumentException if the model is of another class
     */
    public static NetworkView copyOf(Model model) {
        return new NetworkView(model, execution(model));
    }

    private static Execution execution(Model model) {
        if (model instanceof MultiLayerNetwork network) {
            requireInit(network.isInitCalled());
            return ChainExecution.copyOf(network);
        }
        if (model instanceof ComputationGraph graph) {
            requireInit(graph.getVertices() != null);
            return GraphExecution.copyOf(graph);
        }
        throw new IllegalArgumentException("a model must be a MultiLayerNetwork or a ComputationGraph, got "
                + (model == null ? "null" : model.getClass().getName()));
    }

    /**
     * A copy that a treatment can be tried on: its parameters and configuration are its own.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called
     * @return a network of the same class, with the same parameters and without listeners
     * @throws IllegalStateException if {@code init()} has not been called
     * @throws IllegalArgumentException if the model is of another class
     */
    public static Model duplicate(Model model) {
        return execution(model).model();
    }

    public static void requireInit(boolean called) {
        if (!called) {
            throw new IllegalStateException("the network has no parameters yet: call init() on it first");
        }
    }

    /**
     * The layers that have parameters.
     *
     * @return in the order of execution, with live views into the copy's weights
     */
    public List<LayerView> layers() {
        return copy.layers();
    }

    /**
     * The runs of layers that feed only each other.
     *
     * @return in the order of execution; a layer is in at most one
     */
    public List<Chain> chains() {
        return copy.chains();
    }

    /**
     * All steps of the forward pass, with and without parameters.
     *
     * @return in the order of execution; the sources of a step come before it
     */
    public List<FlowStep> flow() {
        return copy.flow();
    }

    /**
     * The residual blocks, found from the element-wise adds.
     *
     * @return in the order of their adds; none in a MultiLayerNetwork
     */
    public List<ResidualBlock> residualBlocks() {
        return ResidualBlock.in(flow());
    }

    /**
     * The seed of the network's configuration, from which initializers draw.
     *
     * @return the seed that {@code init()} used
     */
    public long seed() {
        return copy.seed();
    }

    /**
     * Runs one batch through the copy, in inference mode (no dropout, batch normalization by its stored statistics), and
     * shows every initializable layer to a visitor: each is computed once, on what the layers before it have become.
     *
     * <p>Beside the copy, two layers' activations are held on a chain; in a graph, those that are still needed.
     *
     * @param batch one array of features per input; labels are not needed, masks are applied
     * @param visitor sees the layers, may change their weights
     * @throws IllegalArgumentException if the batch is empty, not finite, or does not fit the network's inputs
     */
    public void sweep(MultiDataSet batch, LayerVisitor visitor) {
        requireBatch(batch);
        copy.sweep(batch, visitor);
    }

    /**
     * Runs one training step on the copy, without an update, for what it does to the random generator.
     *
     * @param batch features, labels and masks
     */
    public void rehearse(MultiDataSet batch) {
        copy.computeGradient(batch);
    }

    /**
     * The loss on a batch as a function of the parameters, with gradients and Hessian-vector products in double precision.
     * It has a network of its own, which starts from this copy's parameters as they are now. Close it.
     *
     * @param batch features and labels for all inputs and outputs; masks are applied
     * @return the loss; the order of its vectors is that of the model's parameters
     * @throws IllegalArgumentException if the batch is empty, not finite, has no labels, or does not fit the network
     */
    public LossGradient lossGradient(MultiDataSet batch) {
        requireBatch(batch);
        return LossGradient.of(copy.differentiable(new Differentiable(false)), batch);
    }

    /**
     * Instead of the network's loss, a random linear one: the mean over the examples of the sum of r z, where z are the
     * outputs before their activation functions, and r, drawn from {@code Nd4j.getRandom()} once, standard normal. The gradient at the top of
     * the network is r. No labels are needed.
     *
     * @param batch features for all inputs; masks are applied
     * @return the loss; close it
     * @throws IllegalArgumentException if the batch is empty, not finite, does not fit, or if an output's loss cannot be
     *     replaced
     */
    public LossGradient randomGradient(MultiDataSet batch) {
        requireBatch(batch);
        INDArray[] answers = copy.answers(batch);
        for (int i = 0; i < answers.length; i++) {
            answers[i] = Nd4j.randn(DataType.DOUBLE, answers[i].shape());
        }
        return LossGradient.of(
                copy.differentiable(new Differentiable(true)),
                new org.nd4j.linalg.dataset.MultiDataSet(
                        batch.getFeatures(), answers, batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays()));
    }

    /**
     * All parameters of the copy as they are now.
     *
     * @return [n] in double precision, a new array, in the order of {@code Model.params()}
     */
    public INDArray parameters() {
        return LossGradient.doubles(copy.params());
    }

    /**
     * Checks that a batch can go through the network.
     *
     * @param batch features for every input
     * @throws IllegalArgumentException if the batch is empty, not finite, or has not as many features as the network inputs
     */
    public void requireBatch(MultiDataSet batch) {
        Batches.validate(batch, copy.inputs());
    }

    /**
     * Runs one batch through another copy and keeps what every step answers, for backward passes.
     *
     * @param batch features for every input; labels are needed only where the mode's end is the loss
     * @param mode precision, what batch normalization uses, and where backward passes begin
     * @return the tape, with the parameters that this view has now; close it to free its copy
     * @throws IllegalArgumentException if the batch is empty, not finite, or does not fit the network's inputs
     */
    public Tape record(MultiDataSet batch, Tape.Mode mode) {
        requireBatch(batch);
        return Tape.of(copy.thawed(mode.type()), mode, batch);
    }

    /**
     * The precision of the network.
     *
     * @return the type of its parameters
     */
    public DataType type() {
        return copy.params().dataType();
    }

    /** Writes the copy's parameters into the user's model, in one operation and in place. */
    public void commit() {
        INDArray finished = copy.params();
        if (finished.length() > 0) {
            original.params().assign(finished);
        }
    }

    /** Frees the copy; its layers and weights are not to be used any more. */
    @Override
    public void close() {
        copy.close();
    }
}
