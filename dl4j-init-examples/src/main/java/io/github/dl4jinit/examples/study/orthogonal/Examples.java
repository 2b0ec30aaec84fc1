package io.github.dl4jinit.examples.study.orthogonal;

import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.Rows;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Examples of {@link OrthogonalNtkStudy}, each of the length that its networks want. */
final class Examples {

    /** The variance q* of tanh on its critical line at {@link NtkNetwork#WEIGHT_VARIANCE}. */
    static final double Q = 0.025921;

    private Examples() {}

    /** The variance of the first pre-activations, and of the outputs at the start. */
    private static double variance(NtkNetwork network) {
        return network.activation() == Activation.TANH ? Q : 1;
    }

    /** All examples as long as the variance of the first pre-activations wants it. */
    private static INDArray lengths(INDArray x, NtkNetwork network) {
        double square = variance(network) / network.sigmaW2();
        return x.mulColumnVector(
                x.norm2(1).rdivi(Math.sqrt(square * x.columns())).castTo(x.dataType()));
    }

    static INDArray features(LabelledData digits, int n, NtkNetwork network) {
        return lengths(Rows.first(digits.train(), n).getFeatures(), network);
    }

    /** Even digits positive, odd ones negative, as large as the outputs are at the start. */
    static DataSet parity(DataSet set, int n, NtkNetwork network) {
        DataSet part = Rows.first(set, n);
        INDArray signs = Nd4j.createFromArray(new float[][] {{1}, {-1}, {1}, {-1}, {1}, {-1}, {1}, {-1}, {1}, {-1}});
        return new DataSet(
                lengths(part.getFeatures(), network),
                part.getLabels().mmul(signs).muli(Math.sqrt(variance(network))));
    }

    static DataSet classes(DataSet set, int n, NtkNetwork network) {
        DataSet part = Rows.first(set, n);
        return new DataSet(lengths(part.getFeatures(), network), part.getLabels());
    }
}
