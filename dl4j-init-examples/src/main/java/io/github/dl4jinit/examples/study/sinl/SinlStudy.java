package io.github.dl4jinit.examples.study.sinl;

import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.UpdateRule;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.StoredData;
import io.github.dl4jinit.examples.progress.ProgressDisplay;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.RateSearch;
import io.github.dl4jinit.examples.study.RateSearch.Choice;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The comparison of the SINL paper, on its data sets: what alignment does to training, against the usual starts. */
@Command(
        name = "sinl",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Trains MLPs and convolution networks from SINL and from its paper's baselines, each at the learning"
                        + " rate that a search on the validation part finds for it.")
public final class SinlStudy implements Callable<Integer> {

    private static final String NAME = "sinl";
    private static final RateSearch SEARCH =
            new RateSearch(List.of(0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0), List.of(1001L));
    private static final int BATCH = 100;
    private static final int FULL_SEEDS = 10;
    private static final int FEW_SEEDS = 3;

    /** The seed whose trainings are done as a ComputationGraph, too. */
    private static final long TWIN_SEED = 2;

    @Mixin
    private StudyOptions options = new StudyOptions();

    @Option(
            names = "--data",
            split = ",",
            paramLabel = "SET",
            description = "of letter, coil20 and monkey10 (default: all three)")
    private List<StoredData> data = List.of(StoredData.LETTER, StoredData.COIL20, StoredData.MONKEY10);

    @Option(
            names = "--depths",
            split = ",",
            paramLabel = "N",
            description = "hidden layers of the MLPs, to run a part of the grid (default: all)")
    private List<Integer> depths = List.of();

    @Option(
            names = "--methods",
            split = ",",
            paramLabel = "NAME",
            description = "starts, to run a part of the grid (default: all)")
    private List<String> methods = List.of();

    @Option(names = "--report", description = "train nothing, only write the page from the raw numbers that are there")
    private boolean reportOnly;

    @Option(names = "--epochs", paramLabel = "N", description = "passes over the data (default: ${DEFAULT-VALUE})")
    private int epochs = 10;

    @Option(names = "--threads", paramLabel = "N", description = "runs at the same time (default: ${DEFAULT-VALUE})")
    private int threads = 1;

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new SinlStudy(), args);
    }

    @Override
    public Integer call() throws InterruptedException {
        List<LabelledData> tasks =
                data.stream().map(set -> Grid.reduced(set.load(options.data()))).toList();
        Grid grid = (options.full() ? Grid.full(tasks) : Grid.small(tasks)).only(depths, methods);
        Grid variants = (options.full() ? Grid.fullVariants(tasks) : Grid.smallVariants(tasks)).only(depths, methods);
        List<GridCell> cells = Stream.concat(grid.cells().stream(), variants.cells().stream())
                .distinct()
                .toList();
        List<Long> seeds = options.seeds(options.full() ? FULL_SEEDS : FEW_SEEDS);
        Journal journal = CellTrainer.journal(ResultPage.rawNumbers(options.output(), NAME), epochs);
        CellTrainer trainer = new CellTrainer(journal, SEARCH, UpdateRule.NESTEROV, epochs, BATCH);
        if (!reportOnly) {
            train(trainer, cells, seeds);
        }
        Map<GridCell, CellOutcome> outcomes = outcomes(trainer, cells, seeds);
        ResultTables results = new ResultTables(grid, outcomes);
        ResultPage page = ResultPage.of(NAME, "SINL against the usual starts");
        results.addTo(page);
        if (!variants.cells().isEmpty()) {
            new ResultTables(variants, outcomes).addAsVariants(page);
        }
        page.write(options.output(), options.facts(settings(results)), journal);
        return 0;
    }

    private Map<String, String> settings(ResultTables results) {
        Map<String, String> settings = new LinkedHashMap<>();
        results.grid().data().forEach(task -> settings.put(task.name(), describe(task)));
        settings.put("methods", results.methods());
        settings.put("update rule", "Nesterov momentum 0.9, minibatches of " + BATCH + ", " + epochs + " epochs");
        settings.put(
                "learning rate",
                "of " + SEARCH.rates()
                        + ", from the middle to the better neighbour as long as there is one, by the loss on the"
                        + " validation part after the last epoch, seed "
                        + SEARCH.seeds());
        settings.put("batch of LSUV and SINL", Grid.SEEN + " training examples");
        settings.put("seeds", "1, 2, ..., as many as the last column of each table says");
        return settings;
    }

    private static String describe(LabelledData task) {
        return String.format(
                Locale.ROOT,
                "%d training, %d validation and %d test examples of %d features, %d classes",
                task.train().numExamples(),
                task.validation().numExamples(),
                task.test().numExamples(),
                task.inputs(),
                task.classes());
    }

    private static Map<GridCell, CellOutcome> outcomes(CellTrainer trainer, List<GridCell> cells, List<Long> seeds) {
        Map<GridCell, CellOutcome> outcomes = new LinkedHashMap<>();
        for (GridCell cell : cells) {
            trainer.chosen(cell).ifPresent(choice -> {
                List<Trace> traces = new ArrayList<>();
                List<MatchedPair> twins = new ArrayList<>();
                for (long seed : seeds) {
                    Optional<Trace> chain = trainer.trained(cell, choice.rate(), seed);
                    Optional<Trace> graph = trainer.trained(cell.asGraph(), choice.rate(), seed);
                    chain.ifPresent(traces::add);
                    chain.ifPresent(c -> graph.ifPresent(g -> twins.add(new MatchedPair(c, g))));
                }
                outcomes.put(cell, new CellOutcome(choice, traces, twins));
            });
        }
        return outcomes;
    }

    private void train(CellTrainer trainer, List<GridCell> cells, List<Long> seeds) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (ProgressDisplay progress =
                ProgressDisplay.show("Training", "runs", (long) cells.size() * (seeds.size() + 2))) {
            List<Callable<Choice>> searches = new ArrayList<>();
            for (GridCell cell : cells) {
                searches.add(() -> trainer.choose(cell));
            }
            List<Double> rates = new ArrayList<>();
            for (Choice choice : results(pool, searches, progress)) {
                rates.add(choice.rate());
            }
            // Seed by seed, so that a study that is stopped has fewer seeds and not fewer cells.
            List<Callable<Trace>> trainings = new ArrayList<>();
            for (long seed : seeds) {
                for (int i = 0; i < cells.size(); i++) {
                    GridCell cell = cells.get(i);
                    double rate = rates.get(i);
                    trainings.add(() -> trainer.train(cell, rate, seed));
                    if (seed == TWIN_SEED) {
                        trainings.add(() -> trainer.train(cell.asGraph(), rate, seed));
                    }
                }
            }
            results(pool, trainings, progress);
        } finally {
            pool.shutdownNow();
        }
    }

    private static <T> List<T> results(ExecutorService pool, List<Callable<T>> tasks, ProgressDisplay progress)
            throws InterruptedException {
        List<Future<T>> futures = new ArrayList<>();
        tasks.forEach(task -> futures.add(pool.submit(task)));
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("a run broke: " + e.getCause(), e.getCause());
            }
            progress.advance(1);
        }
        return results;
    }
}
