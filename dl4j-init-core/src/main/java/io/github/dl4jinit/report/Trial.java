package io.github.dl4jinit.report;

import java.util.List;

/**
 * A line that was tried on a copy of the network.
 *
 * @param line the Java line
 * @param remaining the rules that still fire behind it, "name (layers)" each
 * @param note why it could not be tried, or ""
 */
public record Trial(String line, List<String> remaining, String note) {

    /** Makes the list immutable. */
    public Trial {
        remaining = List.copyOf(remaining);
    }
}
