package io.github.dl4jinit.internal.split;

import io.github.dl4jinit.internal.structure.Batches;
import io.github.dl4jinit.internal.structure.LayerNode;
import io.github.dl4jinit.internal.structure.NetworkView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.feedforward.PReLU;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * A user's own network, not a copy, as a basis and a projection: the hidden layers, which only the network's own updater
 * moves, and the linear map of the output layer, which only the caller sets.
 */
public final class SplitNetwork {

    private final Model model;
    private final Host host;

    private SplitNetwork(Model model, Host host) {
        this.model = model;
        this.host = host;
    }

    /**
     * Splits a network.
     *
     * @param model a MultiLayerNetwork, or a ComputationGraph with one input and one output, on which {@code init()} has
     *     been called; it ends in an OutputLayer and is trained by stochastic gradient descent
     * @return the split network
     * @throws IllegalArgumentException if it cannot be split, with the reason
     * @throws IllegalStateException if {@code init()} has not been called
     */
    public static SplitNetwork of(Model model) {
        SplitNetwork split = new SplitNetwork(model, host(model));
        split.requireSplittable();
        return split;
    }

    private static Host host(Model model) {
        if (model instanceof MultiLayerNetwork network) {
            NetworkView.requireInit(network.isInitCalled());
            return new ChainHost(network);
        }
        if (model instanceof ComputationGraph graph) {
            NetworkView.requireInit(graph.getVertices() != null);
            return new GraphHost(graph);
        }
        throw new IllegalArgumentException("a model must be a MultiLayerNetwork or a ComputationGraph, got "
                + (model == null ? "null" : model.getClass().getName()));
    }

    private void requireSplittable() {
        String obstacle = host.obstacle();
        if (obstacle != null) {
            throw new IllegalArgumentException("the network cannot be split at its output layer: " + obstacle);
        }
        Layer output = host.outputLayer();
        if (LayerNode.isFrozen(output)) {
            throw new IllegalArgumentException(where() + " is frozen, so that nobody may solve for it: unfreeze it");
        }
        if (output.conf().getLayer().getClass() != OutputLayer.class) {
            throw new IllegalArgumentException(where() + " must be an OutputLayer, got "
                    + output.conf().getLayer().getClass().getSimpleName());
        }
        if (output.conf().getOptimizationAlgo() != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
            throw new IllegalArgumentException("the network must be trained by STOCHASTIC_GRADIENT_DESCENT, got "
                    + output.conf().getOptimizationAlgo() + ", whose line search moves the output layer, too");
        }
        if (configuration().getConstraints() != null
                && !configuration().getConstraints().isEmpty()) {
            throw new IllegalArgumentException(where() + " has constraints, which the solution would not keep: remove "
                    + configuration().getConstraints());
        }
        requireQuadraticPenalty();
    }

    private void requireQuadraticPenalty() {
        for (Regularization penalty : penalties(DefaultParamInitializer.WEIGHT_KEY)) {
            if (!(penalty instanceof L2Regularization)) {
                throw new IllegalArgumentException(
                        where() + " has a " + penalty.getClass().getSimpleName() + ", which the solution does not know:"
                                + " only L2 can be solved for. Set l1(0) or weightDecay(0) on this layer");
            }
        }
        if (!penalties(DefaultParamInitializer.BIAS_KEY).isEmpty()) {
            throw new IllegalArgumentException(
                    where() + " has a penalty on its bias, which the solution leaves free: set l1Bias(0), l2Bias(0)"
                            + " and weightDecayBias(0) on this layer");
        }
    }

    private List<Regularization> penalties(String parameter) {
        List<Regularization> penalties = configuration().getRegularizationByParam(parameter);
        return penalties == null ? List.of() : penalties;
    }

    private OutputLayer configuration() {
        return (OutputLayer) host.outputLayer().conf().getLayer();
    }

    /** DL4J's activation and PReLU layers write into their input at inference. */
    public static boolean mayOverwriteInput(Layer layer) {
        return layer.numParams() == 0 || layer instanceof PReLU;
    }

    /**
     * Where the output layer is, for messages.
     *
     * @return for example: output layer 'layer3'
     */
    public String where() {
        return "output layer '" + host.outputName() + "'";
    }

