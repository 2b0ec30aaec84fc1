package io.github.dl4jinit.scheme;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The bounds that the settings of several schemes share, with one wording. */
final class Checks {
    private Checks() {}

    static double positive(String name, double value) {
        if (!(value > 0 && value <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(name + " must be finite and > 0, got " + value);
        }
        return value;
    }

    /** Haar matrices are drawn in these precisions only. */
    static void singleOrDouble(String scheme, WeightShape shape, INDArray weights) {
        if (weights.dataType() != DataType.FLOAT && weights.dataType() != DataType.DOUBLE) {
            throw new IllegalArgumentException(scheme + " needs FLOAT or DOUBLE weights, got " + weights.dataType()
                    + " in " + shape.kind() + " " + shape.shape()
                    + ": use VarianceScaling on this layer, or dataType(DataType.FLOAT) in the configuration");
        }
    }

    /** A scheme that leaves most entries zero gives most words of an embedding the zero vector, since each picks one row. */
    static void noEmbedding(String scheme, WeightShape shape) {
        if (shape.kind() == WeightShape.Kind.EMBEDDING) {
            throw new IllegalArgumentException(
                    scheme + " would leave rows of an embedding without any information, got " + shape.kind() + " "
                            + shape.shape() + ": use VarianceScaling on this layer");
        }
    }

    static double finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + " must be finite, got " + value);
        }
        return value;
    }
}
