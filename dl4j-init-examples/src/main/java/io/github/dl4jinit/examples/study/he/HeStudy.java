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
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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

    @Override
    public Integer call() {
        Journal journal = options.journal(
                NAME,
                List.of("part", "network", "scheme", "seed", "layer_or_epoch"),
                List.of("response_or_loss", "gradient_or_accuracy"));
        ResultPage page = ResultPage.of(NAME, "He initialization at depth");
        VarianceTables variances = new VarianceTables(options, journal);
        variances.depths(page);
        variances.fans(page);
        variances.laws(page);
        convergence(page, journal);
        page.write(options.output(), facts(), journal);
        return 0;
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
                        + " digits of MNIST, reduced to 14x14 pixels; the images are halved after the second layer. Nesterov's momentum 0.9, batches of "
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
