package io.github.dl4jinit.contract;

import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.report.HessianReport;
import io.github.dl4jinit.report.JacobianReport;
import io.github.dl4jinit.report.ProbeReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What tools report of a trained subject, against DL4J's own forward pass of its twin and central differences of it. */
final class SecondMeasurement {

    /** Examples at which derivatives are compared. */
    static final int EXAMPLES = 2;

    /** Differences cost two forward passes each. */
    private static final int MOST_NUMBERS = 120;

    private static final double STEP = 1e-5;
    private static final double DIFFERENCES = 1e-5;

    /** What has corners just where these put numbers, so that central differences mean nothing. */
    private static final Set<Setting> AT_CORNERS = Set.of(Setting.ZEROS, Setting.PADDED, Setting.UNSCALED);

    private SecondMeasurement() {}

    /** Means and variances of outputs are those of DL4J's feedForward. */
    static List<String> of(Subject subject, ProbeReport report) {
        List<String> violations = new ArrayList<>();
        boolean masked = subject.batch().getFeaturesMaskArrays() != null
                || subject.batch().getLabelsMaskArrays() != null
                || subject.description().has(Setting.PADDED);
        // At inference DL4J's ActivationLayer and PReLULayer overwrite what came in, another layer's output.
        boolean overwritten = Stream.of(Kind.ACTIVATION, Kind.SOFTSIGN_LAYER, Kind.PRELU)
                .anyMatch(kind -> subject.description().toString().contains("\"" + kind + "\""));
        Map<String, INDArray> outputs = masked || overwritten ? Map.of() : outputs(subject);
        boolean precise = subject.description().type() == DataType.DOUBLE;
        for (ProbeReport.Layer line : report.layers()) {
            INDArray output = outputs.get(line.name());
            ProbeReport.MeanAndVariance moments = line.outputs().moments();
            if (!Double.isFinite(moments.mean()) || !Double.isFinite(moments.variance())) {
                violations.add(line.place().kind() + " has moments that are not finite");
            } else if (output != null) {
                double[] numbers = ParameterBits.of(output);
                double mean = Arrays.stream(numbers).average().orElseThrow();
                double variance = Arrays.stream(numbers)
                        .map(number -> (number - mean) * (number - mean))
                        .average()
                        .orElseThrow();
                double tolerance = precise ? 1e-10 : 1e-5;
                compare(line.place().kind() + " mean", moments.mean(), mean, tolerance * (1 + Math.abs(mean)))
                        .ifPresent(violations::add);
                compare(
                                line.place().kind() + " variance",
                                moments.variance(),
                                variance,
                                tolerance * (1 + variance + mean * mean))
                        .ifPresent(violations::add);
            }
        }
        return violations;
    }

    /** The squares of all singular values sum to those of the differences by the inputs. */
    static List<String> of(Subject subject, JacobianReport report) {
        List<Double> values = report.network().spectrum().singularValues();
        INDArray[] features = subject.batch().getFeatures();
        boolean known = subject.batch().getFeaturesMaskArrays() == null
                && subject.description().sources().stream()
                        .noneMatch(source ->
                                source.domain() == Signal.Domain.WORD || source.domain() == Signal.Domain.SENTENCE)
                && Arrays.stream(features).mapToLong(INDArray::length).sum() <= 10 * MOST_NUMBERS;
        if (values.isEmpty() || !known || notSmooth(subject)) {
            return List.of();
        }
        INDArray[] few = few(features);
        Model twin = subject.trained();
        double expected = 0;
        for (INDArray input : few) {
            expected += squaredDifferences(input, () -> answer(twin, few));
        }
        double reported = values.stream().mapToDouble(value -> value * value).sum();
        return compare("squares of singular values", reported, expected, DIFFERENCES * (1 + expected)).stream()
                .toList();
    }

    /** Numbers, at least. */
    static List<String> of(HessianReport report) {
        boolean finite = Stream.concat(
                        report.spectrum().eigenvalues().stream(),
                        Stream.of(report.spectrum().trace()))
                .allMatch(Double::isFinite);
        return finite ? List.of() : List.of("eigenvalues are not finite");
    }

