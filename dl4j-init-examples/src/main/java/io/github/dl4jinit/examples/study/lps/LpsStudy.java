package io.github.dl4jinit.examples.study.lps;

import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Architecture;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.compare.NetworkSpec;
import io.github.dl4jinit.examples.compare.RunResult;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.compare.Schemes;
import io.github.dl4jinit.examples.compare.UpdateRule;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.StoredData;
import io.github.dl4jinit.examples.study.GridRun;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.nd4j.linalg.activations.Activation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Whether networks learn faster from the LPS-reconstruction: dense and convolutional ones, on MNIST and a part of CIFAR-10. */
@Command(
        name = "lps",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        description = "Trains dense and convolutional ReLU networks from the LPS-reconstruction and from others.")
public final class LpsStudy implements Callable<Integer> {

    private static final String NAME = "lps";
    private static final int EPOCHS = 5;
    private static final int BATCH = 50;
    private static final double RATE = 1e-3;
    private static final int TEST = 500;

    private static final List<StoredData> DATA = List.of(StoredData.MNIST, StoredData.CIFAR10);
    private static final List<NetworkSpec> NETWORKS = List.of(
            new NetworkSpec(Architecture.MLP, 10, 50, Activation.RELU),
            new NetworkSpec(Architecture.MLP, 20, 8, Activation.RELU),
            new NetworkSpec(Architecture.CONV, 6, 8, Activation.RELU));
    private static final List<String> SCHEMES = List.of("he", "lsuv", "lps", "rai");

    @Mixin
    private StudyOptions options = new StudyOptions();

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new LpsStudy(), args);
    }

    @Override
    public Integer call() {
        int examples = options.full() ? 500 : 100;
        List<Long> seeds = options.seeds(options.full() ? 3 : 1);
        Journal journal = options.journal(
                NAME, List.of("data", "examples", "network", "scheme", "seed"), List.of("train_loss", "test_accuracy"));
        ResultPage page =
                ResultPage.of(NAME, "LPS-reconstruction on MNIST and CIFAR-10: a reconstruction from the abstract");
        for (StoredData set : DATA) {
            LabelledData data = set.load(options.data()).limited(examples, TEST);
            page.heading(set == StoredData.MNIST ? "MNIST" : "CIFAR-10, a part")
                    .paragraph("Test accuracy in per cent after " + EPOCHS + " passes over "
                            + data.train().numExamples() + " examples; median, lowest and highest of " + seeds.size()
                            + " seeds. *Stuck*: no better than 15 per cent.")
                    .table(table(set, data, seeds, examples, journal));
        }
        page.write(options.output(), facts(seeds, examples), journal);
        return 0;
    }

    private Table table(StoredData set, LabelledData data, List<Long> seeds, int examples, Journal journal) {
        List<String> head = new ArrayList<>(List.of("network"));
        SCHEMES.forEach(name -> head.add(Schemes.named(name).title()));
        List<List<String>> rows = new ArrayList<>();
        for (NetworkSpec network : NETWORKS) {
            List<String> row = new ArrayList<>(List.of(network.title()));
            for (String name : SCHEMES) {
                Scheme scheme = Schemes.named(name);
                List<Double> accuracies = seeds.stream()
                        .map(seed -> journal.row(
                                        List.of(set.id(), "" + examples, network.name(), name, "" + seed),
                                        () -> train(network, scheme, seed, data))[1])
                        .toList();
                row.add(text(accuracies));
                options.say(set.id() + ", " + network.title() + ", " + scheme.title());
            }
            rows.add(row);
        }
        return new Table(head, rows);
    }

    private static String text(List<Double> accuracies) {
        MedianAndRange spread = MedianAndRange.of(accuracies);
        long stuck = accuracies.stream().filter(a -> a <= 0.15).count();
        return String.format(
                        Locale.ROOT,
                        "%.1f (%.1f .. %.1f)",
                        100 * spread.median(),
                        100 * spread.low(),
                        100 * spread.high())
                + (stuck == 0 ? "" : ", " + stuck + " stuck");
    }

    private static double[] train(NetworkSpec network, Scheme scheme, long seed, LabelledData data) {
        RunResult result = new GridRun(EPOCHS, BATCH, UpdateRule.ADAM, RATE).train(network, scheme, seed, data);
        return new double[] {result.trainLoss(EPOCHS), Math.max(0, result.testAccuracy(EPOCHS))};
    }

    private Facts facts(List<Long> seeds, int examples) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "training",
                examples + " examples of each set, batches of " + BATCH + ", Adam, learning rate " + RATE
                        + ", not searched for");
        settings.put("test", TEST + " examples");
        settings.put(
                "networks", NETWORKS.stream().map(NetworkSpec::name).toList().toString());
        settings.put("seeds", seeds.toString());
        settings.put("reduced", "sizes, sets and passes are those that a few minutes on one core allow");
        return options.facts(settings);
    }
}
