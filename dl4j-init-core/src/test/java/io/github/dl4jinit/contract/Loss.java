package io.github.dl4jinit.contract;

import java.util.Random;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A loss with an activation function and labels that belong to it. */
enum Loss {
    MSE(LossFunction.MSE, Activation.IDENTITY, Labels.NORMAL),
    SQUARED(LossFunction.L2, Activation.IDENTITY, Labels.NORMAL),
    ABSOLUTE(LossFunction.L1, Activation.TANH, Labels.NORMAL),
    MEAN_ABSOLUTE(LossFunction.MEAN_ABSOLUTE_ERROR, Activation.IDENTITY, Labels.NORMAL),
    CROSS_ENTROPY(LossFunction.MCXENT, Activation.SOFTMAX, Labels.ONE_HOT),
    NEGATIVE_LOG(LossFunction.NEGATIVELOGLIKELIHOOD, Activation.SOFTMAX, Labels.ONE_HOT),
    BINARY(LossFunction.XENT, Activation.SIGMOID, Labels.BITS),
    HINGE(LossFunction.HINGE, Activation.IDENTITY, Labels.SIGNS),
    SQUARED_HINGE(LossFunction.SQUARED_HINGE, Activation.IDENTITY, Labels.SIGNS),
    POISSON(LossFunction.POISSON, Activation.SOFTPLUS, Labels.BITS),
    DIVERGENCE(LossFunction.KL_DIVERGENCE, Activation.SOFTMAX, Labels.ONE_HOT),
    COSINE(LossFunction.COSINE_PROXIMITY, Activation.TANH, Labels.NORMAL),
    LOGARITHMIC(LossFunction.MEAN_SQUARED_LOGARITHMIC_ERROR, Activation.SIGMOID, Labels.BITS);

    /** What labels look like. */
    enum Labels {
        NORMAL,
        BITS,
        SIGNS,
        ONE_HOT
    }

    private final LossFunction function;
    private final Activation activation;
    private final Labels labels;

    Loss(LossFunction function, Activation activation, Labels labels) {
        this.function = function;
        this.activation = activation;
        this.labels = labels;
    }

    LossFunction function() {
        return function;
    }

    Activation activation() {
        return activation;
    }

    boolean isOneHot() {
        return labels == Labels.ONE_HOT;
    }

    /** Labels in the place of an output's numbers: examples first, classes along the given axis. */
    void fill(INDArray output, int classes, Random random) {
        if (labels == Labels.ONE_HOT) {
            output.assign(0);
            for (long i = 0; i < output.tensorsAlongDimension(classes); i++) {
                INDArray one = output.tensorAlongDimension(i, classes);
                one.putScalar(random.nextInt((int) one.length()), 1);
            }
            return;
        }
        for (long i = 0; i < output.length(); i++) {
            output.putScalar(
                    i,
                    switch (labels) {
                        case BITS -> random.nextInt(2);
                        case SIGNS -> 2 * random.nextInt(2) - 1;
                        default -> random.nextGaussian();
                    });
        }
    }
}
