package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.Buffers;
import io.github.dl4jinit.internal.random.RandomState;
import io.github.dl4jinit.internal.structure.Batches;
import io.github.dl4jinit.internal.structure.DifferentiableConfiguration;
import io.github.dl4jinit.internal.structure.LayerNode;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.network.LayerFacts.LossSlot;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The loss of a network on one batch as a function of its parameters, with its gradient and its Hessian, in double
 * precision whatever the network computes with.
 *
 * <p>L(p) = the mean over the examples of the network's own losses, added over its outputs, without L1 and L2; g(p) = its
 * gradient by DL4J's backward pass, corrected where that is wrong (what is built on SameDiff); {@code H v = (g(p + e v) - g(p - e v)) / (2 e)}.
 *
 * <p>All vectors are [n] in double precision, in the order of {@code Model.params()}. What training does not learn by
 * gradients (frozen layers, the running statistics of batch normalization, the centres of a centre loss) has gradient
 * 0 and is left out of H: there {@code H v} is 0 and v is taken as 0. DL4J stops at a frozen layer, so that those before it in a
 * chain have gradient 0 as well.
 *
 * <p>The network is a copy in training mode, so that batch normalization uses the statistics of the batch and is differentiated
 * through them; dropout and weight noise are off and truncated backpropagation through time is not truncated, so that
 * L is a function at all. Masks of features and labels are applied. Where a random number is left (a noisy activation), each
 * evaluation draws the same, and ND4J's generator is put back.
 *
 * <p>The error of {@code H v}: with |e v| = 6e-6 max(1, rms(p)), cutting off the third derivative costs about 1e-11 of it, rounding
 * about 1e-10 |g| |v|. At the kinks of ReLU, g jumps: if a kink lies between the two points, H v has its impulse in it, spread over the
 * distance.
 *
 * <p>Where DL4J clips a loss, as cross-entropy of probabilities below 1e-10, it does not clip the gradient, and the two do not fit.
 *
 * <p>Use it wherever an initializer or a probe needs gradients; each gradient costs one training step without update. Not for several
 * threads. Source: the central difference is textbook; its step, the cube root of the rounding unit, balances both errors.
 */
public final class LossGradient implements AutoCloseable {

    /** The cube root of the spacing of doubles at 1. */
    private static final double STEP = Math.cbrt(Math.ulp(1.0));

    private static final DifferentiableConfiguration DOUBLES = new DifferentiableConfiguration(DataType.DOUBLE, false);

    private static final Recording.Way TRAINING = new Recording.Way(true, true, Recording.End.LOSS, false);

    private final NetworkCopy copy;
    private final Recorder recorder;
    private final INDArray start;
    private MultiDataSet batch;
    private final @Nullable INDArray learned;
    private final RandomState randomness;

    private LossGradient(NetworkCopy copy, INDArray start, MultiDataSet batch) {
        this.copy = copy;
        this.recorder = new Recorder(copy, TRAINING);
        this.start = start;
        this.batch = batch;
        this.learned = copy.trained();
        this.randomness = RandomState.ofSeed(copy.seed());
    }

    /**
     * The loss on a batch, with a network of its own, which starts from the parameters that the given one has now. Close it.
     *
     * @param network a copy of the user's network
     * @param batch features and labels for all inputs and outputs; masks are applied
     * @return the loss; the order of its vectors is that of the model's parameters
     * @throws IllegalArgumentException if the batch is empty, not finite, has no labels, or does not fit the network, or if DL4J cannot
     *     go back through a layer, or if there are no parameters
     */
    public static LossGradient of(NetworkCopy network, org.nd4j.linalg.dataset.api.MultiDataSet batch) {
        network.requireBatch(batch);
        requireParameters(network.network().params());
        return over(network.differentiable(DOUBLES), batch);
    }

