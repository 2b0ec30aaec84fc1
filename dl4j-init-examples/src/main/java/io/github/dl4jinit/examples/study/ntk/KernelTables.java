package io.github.dl4jinit.examples.study.ntk;

import io.github.dl4jinit.examples.charts.Cloud;
import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.ScatterChart;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.examples.study.ntk.Runs.Rate;
import io.github.dl4jinit.ntk.EmpiricalNtk;
import io.github.dl4jinit.ntk.KernelSpectrum;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Kernels and trainings of all starts as tables and pictures. */
final class KernelTables {

    private static final List<String> DRAWN =
            List.of("constant 0", "constant 1", "N(0.0, 0.01^2)", "N(0.0, 1.0^2)", "he", "orthogonal", "lsuv", "box");

    private KernelTables() {}

    static Table starts(Runs results) {
        List<List<String>> rows = new ArrayList<>();
        results.starts()
                .forEach(start -> rows.add(List.of(
                        start.title(),
                        TableNumbers.power(results.median(start, "largest")),
                        TableNumbers.number(results.median(start, "effective_rank")),
                        String.format(Locale.ROOT, "%.0f", results.median(start, "rank")),
                        power(results.median(start, "condition")),
                        TableNumbers.number(results.median(start, "alignment")),
                        TableNumbers.power(results.median(start, "stable_rate")))));
        return new Table(
                List.of(
                        "start",
                        "largest eigenvalue",
                        "effective rank",
                        "rank",
                        "condition",
                        "alignment",
                        "largest stable rate"),
                rows);
    }

    private static String power(double value) {
        return Double.isInfinite(value) ? "infinite" : TableNumbers.power(value);
    }

    static Table trainings(Runs results, Rate rate) {
        List<List<String>> rows = new ArrayList<>();
        results.starts().forEach(start -> {
            MedianAndRange loss = results.spread(start, rate.column("loss"));
            double updates = results.median(start, rate.column("updates"));
            double predicted = results.median(start, rate.column("foretold"));
            boolean lost = Double.isInfinite(loss.median());
            rows.add(List.of(
                    start.title(),
                    Double.isInfinite(predicted) ? "unstable" : TableNumbers.number(predicted),
                    lost
                            ? "lost"
                            : TableNumbers.number(loss.median()) + " (" + number(loss.low()) + " .. "
                                    + number(loss.high()) + ")",
                    Double.isInfinite(updates) ? "-" : String.format(Locale.ROOT, "%.0f", updates),
                    lost ? "-" : TableNumbers.number(results.median(start, rate.column("accuracy"))),
                    number(results.median(start, rate.column("drift_early"))),
                    number(results.median(start, rate.column("drift"))),
                    number(results.median(start, rate.column("distance")))));
        });
        return new Table(
                List.of("start", "predicted", "loss", "updates", "accuracy", "first pass", "moved", "shape"), rows);
    }

    private static String number(double value) {
        return Double.isInfinite(value) ? "lost" : TableNumbers.number(value);
    }

    /** Of seed 1. */
    static LineChart spectra(KernelExperiment trial) {
        INDArray x = trial.data().limited(trial.probe(), 1).train().getFeatures();
        List<Curve> curves = new ArrayList<>();
        for (Scheme start : Starts.all()) {
            if (DRAWN.contains(start.name())) {
                List<Double> values = KernelSpectrum.of(
                                EmpiricalNtk.of(trial.start(start, 1)).kernel(x, x))
                        .eigenvalues();
                double least = values.size() * Math.ulp(1.0);
                curves.add(new Curve(
                        start.title(),
                        curves.size(),
                        IntStream.range(0, values.size())
                                .mapToObj(i -> new Point(i + 1, values.get(i) / values.get(0)))
                                .filter(point -> point.mid() > least)
                                .toList()));
            }
        }
        return new LineChart(
                trial.title() + ": eigenvalues, in parts of the largest",
                "number",
                "eigenvalue",
                "",
                Scale.LOG,
                Double.POSITIVE_INFINITY,
                List.of(),
                curves);
    }

    static ScatterChart predicted(String title, Runs results) {
        return scatter(
                title + ": the loss that came, by the loss predicted",
                "predicted loss, power of ten",
                "loss, power of ten",
                results,
                "foretold",
                "loss");
    }

    static ScatterChart accuracies(String title, Runs results) {
        return scatter(
                title + ": accuracy by the largest eigenvalue",
                "largest eigenvalue, power of ten",
                "test accuracy",
                results,
                "largest",
                "accuracy");
    }

    private static ScatterChart scatter(String title, String xLabel, String yLabel, Runs results, String x, String y) {
        List<Cloud> clouds = new ArrayList<>();
        for (Rate rate : Rate.values()) {
            clouds.add(new Cloud(
                    rate.title(),
                    rate.style(),
                    results.starts().stream()
                            .map(start -> {
                                double height = results.median(start, rate.column(y));
                                return new Point(
                                        Math.log10(results.median(start, rate.column(x))),
                                        y.equals("accuracy") ? height : Math.log10(height));
                            })
                            .toList()));
        }
        return new ScatterChart(title, xLabel, yLabel, clouds);
    }
}
