package io.github.dl4jinit.trainer;

import io.github.dl4jinit.internal.split.SplitNetwork;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;

/** The losses of DL4J that are cross-entropies of a softmax, and a batch as such a problem. */
final class CrossEntropy {

    private CrossEntropy() {}

    static void require(SplitNetwork network) {
        Class<?> loss = network.loss().getClass();
        if (loss != LossMCXENT.class && loss != LossNegativeLogLikelihood.class) {
            throw new IllegalArgumentException(network.where() + " has " + network.loss()
                    + ", which is no cross-entropy of classes: use LossFunction.MCXENT or NEGATIVELOGLIKELIHOOD, or the"
                    + " LeastSquaresTrainer for regression");
        }
        if (!(network.activation() instanceof ActivationSoftmax)) {
            throw new IllegalArgumentException(network.where() + " has the activation " + network.activation()
                    + ", with which the loss is not convex in its weights: use Activation.SOFTMAX");
        }
        INDArray weights = weights(network);
        if (weights != null && weights.minNumber().doubleValue() < 0) {
            throw new IllegalArgumentException(
                    network.where() + " has the loss weights " + weights + ": give weights >= 0");
        }
    }

    private static INDArray weights(SplitNetwork network) {
        return ((LossMCXENT) network.loss()).getWeights();
    }

    static void require(DataSet batch) {
        if (batch.getLabels().minNumber().doubleValue() < 0) {
            throw new IllegalArgumentException("labels must be >= 0, one-hot or probabilities, got "
                    + batch.getLabels().minNumber());
        }
    }

    static SoftmaxProblem problem(SplitNetwork network, DataSet batch, double ridge) {
        INDArray features = network.features(batch);
        long examples = features.size(0);
        int inputs = (int) network.inputs();
        long[] shape = {examples, inputs + (network.hasBias() ? 1 : 0)};
        INDArray basis = Nd4j.createUninitialized(DataType.DOUBLE, shape, 'f');
        basis.put(new INDArrayIndex[] {NDArrayIndex.all(), NDArrayIndex.interval(0, inputs)}, features);
        if (network.hasBias()) {
            basis.getColumn(inputs).assign(1);
        }
        return new SoftmaxProblem(
                basis, targets(network, batch), network.averages() ? 1.0 / examples : 1, ridge + network.l2(), inputs);
    }

    /** The labels times what their class and their example count. */
    private static INDArray targets(SplitNetwork network, DataSet batch) {
        INDArray targets = batch.getLabels().castTo(DataType.DOUBLE).dup('f');
        INDArray weights = weights(network);
        if (weights != null) {
            targets.muliRowVector(weights.castTo(DataType.DOUBLE));
        }
        INDArray mask = batch.getLabelsMaskArray();
        if (mask != null) {
            targets.muliColumnVector(mask.castTo(DataType.DOUBLE).reshape(targets.size(0), 1));
        }
        return targets;
    }
}
