package io.github.dl4jinit.examples.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where data files are: in the folder that the user names, else in the cache, else they are downloaded into the cache.
 *
 * <p>A file of the user's is read as it is and never replaced, not even if it is damaged.
 */
public final class DataFolder {
    /** The environment variable that names the user's data folder. */
    public static final String VARIABLE = "DL4J_INIT_DATA";

    /** The environment variable that names another cache than {@code ~/.dl4j-init/data}. */
    public static final String CACHE_VARIABLE = "DL4J_INIT_CACHE";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final @Nullable Path given;
    private final Path cache;
    private final Downloader downloader;

    DataFolder(@Nullable Path given, Path cache, Downloader downloader) {
        if (given != null && !Files.isDirectory(given)) {
            throw new DataException(
                    "the data folder " + given + " does not exist. Check --data-dir and " + VARIABLE + ".");
        }
        this.given = given;
        this.cache = cache;
        this.downloader = downloader;
    }

    /**
     * The folders of this process.
     *
     * @param dataDir the folder that the command line names; null leaves it to {@link #VARIABLE}
     * @return where to look
     * @throws DataException if a folder is named that does not exist
     */
    public static DataFolder locate(@Nullable Path dataDir) {
        Map<String, String> environment = System.getenv();
        String variable = environment.getOrDefault(VARIABLE, "");
        String cacheVariable = environment.getOrDefault(CACHE_VARIABLE, "");
        Path cache = cacheVariable.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".dl4j-init", "data")
                : Path.of(cacheVariable);
        Path given = dataDir == null && !variable.isEmpty() ? Path.of(variable) : dataDir;
        return new DataFolder(given, cache, new Downloader(PATIENCE));
    }

    /** The file, downloaded if it must be and can be. */
    Path file(DataFile file) {
        Path present = find(file);
        if (present != null) {
            return present;
        }
        if (file.origin() == null) {
            throw new DataException("cannot find " + file.folder() + "/" + file.name() + ", looked for it at "
                    + places(file) + ". It cannot be downloaded: " + file.hint() + ".");
        }
        Path target = file.in(cache);
        downloader.fetch(file, file.origin(), target);
        return target;
    }

    /** The file, if it is there already. */
    @Nullable
    Path find(DataFile file) {
        return places(file).stream().filter(Files::isRegularFile).findFirst().orElse(null);
    }

    private List<Path> places(DataFile file) {
        return Stream.of(given, cache).filter(Objects::nonNull).map(file::in).toList();
    }
}
