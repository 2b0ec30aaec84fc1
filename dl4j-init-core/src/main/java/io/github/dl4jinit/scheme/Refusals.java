package io.github.dl4jinit.scheme;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Weights that several schemes refuse, with one wording. */
final class Refusals {

    private Refusals() {}

    /** Haar matrices are drawn in these precisions only. */
    static void unlessSingleOrDouble(String scheme, WeightShape shape, INDArray weights) {
        if (weights.dataType() != DataType.FLOAT && weights.dataType() != DataType.DOUBLE) {
            throw new IllegalArgumentException(scheme + " needs FLOAT or DOUBLE weights, got " + weights.dataType()
                    + " in " + shape.kind() + " " + shape.shape()
                    + ": use VarianceScaling on this layer, or dataType(DataType.FLOAT) in the configuration");
        }
    }

    /** A scheme that leaves most entries zero gives most words of an embedding the zero vector, since each picks one row. */
    static void ofEmbedding(String scheme, WeightShape shape) {
        if (shape.kind() == WeightShape.Kind.EMBEDDING) {
            throw new IllegalArgumentException(
                    scheme + " would leave rows of an embedding without any information, got " + shape.kind() + " "
                            + shape.shape() + ": use VarianceScaling on this layer");
        }
    }
}
