package io.github.dl4jinit.internal.gradient;

import java.util.function.Consumer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The derivatives of several outputs of the network with respect to what one step gives.
 *
 * @param epsilon one row per output for each example, the rows of an example next to each other
 * @param examples size of the batch
 * @param outputs how many outputs run together
 * @param wantsInput whether the derivatives with respect to the step's inputs are wanted
 * @param sink gets the factors of the derivatives with respect to the step's own parameters
 */
record Sensitivities(INDArray epsilon, int examples, int outputs, boolean wantsInput, Consumer<LayerFactors> sink) {

    int rows() {
        return examples * outputs;
    }

    /** Each row as often as there are outputs, next to each other. */
    INDArray repeat(INDArray values) {
        if (outputs == 1) {
            return values;
        }
        long[] shape = values.shape().clone();
        long length = values.length() / shape[0];
        // ND4J's own repeat takes five times as long.
        INDArray repeated = Nd4j.zeros(values.dataType(), shape[0], outputs, length);
        repeated.addi(values.dup('c').reshape('c', shape[0], 1, length));
        shape[0] *= outputs;
        return repeated.reshape('c', shape);
    }

    /**
     * What flows back through an activation function that takes each number by itself.
     *
     * @param z pre-activations of the examples, [examples, anything]
     * @return [rows, anything], a copy
     */
    INDArray through(IActivation activation, INDArray z) {
        if (activation instanceof ActivationIdentity) {
            return epsilon.dup('c').reshape('c', rows(), z.size(1));
        }
        INDArray slopes = activation.backprop(z, z.like().assign(1)).getFirst();
        return epsilon.reshape('c', z.size(0), outputs, z.size(1))
                .mul(slopes.reshape('c', z.size(0), 1, z.size(1)))
                .reshape('c', rows(), z.size(1));
    }

    /** Whether an activation function takes each number by itself. ND4J's own are known; a user's may be anything. */
    static boolean isElementwise(IActivation activation) {
        String nd4j = ActivationIdentity.class.getPackageName();
        return activation.getClass().getPackageName().equals(nd4j) && !(activation instanceof ActivationSoftmax);
    }
}
