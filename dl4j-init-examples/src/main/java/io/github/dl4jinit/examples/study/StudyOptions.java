package io.github.dl4jinit.examples.study;

import io.github.dl4jinit.examples.cli.Commands;
import io.github.dl4jinit.examples.compare.Facts;
import io.github.dl4jinit.examples.data.DataFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all studies share: the part of the command line that a study mixes in, and what follows from it. */
public final class StudyOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec study = CommandSpec.create();

    @Option(
            names = "--full",
            description =
                    "the study as it is published; without it a smaller one, which shows in minutes that it works")
    private boolean full;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "runs of each, with seeds 1..N (default: the study's own)")
    private @Nullable Integer seeds;

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            description =
                    "where to write the page, its pictures and the raw numbers; a study that was stopped goes on from"
                            + " the numbers that are there (default: ${DEFAULT-VALUE})")
    private Path output = Path.of("dl4j-init-results");

    @Option(
            names = "--data-dir",
            paramLabel = "FOLDER",
            description = "folder of the data files (default: the environment variable " + DataFolder.VARIABLE
                    + ", else they are downloaded once)")
    private @Nullable Path dataDir;

    /**
     * Whether to run the study as it is published.
     *
     * @return false for the smaller one
     */
    public boolean full() {
        return full;
    }

    /**
     * The seeds of the runs that are reported.
     *
     * @param usual how many there are if the command line says nothing
     * @return 1, 2, ...
     */
    public List<Long> seeds(int usual) {
        int count = seeds == null ? usual : seeds;
        if (count < 1) {
            throw new IllegalArgumentException("--seeds must be >= 1, got " + count);
        }
        return LongStream.rangeClosed(1, count).boxed().toList();
    }

    /**
     * Where results go.
     *
     * @return a folder, which may not be there yet
     */
    public Path output() {
        return output;
    }

    /**
     * Where data come from.
     *
     * @return the folder of the command line, of the environment, or the cache
     */
    public DataFolder data() {
        return DataFolder.locate(dataDir);
    }

    /**
     * The raw numbers of the study, with those of an earlier run that was stopped.
     *
     * @param name name of the study
     * @param keys names of the columns that tell a row from all others
     * @param values names of the columns of numbers
     * @return the journal, beside the study's page
     */
    public Journal journal(String name, List<String> keys, List<String> values) {
        return Journal.open(ResultPage.rawNumbers(output, name), keys, values);
    }

    /**
     * Command, settings and machine, for the end of the page.
     *
     * @param settings the settings, in the order to show them
     * @return the facts of this process
     */
    public Facts facts(Map<String, String> settings) {
        return Facts.here(Commands.toRepeat(study, study.userObject().getClass().getName()), settings);
    }

    /**
     * Tells who watches how far the study is.
     *
     * @param done what is done
     */
    public void say(String done) {
        study.commandLine().getOut().println(done);
        study.commandLine().getOut().flush();
    }
}
