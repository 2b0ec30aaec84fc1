package io.github.dl4jinit.examples.study;

import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.compare.Spread;
import io.github.dl4jinit.examples.study.BoxNetwork.Start;
import io.github.dl4jinit.trainer.LeastSquaresTrainer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Least squares gradient descent against Adam and against DL4J's L-BFGS, on sin(2 pi x) and on a function with a jump, from He's and from Box
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
    private static final String READING = """
            The tables say what was measured; a reading follows the run.""";
    private static final int WIDTH = 32;
    private static final int POINTS = 256;
    private static final double TARGET = 1e-5;
    private static final double DEEP_RATE = 1e-3;

    /** Columns of the raw numbers: the network is looked at after 1, 2, 4, ... passes. */
    private static final int MOST_LOOKS = 13;

    @Mixin
    private StudyOptions options = new StudyOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return Commands.line(new LeastSquaresStudy());
    }

    /** What is approximated on [0, 1]. */
    private enum Target {
        SINE("sin(2 pi x)", x -> Math.sin(2 * Math.PI * x)),
        JUMP(
                "4 x^2 left of 1/2, and 2 (x - 1)^2 - 1 from there on",
                x -> x < 0.5 ? 4 * x * x : 2 * (x - 1) * (x - 1) - 1);

        private final String text;
        // A function without state, which DoubleUnaryOperator cannot say of itself.
        @SuppressWarnings("ImmutableEnumChecker")
        private final DoubleUnaryOperator function;

        Target(String text, DoubleUnaryOperator function) {
            this.text = text;
            this.function = function;
        }

        /** Points in equal cells. */
        DataSet data(double placeInCell) {
            double[][] x = new double[POINTS][1];
            double[][] y = new double[POINTS][1];
            for (int i = 0; i < POINTS; i++) {
                x[i][0] = (i + placeInCell) / POINTS;
                y[i][0] = function.applyAsDouble(x[i][0]);
            }
            return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
        }
    }

    private enum Method {
        LSGD,
        ADAM,
        LBFGS;

        OptimizationAlgorithm algorithm() {
            return this == LBFGS ? OptimizationAlgorithm.LBFGS : OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT;
        }
    }

    /**
     * One kind of training.
     *
     * @param start of a ReLU network, or null for tanh
     * @param looks the passes are 2^(looks - 1)
     */
    private record Task(Target target, @Nullable Start start, int depth, Method method, double rate, int looks) {

        String training() {
            return method == Method.LBFGS ? "L-BFGS" : (method == Method.LSGD ? "LSGD, Adam at " : "Adam at ") + rate;
        }

        String network() {
            return start == null ? "tanh" : start.title();
        }

        int passes() {
            return 1 << (looks - 1);
        }
    }

    /** The time to the target; errors after 1, 2, 4, ... passes on points between those of the training, and the time. */
    private record Run(double reached, List<Double> errors, List<Double> seconds) {

        static Run of(double[] numbers) {
            List<Double> errors = new ArrayList<>();
            List<Double> seconds = new ArrayList<>();
            for (int i = 1; i < numbers.length; i += 2) {
                // An error that is not a number is that of a network that was lost.
                errors.add(Double.isNaN(numbers[i]) ? Double.POSITIVE_INFINITY : numbers[i]);
                seconds.add(numbers[i + 1]);
            }
            return new Run(numbers[0], errors, seconds);
        }

        static double last(List<Double> values) {
            return values.get(values.size() - 1);
        }
    }

    private List<Task> sine() {
        List<Task> tasks = new ArrayList<>();
        tasks.add(new Task(Target.SINE, null, 4, Method.LSGD, 1e-3, looks(9)));
        for (double rate : new double[] {1e-3, 3e-3, 1e-2}) {
            tasks.add(new Task(Target.SINE, null, 4, Method.ADAM, rate, looks(12)));
        }
        tasks.add(new Task(Target.SINE, null, 4, Method.LBFGS, 1, looks(10)));
        return tasks;
    }

    private List<Integer> depths() {
        return options.full() ? List.of(2, 4, 16, 64) : List.of(2, 4);
    }

    private int looks(int published) {
        return options.full() ? published : 3;
    }

    private List<Task> deep(Target target, int depth) {
        List<Task> tasks = new ArrayList<>();
        for (Start start : List.of(Start.HE_PLAIN, Start.HE_RESIDUAL, Start.BOX_RESIDUAL)) {
            tasks.add(new Task(target, start, depth, Method.LSGD, DEEP_RATE, looks(5)));
            tasks.add(new Task(target, start, depth, Method.ADAM, DEEP_RATE, looks(7)));
            tasks.add(new Task(target, start, depth, Method.LBFGS, 1, looks(4)));
        }
        return tasks;
    }

    @Override
    public Integer call() {
        List<Long> seeds = options.seeds(options.full() ? 3 : 1);
        List<String> columns = new ArrayList<>(List.of("seconds to 1e-5"));
        for (int look = 0; look < MOST_LOOKS; look++) {
            columns.addAll(List.of("error " + (1 << look), "seconds " + (1 << look)));
        }
        Journal journal = Journal.open(
                ResultPage.rawNumbers(options.output(), NAME),
                List.of("target", "network", "depth", "training", "passes", "seed"),
                columns);
        ResultPage page = new ResultPage(NAME, "Least squares gradient descent against Adam and L-BFGS", READING);
        Map<Task, List<Run>> shallow = new LinkedHashMap<>();
        sine().forEach(task -> shallow.put(task, runs(journal, task, seeds)));
        page.heading("sin(2 pi x), width 32, depth 4, tanh")
                .paragraph("Root mean square error on points between those of the training, medians of " + seeds.size()
                        + " seeds; a pass is one update (L-BFGS: one line search) on all " + POINTS + " points.")
                .table(table(shallow))
                .chart("sine-passes", chart(shallow, true))
                .chart("sine-seconds", chart(shallow, false));
        for (Target target : Target.values()) {
            Map<Task, List<Run>> deep = new LinkedHashMap<>();
            depths().forEach(depth -> deep(target, depth).forEach(task -> deep.put(task, runs(journal, task, seeds))));
            page.heading(target.text + ", width 32, ReLU, by depth")
                    .paragraph("Root mean square error at the end, medians of " + seeds.size()
                            + " seeds, worst in brackets. Passes: " + passes(deep) + ".")
                    .table(depthTable(deep))
                    .chart(target.name().toLowerCase(Locale.ROOT) + "-depth", depthChart(target, deep));
        }
        page.write(options.output(), facts(), journal);
        return 0;
    }

    private static String passes(Map<Task, List<Run>> results) {
        Map<String, Integer> passes = new LinkedHashMap<>();
        results.keySet().forEach(task -> passes.put(task.method().name(), task.passes()));
        return passes.toString().replaceAll("[{}]", "").replace('=', ' ');
    }

    private List<Run> runs(Journal journal, Task task, List<Long> seeds) {
        List<Run> runs = seeds.stream()
                .map(seed -> Run.of(journal.row(
                        List.of(
                                task.target().name(),
                                task.network(),
                                "" + task.depth(),
                                task.training(),
                                "" + task.passes(),
                                "" + seed),
                        () -> train(task, seed))))
                .toList();
        System.err.println(task.target() + ", " + task.network() + ", depth " + task.depth() + ", " + task.training()
                + ": " + number(Run.last(runs.get(0).errors())));
        return runs;
    }

    private static ComputationGraph network(Task task, long seed) {
        if (task.start() != null) {
            return BoxNetwork.build(
                    task.start(),
                    seed,
                    1,
                    WIDTH,
                    task.depth(),
                    task.rate(),
                    task.method().algorithm());
        }
        GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.DOUBLE)
                .updater(new Adam(task.rate()))
                .optimizationAlgo(task.method().algorithm())
                .activation(Activation.TANH)
                .graphBuilder()
                .addInputs("in");
        String last = "in";
        for (int i = 1; i <= task.depth(); i++) {
            graph.addLayer(
                    "layer" + i,
                    new DenseLayer.Builder().nIn(i == 1 ? 1 : WIDTH).nOut(WIDTH).build(),
                    last);
            last = "layer" + i;
        }
        ComputationGraph network = new ComputationGraph(graph.addLayer(
                        "out",
                        new OutputLayer.Builder(LossFunction.MSE)
                                .activation(Activation.IDENTITY)
                                .nIn(WIDTH)
                                .nOut(1)
                                .build(),
                        last)
                .setOutputs("out")
                .build());
        network.init();
        return network;
    }

    private static double error(ComputationGraph network, DataSet set) {
        INDArray difference = network.outputSingle(set.getFeatures()).sub(set.getLabels());
        return difference.norm2Number().doubleValue() / Math.sqrt(POINTS);
    }

    private static double[] train(Task task, long seed) {
        ComputationGraph network = network(task, seed);
        DataSet train = task.target().data(0.5);
        DataSet between = task.target().data(1.0 / 3);
        List<Double> numbers = new ArrayList<>(List.of(0.0));
        int[] passes = {0};
        TrainingClock clock = new TrainingClock(Integer.MAX_VALUE, -TARGET, () -> -error(network, between), seconds -> {
            passes[0]++;
            if (Integer.bitCount(passes[0]) == 1) {
                numbers.add(error(network, between));
                numbers.add(seconds);
            }
        });
        network.setListeners(clock);
        ListDataSetIterator<DataSet> data = new ListDataSetIterator<>(List.of(train), 1);
        if (task.method() == Method.LSGD) {
            LeastSquaresTrainer.builder(network).build().fit(data, task.passes());
        } else {
            network.fit(data, task.passes());
        }
        numbers.set(0, clock.reached());
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static Spread spread(List<Run> runs, ToDoubleFunction<Run> value) {
        return Spread.of(runs.stream().mapToDouble(value).boxed().toList());
    }

    private static String number(double value) {
        return Double.isInfinite(value) ? "-" : String.format(Locale.ROOT, "%.1e", value);
    }

    private static Table table(Map<Task, List<Run>> results) {
        List<List<String>> rows = new ArrayList<>();
        results.forEach((task, runs) -> {
            Spread last = spread(runs, run -> Run.last(run.errors()));
            double best = spread(runs, run -> run.errors().stream()
                            .mapToDouble(Double::doubleValue)
                            .min()
                            .orElseThrow())
                    .median();
            double reached = spread(runs, Run::reached).median();
            rows.add(List.of(
                    task.training(),
                    "" + task.passes(),
                    number(spread(runs, run -> run.errors().get(0)).median()),
                    number(best),
                    number(last.median()),
                    number(last.low()) + " .. " + number(last.high()),
                    String.format(
                            Locale.ROOT,
                            "%.2f",
                            spread(runs, run -> Run.last(run.seconds())).median()),
                    Double.isInfinite(reached) ? "never" : String.format(Locale.ROOT, "%.3f", reached)));
        });
        return new Table(
                List.of(
                        "training",
                        "passes",
                        "after 1 pass",
                        "best",
                        "at the end",
                        "range",
                        "seconds",
                        "seconds to 1e-5"),
                rows);
    }

    private static LineChart chart(Map<Task, List<Run>> results, boolean byPass) {
        List<Curve> curves = new ArrayList<>();
        int most = results.keySet().stream().mapToInt(Task::looks).max().orElseThrow();
        results.forEach((task, runs) -> {
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < task.looks(); i++) {
                int look = i;
                Spread error = spread(runs, run -> run.errors().get(look));
                double x = byPass
                        ? look
                        : spread(runs, run -> run.seconds().get(look)).median();
                points.add(new Point(x, error.low(), error.median(), error.high()));
            }
            curves.add(new Curve(task.training(), curves.size(), points));
        });
        List<String> passes = new ArrayList<>();
        for (int look = 0; byPass && look < most; look++) {
            passes.add("" + (1 << look));
        }
        return chart(
                "sin(2 pi x), tanh: error, median and range",
                byPass ? "passes" : "seconds of one core",
                passes,
                curves);
    }

    private static String line(Task task) {
        return task.network() + ", "
                + (task.method() == Method.LBFGS ? "L-BFGS" : task.method() == Method.LSGD ? "LSGD" : "Adam");
    }

    private Table depthTable(Map<Task, List<Run>> results) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        results.forEach((task, runs) -> {
            Spread last = spread(runs, run -> Run.last(run.errors()));
            rows.computeIfAbsent(line(task), text -> new ArrayList<>(List.of(text)))
                    .add(number(last.median()) + " (" + number(last.high()) + ")");
        });
        List<String> head = new ArrayList<>(List.of("start and training; layers"));
        depths().forEach(depth -> head.add("" + depth));
        return new Table(head, new ArrayList<>(rows.values()));
    }

    private LineChart depthChart(Target target, Map<Task, List<Run>> results) {
        Map<String, List<Point>> lines = new LinkedHashMap<>();
        results.forEach((task, runs) -> {
            Spread last = spread(runs, run -> Run.last(run.errors()));
            lines.computeIfAbsent(line(task), text -> new ArrayList<>())
                    .add(new Point(depths().indexOf(task.depth()), last.low(), last.median(), last.high()));
        });
        List<Curve> curves = new ArrayList<>();
        lines.forEach((text, points) -> curves.add(new Curve(text, curves.size(), points)));
        return chart(
                target.text + ": error at the end, median and range",
                "hidden layers",
                depths().stream().map(String::valueOf).toList(),
                curves);
    }

    private static LineChart chart(String title, String axis, List<String> categories, List<Curve> curves) {
        return new LineChart(
                title,
                axis,
                "root mean square error",
                "",
                LineChart.Scale.LOG,
                // Exploded networks run out of the picture.
                100,
                categories,
                curves);
    }

    private Facts facts() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("points", POINTS + " in the middle of equal cells; judged on as many between them");
        settings.put("tanh", "Glorot; ReLU: He or Box, output layer Glorot, learning rate " + DEEP_RATE);
        settings.put("LSGD", "one update of the hidden layers by Adam, then one solve, a pass");
        settings.put("L-BFGS", "DL4J's own, its defaults");
        settings.put(
                "time",
                "processor time of the training thread without the looks at the network; run with OMP_NUM_THREADS=1");
        settings.put("precision", "DOUBLE");
        settings.put("seeds", "1, 2, ... for weights; no other randomness");
        return Facts.here(Commands.toRepeat(spec, LeastSquaresStudy.class.getName()), settings);
    }
}
