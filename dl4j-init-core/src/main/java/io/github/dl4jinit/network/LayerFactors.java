package io.github.dl4jinit.network;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The derivatives of all outputs by one layer's parameters, as factors. c is the number of outputs; rows of examples and outputs are
 * ordered i c + output.
 */
public sealed interface LayerFactors permits LayerFactors.Outer, LayerFactors.Rows {

    /**
     * DL4J's name of the layer.
     *
     * @return for messages
     */
    String layer();

    /**
     * A linear map: its derivative is the sum over positions of delta times input'.
     *
     * @param layer DL4J's name of the layer
     * @param inputs what the map gets: [n, positions, in]
     * @param deltas the derivatives of the outputs by what the map gives: [n c, out, positions]
     * @param bias whether a bias is added at each position
     */
    record Outer(String layer, INDArray inputs, INDArray deltas, boolean bias) implements LayerFactors {}

    /**
     * Any other: the derivatives themselves.
     *
     * @param layer DL4J's name of the layer
     * @param rows [n c, parameters]
     */
    record Rows(String layer, INDArray rows) implements LayerFactors {}
}
