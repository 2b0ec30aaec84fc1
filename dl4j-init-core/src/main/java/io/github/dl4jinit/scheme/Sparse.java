package io.github.dl4jinit.scheme;

import io.github.dl4jinit.internal.number.Bounds;
import org.apiguardian.api.API;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Each unit starts with the same small number of incoming weights that are not zero, at random places, whatever the width of the
 * layer before.
 *
 * <p>In every row of the weight's {@linkplain WeightShape#matrices matrices} (one row a unit), {@code connections} distinct places
 * are {@code N(0, standardDeviation^2)}, the others 0. A sum over unit inputs has variance
 * {@code connections standardDeviation^2}: set the standard deviation to {@code gain / sqrt(connections)} to keep the signal.
 *
 * <p>Dense, LSTM (each gate), convolution (the terms of a unit's sum are {@code nIn taps}), transposed and depthwise
 * convolution, as long as a unit has that many incoming weights. Peepholes are 0. An embedding is refused: a word picks one row, and
 * nearly all rows would be zero.
 *
 * <p>Use it in wide layers whose units would otherwise all start alike because sums over many inputs are alike; not in narrow
 * ones.
 *
 * <p>Source: Martens 2010, Deep learning via Hessian-free optimization; the unit standard deviation as in Sutskever,
 * Martens, Dahl, Hinton 2013, On the importance of initialization and momentum in deep learning. Kernels and gates are
 * our reading.
 *
 * @param connections incoming weights of each unit, at least 1
 * @param standardDeviation of the weights that are not zero, finite and greater than 0
 */
@API(status = API.Status.STABLE, since = "0.1")
public record Sparse(
        @JsonProperty("connections") int connections,
        @JsonProperty("standardDeviation") double standardDeviation) implements WeightScheme {

    /** Checks both settings. */
    public Sparse {
        Bounds.atLeast("connections", connections, 1);
        Bounds.positive("standardDeviation", standardDeviation);
    }

    /**
     * Martens 2010: 15 connections, unit standard deviation. Made for sigmoid and tanh units; with ReLU the signal grows.
     *
     * @return {@code new Sparse(15, 1)}
     */
    public static Sparse martens() {
        return new Sparse(15, 1);
    }

    @Override
    public void fill(WeightShape shape, INDArray weights) {
        Refusals.ofEmbedding("Sparse", shape);
        weights.assign(0);
        shape.matrices(weights).forEach(matrix -> connect(matrix, shape));
    }

    private void connect(INDArray matrix, WeightShape shape) {
        int inputs = matrix.columns();
        if (connections > inputs) {
            throw new IllegalArgumentException("Sparse needs at least " + connections
                    + " incoming weights for each unit, got " + inputs + " in " + shape.kind() + " " + shape.shape()
                    + ": ask for fewer connections, or use VarianceScaling on this layer");
        }
        int rows = matrix.rows();
        try (INDArray places = Nd4j.rand(DataType.DOUBLE, rows, connections);
                INDArray values = Nd4j.randn(DataType.DOUBLE, rows, connections)) {
            // The first steps of a Fisher-Yates shuffle, which may start from any order: here that of the row before.
            int[] order = new int[inputs];
            for (int j = 0; j < inputs; j++) {
                order[j] = j;
            }
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < connections; j++) {
                    int pick = j + (int) (places.getDouble(i, j) * (inputs - j));
                    int column = order[pick];
                    order[pick] = order[j];
                    order[j] = column;
                    matrix.putScalar(i, column, values.getDouble(i, j) * standardDeviation);
                }
            }
        }
    }
}
