package io.github.dl4jinit.examples.study.he;

import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Architecture;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.compare.InitialState;
import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.compare.NetworkSpec;
import io.github.dl4jinit.examples.compare.RunResult;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.compare.UpdateRule;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.StoredData;
import io.github.dl4jinit.examples.study.GridRun;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.examples.study.he.RectifierNetwork.Rectifier;
import io.github.dl4jinit.examples.study.he.RectifierNetwork.Variances;
import io.github.dl4jinit.scheme.Fan;
import io.github.dl4jinit.scheme.Law;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.nd4j.linalg.activations.Activation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * He's initialization at depth: what 100 layers of rectifiers do to variances, which fan to take where widths change, whether the law
 * of the weights matters, and which deep networks converge.
 */
@Command(
        name = "he",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        description =
                "Variances over 100 layers of rectifiers, and training of 22 and 30 layers, from Xavier and from He.")
public final class HeStudy implements Callable<Integer> {

    private static final String NAME = "he";
    private static final List<Integer> LAYERS = List.of(2, 3, 5, 10, 20, 30, 50, 70, 100);
    private static final List<Integer> COMPARED = List.of(10, 50, 100);
    private static final List<Double> RATES = List.of(0.01, 0.003);
    private static final int BATCH = 25;

    private static final Scheme XAVIER = new Scheme(
            "xavier", "Xavier", "N(0, 2/(in+out))", new InitialState.Weights(f -> VarianceScaling.glorotNormal()));
    private static final Scheme HE =
            new Scheme("he", "He", "N(0, 2/in)", new InitialState.Weights(f -> VarianceScaling.heNormal()));

