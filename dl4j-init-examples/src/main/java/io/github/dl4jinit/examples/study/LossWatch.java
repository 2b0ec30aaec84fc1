package io.github.dl4jinit.examples.study;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Watches the squared loss of a training: whether the network is lost, and when it is good. */
public final class LossWatch {

    /** A run whose loss is this many times the one of its start is lost. */
    public static final double LOST = 1000;

    private final double bound;
    private final double target;
    private double loss;
    private double reached = Double.POSITIVE_INFINITY;

    public LossWatch(double start, double target) {
        this.bound = LOST * start;
        this.target = target;
        this.loss = bound;
    }

    /** {@return false if the network is lost} */
    public boolean goesOn(double now, int updates) {
        loss = now;
        if (loss <= target && reached > updates) {
            reached = updates;
        }
        return loss < bound;
    }

    public double loss() {
        return loss;
    }

    /** The updates to the target, infinite if it was not reached. */
    public double reached() {
        return reached;
    }

    /** The sum of squares over the outputs, mean over examples. */
    public static double squares(INDArray outputs, INDArray labels) {
        INDArray rest = outputs.castTo(DataType.DOUBLE).sub(labels.castTo(DataType.DOUBLE));
        return rest.mul(rest).sumNumber().doubleValue() / rest.size(0);
    }

    public static double accuracy(INDArray outputs, INDArray labels) {
        return outputs.argMax(1)
                .eq(labels.argMax(1))
                .castTo(DataType.DOUBLE)
                .meanNumber()
                .doubleValue();
    }
}
