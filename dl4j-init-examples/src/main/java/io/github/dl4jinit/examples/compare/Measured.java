package io.github.dl4jinit.examples.compare;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Loss and accuracy of predicted probabilities.
 *
 * @param loss mean cross entropy in nats
 * @param accuracy share of rows whose largest probability is the right one; ties go to the first
 */
record Measured(double loss, double accuracy) {

    /* What DL4J's own loss clips softmax outputs to: a wrong and certain prediction costs 23 nats, not infinity. */
    private static final float SMALLEST = 1e-10f;

    /**
     * Compares predictions with the truth.
     *
     * @param probabilities one row of class probabilities an example
     * @param labels one row an example, 1 for its class and 0 for the others
     */
    static Measured of(INDArray probabilities, INDArray labels) {
        int classes = probabilities.columns();
        int rows = probabilities.rows();
        float[] predicted = values(probabilities);
        float[] wanted = values(labels);
        double loss = 0;
        int right = 0;
        for (int row = 0; row < rows; row++) {
            int label = largest(wanted, row * classes, classes);
            float p = predicted[row * classes + label];
            // Not Math.max, so that a reader sees: NaN stays NaN.
            loss -= Math.log(p < SMALLEST ? SMALLEST : p);
            right += largest(predicted, row * classes, classes) == label ? 1 : 0;
        }
        return new Measured(loss / rows, (double) right / rows);
    }

    /* Row by row. INDArray.toFloatMatrix makes an array object of each row and takes longer than the forward pass. */
    private static float[] values(INDArray matrix) {
        return matrix.dup('c').data().asFloat();
    }

    private static int largest(float[] values, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (values[from + i] > values[from + best]) {
                best = i;
            }
        }
        return best;
    }
}
