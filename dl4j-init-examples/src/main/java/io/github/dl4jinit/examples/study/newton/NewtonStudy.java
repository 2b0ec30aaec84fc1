package io.github.dl4jinit.examples.study.newton;

import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.newton.ClassifierTraining.Run;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Newton gradient descent against Adam: the authors' MNIST notebook repeated over seeds, both methods with settings chosen on other
 * data, the time that each takes to an accuracy of 0.93, and other data and networks.
 */
@Command(
        name = "ngd",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Newton gradient descent against Adam, by passes and by time.")
public final class NewtonStudy implements Callable<Integer> {

    private static final String NAME = "ngd";
    private static final int MOST_PASSES = 20;

    /** A seed that no reported run has. */
    private static final long SEARCH_SEED = 1001;

    /** Examples of each part in the smaller study. */
    private static final int FEW = 500;

    @Mixin
    private StudyOptions options = new StudyOptions();

    private final Map<Classifiers, Classifiers.Parts> data = new EnumMap<>(Classifiers.class);
    private @Nullable Classifiers warm;

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new NewtonStudy(), args);
    }

    @Override
    public Integer call() {
        Journal journal = journal();
        ResultPage page = ResultPage.of(NAME, "Newton gradient descent against Adam");
        notebook(page, journal);
        tuned(page, journal);
        for (Classifiers set : List.of(Classifiers.PEAKS, Classifiers.CIFAR10, Classifiers.CIFAR10_CONVOLUTIONAL)) {
            other(set, page, journal);
        }
        page.write(options.output(), facts(), journal);
        return 0;
    }

    private void notebook(ResultPage page, Journal journal) {
        List<SettingRuns> results = List.of(
                runs(journal, Classifiers.MNIST, ClassifierTraining.AUTHORS, passes(10), 10),
                runs(journal, Classifiers.MNIST, ClassifierTraining.adam(10_000, 1e-3), passes(20), 10));
        page.heading("MNIST, the authors' settings")
                .paragraph(Classifiers.MNIST.text()
                        + " One run of the notebook, whose seed is not known, has a test accuracy of 0.9388 after 10 passes of NGD and of"
                        + " 0.9159 after 20 of Adam.")
                .table(SettingRuns.table(results));
        SettingRuns.charts(page, "mnist-authors", "MNIST, the authors' settings", results);
    }

    private void tuned(ResultPage page, Journal journal) {
        int most = passes(10);
        int few = passes(5);
        List<SettingRuns> adam =
                search(journal, Classifiers.MNIST, adams(List.of(100, 200, 500), List.of(1e-3, 3e-3, 1e-2)), few);
        List<SettingRuns> newton = search(
                journal,
                Classifiers.MNIST,
                List.of(
                        new ClassifierTraining(200, 3e-3, 1, 3, 1, 1e-2),
                        new ClassifierTraining(500, 3e-3, 1, 3, 1, 1e-2),
                        new ClassifierTraining(500, 1e-2, 1, 3, 1, 1e-2),
                        new ClassifierTraining(500, 3e-3, 1, 3, 2, 1e-3),
                        new ClassifierTraining(500, 1e-2, 1, 3, 2, 1e-3),
                        new ClassifierTraining(2500, 3e-3, 2, 5, 10, 1e-3),
                        new ClassifierTraining(2500, 1e-2, 2, 5, 10, 1e-3)),
                few);
        page.heading("MNIST, settings searched")
                .paragraph(
                        "The search: seed " + SEARCH_SEED + ", " + few
                                + " passes, accuracies on the images that settings are chosen by. Updates are those of the hidden layers for each minibatch.")
                .table(SettingRuns.table(
                        Stream.concat(adam.stream(), newton.stream()).toList()));
        List<SettingRuns> results = Stream.of(adam, newton)
                .flatMap(found -> Stream.of(fastest(found), best(found)).distinct())
                .map(setting -> runs(journal, Classifiers.MNIST, setting, most, 3))
                .toList();
        page.paragraph("Of each method the setting that came to " + ClassifierTraining.TARGET
                        + " first and the one that was best at the end, on the test images:")
                .table(SettingRuns.table(results));
        SettingRuns.charts(page, "mnist-searched", "MNIST, settings searched", results);
    }

    private static List<ClassifierTraining> adams(List<Integer> batches, List<Double> rates) {
        return batches.stream()
                .flatMap(batch -> rates.stream().map(rate -> ClassifierTraining.adam(batch, rate)))
                .toList();
    }

    private void other(Classifiers set, ResultPage page, Journal journal) {
        int passes = passes(10);
        List<Double> rates = List.of(1e-3, 3e-3);
        List<ClassifierTraining> newtons = rates.stream()
                .map(rate -> new ClassifierTraining(500, rate, 2, 5, 5, 1e-3))
                .toList();
        List<SettingRuns> results = Stream.of(adams(List.of(100), rates), newtons)
                .map(settings -> best(search(journal, set, settings, passes)))
                .map(setting -> runs(journal, set, setting, passes, 3))
                .toList();
        page.heading(set.title())
                .paragraph(set.text() + " Rates searched as above; those that were best after " + passes + " passes.")
                .table(SettingRuns.table(results));
        SettingRuns.charts(page, set.name().toLowerCase(Locale.ROOT).replace('_', '-'), set.title(), results);
    }

    private int passes(int published) {
        return options.full() ? published : 1;
    }

    private static ClassifierTraining fastest(List<SettingRuns> results) {
        return results.stream()
                .min(Comparator.comparing(SettingRuns::reached))
                .orElseThrow()
                .setting();
    }

    private static ClassifierTraining best(List<SettingRuns> results) {
        return results.stream()
                .max(Comparator.comparing(SettingRuns::accuracy))
                .orElseThrow()
                .setting();
    }

    private Journal journal() {
        List<String> columns = new ArrayList<>(List.of("seconds to " + ClassifierTraining.TARGET));
        for (int pass = 1; pass <= MOST_PASSES; pass++) {
            columns.addAll(List.of("accuracy " + pass, "loss " + pass, "seconds " + pass));
        }
        return options.journal(NAME, List.of("data", "part", "training", "passes", "seed"), columns);
    }

    private SettingRuns runs(Journal journal, Classifiers set, ClassifierTraining setting, int passes, int seeds) {
        return new SettingRuns(
                setting,
                options.seeds(options.full() ? seeds : 1).stream()
                        .map(seed -> run(journal, set, setting, passes, seed, false))
                        .toList());
    }

    private List<SettingRuns> search(Journal journal, Classifiers set, List<ClassifierTraining> settings, int passes) {
        return settings.stream()
                .map(setting ->
                        new SettingRuns(setting, List.of(run(journal, set, setting, passes, SEARCH_SEED, true))))
                .toList();
    }

    private Run run(
            Journal journal, Classifiers set, ClassifierTraining setting, int passes, long seed, boolean search) {
        List<String> key = List.of(set.name(), search ? "validation" : "test", setting.text(), "" + passes, "" + seed);
        Run run = Run.of(journal.row(key, () -> {
            Classifiers.Parts parts = data.computeIfAbsent(set, this::parts);
            warmUp(set, parts);
            return setting.train(set, parts.train(), search ? parts.validation() : parts.test(), passes, seed);
        }));
        options.say(String.format(
                Locale.ROOT,
                "%s, %s, seed %d: %.4f after %.1f s",
                set.title(),
                setting.text(),
                seed,
                Run.last(run.accuracy()),
                Run.last(run.seconds())));
        return run;
    }

    private Classifiers.Parts parts(Classifiers set) {
        Classifiers.Parts parts = set.parts(options.data());
        return options.full() ? parts : parts.first(FEW);
    }

    /** So that the first runs are not charged with the start of the Java machine. */
    private void warmUp(Classifiers set, Classifiers.Parts parts) {
        if (warm != set) {
            warm = set;
            ClassifierTraining.adam(500, 1e-3).train(set, parts.train(), parts.test(), 1, SEARCH_SEED);
            new ClassifierTraining(500, 1e-3, 1, 3, 1, 1e-3).train(set, parts.train(), parts.test(), 1, SEARCH_SEED);
        }
    }

    private Facts facts() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("seeds", "1, 2, ... for weights; minibatches in one order");
        settings.put("weights", "Glorot uniform, zero biases, none before the softmax");
        settings.put("precision", "FLOAT; Newton steps DOUBLE");
        settings.put(
                "time",
                "processor time of the training thread without the looks at the network; run with OMP_NUM_THREADS=1");
        settings.put("training loss", "on the first " + ClassifierTraining.SEEN + " training examples");
        settings.put(
                "to 0.93",
                "looked at every " + ClassifierTraining.BETWEEN_LOOKS
                        + " examples or after each minibatch, whichever is more");
        return options.facts(settings);
    }
}
