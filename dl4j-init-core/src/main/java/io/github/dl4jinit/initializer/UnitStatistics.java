package io.github.dl4jinit.initializer;

import io.github.dl4jinit.network.Response;
import io.github.dl4jinit.network.Samples;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The statistics of each unit of a layer over a batch. */
final class UnitStatistics {

    /** Of the response, its bias taken away. */
    private final double[] means;
    /** Population standard deviations of the response, 0 where rounding explains them. */
    private final double[] deviations;

    private UnitStatistics(double[] means, double[] deviations) {
        this.means = means;
        this.deviations = deviations;
    }

    static UnitStatistics of(Response response) {
        Samples samples = response.outputs();
        if (samples.count() == 0) {
            throw new IllegalArgumentException(
                    "layer parameter '" + response.map().parameter()
                            + "': the mask of this batch leaves no row: take a batch with unmasked steps.");
        }
        INDArray mean = samples.mean();
        double[] means = mean.toDoubleVector();
        INDArray centred = samples.rows().subRowVector(mean);
        INDArray mask = samples.mask();
        if (mask != null) {
            centred.muliColumnVector(mask);
        }
        double[] deviations =
                centred.norm2(0).divi(Math.sqrt((double) samples.count())).toDoubleVector();
        INDArray bias = response.isBiased() ? response.map().bias() : null;
        for (int i = 0; i < means.length; i++) {
            if (deviations[i] <= 8 * samples.epsilon() * Math.abs(means[i])) {
                deviations[i] = 0;
            }
            means[i] -= bias == null ? 0 : bias.getDouble(i);
        }
        return new UnitStatistics(means, deviations);
    }

    int count() {
        return means.length;
    }

    /** Of the response, its bias taken away. */
    INDArray means() {
        return Nd4j.createFromArray(means);
    }

    double deviation(int unit) {
        return deviations[unit];
    }

    long constant() {
        return Arrays.stream(deviations).filter(deviation -> deviation == 0).count();
    }

    /** The factors that give each unit the standard deviation 1; 1 for units that do not vary. */
    INDArray toUnitDeviation() {
        double[] factors = new double[deviations.length];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = deviations[i] == 0 ? 1 : 1 / deviations[i];
        }
        return Nd4j.createFromArray(factors);
    }

    INDArray alike(double factor) {
        double[] factors = new double[deviations.length];
        Arrays.fill(factors, factor);
        return Nd4j.createFromArray(factors);
    }

    /** The biases that bring each unit, multiplied by its factor, to a mean in units of its new standard deviation. */
    INDArray biases(double mean, INDArray factors) {
        double[] biases = new double[means.length];
        for (int i = 0; i < biases.length; i++) {
            double factor = factors.getDouble(i);
            biases[i] = mean * factor * deviations[i] - factor * means[i];
        }
        return Nd4j.createFromArray(biases);
    }
}
