package io.github.dl4jinit.examples.cli;

import io.github.dl4jinit.doctor.Diagnosis;
import io.github.dl4jinit.doctor.InitDoctor;
import io.github.dl4jinit.examples.data.DataException;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.deeplearning4j.core.util.ModelGuesser;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Examines a saved network before its first update. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Says whether a saved network will train from where it is, which of its layers will not, and what fixes it.",
            "Ends with 0 if no rule fires, with 1 if one does, with 2 on bad input.%n"
        },
        footer = {
            "%nExample:",
            "  mvn -q compile exec:exec -Dmain=io.github.dl4jinit.examples.cli.Doctor \\",
            "      -Dargs=\"model.zip --data mnist --html page.html\""
        })
public final class Doctor implements Callable<Integer> {

    @Parameters(paramLabel = "MODEL.zip", description = "a network as DL4J's ModelSerializer writes it")
    private Path file = Path.of("model.zip");

    @Mixin
    private DataOptions dataOptions = new DataOptions();

    @Option(
            names = "--examples",
            paramLabel = "N",
            description = "the first N training examples are what it is examined on (default: ${DEFAULT-VALUE})")
    private int examples = 128;

    @Option(
            names = "--pictures",
            description = "the network takes [examples, channels, height, width]; without it, rows of numbers")
    private boolean pictures;

    @Option(names = "--html", paramLabel = "FILE", description = "write the report as a page with images")
    private @Nullable Path html;

    @Option(names = "--json", paramLabel = "FILE", description = "write the report as JSON")
    private @Nullable Path json;

    @Option(
            names = "--apply",
            paramLabel = "FILE",
            description = "treat the network and save it here; MODEL.zip itself is only read")
    private @Nullable Path treated;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /**
     * Runs the examination and ends the process.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        Commands.run(new Doctor(), args);
    }

    @Override
    public Integer call() throws IOException {
        Model model;
        DataSet batch;
        Diagnosis diagnosis;
        try {
            dataOptions.check();
            model = model();
            batch = batch(dataOptions.load());
            diagnosis = InitDoctor.examine(model, batch);
        } catch (IllegalArgumentException | IllegalStateException | DataException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
        spec.commandLine().getOut().print(diagnosis.toText());
        spec.commandLine().getOut().flush();
        if (html != null) {
            diagnosis.toHtml(html);
        }
        if (json != null) {
            Files.writeString(json, diagnosis.toJson());
        }
        if (treated != null && diagnosis.prescription().isPresent()) {
            diagnosis.prescribe().initialize(model, batch);
            ModelSerializer.writeModel(model, treated.toFile(), true);
        }
        return diagnosis.healthy() ? 0 : 1;
    }

    private Model model() {
        if (!Files.isReadable(file)) {
            throw bad("cannot read " + file + ": give the file of a saved network");
        }
        try {
            return ModelGuesser.loadModelGuess(file.toString());
        } catch (Exception e) { // It throws what its last guess threw.
            throw bad("cannot load a network from " + file + ": it must be what ModelSerializer writes ("
                    + e.getMessage() + ")");
        }
    }

    private DataSet batch(LabelledData data) {
        if (examples < 2) {
            throw bad("--examples must be >= 2, got " + examples);
        }
        DataSet all = pictures ? data.asImages(data.train()) : data.train();
        return new DataSet(Rows.first(all, examples).getFeatures(), null);
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
