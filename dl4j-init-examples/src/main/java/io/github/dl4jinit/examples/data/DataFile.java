package io.github.dl4jinit.examples.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of a known data set: where it lies below a data folder, and where it comes from.
 *
 * @param folder the folder of its data set
 * @param name its name there
 * @param origin where it can be had from; null if it cannot be downloaded
 */
record DataFile(String folder, String name, @Nullable Origin origin) {

    /**
     * What is needed to download a file.
     *
     * @param addresses official addresses, tried in this order
     * @param checksum what the file must match
     */
    record Origin(List<URI> addresses, Checksum checksum) {
        Origin {
            addresses = List.copyOf(addresses);
        }
    }

    /** A file that must be brought by hand. */
    static DataFile byHand(String folder, String name) {
        return new DataFile(folder, name, null);
    }

    /** A file that has an address. */
    static DataFile at(String folder, String name, Checksum checksum, String... addresses) {
        return new DataFile(
                folder,
                name,
                new Origin(List.of(addresses).stream().map(URI::create).toList(), checksum));
    }

    Path in(Path dataFolder) {
        return dataFolder.resolve(folder).resolve(name);
    }
}
