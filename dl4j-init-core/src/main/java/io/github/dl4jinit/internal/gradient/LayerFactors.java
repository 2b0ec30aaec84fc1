package io.github.dl4jinit.internal.gradient;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The derivatives of all outputs by one layer's parameters, as factors. c is the number of outputs; rows of examples and outputs are
 * ordered i c + output.
 */
public sealed interface LayerFactors permits LayerFactors.Outer, LayerFactors.Rows {

    /** DL4J's name of the layer, for messages. */
    public String layer();

    /** The arrays themselves of which they consist. */
    public List<INDArray> arrays();

    /** The derivatives, formed from the factors: [n c, parameters]. */
    public INDArray derivatives();

    /**
     * A linear map: its derivative is the sum over positions of delta times input'.
     *
     * @param layer DL4J's name of the layer
     * @param inputs what the map gets: [n, in, positions]
     * @param deltas the derivatives of the outputs by what the map gives: [n c, out, positions]
     * @param bias whether a bias is added at each position
     */
    public record Outer(String layer, INDArray inputs, INDArray deltas, boolean bias) implements LayerFactors {

        @Override
        public List<INDArray> arrays() {
            return List.of(inputs, deltas);
        }

        @Override
        public INDArray derivatives() {
            INDArray weights = byWeights(0, inputs.size(1));
            return bias ? Nd4j.concat(1, weights, byBias()) : weights;
        }

        /** The derivatives with respect to the biases: [n c, out]. */
        public INDArray byBias() {
            return deltas.sum(2);
        }

        /**
         * The derivatives by the weights of some inputs.
         *
         * @param from the first input
         * @param to the one after the last
         * @return [n c, out (to - from)]
         */
        public INDArray byWeights(long from, long to) {
            long examples = inputs.size(0);
            long out = deltas.size(0) / examples * deltas.size(1);
            INDArray delta = deltas.reshape('c', examples, out, deltas.size(2));
            INDArray rows = Nd4j.createUninitialized(deltas.dataType(), new long[] {examples, out, to - from}, 'c');
            for (long i = 0; i < examples; i++) {
                INDArray some =
                        inputs.tensorAlongDimension(i, 1, 2).get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
                // ND4J multiplies into the order 'f', which is what the transposed has.
                Nd4j.gemm(some, delta.slice(i), rows.slice(i).transpose(), false, true, 1, 0);
            }
            return rows.reshape('c', deltas.size(0), deltas.size(1) * (to - from));
        }

        /** Whether the derivatives themselves are fewer numbers. */
        boolean isLarge() {
            long out = deltas.length() / deltas.size(2);
            long formed = out * (inputs.size(1) + (bias ? 1 : 0));
            return deltas.size(2) > 1 && formed < inputs.length() + deltas.length();
        }
    }

    /**
     * Any other: the derivatives themselves.
     *
     * @param layer DL4J's name of the layer
     * @param rows [n c, parameters]
     */
    public record Rows(String layer, INDArray rows) implements LayerFactors {

        @Override
        public List<INDArray> arrays() {
            return List.of(rows);
        }

        @Override
        public INDArray derivatives() {
            return rows;
        }
    }
}
