package io.github.dl4jinit.initializer;

import io.github.dl4jinit.internal.linalg.Svd;
import io.github.dl4jinit.network.Samples;
import io.github.dl4jinit.report.InitReport.BridgeLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The least-squares linear map E from one layer's input to a later layer's response: E = X_j X_i' (X_i X_i')^+.
 *
 * @param map E, [q, p], in double precision
 * @param samples how many columns X_i and X_j have
 * @param inputRank directions of the input that the batch shows
 * @param residual |X_j - E X_i| / |X_j|; 0 if there is nothing to explain
 * @param averaged whether positions were averaged, since the two signals have different ones
 * @param tolerance singular values of E up to this times the largest are rounding
 * @param inverse what E was fitted with
 */
record TransferMap(
        INDArray map,
        long samples,
        int inputRank,
        double residual,
        boolean averaged,
        double tolerance,
        RidgePseudoInverse inverse) {

    /**
     * @param known one that may be of this input, which then need not be decomposed again
     */
    static TransferMap of(Samples input, Samples response, Sinl settings, @Nullable RidgePseudoInverse known) {
        boolean averaged = input.rows().size(0) != response.rows().size(0);
        // Samples are columns in the paper and rows here, so that E' is what is solved for.
        // Time steps may count as examples on one side only.
        long examples = Math.min(input.examples(), response.examples());
        INDArray x = signal(averaged ? input.averaged(examples) : input, settings.centred());
        INDArray y = signal(averaged ? response.averaged(examples) : response, settings.centred());
        RidgePseudoInverse inverse = known != null && known.isOf(x) ? known : RidgePseudoInverse.of(x, settings);
        INDArray solution = inverse.solve(y);
        double norm = y.norm2Number().doubleValue();
        return new TransferMap(
                solution.transpose(),
                averaged ? examples : input.count(),
                inverse.rank(),
                norm == 0 ? 0 : x.mmul(solution).subi(y).norm2Number().doubleValue() / norm,
                averaged,
                tolerance(input.epsilon(), solution),
                inverse);
    }

    /** Far below the spacing of the singular values of a random matrix, or all of them would count as equal. */
    static double tolerance(double epsilon, INDArray matrix) {
        return 16 * epsilon * Math.sqrt(Math.max(matrix.rows(), matrix.columns()));
    }

    private static INDArray signal(Samples samples, boolean centred) {
        return centred ? samples.deviations() : samples.counted();
    }

    /**
     * Why this map cannot be used.
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
            remarks.add(widthsDiffer(map));
        }
        if (inputRank < map.columns()) {
            remarks.add("the batch shows " + inputRank + " of " + map.columns() + " input directions");
        }
        if (samples <= map.columns()) {
            remarks.add("with " + samples + " samples the map fits everything, noise included");
        }
        if (averaged) {
            remarks.add("averaged over positions, of which the ends have different numbers");
        }
        return String.join("; ", remarks);
    }

    static String widthsDiffer(INDArray map) {
        return "widths differ, " + map.columns() + " to " + map.rows();
    }

    BridgeLine report(double[] singularValues) {
        return report(singularValues, tolerance, residual);
    }

    static BridgeLine report(double[] singularValues, double tolerance, double residual) {
        int rank = CanonicalSvd.rank(singularValues, tolerance);
        double distance = 0;
        for (double s : singularValues) {
            distance += (s - 1) * (s - 1);
        }
        return new BridgeLine(
                Arrays.stream(singularValues).boxed().toList(),
                rank == 0 ? 1 : singularValues[0] / singularValues[rank - 1],
                Math.sqrt(distance),
                residual);
    }

    BridgeLine report() {
        return report(Svd.values(map).toDoubleVector());
    }
}
