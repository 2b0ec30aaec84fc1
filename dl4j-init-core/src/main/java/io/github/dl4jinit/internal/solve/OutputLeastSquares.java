package io.github.dl4jinit.internal.solve;

import io.github.dl4jinit.internal.linalg.StackedQr;
import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.internal.split.SplitNetwork;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The least-squares problem of an output layer, over any number of batches: all that its solution needs is the triangular
 * factor of the rows [1, basis, targets].
 *
 * <pre>
 *         1    p    c
 *     1 ( r    u    v )   the mean, only if there is a bias (rows of derivatives have a 0 for the 1)
 *     p (      R    B )   the basis
 *     c (           E )   what no weights can reach
 * </pre>
 *
 * With a bias, R and B are the factors of what is left of basis and targets when their means are taken out.
 */
public final class OutputLeastSquares {

    private final SplitNetwork network;
    private final double ridge;
    private final int bias;
    private final int inputs;
    private final int outputs;
    private final StackedQr factor;
    /** Rows whose errors count. */
    private long counted;

    /** @param ridge factor of half the squared norm of the weights, besides the network's own l2 */
    public OutputLeastSquares(SplitNetwork network, double ridge) {
        this.network = network;
        this.ridge = ridge + network.l2();
        bias = network.hasBias() ? 1 : 0;
        inputs = (int) network.inputs();
        outputs = (int) network.outputs();
        factor = new StackedQr(bias + inputs + outputs);
    }

    /** The cut unless another is set: the number of features times the machine epsilon of the network's type. */
    public static double defaultCut(SplitNetwork network) {
        return network.inputs() * network.epsilon();
    }

    /** Refuses a cut of singular values that is not at least 0 and less than 1. */
    public static double requireCut(double rcond) {
        if (!(rcond >= 0 && rcond < 1)) {
            throw new IllegalArgumentException("rcond must be >= 0 and < 1, got " + rcond);
        }
        return rcond;
    }

    /** Adds a row for each example of a batch. */
    public OutputLeastSquares add(DataSet batch) {
        INDArray mask = batch.getLabelsMaskArray();
        INDArray features = network.features(batch).castTo(DataType.DOUBLE);
        return add(
                features,
                1,
                batch.getLabels(),
                mask == null ? null : mask.castTo(DataType.DOUBLE).reshape(features.size(0), 1));
    }

    /**
     * Adds rows.
     *
     * @param features the basis or its derivatives, [n, features], DOUBLE
     * @param one the factor of the bias: 1, or 0 in rows of derivatives
     * @param targets [n, outputs]
     * @param weights the factor of each squared error, [n, 1]; null for 1
     * @return this problem
     */
    public OutputLeastSquares add(INDArray features, double one, INDArray targets, @Nullable INDArray weights) {
        List<INDArray> columns = new ArrayList<>();
        if (bias == 1) {
            columns.add(Nd4j.valueArrayOf(new long[] {features.size(0), 1}, one, DataType.DOUBLE));
        }
        columns.add(features);
        columns.add(targets.castTo(DataType.DOUBLE));
        try (INDArray rows = Nd4j.concat(1, columns.toArray(INDArray[]::new))) {
            if (weights != null) {
                rows.muliColumnVector(Transforms.sqrt(weights));
            }
            counted += weights == null
                    ? rows.rows()
                    : weights.gt(0).castTo(DataType.INT64).sumNumber().longValue();
            factor.add(rows);
        }
        return this;
    }

    /**
     * Solves, puts the solution into the network, and records the loss before and after.
     *
     * @param rcond singular values of the basis up to rcond times the largest count as zero
     * @param recorder of the training
     * @param start {@code System.nanoTime()} before the basis was computed
     * @throws IllegalStateException if the basis has rank 0
     */
    public void apply(double rcond, PhaseRecorder recorder, long start) {
        recorder.found(loss(network.coefficients()));
        INDArray r = factor.r();
        Svd svd = Svd.thin(block(r, bias, inputs, bias, inputs));
        NumericalRank rank = NumericalRank.of(svd.s(), rcond);
        network.setCoefficients(solve(r, svd, rank.rank()));
        recorder.solved(loss(network.coefficients()), rank, List.of(), PhaseRecorder.secondsSince(start));
    }

    private INDArray solve(INDArray r, Svd svd, int rank) {
        if (rank == 0) {
            throw new IllegalStateException("the basis has rank 0: " + whyNoRank());
        }
        INDArray projected = svd.u().transpose().mmul(block(r, bias, inputs, bias + inputs, outputs));
        for (int output = 0; output < outputs; output++) {
            double damping = ridge / (2 * scale(output));
            for (int i = 0; i < inputs; i++) {
                double s = svd.s().getDouble(i);
                double value = i < rank ? projected.getDouble(i, output) * s / (s * s + damping) : 0;
                projected.putScalar(i, output, value);
            }
        }
        INDArray weights = svd.vt().transpose().mmul(projected);
        return bias == 1 ? Nd4j.vstack(weights, intercept(r, weights)) : weights;
    }

    private String whyNoRank() {
        if (counted == 0) {
            return "the mask of the labels leaves no example: give a batch with unmasked ones";
        }
        return counted == 1 && bias == 1
                ? "one example leaves nothing to solve for beside the bias: give a larger batch"
                : "the hidden layers give the same " + (bias == 1 ? "numbers" : "zeros")
                        + " for every example. They are dead, and are to be initialized anew; or the examples are all the same";
    }

    private INDArray intercept(INDArray r, INDArray weights) {
        return block(r, 0, 1, 1 + inputs, outputs)
                .sub(block(r, 0, 1, 1, inputs).mmul(weights))
                .div(r.getDouble(0, 0));
    }

    /** The function that the solution minimizes: the squared errors of all rows with their factors, and the penalty. */
    public double loss(INDArray coefficients) {
        INDArray r = factor.r();
        INDArray weights = block(coefficients, 0, inputs, 0, outputs);
        INDArray ordered = bias == 1 ? Nd4j.vstack(block(coefficients, inputs, 1, 0, outputs), weights) : weights;
        int reached = bias + inputs;
        INDArray rest = block(r, 0, reached, 0, reached).mmul(ordered).subi(block(r, 0, reached, reached, outputs));
        INDArray unreached = block(r, reached, outputs, reached, outputs);
        double loss = 0;
        for (int output = 0; output < outputs; output++) {
            double near = rest.getColumn(output).norm2Number().doubleValue();
            double far = unreached.getColumn(output).norm2Number().doubleValue();
            loss += scale(output) * (near * near + far * far);
        }
        double norm = weights.norm2Number().doubleValue();
        return loss + ridge / 2 * norm * norm;
    }

    /** The factor of a squared error of an output in the loss. */
    private double scale(int output) {
        return SquaredErrorLoss.scale(network, output, factor.rows());
    }

    private static INDArray block(INDArray matrix, int row, int rows, int column, int columns) {
        return matrix.get(NDArrayIndex.interval(row, row + rows), NDArrayIndex.interval(column, column + columns))
                .dup('f');
    }
}
