package io.github.dl4jinit.examples.study.he;

import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.MedianAndRange;
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
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What layers of rectifiers do to variances, over depth, by fan and by distribution, beside what He et al. predict. */
final class VarianceTables {

    private static final List<Integer> LAYERS = List.of(2, 3, 5, 10, 20, 30, 50, 70, 100);
    private static final List<Integer> COMPARED = List.of(10, 50, 100);

    private final StudyOptions options;
    private final Journal journal;

    VarianceTables(StudyOptions options, Journal journal) {
        this.options = options;
        this.journal = journal;
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
    private Map<Integer, Variances> measure(String part, RectifierNetwork network, String scheme, long seed) {
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

    private List<Map<Integer, Variances>> measure(String part, RectifierNetwork network, String scheme, int seeds) {
        List<Map<Integer, Variances>> runs = options.seeds(seeds).stream()
                .map(seed -> measure(part, network, scheme, seed))
                .toList();
        options.say(part + ", " + network.rectifier().title() + ", " + scheme);
        return runs;
    }

    private static List<Double> at(List<Map<Integer, Variances>> runs, int layer, ToDoubleFunction<Variances> which) {
        return runs.stream()
                .map(run -> which.applyAsDouble(Objects.requireNonNull(run.get(layer))))
                .toList();
    }

    void depths(ResultPage page) {
        page.heading("Variance over depth")
                .paragraph("Networks of one width, " + same().get(0)
                        + ". Variance of the pre-activations over examples and units,"
                        + " over that of layer 1: median, lowest and highest seed. *Back* is the variance of the gradient with respect to the"
                        + " pre-activations of layer 1 over that of the last layer.");
        List<String> head = new ArrayList<>(List.of("network", "weights"));
        layers().forEach(layer -> head.add("layer " + layer));
        head.add("back");
        List<List<String>> rows = new ArrayList<>();
        for (Rectifier rectifier : Rectifier.values()) {
            List<Curve> curves = new ArrayList<>();
            for (Way way : ways(rectifier)) {
                RectifierNetwork network = new RectifierNetwork(rectifier, way.weights(), same());
                List<Map<Integer, Variances>> runs = measure("depth", network, way.name(), 5);
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

    void fans(ResultPage page) {
        List<List<String>> rows = new ArrayList<>();
        for (Widths widths : Widths.values()) {
            for (Fan fan : Fan.values()) {
                RectifierNetwork network = new RectifierNetwork(
                        Rectifier.RELU, new VarianceScaling(2, fan, Law.NORMAL), widths.list(depth()));
                List<Map<Integer, Variances>> runs = measure(
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
                        + " the first. Back: variance of the gradient with respect to the responses of the first layer over that of the last."
                        + " Predicted: the products of He et al.")
                .table(new Table(List.of("widths", "fan", "forward", "predicted", "back", "predicted back"), rows));
    }

    void laws(ResultPage page) {
        List<String> head = new ArrayList<>(List.of("law"));
        COMPARED.stream().filter(layer -> layer <= depth()).forEach(layer -> head.add("layer " + layer));
        head.add("back");
        List<List<String>> rows = new ArrayList<>();
        for (Law law : Law.values()) {
            RectifierNetwork network =
                    new RectifierNetwork(Rectifier.RELU, new VarianceScaling(2, Fan.IN, law), same());
            List<Map<Integer, Variances>> runs =
                    measure("law", network, law.name().toLowerCase(Locale.ROOT), 10);
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
}
