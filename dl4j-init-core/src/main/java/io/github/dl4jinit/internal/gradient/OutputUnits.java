package io.github.dl4jinit.internal.gradient;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The sensitivities that a way back begins with: each is 1 for one number among all outputs of a network, and 0 for the others. */
final class OutputUnits {

    private OutputUnits() {}

    /**
     * For one example and one number.
     *
     * @param outputs of the network, of one example
     * @param k counted through all outputs, each flattened
     * @return of the shapes of the outputs
     */
    static INDArray[] one(List<INDArray> outputs, int k) {
        INDArray[] units = new INDArray[outputs.size()];
        int from = 0;
        for (int i = 0; i < units.length; i++) {
            INDArray output = outputs.get(i);
            INDArray unit = Nd4j.zeros(output.dataType(), 1, output.length());
            if (k >= from && k < from + output.length()) {
                unit.putScalar(k - from, 1);
            }
            from += (int) output.length();
            units[i] = unit.reshape('c', output.shape());
        }
        return units;
    }

    /**
     * For all examples and all numbers.
     *
     * @param outputs of the network, [n, ...]
     * @param count how many numbers all outputs of one example have together
     * @return [n count, ...] for each output, the rows of an example next to each other
     */
    static List<INDArray> all(List<INDArray> outputs, int count) {
        List<INDArray> units = new ArrayList<>();
        int from = 0;
        for (INDArray output : outputs) {
            int examples = (int) output.size(0);
            int own = (int) (output.length() / examples);
            INDArray unit = Nd4j.zeros(output.dataType(), count, own);
            for (int k = 0; k < own; k++) {
                unit.putScalar(from + k, k, 1);
            }
            from += own;
            long[] shape = output.shape().clone();
            shape[0] = (long) examples * count;
            units.add(Nd4j.tile(unit, examples, 1).reshape('c', shape));
        }
        return units;
    }
}