    /**
     * Instead of the network's loss, a random linear one: the mean over the examples of the sum of r z, where z are the
     * outputs before their activation functions, and r, drawn from {@code Nd4j.getRandom()} once, standard normal. The gradient at the
     * top of the network is r. No labels are needed.
     *
     * @param network a copy of the user's network
     * @param batch features for all inputs; masks are applied
     * @return the loss; close it
     * @throws IllegalArgumentException if the batch is empty, not finite, does not fit, or if an output's loss cannot be
     *     replaced
     */
    public static LossGradient random(NetworkCopy network, org.nd4j.linalg.dataset.api.MultiDataSet batch) {
        network.requireBatch(batch);
        // DL4J's inference may write into what it gets.
        INDArray[] features =
                Arrays.stream(batch.getFeatures()).map(INDArray::dup).toArray(INDArray[]::new);
        org.nd4j.linalg.dataset.api.MultiDataSet own =
                new MultiDataSet(features, null, batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
        INDArray[] sensitivities = network.network().outputs(own);
        for (int i = 0; i < sensitivities.length; i++) {
            sensitivities[i] = Nd4j.randn(DataType.DOUBLE, sensitivities[i].shape());
        }
        NetworkCopy copy = network.differentiable(DOUBLES);
        copy.network().ends().forEach(end -> replaceLoss(copy.node(end)));
        return over(
                copy,
                new MultiDataSet(
                        batch.getFeatures(),
                        sensitivities,
                        batch.getFeaturesMaskArrays(),
                        batch.getLabelsMaskArrays()));
    }

    private static void replaceLoss(@Nullable LayerNode node) {
        if (node != null && node.inside() instanceof IOutputLayer) {
            LossSlot slot = node.facts()
                    .loss(node.configuration())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "the loss of a " + node.view().kind()
                                    + " cannot be replaced by a random gradient: it is more than a function of its output,"
                                    + " or the class is not registered with LayerCatalog.register(...)"));
            slot.put().accept(new LinearLoss());
        }
    }

    private static void requireParameters(INDArray parameters) {
        if (parameters.isEmpty()) {
            throw new IllegalArgumentException(
                    "the network has no parameters to differentiate its loss by: give it a layer with weights");
        }
    }

    private static LossGradient over(NetworkCopy copy, org.nd4j.linalg.dataset.api.MultiDataSet batch) {
        LossGradient loss = new LossGradient(copy, copy.network().params().dup(), checked(batch, copy));
        loss.recorder.whyNoWayBack().ifPresent(reason -> {
            loss.close();
            throw new IllegalArgumentException(reason);
        });
        return loss;
    }

    private static MultiDataSet checked(org.nd4j.linalg.dataset.api.MultiDataSet batch, NetworkCopy copy) {
        copy.requireBatch(batch);
        Batches.validateLabels(batch, copy.network().outputs());
        return new MultiDataSet(
                doubles(batch.getFeatures()),
                doubles(batch.getLabels()),
                batch.getFeaturesMaskArrays(),
                doubles(batch.getLabelsMaskArrays()));
    }

    private static INDArray @Nullable [] doubles(INDArray @Nullable [] arrays) {
        return arrays == null
                ? null
                : Arrays.stream(arrays).map(LossGradient::doublesOrIndices).toArray(INDArray[]::new);
    }

    /** Indices, for embeddings, stay what they are. */
    private static @Nullable INDArray doublesOrIndices(@Nullable INDArray array) {
        return array == null || !array.dataType().isFPType() ? array : doubles(array);
    }

    /** Always a copy, which castTo alone is not. */
    public static INDArray doubles(INDArray array) {
        return array.dataType() == DataType.DOUBLE ? array.dup() : array.castTo(DataType.DOUBLE);
    }

    /**
     * Takes the loss on another batch from now on.
     *
     * @param other features and labels for all inputs and outputs; masks are applied
     * @throws IllegalArgumentException if the batch is empty, not finite, has no labels, or does not fit the network
     */
    public void on(org.nd4j.linalg.dataset.api.MultiDataSet other) {
        this.batch = checked(other, copy);
    }

    /** The parameters that the network had when this was made: [n], a copy. */
    public INDArray parameters() {
        return start.dup();
    }

    /**
     * The loss at given parameters.
     *
     * @param parameters [n]
     * @return L(parameters), infinite or NaN if the network's output is
     */
    public double loss(INDArray parameters) {
        double[] loss = new double[1];
        evaluate(parameters, () -> loss[0] = copy.network().loss(batch));
        return loss[0];
    }

    /**
     * The gradient of the loss at given parameters.
     *
     * @param parameters [n]
     * @return g(parameters), [n], a new array
     * @throws IllegalArgumentException if the network has no parameters
     */
    public INDArray at(INDArray parameters) {
        requireParameters(start);
        evaluate(parameters, this::differentiate);
        INDArray gradients = Objects.requireNonNull(copy.network().gradients());
        return project(
                gradients.reshape(start.length()).div(batch.getFeatures(0).size(0)));
    }

    /** By DL4J's own pass where it is right, which is faster than step by step. */
    private void differentiate() {
        if (recorder.corrects()) {
            recorder.record(batch).pullBack(batch.getLabels(), (step, delta, gradients) -> {});
        } else {
            copy.network().computeGradient(batch);
        }
    }

    /**
     * The product of the Hessian of the loss with a vector.
     *
     * @param parameters where, [n]
     * @param vector v, [n], finite
     * @return H v, [n], a new array; 0 if v is
     */
    public INDArray hessianVector(INDArray parameters, INDArray vector) {
        return hessianVector(parameters, vector, 1);
    }

    /**
     * The same by another step: at a kink the products of two steps differ.
     *
     * @param part of the usual step, above 0
     */
    public INDArray hessianVector(INDArray parameters, INDArray vector, double part) {
        INDArray direction = project(check("the vector", vector).dup());
        double length = direction.norm2Number().doubleValue();
        if (length == 0) {
            return direction;
        }
        double scale = Math.max(1, parameters.norm2Number().doubleValue() / Math.sqrt((double) start.length()));
        double step = part * STEP * scale / length;
        direction.muli(step);
        INDArray above = at(parameters.add(direction));
        INDArray below = at(parameters.sub(direction));
        return above.subi(below).divi(2 * step);
    }

    /**
     * The part of a vector that belongs to one parameter array.
     *
     * @param vector [n]: parameters, a gradient, a Hessian-vector product
     * @param parameter a live view that the {@code NetworkView} handed out: weights or a bias
     * @return a live view into the vector, [length], in the order of the parameter's memory
     */
    public static INDArray part(INDArray vector, INDArray parameter) {
        return vector.get(NDArrayIndex.interval(parameter.offset(), parameter.offset() + parameter.length()));
    }

    private void evaluate(INDArray parameters, Runnable work) {
        INDArray own = copy.network().params();
        if (!own.isEmpty()) {
            own.assign(check("the parameters", parameters));
        }
        RandomState found = RandomState.current();
        try {
            randomness.restore();
            work.run();
        } finally {
            found.restore();
        }
    }

    private INDArray check(String what, INDArray vector) {
        if (vector.rank() != 1 || vector.length() != start.length()) {
            throw new IllegalArgumentException(what + " must be a vector of length " + start.length()
                    + ", as Model.params() is, got the shape " + Arrays.toString(vector.shape()));
        }
        return vector;
    }

    private INDArray project(INDArray vector) {
        return learned == null ? vector : vector.muli(learned);
    }

    /** Frees the copy of the network. */
    @Override
    public void close() {
        copy.close();
        Buffers.free(start, List.of());
    }
}
