package io.github.dl4jinit.examples.cli;

import io.github.dl4jinit.examples.charts.Chart;
import io.github.dl4jinit.examples.charts.Section;
import io.github.dl4jinit.examples.charts.SvgRenderer;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.compare.Plan;
import io.github.dl4jinit.examples.compare.Report;
import io.github.dl4jinit.examples.compare.Results;
import io.github.dl4jinit.examples.compare.RunResult;
import io.github.dl4jinit.examples.compare.RunResult.Outcome;
import io.github.dl4jinit.examples.compare.Runner;
import io.github.dl4jinit.examples.data.DataException;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.progress.ProgressDisplay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains the same networks from different starts, and shows the difference: in the terminal, as files, on a page. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Trains the same networks from different initial weights, all else the same.",
            "Without options: Shapeset-3x2 on a tanh MLP, a ReLU MLP and a residual graph, in a minute or two, without"
                    + " a network connection.%n"
        },
        footer = {
            "%nExamples:",
            "  mvn -q compile exec:exec -Dargs=\"--data letter --architecture mlp --depth 20 --schemes he,lsuv\"",
            "  mvn -q compile exec:exec -Dargs=\"--data csv my-table.csv --activation tanh\""
        })
public final class Compare implements Callable<Integer> {

    @Mixin
    private DataOptions dataOptions = new DataOptions();

    @Mixin
    private TrainingOptions trainingOptions = new TrainingOptions();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "runs at the same time; the results are the same bits for any number (default: all cores)")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            description =
                    "where to write index.html, results.json, epochs.csv and start.csv (default: ${DEFAULT-VALUE})")
    private Path output = Path.of("dl4j-init-results");

    @Option(names = "--svg", description = "write every chart as an SVG picture, too")
    private boolean svg;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /**
     * Runs the comparison and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new Compare(), args);
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (threads < 1) {
            throw bad("--threads must be >= 1, got " + threads);
        }
        LabelledData data;
        Plan plan;
        try {
            plan = trainingOptions.plan();
            dataOptions.check();
            createOutput();
            data = dataOptions.load();
            trainingOptions.check(plan, data);
        } catch (IllegalArgumentException | DataException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
        Results results = new Results(
                Facts.here(Commands.toRepeat(spec, ""), TrainingOptions.settings(plan, dataOptions.describe(data))),
                train(plan, data));
        Report report = new Report(plan, results);
        write(report);
        spec.commandLine().getOut().println(report.toText());
        spec.commandLine()
                .getOut()
                .println("Written: "
                        + output.resolve("index.html").toAbsolutePath().normalize());
        spec.commandLine().getOut().flush();
        return results.runs().stream().anyMatch(r -> r.outcome() == Outcome.FAILED) ? 1 : 0;
    }

    private List<RunResult> train(Plan plan, LabelledData data) throws InterruptedException {
        try (ProgressDisplay progress = ProgressDisplay.show("Training", "epochs", plan.totalEpochs())) {
            return new Runner(threads).run(plan, data, progress::advance);
        }
    }

    /* Before the training, so that a folder that cannot be written to does not cost the results. */
    private void createOutput() {
        try {
            Files.createDirectories(output);
        } catch (IOException e) {
            throw bad("cannot write to --output " + output + ": " + e.getMessage());
        }
        if (!Files.isWritable(output)) {
            throw bad("cannot write to --output " + output + ": no permission. Choose another folder.");
        }
    }

    private void write(Report report) throws IOException {
        Results results = report.results();
        results.writeJson(output.resolve("results.json"));
        results.writeEpochs(output.resolve("epochs.csv"));
        results.writeStart(output.resolve("start.csv"));
        Files.writeString(output.resolve("index.html"), report.toPage().toHtml());
        if (svg) {
            writePictures(report.sections());
        }
    }

    private void writePictures(List<Section> sections) throws IOException {
        try (SvgRenderer renderer = new SvgRenderer()) {
            for (Section section : sections) {
                for (Chart chart : section.charts()) {
                    String name = Chart.fileName(section.title() + " " + chart.title());
                    Files.writeString(output.resolve(name + ".svg"), renderer.render(chart, 720, 440));
                }
            }
        }
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