    /** Both methods agree; the trace is the sum of the squared differences by the parameters. */
    static List<String> ofKernel(Subject subject, Model model) {
        INDArray[] few = few(subject.batch().getFeatures());
        List<String> violations = new ArrayList<>();
        INDArray jacobian = kernel(model, few, EmpiricalNtk.Method.JACOBIAN);
        INDArray automatic = kernel(model, few, EmpiricalNtk.Method.AUTO);
        double size = jacobian.norm2Number().doubleValue();
        double difference = jacobian.sub(automatic).norm2Number().doubleValue();
        double tolerance = subject.description().type() == DataType.DOUBLE ? 1e-9 : 1e-3;
        compare("structured and Jacobian kernels, their difference", difference, 0, tolerance * (1e-6 + size))
                .ifPresent(violations::add);
        boolean small = model.numParams() <= MOST_NUMBERS
                && !subject.description().toString().contains("FROZEN")
                && !subject.description().toString().contains("BATCH_NORM");
        if (small && !notSmooth(subject)) {
            Model twin = subject.trained();
            double expected = squaredDifferences(twin.params(), () -> answer(twin, few));
            double trace = Nd4j.diag(jacobian).sumNumber().doubleValue();
            compare("trace of the kernel", trace, expected, DIFFERENCES * (1 + expected))
                    .ifPresent(violations::add);
        }
        return violations;
    }

    private static INDArray kernel(Model model, INDArray[] few, EmpiricalNtk.Method method) {
        return EmpiricalNtk.builder(model)
                .activated(true)
                .method(method)
                .build()
                .fullKernel(few, few);
    }

    private static boolean notSmooth(Subject subject) {
        return subject.description().type() != DataType.DOUBLE
                || subject.description().settings().stream().anyMatch(AT_CORNERS::contains);
    }

    private static java.util.Optional<String> compare(String what, double reported, double seen, double tolerance) {
        return Math.abs(reported - seen) <= tolerance
                ? java.util.Optional.empty()
                : java.util.Optional.of(
                        String.format(Locale.ROOT, "%s: reported %.10g, by another way %.10g", what, reported, seen));
    }

    private static INDArray[] few(INDArray[] features) {
        return Arrays.stream(features)
                .map(array -> {
                    INDArrayIndex[] rows = new INDArrayIndex[array.rank()];
                    Arrays.fill(rows, NDArrayIndex.all());
                    rows[0] = NDArrayIndex.interval(0, Math.min(EXAMPLES, array.size(0)));
                    return array.get(rows).dup('c');
                })
                .toArray(INDArray[]::new);
    }

    /** All outputs of a network, one after the other. */
    private static double[] answer(Model model, INDArray[] features) {
        INDArray[] own = Arrays.stream(features).map(INDArray::dup).toArray(INDArray[]::new);
        INDArray[] outputs = model instanceof MultiLayerNetwork network
                ? new INDArray[] {network.output(own[0], false)}
                : ((ComputationGraph) model).output(false, own);
        return Arrays.stream(outputs)
                .flatMapToDouble(output -> Arrays.stream(ParameterBits.of(output)))
                .toArray();
    }

    /** The sum of the squares of all derivatives, by central differences; the numbers are put back. */
    private static double squaredDifferences(INDArray numbers, Supplier<double[]> answer) {
        double sum = 0;
        for (long i = 0; i < numbers.length(); i++) {
            double number = numbers.getDouble(i);
            numbers.putScalar(i, number + STEP);
            double[] more = answer.get();
            numbers.putScalar(i, number - STEP);
            double[] less = answer.get();
            numbers.putScalar(i, number);
            for (int k = 0; k < more.length; k++) {
                double derivative = (more[k] - less[k]) / (2 * STEP);
                sum += derivative * derivative;
            }
        }
        return sum;
    }

    private static Map<String, INDArray> outputs(Subject subject) {
        Model model = subject.trained();
        INDArray[] own =
                Arrays.stream(subject.batch().getFeatures()).map(INDArray::dup).toArray(INDArray[]::new);
        if (model instanceof MultiLayerNetwork network) {
            List<INDArray> activations = network.feedForward(own[0], false);
            Map<String, INDArray> outputs = new LinkedHashMap<>();
            for (int i = 1; i < activations.size(); i++) {
                outputs.put("layer" + (i - 1), activations.get(i));
            }
            return outputs;
        }
        return ((ComputationGraph) model).feedForward(own, false);
    }
}
