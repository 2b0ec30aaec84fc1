package io.github.dl4jinit.examples.study.partition;

import io.github.dl4jinit.examples.charts.Curve;
import io.github.dl4jinit.examples.charts.LineChart;
import io.github.dl4jinit.examples.charts.LineChart.Scale;
import io.github.dl4jinit.examples.charts.Point;
import io.github.dl4jinit.examples.charts.Table;
import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.study.Journal;
import io.github.dl4jinit.examples.study.ResultPage;
import io.github.dl4jinit.examples.study.StudyOptions;
import io.github.dl4jinit.examples.study.TableNumbers;
import io.github.dl4jinit.trainer.LeastSquaresTrainer;
import io.github.dl4jinit.trainer.PolynomialGate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.DoubleUnaryOperator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How partition-of-unity networks converge with more parts (h) and with higher degrees (p). */
@Command(
        name = "pou",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Partition-of-unity networks: error by parts and degree.")
public final class PartitionStudy implements Callable<Integer> {

    private static final String NAME = "pou";
    private static final int POINTS = 400;
    private static final double RATE = 1e-2;

    @Mixin
    private StudyOptions options = new StudyOptions();

    /**
     * Runs the study and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new PartitionStudy(), args);
    }

    /** What is approximated on [-1, 1]. */
    private record Target(String name, String title, DoubleUnaryOperator function) {}

    private static final Target SMOOTH =
            new Target("smooth", "sin(5 x + 1) exp(x / 2), smooth", x -> Math.sin(5 * x + 1) * Math.exp(x / 2));
    private static final Target JUMPS =
            new Target("pieces", "three parabolas with two jumps", PartitionStudy::parabolas);

    private static double parabolas(double x) {
        if (x < -0.4) {
            return 1 + 2 * x + x * x;
        }
        return x < 0.3 ? -1 + x - 3 * x * x : 0.5 - 2 * x + 1.5 * x * x;
    }

    @Override
    public Integer call() {
        List<Integer> parts = options.full() ? List.of(1, 2, 4, 8, 16) : List.of(1, 2);
        List<Integer> degrees = options.full() ? List.of(0, 1, 2, 3, 5) : List.of(0, 2);
        Journal journal = options.journal(
                NAME,
                List.of("target", "start", "parts", "degree", "updates", "seed"),
                List.of("solve alone", "trained"));
        ResultPage page = ResultPage.of(NAME, "Partition-of-unity networks: more parts, higher degrees");
        known(page, journal);
        for (Target target : List.of(SMOOTH, JUMPS)) {
            page.heading(target.title());
            table(page, journal, target, parts, degrees);
        }
        page.write(options.output(), facts(), journal);
        return 0;
    }

    /** Gates that are sharp where the pieces meet. */
    private void known(ResultPage page, Journal journal) {
        double error = journal.row(List.of(JUMPS.name(), "known", "3", "2", "0", "1"), () -> {
            ComputationGraph graph = network(3, 2, 1, DataType.DOUBLE);
            sharpen(graph);
            LeastSquaresTrainer.builder(graph).updates(0).build().fit(data(JUMPS, 0.5));
            double known = error(graph, data(JUMPS, 0.25));
            return new double[] {known, known};
        })[0];
        page.heading("Piecewise polynomials, parts known")
                .paragraph(
                        "Gates set by hand to the pieces of the parabolas, degree 2, one solve: error on points between those of the fit.")
                .table(new Table(
                        List.of("target", "parts", "degree", "root mean square error"),
                        List.of(List.of(JUMPS.title(), "3", "2", TableNumbers.power(error)))));
    }

    /** Softmax of straight lines: part 1 over part 0 right of -0.4, part 2 over part 1 right of 0.3, with slopes so high that gates are 0 or 1. */
    private static void sharpen(ComputationGraph graph) {
        double steep = 1e6;
        graph.getLayer("hidden").getParam("W").assign(0).putScalar(0, 0, 1e-3);
        graph.getLayer("hidden").getParam("b").assign(0);
        INDArray weights = graph.getLayer("gates").getParam("W").assign(0);
        INDArray bias = graph.getLayer("gates").getParam("b");
        weights.putScalar(0, 1, 1e3 * steep).putScalar(0, 2, 2e3 * steep);
        // tanh(x / 1000) stands for x / 1000; the jumps lie between points.
        bias.putScalar(1, steep * 0.4).putScalar(2, steep * (0.4 - 0.3));
        bias.putScalar(0, 0);
    }

    private void table(ResultPage page, Journal journal, Target target, List<Integer> parts, List<Integer> degrees) {
        int updates = options.full() ? 100 : 5;
        List<Long> seeds = options.seeds(options.full() ? 3 : 1);
        List<List<String>> solved = new ArrayList<>();
        List<List<String>> trained = new ArrayList<>();
        List<Curve> curves = new ArrayList<>();
        for (int degree : degrees) {
            List<String> alone = new ArrayList<>(List.of("degree " + degree));
            List<String> together = new ArrayList<>(List.of("degree " + degree));
            List<Point> points = new ArrayList<>();
            for (int count : parts) {
                List<double[]> runs = seeds.stream()
                        .map(seed -> journal.row(
                                List.of(target.name(), "drawn", "" + count, "" + degree, "" + updates, "" + seed),
                                () -> run(target, count, degree, updates, seed)))
                        .toList();
                MedianAndRange before =
                        MedianAndRange.of(runs.stream().map(run -> run[0]).toList());
                MedianAndRange after =
                        MedianAndRange.of(runs.stream().map(run -> run[1]).toList());
                alone.add(TableNumbers.power(before.median()));
                together.add(TableNumbers.power(after.median()));
                points.add(new Point(points.size(), after.low(), after.median(), after.high()));
            }
            solved.add(alone);
            trained.add(together);
            curves.add(new Curve("degree " + degree, curves.size(), points));
            options.say(target.title() + ", degree " + degree);
        }
        List<String> head = new ArrayList<>(List.of("parts"));
        parts.forEach(count -> head.add("" + count));
        page.paragraph(
                        "After " + updates
                                + " updates of the gates, each followed by a solve: median root mean square error on points between those of the training.")
                .table(new Table(head, trained))
                .chart(
                        target.name(),
                        new LineChart(
                                target.title() + ": median and range",
                                "parts",
                                "root mean square error",
                                "",
                                Scale.LOG,
                                Double.POSITIVE_INFINITY,
                                parts.stream().map(String::valueOf).toList(),
                                curves))
                .paragraph("The first solve alone, with the gates that the network starts with:")
                .table(new Table(head, solved));
    }

    private static double[] run(Target target, int parts, int degree, int updates, long seed) {
        ComputationGraph graph = network(parts, degree, seed, DataType.DOUBLE);
        DataSet train = data(target, 0.5);
        DataSet between = data(target, 0.25);
        LeastSquaresTrainer.builder(graph).updates(0).build().fit(train);
        double before = error(graph, between);
        LeastSquaresTrainer.builder(graph).build().fit(new ListDataSetIterator<>(List.of(train), 1), updates);
        return new double[] {before, error(graph, between)};
    }

    private static ComputationGraph network(int parts, int degree, long seed, DataType type) {
        ComputationGraph graph = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(type)
                .updater(new Adam(RATE))
                .activation(Activation.TANH)
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", new DenseLayer.Builder().nIn(1).nOut(16).build(), "in")
                .addLayer(
                        "gates",
                        new DenseLayer.Builder()
                                .nIn(16)
                                .nOut(parts)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "hidden")
                .addVertex("basis", new PolynomialGate(degree), "gates", "in")
                .addLayer(
                        "out",
                        new OutputLayer.Builder(LossFunction.MSE)
                                .activation(Activation.IDENTITY)
                                .hasBias(false)
                                .nIn(PolynomialGate.features(parts, 1, degree))
                                .nOut(1)
                                .build(),
                        "basis")
                .setOutputs("out")
                .build());
        graph.init();
        // Steps at random places of [-1, 1] instead of all at 0.
        INDArray weights = graph.getLayer("hidden").getParam("W");
        INDArray places = Nd4j.rand(DataType.DOUBLE, 1, 16).muli(2).subi(1);
        weights.muli(6);
        graph.getLayer("hidden")
                .getParam("b")
                .assign(weights.mul(places)
                        .neg()
                        .reshape(graph.getLayer("hidden").getParam("b").shape()));
        graph.getLayer("gates").getParam("W").muli(4);
        return graph;
    }

    private static DataSet data(Target target, double shift) {
        double[][] x = new double[POINTS][1];
        double[][] y = new double[POINTS][1];
        for (int i = 0; i < POINTS; i++) {
            x[i][0] = -1 + 2 * (i + shift) / POINTS;
            y[i][0] = target.function().applyAsDouble(x[i][0]);
        }
        return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
    }

    private static double error(ComputationGraph graph, DataSet set) {
        INDArray difference = graph.outputSingle(set.getFeatures()).sub(set.getLabels());
        return difference.norm2Number().doubleValue() / Math.sqrt(POINTS);
    }

    private Facts facts() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("networks", "1-16 tanh - parts softmax - PolynomialGate(degree) - linear output without a bias");
        settings.put(
                "start",
                "steps of the hidden layer at random places of [-1, 1], weights of both layers 6 and 4 times Glorot's");
        settings.put(
                "training",
                "LeastSquaresTrainer, one batch of " + POINTS + " points, Adam at " + RATE + " for the gates");
        settings.put("seeds", "1, 2, ...");
        settings.put("precision", "DOUBLE");
        return options.facts(settings);
    }
}