    /**
     * The loss of the output layer.
     *
     * @return DL4J's loss function
     */
    public ILossFunction loss() {
        return configuration().getLossFn();
    }

    /**
     * The activation of the output layer.
     *
     * @return DL4J's activation function
     */
    public IActivation activation() {
        return configuration().getActivationFn();
    }

    /**
     * The factor of half the squared norm of the output layer's weights in the network's score.
     *
     * @return the layer's l2, 0 if it has none
     */
    public double l2() {
        return penalties(DefaultParamInitializer.WEIGHT_KEY).stream()
                .mapToDouble(penalty -> ((L2Regularization) penalty).getL2().valueAt(host.iterations(), host.epochs()))
                .sum();
    }

    /**
     * Whether the network's score is a mean over the examples rather than their sum.
     *
     * @return DL4J's setting miniBatch
     */
    public boolean averages() {
        return host.outputLayer().conf().isMiniBatch();
    }

    /**
     * The type of the network's numbers.
     *
     * @return the type of its parameters
     */
    public DataType dataType() {
        return host.params().dataType();
    }

    /**
     * The spacing of the network's numbers at 1.
     *
     * @return the relative size of a rounding error
     */
    public double epsilon() {
        return dataType() == DataType.DOUBLE ? Math.ulp(1.0) : Math.ulp(1.0f);
    }

    /**
     * How many features the output layer gets.
     *
     * @return its number of inputs
     */
    public long inputs() {
        return weights().size(0);
    }

    /**
     * How many outputs the network has.
     *
     * @return its number of outputs
     */
    public long outputs() {
        return weights().size(1);
    }

    /**
     * Whether the output layer adds a bias.
     *
     * @return true if it has one
     */
    public boolean hasBias() {
        return configuration().hasBias();
    }

    private INDArray weights() {
        return host.outputLayer().getParam(DefaultParamInitializer.WEIGHT_KEY);
    }

    private INDArray bias() {
        return host.outputLayer().getParam(DefaultParamInitializer.BIAS_KEY);
    }

    /**
     * The basis: what the hidden layers make of a batch, at inference (no dropout, batch normalization by its stored
     * statistics).
     *
     * @param batch features and their mask
     * @return [examples, inputs of the output layer] in the network's type; not to be written to
     * @throws IllegalStateException if the hidden layers answer NaN or infinite values
     */
    public INDArray features(DataSet batch) {
        INDArray features = host.features(batch.getFeatures().castTo(dataType()), batch.getFeaturesMaskArray());
        if (features.rank() != 2 || features.size(1) != inputs()) {
            throw new IllegalArgumentException(where() + " must get a row of " + inputs()
                    + " features for each example, got shape " + Arrays.toString(features.shape()));
        }
        if (!Double.isFinite(features.sumNumber().doubleValue())) {
            throw new IllegalStateException("the hidden layers answer NaN or infinite values after " + iterations()
                    + " updates: lower the learning rate, or initialize them so that the signal does not explode");
        }
        return features;
    }

    /**
     * The hidden layers themselves.
     *
     * @return in the order of execution
     */
    public HiddenLayers hiddenLayers() {
        return host.hidden();
    }

    /**
     * All parameters of the network.
     *
     * @return the network's own array
     */
    public INDArray params() {
        return host.params();
    }

    /**
     * The projection.
     *
     * @return [inputs, outputs] and, if there is a bias, a last row of it; a copy, in double precision
     */
    public INDArray coefficients() {
        INDArray weights = weights().castTo(DataType.DOUBLE);
        return hasBias()
                ? Nd4j.vstack(weights, bias().castTo(DataType.DOUBLE).reshape(1, outputs()))
                : weights.dup('c');
    }

    /**
     * Sets the projection.
     *
     * @param coefficients of the shape of {@link #coefficients}
     */
    public void setCoefficients(INDArray coefficients) {
        weights().assign(coefficients.get(NDArrayIndex.interval(0, inputs()), NDArrayIndex.all()));
        if (hasBias()) {
            bias().assign(coefficients.getRow(inputs()).reshape(bias().shape()));
        }
    }

