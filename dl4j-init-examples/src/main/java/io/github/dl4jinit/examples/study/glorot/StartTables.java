package io.github.dl4jinit.examples.study.glorot;

import io.github.dl4jinit.examples.charts.Distribution;
import io.github.dl4jinit.examples.charts.Histogram;
import io.github.dl4jinit.examples.charts.Histogram.Form;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.internal.gradient.Recording;
import io.github.dl4jinit.internal.structure.NetworkCopy;
import io.github.dl4jinit.probe.JacobianSpectrum;
import io.github.dl4jinit.probe.Probe;
import io.github.dl4jinit.report.JacobianReport;
import io.github.dl4jinit.report.ProbeReport;
import io.github.dl4jinit.report.ProbeReport.MeanAndVariance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

/** Activations, gradients and singular values of networks before their first update. */
final class StartTables {

    private static final int BINS = 80;

    private StartTables() {}

    /** Activations, gradients and singular values before the first update, standard beside normalized. */
    static void addTo(
            ResultPage page,
            List<ShapesetNetwork> networks,
            StudyOptions options,
            Journal journal,
            int width,
            long seed) {
        DataSet batch = ShapesetNetwork.probed(seed);
        List<List<String>> rows = new ArrayList<>();
        page.heading("At the start: tanh, 5 hidden layers of " + width);
        for (ShapesetNetwork network : networks) {
            String way = network.normalized() ? "normalized" : "standard";
            MultiLayerNetwork built = network.build(width, seed);
            histograms(page, way, built, batch);
            List<ProbeReport.Layer> probes =
                    new Probe(true, 0, 1).measure(built, batch).layers();
            List<JacobianReport.Line> jacobians = new ArrayList<>();
            for (int layer = 1; layer <= network.depth(); layer++) {
                int at = layer - 1;
                Function<String, List<String>> key =
                        what -> List.of(what, network.title(), "" + width, "0", "" + seed, "" + (at + 1), "0");
                double[] spread = journal.row(key.apply("start"), () -> new double[] {
                    deviation(probes.get(at).outputs().moments()),
                    deviation(probes.get(at).derivatives().gradient())
                });
                double[] weights = journal.row(key.apply("weight gradient"), () ->
                        new double[] {deviation(probes.get(at).derivatives().weightGradient())});
                double[] singular = journal.row(key.apply("singular value"), () -> {
                    if (jacobians.isEmpty()) {
                        jacobians.addAll(new JacobianSpectrum(1, 1024, true)
                                .measure(built, batch)
                                .layers());
                    }
                    return new double[] {jacobians.get(at).spectrum().mean()};
                });
                rows.add(List.of(
                        way,
                        "" + layer,
                        TableNumbers.number(spread[0]),
                        TableNumbers.number(spread[1]),
                        TableNumbers.number(weights[0]),
                        TableNumbers.number(singular[0])));
            }
            options.say("start, " + way);
        }
        page.paragraph(
                        "Standard deviations over 300 images and all units, the gradients with respect to the pre-activations; mean singular"
                                + " value of the derivative of a layer's output with respect to its input at one image. Summaries of the paper give mean"
                                + " singular values of 0.5 for the standard and 0.8 for the normalized start.")
                .table(new Table(
                        List.of("start", "layer", "activation", "gradient", "weight gradient", "mean singular value"),
                        rows));
    }

    static double deviation(@Nullable MeanAndVariance moments) {
        return Math.sqrt(Objects.requireNonNull(moments).variance());
    }

    private static void histograms(ResultPage page, String way, MultiLayerNetwork network, DataSet batch) {
        List<Distribution> activations = new ArrayList<>();
        List<Distribution> gradients = new ArrayList<>();
        try (NetworkCopy view = NetworkCopy.of(network);
                Recording tape = Recording.of(
                        view, batch.toMultiDataSet(), new Recording.Mode(DataType.FLOAT, true, Recording.End.LOSS))) {
            // Step 0 is the input, the last one the output layer.
            int hidden = tape.steps().size() - 2;
            double[][] deltas = new double[hidden + 2][];
            tape.pullBack(batch.toMultiDataSet().getLabels(), (step, delta, parameters) -> {
                if (delta != null) {
                    deltas[step] = delta.castTo(DataType.DOUBLE).dup('c').data().asDouble();
                }
            });
            double unit = deviation(deltas[hidden]);
            for (int i = 1; i <= hidden; i++) {
                double[] outputs =
                        tape.output(i).castTo(DataType.DOUBLE).dup('c').data().asDouble();
                activations.add(Distribution.density("layer " + i, i - 1, outputs, -1, 1, BINS));
                double[] scaled = Arrays.stream(deltas[i]).map(d -> d / unit).toArray();
                gradients.add(Distribution.density("layer " + i, i - 1, scaled, -3, 3, BINS));
            }
        }
        page.chart(
                        "activations-" + way,
                        new Histogram("Activations, " + way, "tanh", "density", Form.LINES, Scale.LINEAR, activations))
                .chart(
                        "gradients-" + way,
                        new Histogram(
                                "Back-propagated gradients, " + way,
                                "gradient, in standard deviations of the last layer's",
                                "density",
                                Form.LINES,
                                Scale.LINEAR,
                                gradients));
    }

    private static double deviation(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Math.sqrt(Arrays.stream(values)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElseThrow());
    }
}
