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
 * @param origin where it can be downloaded from; null if it cannot
 * @param hint how to get it by hand
 */
record DataFile(String folder, String name, @Nullable Origin origin, String hint) {

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
    static DataFile byHand(String folder, String name, String hint) {
        return new DataFile(folder, name, null, hint);
    }

    /** A file that has an address. */
    static DataFile at(String folder, String name, Checksum checksum, String... addresses) {
        return new DataFile(
                folder,
                name,
                new Origin(List.of(addresses).stream().map(URI::create).toList(), checksum),
                "docs/data.md says where it comes from");
    }

    Path in(Path dataFolder) {
        return dataFolder.resolve(folder).resolve(name);
    }
}
