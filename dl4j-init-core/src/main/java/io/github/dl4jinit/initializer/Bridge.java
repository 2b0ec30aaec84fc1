package io.github.dl4jinit.initializer;

import io.github.dl4jinit.linalg.Svd;
import io.github.dl4jinit.linalg.SymmetricEigen;
import io.github.dl4jinit.network.Samples;
import io.github.dl4jinit.report.BridgeReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The least-squares linear map E from one layer's input to a later layer's response: E = X_j X_i' (X_i X_i')^+.
 *
 * @param map E, [q, p], in double precision
 * @param samples how many columns X_i and X_j have
 * @param inputRank directions of the input that the batch shows
 * @param residual |X_j - E X_i| / |X_j|; 0 if there is nothing to explain
 * @param averaged whether positions were averaged, since the two signals have different ones
 * @param tolerance singular values of E up to this times the largest are rounding
 */
record Bridge(INDArray map, long samples, int inputRank, double residual, boolean averaged, double tolerance) {

    static Bridge of(Samples input, Samples response, Sinl settings) {
        boolean averaged = input.rows().size(0) != response.rows().size(0);
        // Samples are columns in the paper and rows here, so that E' is what is solved for.
        // Time steps may count as examples on one side only.
        long examples = Math.min(input.examples(), response.examples());
        INDArray x = signal(averaged ? input.averaged(examples) : input, settings.centred());
        INDArray y = signal(averaged ? response.averaged(examples) : response, settings.centred());
        INDArray gram = x.transpose().mmul(x);
        INDArray cross = x.transpose().mmul(y);
        SymmetricEigen eigen = SymmetricEigen.of(gram.add(gram.transpose()).divi(2));
        double[] values = eigen.values().toDoubleVector();
        double cut = settings.rankCutoff() * values[values.length - 1];
        double ridge = settings.ridge() * Arrays.stream(values).average().orElseThrow();
        double[] inverse = Arrays.stream(values)
                .map(value -> value > cut ? 1 / (value + ridge) : 0)
                .toArray();
        INDArray coordinates = eigen.vectors().transpose().mmul(cross);
        coordinates.muliColumnVector(Nd4j.createFromArray(inverse));
        INDArray solution = eigen.vectors().mmul(coordinates);
        double norm = y.norm2Number().doubleValue();
        return new Bridge(
                solution.transpose(),
                averaged ? examples : input.count(),
                (int) Arrays.stream(inverse).filter(weight -> weight > 0).count(),
                norm == 0 ? 0 : x.mmul(solution).subi(y).norm2Number().doubleValue() / norm,
                averaged,
                tolerance(input.epsilon(), solution));
    }

    /** The bridge over a single layer is its weight: nothing has to be fitted. */
    static Bridge over(INDArray matrix) {
        double epsilon = matrix.dataType() == DataType.DOUBLE ? Math.ulp(1.0) : Math.ulp(1.0f);
        return new Bridge(
                matrix.castTo(DataType.DOUBLE), Long.MAX_VALUE, matrix.columns(), 0, false, tolerance(epsilon, matrix));
    }

    /** Far below the spacing of the singular values of a random matrix, or all of them would count as equal. */
    private static double tolerance(double epsilon, INDArray matrix) {
        return 16 * epsilon * Math.sqrt(Math.max(matrix.rows(), matrix.columns()));
    }

    private static INDArray signal(Samples samples, boolean centred) {
        return centred ? samples.deviations() : samples.counted();
    }

    /**
     * Why this bridge cannot be used.
     *
     * @return the reason, or "" if it can
     */
    String defect() {
        if (inputRank == 0) {
            return "its input is the same for the whole batch: a dead layer before it";
        }
        return map.amaxNumber().doubleValue() == 0
                ? "its response does not depend on its input: a dead layer in between, or zero weights"
                : "";
    }

    /** What a reader of the report should know, or "". */
    String remarks() {
        List<String> remarks = new ArrayList<>();
        if (map.rows() != map.columns()) {
            remarks.add("widths differ, " + map.columns() + " to " + map.rows());
        }
        if (inputRank < map.columns()) {
            remarks.add("the batch shows " + inputRank + " of " + map.columns() + " input directions");
        }
        if (samples <= map.columns()) {
            remarks.add("with " + samples + " samples the bridge fits everything, noise included");
        }
        if (averaged) {
            remarks.add("averaged over positions, of which the ends have different numbers");
        }
        return String.join("; ", remarks);
    }

    BridgeReport report(double[] singularValues) {
        int rank = Gauge.rank(singularValues, tolerance);
        double distance = 0;
        for (double s : singularValues) {
            distance += (s - 1) * (s - 1);
        }
        return new BridgeReport(
                Arrays.stream(singularValues).boxed().toList(),
                rank == 0 ? 1 : singularValues[0] / singularValues[rank - 1],
                Math.sqrt(distance),
                residual);
    }

    BridgeReport report() {
        return report(Svd.thin(map).s().toDoubleVector());
    }
}