    /**
     * Refuses a batch that the network cannot be trained on, before it sees it.
     *
     * @param batch features, labels and masks
     * @throws IllegalArgumentException if features or labels are missing, not finite or of the wrong shape, or if the mask
     *     of the labels is not one number per example
     */
    public void require(DataSet batch) {
        Batches.validate(new org.nd4j.linalg.dataset.MultiDataSet(new INDArray[] {batch.getFeatures()}, null), 1);
        INDArray labels = batch.getLabels();
        long examples = batch.getFeatures().size(0);
        if (labels == null || labels.rank() != 2 || labels.size(0) != examples || labels.size(1) != outputs()) {
            throw new IllegalArgumentException("labels must have the shape [" + examples + ", " + outputs() + "], got "
                    + (labels == null ? "none" : Arrays.toString(labels.shape())));
        }
        if (labels.dataType().isFPType() && !Double.isFinite(labels.sumNumber().doubleValue())) {
            throw new IllegalArgumentException(
                    "labels hold NaN or infinite values: clean them before the network is trained on them");
        }
        INDArray mask = batch.getLabelsMaskArray();
        if (mask != null && mask.length() != examples) {
            throw new IllegalArgumentException("the mask of the labels must be one number per example, " + examples
                    + " in all, got shape " + Arrays.toString(mask.shape()));
        }
    }

    /**
     * One iteration of DL4J's own training on the hidden layers: forward, backward, updater, listeners, constraints and
     * counts as in {@code fit(DataSet)}, with the output layer's parameters and updater state kept as they are.
     *
     * @param batch features, labels and masks
     */
    public void step(DataSet batch) {
        step(batch, List.of());
    }

    /**
     * One iteration as in {@link #step(DataSet)}, but with a gradient that the caller computed in place of the batch's.
     *
     * @param example one example, which DL4J runs through the network all the same
     * @param gradient by all parameters, in their order
     * @param score what listeners are told as the network's score
     */
    public void step(DataSet example, INDArray gradient, double score) {
        step(example, List.of(new BaseTrainingListener() {
            @Override
            public void onGradientCalculation(Model trained) {
                INDArray live = host.gradients();
                live.assign(gradient.reshape(live.shape()));
                host.setScore(score);
            }
        }));
    }

    private void step(DataSet batch, List<TrainingListener> first) {
        OutputGuard guard = OutputGuard.of(host.outputLayer(), host.updater());
        List<TrainingListener> listeners = List.copyOf(host.listeners());
        List<TrainingListener> guarded = new ArrayList<>(first);
        guarded.add(guard);
        guarded.addAll(listeners);
        host.setListeners(guarded);
        try {
            host.fit(batch);
        } finally {
            guard.restore();
            host.setListeners(listeners);
        }
    }

    /** Tells the listeners that an epoch starts, as {@code fit(iterator)} does. */
    public void startEpoch() {
        host.listeners().forEach(listener -> listener.onEpochStart(model));
    }

    /** Tells the listeners that an epoch ends, and counts it, as {@code fit(iterator)} does. */
    public void endEpoch() {
        host.listeners().forEach(listener -> listener.onEpochEnd(model));
        host.setCounts(host.iterations(), host.epochs() + 1);
    }

    /**
     * Updates made so far.
     *
     * @return DL4J's count
     */
    public int iterations() {
        return host.iterations();
    }

    /**
     * Epochs finished so far.
     *
     * @return DL4J's count
     */
    public int epochs() {
        return host.epochs();
    }

    /**
     * Runs a training and, if it throws, puts the network back: parameters, updater state and counts.
     *
     * @param training changes the network
     */
    public void orRestore(Runnable training) {
        INDArray parameters = host.params().dup();
        @Nullable INDArray live = host.updater().getStateViewArray();
        @Nullable INDArray state = live == null ? null : live.dup();
        int iterations = host.iterations();
        int epochs = host.epochs();
        try {
            training.run();
        } catch (RuntimeException | Error e) {
            host.params().assign(parameters);
            if (state != null) {
                Objects.requireNonNull(host.updater().getStateViewArray()).assign(state);
            }
            host.setCounts(iterations, epochs);
            throw e;
        }
    }
}
