package io.github.dl4jinit.initializer;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Draws weights and bias of neurons together. All neurons that it is given follow one distribution, each independent of the others.
 *
 * <p>Every initializer's formula for a neuron exists here once. Random numbers come from {@code Nd4j.getRandom()}.
 */
interface NeuronDistribution {

    /**
     * Overwrites weights and biases.
     *
     * @param weights {@code [neurons, terms]}, a row for each neuron; FLOAT or DOUBLE, any strides
     * @param biases {@code [neurons]}, of the same data type
     */
    void draw(INDArray weights, INDArray biases);

    /** What the report says of a layer that was drawn from it, or "". */
    default String note() {
        return "";
    }
}
