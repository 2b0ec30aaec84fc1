package io.github.dl4jinit.examples.study;

import io.github.dl4jinit.examples.data.DataFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The part of the command line that all studies share; a study mixes it in. */
public final class StudyOptions {

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
}
