package io.github.dl4jinit.examples.study.leastsquares;

import io.github.dl4jinit.examples.charts.Chart;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.examples.study.box.BoxNetwork.Start;
import io.github.dl4jinit.examples.study.leastsquares.RegressionTask.Method;
import io.github.dl4jinit.examples.study.leastsquares.RegressionTask.Run;
import io.github.dl4jinit.examples.study.leastsquares.RegressionTask.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Least squares gradient descent against Adam and L-BFGS, on sin(2 pi x) and on a function with a jump, from He's and from Box
 * initialization, over depths.
 */
@Command(
        name = "lsgd",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Least squares gradient descent against Adam and L-BFGS, by passes, by time and by depth.")
public final class LeastSquaresStudy implements Callable<Integer> {

    private static final String NAME = "lsgd";
    private static final double HIDDEN_RATE = 1e-3;
    private static final double[] RATES = {1e-3, 3e-3, 1e-2, 3e-2};

    /** A seed that no reported run has. */
    private static final long SEARCH_SEED = 1001;

    /** Most looks of any training: after 1, 2, 4, ... passes. */
    private static final int MOST_LOOKS = 15;

    @Mixin
    private StudyOptions options = new StudyOptions();

    private boolean isWarm;

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new LeastSquaresStudy(), args);
    }

    @Override
    public Integer call() {
        List<String> columns = new ArrayList<>(List.of("seconds to 1e-5"));
        for (int look = 0; look < MOST_LOOKS; look++) {
            columns.addAll(List.of("error " + (1 << look), "seconds " + (1 << look)));
        }
        Journal journal =
                options.journal(NAME, List.of("target", "network", "depth", "training", "passes", "seed"), columns);
        ResultPage page = ResultPage.of(NAME, "Least squares gradient descent against Adam and L-BFGS");
        List<RegressionTask> adams = search(page, journal);
        sine(adams, page, journal);
        for (Target target : Target.values()) {
            depths(target, page, journal);
        }
        page.write(options.output(), facts(), journal);
        return 0;
    }

    /** Adam's best rates, kept and falling. */
    private List<RegressionTask> search(ResultPage page, Journal journal) {
        int looks = looks(12);
        List<List<String>> rows = new ArrayList<>();
        List<RegressionTask> best = new ArrayList<>();
        for (Method method : List.of(Method.ADAM, Method.FALLING_ADAM)) {
            Map<RegressionTask, Run> found = new LinkedHashMap<>();
            for (double rate : RATES) {
                RegressionTask task = new RegressionTask(Target.SINE, null, 4, method, rate, looks);
                found.put(task, run(journal, task, SEARCH_SEED));
            }
            found.forEach((task, run) -> rows.add(
                    List.of(task.training(), TableNumbers.power(run.best()), TableNumbers.power(run.error()))));
            best.add(found.entrySet().stream()
                    .min(Map.Entry.comparingByValue(Comparator.comparingDouble(Run::error)))
                    .orElseThrow()
                    .getKey());
        }
        page.heading("Adam's learning rate on the sine")
                .paragraph("tanh, depth 4, seed " + SEARCH_SEED + ", " + (1 << (looks - 1))
                        + " passes; the error at the end decides.")
                .table(new Table(List.of("training", "best error", "error at the end"), rows));
        return best;
    }

    private void sine(List<RegressionTask> adams, ResultPage page, Journal journal) {
        List<Long> seeds = options.seeds(options.full() ? 5 : 1);
        Stream<RegressionTask> others = Stream.of(
                new RegressionTask(Target.SINE, null, 4, Method.LSGD, HIDDEN_RATE, looks(9)),
                new RegressionTask(Target.SINE, null, 4, Method.LBFGS, 1, looks(12)),
                new RegressionTask(Target.SINE, null, 4, Method.DL4J_LBFGS, 1, looks(9)));
        Map<RegressionTask, List<Run>> results = new LinkedHashMap<>();
        Stream.concat(others, adams.stream().map(task -> task.withLooks(looks(MOST_LOOKS))))
                .forEach(task -> results.put(task, runs(journal, task, seeds)));
        page.heading("sin(2 pi x), width " + RegressionTask.WIDTH + ", depth 4, tanh")
                .paragraph("Root mean square error on points between those of the training, medians of " + seeds.size()
                        + " seeds; a pass is one update (L-BFGS: one line search) on all " + RegressionTask.POINTS
                        + " points.")
                .table(RegressionTables.table(results))
                .chart("sine-passes", RegressionTables.sineChart(results, true))
                .chart("sine-seconds", RegressionTables.sineChart(results, false));
    }

    private void depths(Target target, ResultPage page, Journal journal) {
        List<Long> seeds = options.seeds(options.full() ? 3 : 1);
        List<Integer> depths = options.full() ? List.of(2, 4, 8, 16, 32, 64) : List.of(2, 4);
        Map<RegressionTask, List<Run>> results = new LinkedHashMap<>();
        depths.forEach(depth -> deep(target, depth).forEach(task -> results.put(task, runs(journal, task, seeds))));
        page.heading(target.text() + ", width " + RegressionTask.WIDTH + ", ReLU, by depth")
                .paragraph("Root mean square error at the end, median of " + seeds.size()
                        + " seeds, smallest and largest in brackets; a dash is a lost network. Passes: "
                        + passes(results) + ".")
                .table(RegressionTables.byDepth(depths, results, RegressionTables::errors))
                .paragraph("Seconds that it took, medians:")
                .table(RegressionTables.byDepth(depths, results, RegressionTables::seconds))
                .chart(Chart.fileName(target.name()) + "-depth", RegressionTables.depthChart(target, depths, results));
    }

    private List<RegressionTask> deep(Target target, int depth) {
        return Stream.of(Start.HE_PLAIN, Start.HE_RESIDUAL, Start.HE_BIASED, Start.BOX_RESIDUAL)
                .flatMap(start -> Stream.of(
                        new RegressionTask(target, start, depth, Method.LSGD, HIDDEN_RATE, looks(7)),
                        new RegressionTask(target, start, depth, Method.ADAM, HIDDEN_RATE, looks(9)),
                        new RegressionTask(target, start, depth, Method.LBFGS, 1, looks(8))))
                .toList();
    }

    private int looks(int published) {
        return options.full() ? published : 3;
    }

    private static String passes(Map<RegressionTask, List<Run>> results) {
        Map<String, Integer> passes = new LinkedHashMap<>();
        results.keySet().forEach(task -> passes.put(task.method().title(), task.passes()));
        return passes.toString().replaceAll("[{}]", "").replace('=', ' ');
    }

    private List<Run> runs(Journal journal, RegressionTask task, List<Long> seeds) {
        return seeds.stream().map(seed -> run(journal, task, seed)).toList();
    }

    private Run run(Journal journal, RegressionTask task, long seed) {
        List<String> key = List.of(
                task.target().name(),
                task.network(),
                "" + task.depth(),
                task.training(),
                "" + task.passes(),
                "" + seed);
        Run run = Run.of(journal.row(key, () -> {
            warmUp();
            return task.train(seed);
        }));
        options.say(String.format(
                Locale.ROOT,
                "%s, %s, depth %d, %s, seed %d: %s after %.2f s",
                task.target().text(),
                task.network(),
                task.depth(),
                task.training(),
                seed,
                RegressionTables.number(run.error()),
                run.time()));
        return run;
    }

    /** So that the first runs are not charged with the start of the Java machine. */
    private void warmUp() {
        if (!isWarm) {
            isWarm = true;
            for (Method method : Method.values()) {
                new RegressionTask(Target.SINE, null, 4, method, HIDDEN_RATE, looks(8)).train(SEARCH_SEED);
            }
        }
    }

    private Facts facts() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("points", RegressionTask.POINTS + " in the middle of equal cells; judged on as many between them");
        settings.put("tanh", "weights XAVIER");
        settings.put("ReLU", "He or Box, output layer XAVIER, learning rate " + HIDDEN_RATE);
        settings.put("LSGD", "a pass is one update of the hidden layers by Adam, then one solve");
        settings.put("L-BFGS", "memory 10, weak Wolfe conditions; Deeplearning4j's with its defaults");
        settings.put(
                "time",
                "processor time of the training thread without the looks at the network; run with OMP_NUM_THREADS=1");
        settings.put("precision", "double");
        settings.put("seeds", "1, 2, ... for weights; no other randomness");
        return options.facts(settings);
    }
}
