package io.github.dl4jinit.initializer;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Draws weights and bias of neurons together. All neurons that it is given follow one law, each independent of the others:
 * those of one layer, or those of the same layer in many networks ({@link Ensemble}).
 *
 * <p>The one home of an initializer's formula. Random numbers come from {@code Nd4j.getRandom()}.
 */
public interface NeuronLaw {

    /**
     * Overwrites weights and biases.
     *
     * @param weights {@code [neurons, terms]}, a row for each neuron; FLOAT or DOUBLE, any strides
     * @param biases {@code [neurons]}, of the same data type
     */
    void draw(INDArray weights, INDArray biases);

    /**
     * What the report says of a layer that was drawn by this law.
     *
     * @return a phrase, or ""
     */
    default String note() {
        return "";
    }
}
