package io.github.dl4jinit.examples.study.pairing;

import io.github.dl4jinit.examples.charts.HeatMap;
import io.github.dl4jinit.examples.charts.HeatMap.Colours;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.study.DenseNetwork;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.gain.Gains;
import io.github.dl4jinit.initializer.Lsuv;
import io.github.dl4jinit.probe.Probe;
import io.github.dl4jinit.report.ProbeReport;
import io.github.dl4jinit.scheme.Fan;
import io.github.dl4jinit.scheme.Hadamard;
import io.github.dl4jinit.scheme.Law;
import io.github.dl4jinit.scheme.Orthogonal;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * What to use with what: every activation of DL4J with every scheme, and what is left of a signal after many layers.
 *
 * <p>Plain networks of one width, standard-normal inputs, no biases. The signal is the variance of each unit over the examples, averaged over
 * the units (that of the input is 1): what still tells examples apart. The gradient is the variance of the gradient with respect to the
 * pre-activation of the first layer over that of the last, for a squared loss with random targets, by {@link Probe}.
 */
@Command(
        name = "pairing",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Heat maps of the signal and of the gradient that 50 layers leave, for every activation of DL4J with every"
                        + " scheme.")
public final class PairingStudy implements Callable<Integer> {

    private static final String NAME = "pairing";
    private static final int EXAMPLES = 64;
    private static final double MOST = 1e6;

    @Mixin
    private StudyOptions options = new StudyOptions();

    /** Weights by an activation; null where the scheme cannot be had for it. */
    private static final Map<String, Function<IActivation, @Nullable IWeightInit>> SCHEMES = schemes();

