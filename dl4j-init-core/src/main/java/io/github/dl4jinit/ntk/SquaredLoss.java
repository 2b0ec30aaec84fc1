package io.github.dl4jinit.ntk;

/**
 * How a squared loss is normalized, which decides what a learning rate means: its gradient with respect to the outputs is factor (f - y).
 */
public enum SquaredLoss {
    /** Half the sum over examples and outputs, as in most papers on the kernel: factor 1. */
    HALF_SUM {
        @Override
        double factor(long examples, long outputs) {
            return 1;
        }
    },
    /** DL4J's {@code LossFunction.MSE}: mean over examples and outputs, factor 2 / (n c). */
    MSE {
        @Override
        double factor(long examples, long outputs) {
            return 2.0 / (examples * outputs);
        }
    },
    /** DL4J's {@code LossFunction.L2}: sum over outputs, mean over examples, factor 2 / n. */
    L2 {
        @Override
        double factor(long examples, long outputs) {
            return 2.0 / examples;
        }
    };

    abstract double factor(long examples, long outputs);
}
