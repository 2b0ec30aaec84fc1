package io.github.dl4jinit.examples.study;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/**
 * When a number was measured and by which state of the sources.
 *
 * @param date day of the measurement (UTC), such as 2026-03-31
 * @param commit short name of the commit, with {@code -dirty} if sources were changed since; "unknown" outside a repository
 */
record Provenance(String date, String commit) {

    static Provenance now() {
        return new Provenance(LocalDate.now(ZoneOffset.UTC).toString(), commitHere());
    }

    private static String commitHere() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude=*")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String name = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 ? name : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