    private static final String LSUV = "LSUV";

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new PairingStudy(), args);
    }

    private static Map<String, Function<IActivation, @Nullable IWeightInit>> schemes() {
        Map<String, Function<IActivation, @Nullable IWeightInit>> schemes = new LinkedHashMap<>();
        schemes.put("standard", f -> VarianceScaling.standardUniform());
        schemes.put("LeCun", f -> VarianceScaling.lecunNormal());
        schemes.put("Glorot", f -> VarianceScaling.glorotNormal());
        schemes.put("Glorot uniform", f -> VarianceScaling.glorotUniform());
        schemes.put("He", f -> VarianceScaling.heNormal());
        schemes.put("He uniform", f -> VarianceScaling.heUniform());
        schemes.put("gain", PairingStudy::matched);
        schemes.put("orthogonal", f -> new Orthogonal(1));
        schemes.put("orthogonal 1.41", f -> new Orthogonal(Math.sqrt(2)));
        schemes.put("Hadamard", f -> new Hadamard(1));
        schemes.put(LSUV, f -> new Orthogonal(1));
        return schemes;
    }

    private static @Nullable IWeightInit matched(IActivation activation) {
        try {
            double gain = Gains.of(activation);
            return new VarianceScaling(gain * gain, Fan.IN, Law.NORMAL);
        } catch (IllegalArgumentException noFunctionOfOneNumber) {
            return null;
        }
    }

    @Override
    public Integer call() {
        int depth = options.full() ? 50 : 10;
        int width = options.full() ? 128 : 32;
        List<Long> seeds = options.seeds(options.full() ? 3 : 1);
        Journal journal = options.journal(
                NAME, List.of("activation", "scheme", "depth", "width", "seed"), List.of("signal", "gradient"));
        List<String> names = List.copyOf(SCHEMES.keySet());
        List<String> rows = new ArrayList<>();
        List<List<Double>> signals = new ArrayList<>();
        List<List<Double>> gradients = new ArrayList<>();
        for (Activation activation : Activation.values()) {
            List<Double> signal = new ArrayList<>();
            List<Double> gradient = new ArrayList<>();
            for (String scheme : names) {
                List<double[]> runs = seeds.stream()
                        .map(seed -> journal.row(
                                List.of(
                                        activation.name(),
                                        scheme,
                                        Integer.toString(depth),
                                        Integer.toString(width),
                                        Long.toString(seed)),
                                () -> measure(activation.getActivationFunction(), scheme, depth, width, seed)))
                        .toList();
                signal.add(median(runs, 0));
                gradient.add(median(runs, 1));
            }
            rows.add(activation.name().toLowerCase(Locale.ROOT));
            signals.add(signal);
            gradients.add(gradient);
        }
        page(depth, names, rows, signals, gradients).write(options.output(), facts(depth, width, seeds), journal);
        return 0;
    }

    private static double median(List<double[]> runs, int column) {
        List<Double> values = runs.stream().map(run -> run[column]).toList();
        return values.stream().anyMatch(v -> v.isNaN())
                ? Double.NaN
                : MedianAndRange.of(values).median();
    }

    /** Signal and gradient; infinite if it overflows, NaN if the scheme cannot be had. */
    private static double[] measure(IActivation activation, String scheme, int depth, int width, long seed) {
        IWeightInit weights = Objects.requireNonNull(SCHEMES.get(scheme)).apply(activation);
        if (weights == null) {
            return new double[] {Double.NaN, Double.NaN};
        }
        MultiLayerNetwork network = network(activation, weights, depth, width, seed);
        Nd4j.getRandom().setSeed(seed);
        DataSet batch =
                new DataSet(Nd4j.randn(DataType.FLOAT, EXAMPLES, width), Nd4j.randn(DataType.FLOAT, EXAMPLES, width));
        if (scheme.equals(LSUV)) {
            try {
                Lsuv.defaults().initialize(network, batch);
            } catch (ArithmeticException overflow) {
                return new double[] {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
            }
        }
        INDArray last = network.feedForward(batch.getFeatures()).get(depth);
        double signal = last.castTo(DataType.DOUBLE).var(false, 0).meanNumber().doubleValue();
        List<ProbeReport.Layer> layers =
                new Probe(true, 0, 1).measure(network, batch).layers();
        double first =
                Objects.requireNonNull(layers.get(0).derivatives().gradient()).variance();
        double end = Objects.requireNonNull(layers.get(depth - 1).derivatives().gradient())
                .variance();
        return new double[] {finite(signal), first == 0 && end == 0 ? 0 : finite(first / end)};
    }

    private static double finite(double value) {
        return Double.isNaN(value) ? Double.POSITIVE_INFINITY : value;
    }

    private static MultiLayerNetwork network(
            IActivation activation, IWeightInit weights, int depth, int width, long seed) {
        return DenseNetwork.of(
                        new NeuralNetConfiguration.Builder()
                                .seed(seed)
                                .weightInit(weights)
                                .activation(activation),
                        width)
                .hidden(depth, width)
                .output(DenseNetwork.linear(LossFunction.MSE).weightInit(VarianceScaling.lecunNormal()), width);
    }

    private static ResultPage page(
            int depth,
            List<String> schemes,
            List<String> activations,
            List<List<Double>> signals,
            List<List<Double>> gradients) {
        String kept = "Signal kept over " + depth + " layers";
        String sent = "Gradient kept over " + depth + " layers, from the last to the first";
        return ResultPage.of(NAME, "What to use with what")
                .heading(kept)
                .paragraph(
                        "Variance of a unit over the examples after the last hidden layer, that of the input being 1;"
                                + " numbers are powers of ten, medians over the seeds. Grey is kept, blue dies, red explodes; white"
                                + " cells cannot be had (the gain of a function that is not one of single numbers).")
                .chart("signal", map(kept, schemes, activations, signals))
                .table(table(schemes, activations, signals))
                .heading(sent)
                .paragraph(
                        "Variance of the gradient with respect to the pre-activation of the first layer over that of the last.")
                .chart("gradient", map(sent, schemes, activations, gradients))
                .table(table(schemes, activations, gradients));
    }

    private static HeatMap map(
            String title, List<String> schemes, List<String> activations, List<List<Double>> values) {
        return new HeatMap(
                title,
                "scheme",
                "activation",
                schemes,
                activations,
                values,
                values.stream()
                        .map(row -> row.stream().map(PairingStudy::power).toList())
                        .toList(),
                Colours.DIVERGING,
                Scale.LOG,
                1 / MOST,
                MOST);
    }

    private static Table table(List<String> schemes, List<String> activations, List<List<Double>> values) {
        List<String> head = new ArrayList<>(List.of("log10"));
        head.addAll(schemes);
        List<List<String>> rows = IntStream.range(0, activations.size())
                .mapToObj(i -> {
                    List<String> row = new ArrayList<>(List.of(activations.get(i)));
                    values.get(i).forEach(value -> row.add(power(value)));
                    return row;
                })
                .toList();
        return new Table(head, rows);
    }

    private static String power(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        if (value == 0) {
            return "dead";
        }
        return Double.isInfinite(value) ? "lost" : String.format(Locale.ROOT, "%.1f", Math.log10(value));
    }

    private Facts facts(int depth, int width, List<Long> seeds) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("hidden layers", Integer.toString(depth));
        settings.put("width", Integer.toString(width));
        settings.put("examples", EXAMPLES + ", standard normal");
        settings.put("seeds", seeds.toString());
        settings.put("biases", "0");
        settings.put("precision", "single");
        settings.put("gain", "variance Gains.of(activation)^2 / fanIn");
        return options.facts(settings);
    }
}