    @Mixin
    private StudyOptions options = new StudyOptions();

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new HeStudy(), args);
    }

    /** A law of weights under the name that the raw numbers have. */
    private record Way(String name, String title, VarianceScaling weights) {}

    private static List<Way> ways(Rectifier rectifier) {
        List<Way> ways = new ArrayList<>(List.of(
                new Way("xavier", "Xavier", VarianceScaling.glorotNormal()),
                new Way("he", "He for ReLU", VarianceScaling.heNormal())));
        if (rectifier != Rectifier.RELU) {
            ways.add(new Way("he-slope", "He with the slope", VarianceScaling.heNormal(rectifier.slope())));
        }
        return ways;
    }

    /** How widths change from layer to layer. */
    private enum Widths {
        WIDENING("32 to 256, growing evenly") {
            @Override
            int at(int layer, int depth) {
                return 32 + 224 * layer / depth;
            }
        },
        NARROWING("256 to 32, shrinking evenly") {
            @Override
            int at(int layer, int depth) {
                return 256 - 224 * layer / depth;
            }
        },
        ALTERNATING("64, 256, 64, 256, ...") {
            @Override
            int at(int layer, int depth) {
                return layer % 2 == 0 ? 64 : 256;
            }
        };

        private final String title;

        Widths(String title) {
            this.title = title;
        }

        abstract int at(int layer, int depth);

        List<Integer> list(int depth) {
            return IntStream.rangeClosed(0, depth).mapToObj(i -> at(i, depth)).toList();
        }
    }

    @Override
    public Integer call() {
        Journal journal = options.journal(NAME, List.of("part", "network", "scheme", "seed", "layer_or_epoch"),
                List.of("response_or_loss", "gradient_or_accuracy"));
        ResultPage page = ResultPage.of(NAME, "He initialization at depth");
        depths(page, journal);
        fans(page, journal);
        laws(page, journal);
        convergence(page, journal);
        page.write(options.output(), facts(), journal);
        return 0;
    }

    private int depth() {
        return options.full() ? 100 : 10;
    }

    private List<Integer> same() {
        return IntStream.rangeClosed(0, depth())
                .mapToObj(i -> options.full() ? 128 : 16)
                .toList();
    }

    private List<Integer> layers() {
        return LAYERS.stream().filter(layer -> layer <= depth()).toList();
    }

    /** Variances by layer, each over that of the first layer for responses, over that of the last for gradients. */
    private Map<Integer, Variances> measure(
            Journal journal, String part, RectifierNetwork network, String scheme, long seed) {
        List<List<Variances>> measured = new ArrayList<>();
        Map<Integer, Variances> kept = new LinkedHashMap<>();
        List<Integer> all = new ArrayList<>(List.of(1));
        all.addAll(layers());
        for (int layer : all) {
            double[] row = journal.row(List.of(part, network.rectifier().name(), scheme, "" + seed, "" + layer), () -> {
                if (measured.isEmpty()) {
                    measured.add(network.measure(seed));
                }
                Variances at = measured.get(0).get(layer - 1);
                return new double[] {at.response(), at.gradient()};
            });
            kept.put(layer, new Variances(row[0], row[1]));
        }
        double first = Objects.requireNonNull(kept.get(1)).response();
        double last = Objects.requireNonNull(kept.get(depth())).gradient();
        kept.replaceAll((layer, v) -> new Variances(v.response() / first, v.gradient() / last));
        return kept;
    }

    private List<Map<Integer, Variances>> measure(
            Journal journal, String part, RectifierNetwork network, String scheme, int seeds) {
        List<Map<Integer, Variances>> runs = options.seeds(seeds).stream()
                .map(seed -> measure(journal, part, network, scheme, seed))
                .toList();
        options.say(part + ", " + network.rectifier().title() + ", " + scheme);
        return runs;
    }

    private static List<Double> at(List<Map<Integer, Variances>> runs, int layer, ToDoubleFunction<Variances> which) {
        return runs.stream()
                .map(run -> which.applyAsDouble(Objects.requireNonNull(run.get(layer))))
                .toList();
    }

    private void depths(ResultPage page, Journal journal) {
        page.heading("Variance over depth")
                .paragraph("Networks of one width, " + same().get(0)
                        + ". Variance of the pre-activations over examples and units,"
                        + " over that of layer 1: median, lowest and highest seed. *Back* is the variance of the gradient by the"
                        + " pre-activations of layer 1 over that of the last layer.");
        List<String> head = new ArrayList<>(List.of("network", "weights"));
        layers().forEach(layer -> head.add("layer " + layer));
        head.add("back");
        List<List<String>> rows = new ArrayList<>();
        for (Rectifier rectifier : Rectifier.values()) {
            List<Curve> curves = new ArrayList<>();
            for (Way way : ways(rectifier)) {
                RectifierNetwork network = new RectifierNetwork(rectifier, way.weights(), same());
                List<Map<Integer, Variances>> runs = measure(journal, "depth", network, way.name(), 5);
                curves.add(curve(way.title(), curves.size(), runs));
                List<String> row = new ArrayList<>(List.of(rectifier.title(), way.title()));
                layers().forEach(layer -> row.add(TableNumbers.number(
                        MedianAndRange.of(at(runs, layer, Variances::response)).median())));
                row.add(TableNumbers.number(
                        MedianAndRange.of(at(runs, 1, Variances::gradient)).median()));
                rows.add(row);
            }
            page.chart(
                    "depth-" + rectifier.name().toLowerCase(Locale.ROOT),
                    new LineChart(
                            "Variance of the responses, " + rectifier.title(),
                            "layer",
                            "over that of layer 1",
                            "",
                            Scale.LOG,
                            Double.POSITIVE_INFINITY,
                            List.of(),
                            curves));
        }
        page.table(new Table(head, rows));
    }

    private Curve curve(String title, int style, List<Map<Integer, Variances>> runs) {
        return new Curve(
                title,
                style,
                layers().stream()
                        .map(layer -> {
                            MedianAndRange spread = MedianAndRange.of(at(runs, layer, Variances::response));
                            return new Point(layer, spread.low(), spread.median(), spread.high());
                        })
                        .toList());
    }

    private void fans(ResultPage page, Journal journal) {
        List<List<String>> rows = new ArrayList<>();
        for (Widths widths : Widths.values()) {
            for (Fan fan : Fan.values()) {
                RectifierNetwork network = new RectifierNetwork(
                        Rectifier.RELU, new VarianceScaling(2, fan, Law.NORMAL), widths.list(depth()));
                List<Map<Integer, Variances>> runs = measure(
                        journal,
                        widths.name().toLowerCase(Locale.ROOT),
                        network,
                        fan.name().toLowerCase(Locale.ROOT),
                        5);
                rows.add(List.of(
                        widths.title,
                        fan.name().toLowerCase(Locale.ROOT),
                        TableNumbers.spread(at(runs, depth(), Variances::response)),
                        TableNumbers.number(network.predictedForward()),
                        TableNumbers.spread(at(runs, 1, Variances::gradient)),
                        TableNumbers.number(network.predictedBackward())));
            }
        }
        page.heading("Fan-in or fan-out, where widths change")
                .paragraph("ReLU, " + depth()
                        + " layers, variance 2 / fan. Forward: variance of the responses of the last layer over that of"
                        + " the first. Back: variance of the gradient by the responses of the first layer over that of the last."
                        + " Predicted: the products of He et al.")
                .table(new Table(List.of("widths", "fan", "forward", "predicted", "back", "predicted back"), rows));
    }

    private void laws(ResultPage page, Journal journal) {
        List<String> head = new ArrayList<>(List.of("law"));
        COMPARED.stream().filter(layer -> layer <= depth()).forEach(layer -> head.add("layer " + layer));
        head.add("back");
        List<List<String>> rows = new ArrayList<>();
        for (Law law : Law.values()) {
            RectifierNetwork network =
                    new RectifierNetwork(Rectifier.RELU, new VarianceScaling(2, Fan.IN, law), same());
            List<Map<Integer, Variances>> runs =
                    measure(journal, "law", network, law.name().toLowerCase(Locale.ROOT), 10);
            List<String> row =
                    new ArrayList<>(List.of(law.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
            COMPARED.stream()
                    .filter(layer -> layer <= depth())
                    .forEach(layer -> row.add(TableNumbers.spread(at(runs, layer, Variances::response))));
            row.add(TableNumbers.spread(at(runs, 1, Variances::gradient)));
            rows.add(row);
        }
        page.heading("Gaussian or uniform, at equal variance")
                .paragraph("ReLU, variance 2 / fanIn, " + options.seeds(10).size()
                        + " seeds: variance of the responses over that of layer 1.")
                .table(new Table(head, rows));
    }

    private void convergence(ResultPage page, Journal journal) {
        List<Integer> depths = options.full() ? List.of(22, 30) : List.of(2, 3);
        int channels = options.full() ? 8 : 2;
        int examples = options.full() ? 500 : 50;
        int epochs = options.full() ? 10 : 1;
        List<Long> seeds = options.seeds(options.full() ? 3 : 1);
        LabelledData data = StoredData.MNIST.load(options.data()).reduced(2).limited(examples, examples);
        page.heading("Convergence at " + depths.get(0) + " and " + depths.get(1) + " layers")
                .paragraph("Networks of 3x3 convolutions of " + channels + " channels and a dense output layer on "
                        + examples
                        + " digits of MNIST, reduced to 14x14 pixels; the pictures are halved after the second layer. Nesterov's momentum 0.9, batches of "
                        + BATCH
                        + ": median, lowest and highest of " + seeds.size()
                        + " seeds. A constant guess has a loss of 2.303 and about 10 per cent right.");
        List<List<String>> rows = new ArrayList<>();
        for (int depth : depths) {
            NetworkSpec network = new NetworkSpec(Architecture.CONV, depth, channels, Activation.RELU);
            List<Curve> curves = new ArrayList<>();
            for (double rate : RATES) {
                for (Scheme scheme : List.of(XAVIER, HE)) {
                    List<List<double[]>> runs = seeds.stream()
                            .map(seed -> train(journal, network, scheme, rate, seed, epochs, data))
                            .toList();
                    curves.add(new Curve(
                            scheme.title() + ", rate " + rate,
                            curves.size(),
                            IntStream.rangeClosed(0, epochs)
                                    .mapToObj(epoch -> {
                                        MedianAndRange loss = MedianAndRange.of(each(runs, epoch, 0));
                                        return new Point(epoch, loss.low(), loss.median(), loss.high());
                                    })
                                    .toList()));
                    rows.add(List.of(
                            "" + depth,
                            "" + rate,
                            scheme.title(),
                            TableNumbers.spread(each(runs, epochs / 2, 0)),
                            TableNumbers.spread(each(runs, epochs, 0)),
                            TableNumbers.spread(each(runs, epochs, 1))));
                    options.say(network.title() + ", " + scheme.title() + " at " + rate);
                }
            }
            page.chart(
                    "convergence-" + depth,
                    new LineChart(
                            "Training loss, " + depth + " layers",
                            "passes",
                            "cross entropy",
                            "",
                            Scale.LINEAR,
                            3,
                            List.of(),
                            curves));
        }
        page.table(new Table(
                List.of(
                        "layers",
                        "learning rate",
                        "weights",
                        "training loss after " + epochs / 2 + " passes",
                        "after " + epochs,
                        "test accuracy, per cent"),
                rows));
    }

    private static List<Double> each(List<List<double[]>> runs, int epoch, int number) {
        return runs.stream().map(run -> run.get(epoch)[number]).toList();
    }

    /** Training loss and test accuracy in per cent, by epoch. */
    private static List<double[]> train(
            Journal journal,
            NetworkSpec network,
            Scheme scheme,
            double rate,
            long seed,
            int epochs,
            LabelledData data) {
        List<RunResult> results = new ArrayList<>();
        List<double[]> kept = new ArrayList<>();
        for (int epoch = 0; epoch <= epochs; epoch++) {
            int at = epoch;
            String part = "train " + data.train().numExamples() + " at " + rate;
            double[] row = journal.row(List.of(part, network.name(), scheme.name(), "" + seed, "" + at), () -> {
                if (results.isEmpty()) {
                    results.add(
                            new GridRun(epochs, BATCH, UpdateRule.NESTEROV, rate).train(network, scheme, seed, data));
                }
                RunResult result = results.get(0);
                return new double[] {result.trainLoss(at), Math.max(0, result.testAccuracy(at))};
            });
            kept.add(new double[] {row[0], 100 * row[1]});
        }
        return kept;
    }

    private Facts facts() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "variances",
                "dense layers, biases 0, standard-normal inputs, normal targets of deviation 1,000 (so that the gradient at the top does not depend on the signal), squared loss, 32 examples, double precision");
        settings.put(
                "seeds",
                "1, 2, ...: 5 for depths and fans, 10 for laws, 3 for training, unless --seeds says otherwise");
        settings.put(
                "reduced",
                "the paper trains ImageNet models of 22 and 30 layers for weeks; here it is small digits, few channels, two learning rates");
        return options.facts(settings);
    }
}
