package io.github.dl4jinit.examples.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Finds the real data sets for tests, which are skipped where there are none. Nothing is ever downloaded. */
public final class RealData {
    private RealData() {}

    /**
     * The folder of real data, if it has this set.
     *
     * @param set its folder
     * @return the folder of all sets
     */
    public static Path with(String set) {
        String variable = System.getenv().getOrDefault(DataFolder.VARIABLE, "");
        Path folder = variable.isEmpty() ? Path.of("..", "..", "shared", "data") : Path.of(variable);
        assumeTrue(
                Files.isDirectory(folder.resolve(set)),
                () -> "no " + set + " in " + folder.toAbsolutePath().normalize() + ": name a data folder with "
                        + DataFolder.VARIABLE);
        return folder;
    }

    /** Looks in this folder only. */
    static DataFolder only(Path folder) {
        return new DataFolder(folder, folder.resolve("no-cache"), new Downloader(Duration.ofSeconds(1)));
    }
}
