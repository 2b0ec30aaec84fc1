package io.github.dl4jinit.internal.split;

import io.github.dl4jinit.internal.number.Precision;
import io.github.dl4jinit.internal.structure.Batches;
import io.github.dl4jinit.internal.structure.Dl4jNetwork;
import io.github.dl4jinit.internal.structure.Step;
import io.github.dl4jinit.internal.structure.Walk;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * A user's own network, not a copy, as a basis and a projection: the hidden layers, which only the network's own updater
 * moves, and the linear map of the output layer, which only the caller sets.
 */
public final class SplitNetwork {

    private final Dl4jNetwork network;
    private final UserNetwork host;
    private final List<Step> steps;

    private SplitNetwork(Dl4jNetwork network) {
        this.network = network;
        this.host = UserNetwork.of(network.model());
        this.steps = network.steps();
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
        SplitNetwork split = new SplitNetwork(Dl4jNetwork.of(model));
        SplitRules.check(split.network, split.host);
        return split;
    }

    /** The steps of the network's forward pass: in the order of execution; the first is the input. */
    public List<Step> steps() {
        return steps;
    }

    /** Which step the output layer is: its index in {@link #steps}. */
    public int end() {
        return network.ends().get(0);
    }

    private Layer outputLayer() {
        return ((Step.OfLayer) steps.get(end())).layer();
    }

    /** All parameters of the network: live, in DL4J's order. */
    public INDArray params() {
        return network.params();
    }

    private OutputLayer configuration() {
        return (OutputLayer) outputLayer().conf().getLayer();
    }

    /** Drives the training of the hidden layers. */
    public HiddenTraining training() {
        return new HiddenTraining(network, host, outputLayer());
    }

    /** Where the output layer is, for messages, as in: output layer 'layer3'. */
    public String where() {
        return "output layer '" + steps.get(end()).name() + "'";
    }

    /** The loss of the output layer. */
    public ILossFunction loss() {
        return configuration().getLossFn();
    }

    /** The activation of the output layer. */
    public IActivation activation() {
        return configuration().getActivationFn();
    }

    /** The factor of half the squared norm of the output layer's weights in the network's score: the layer's l2, 0 if it has none. */
    public double l2() {
        return configuration().getRegularizationByParam(DefaultParamInitializer.WEIGHT_KEY).stream()
                .mapToDouble(penalty -> ((L2Regularization) penalty).getL2().valueAt(host.iterations(), host.epochs()))
                .sum();
    }

    /** Whether the network's score is a mean over the examples rather than their sum: DL4J's setting miniBatch. */
    public boolean averages() {
        return outputLayer().conf().isMiniBatch();
    }

    /** The type of the network's numbers: the type of its parameters. */
    public DataType dataType() {
        return network.params().dataType();
    }

    /** The spacing of the network's numbers at 1: the relative size of a rounding error. */
    public double epsilon() {
        return Precision.epsilon(dataType());
    }

    /** How many features the output layer gets. */
    public long inputs() {
        return weights().size(0);
    }

    /** How many outputs the network has. */
    public long outputs() {
        return weights().size(1);
    }

    /** Whether the output layer adds a bias. */
    public boolean hasBias() {
        return configuration().hasBias();
    }

    private INDArray weights() {
        return outputLayer().getParam(DefaultParamInitializer.WEIGHT_KEY);
    }

    private INDArray bias() {
        return outputLayer().getParam(DefaultParamInitializer.BIAS_KEY);
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
        INDArray mask = batch.getFeaturesMaskArray();
        MultiDataSet own = new MultiDataSet(
                new INDArray[] {batch.getFeatures().castTo(dataType())},
                null,
                mask == null ? null : new INDArray[] {mask},
                null);
        INDArray features = new Walk(network, steps, (step, masks, forward) -> forward.get()).before(own, end());
        if (features.rank() != 2 || features.size(1) != inputs()) {
            throw new IllegalArgumentException(where() + " must get a row of " + inputs()
                    + " features for each example, got shape " + Arrays.toString(features.shape()));
        }
        if (!Double.isFinite(features.sumNumber().doubleValue())) {
            throw new IllegalStateException("the hidden layers answer NaN or infinite values after " + host.iterations()
                    + " updates: lower the learning rate, or initialize them so that the signal does not explode");
        }
        return features;
    }

    /** The projection: [inputs, outputs] and, if there is a bias, a last row of it; a copy, in double precision. */
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
        Batches.validate(new MultiDataSet(new INDArray[] {batch.getFeatures()}, null), 1);
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
}
