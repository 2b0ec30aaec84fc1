package io.github.dl4jinit.internal.solve;

import io.github.dl4jinit.internal.split.SplitNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** DL4J's losses that are squared errors: LossMSE, their mean over the outputs, and LossL2, their sum. */
public final class SquaredErrorLoss {

    private SquaredErrorLoss() {}

    /** Refuses a network whose output layer is not the solution of a least-squares problem. */
    public static void require(SplitNetwork network) {
        Class<?> loss = network.loss().getClass();
        if (loss != LossMSE.class && loss != LossL2.class) {
            throw new IllegalArgumentException(network.where() + " has " + network.loss()
                    + ", whose minimum is no least-squares solution: use LossFunction.MSE or L2, or the NewtonTrainer for"
                    + " classification");
        }
        if (!(network.activation() instanceof ActivationIdentity)) {
            throw new IllegalArgumentException(network.where() + " has the activation " + network.activation()
                    + ", so that its outputs are not linear in its weights: use Activation.IDENTITY");
        }
        INDArray weights = weights(network);
        if (weights != null && !(weights.minNumber().doubleValue() > 0)) {
            throw new IllegalArgumentException(network.where() + " has the loss weights " + weights
                    + ": every output must count, give weights > 0");
        }
    }

    /** The factor of one squared error of an output in the network's score on so many examples. */
    public static double scale(SplitNetwork network, int output, long examples) {
        INDArray weights = weights(network);
        double weight = weights == null ? 1 : weights.getDouble(output);
        double perOutput = network.loss() instanceof LossMSE ? 1.0 / network.outputs() : 1;
        return weight * perOutput / (network.averages() ? examples : 1);
    }

    private static @Nullable INDArray weights(SplitNetwork network) {
        return ((LossL2) network.loss()).getWeights();
    }
}
