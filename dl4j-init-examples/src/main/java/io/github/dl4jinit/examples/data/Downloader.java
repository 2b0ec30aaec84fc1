package io.github.dl4jinit.examples.data;

import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a file once. What has arrived is kept beside the target in a file that ends in {@code .part}; a broken transfer
 * goes on from there, in this run or in the next, where the server allows it. Only a file whose checksum is right gets its
 * name; one whose checksum is wrong is deleted.
 */
final class Downloader {
    private static final int ATTEMPTS = 5;
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final HttpClient client;
    private final PrintStream terminal;
    private final Duration patience;

    /** Draws its progress bars on {@code terminal}; a server that sends nothing for {@code patience} is given up. */
    Downloader(PrintStream terminal, Duration patience) {
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(patience)
                .build();
        this.terminal = terminal;
        this.patience = patience;
    }

    /** Fetches the file from the first of its addresses that has it. */
    void fetch(DataFile file, DataFile.Origin origin, Path target) {
        Path part = target.resolveSibling(target.getFileName() + ".part");
        StringBuilder failures = new StringBuilder();
        for (URI address : origin.addresses()) {
            try {
                Files.createDirectories(target.toAbsolutePath().getParent());
                transfer(address, part, file.name());
                Checksum found = origin.checksum().of(part);
                if (found.equals(origin.checksum())) {
                    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
                    return;
                }
                long size = Files.size(part);
                Files.delete(part);
                failures.append("\n  " + address + ": the " + size + " bytes that came have the wrong checksum, "
                        + found.algorithm() + " " + found.hex() + " instead of "
                        + origin.checksum().hex() + "; they were deleted");
            } catch (IOException e) {
                failures.append("\n  " + address + ": " + reason(e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DataException("interrupted while downloading " + file.name() + " to " + part, e);
            }
        }
        throw new DataException("cannot download " + file.name() + ":" + failures + "\nPut the file at " + target
                + " by hand, or name a folder that has " + file.folder() + "/" + file.name() + " with --data-dir or "
                + DataFolder.VARIABLE + ".");
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    /** Tries again after a break, each time from where it broke; a refusal is final. */
    private void transfer(URI address, Path part, String name) throws IOException, InterruptedException {
        IOException last = new IOException("no attempt was made");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                attempt(address, part, name);
                return;
            } catch (RefusedException e) {
                throw e;
            } catch (IOException e) {
                last = e;
            }
        }
        long kept = size(part);
        throw new IOException(
                reason(last)
                        + (kept > 0
                                ? "; " + kept + " bytes are kept in " + part + " and the next run goes on from there"
                                : ""),
                last);
    }

    private void attempt(URI address, Path part, String name) throws IOException, InterruptedException {
        long have = size(part);
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        if (have > 0) {
            request.header("Range", "bytes=" + have + "-");
        }
        AtomicLong expected = new AtomicLong(-1);
        CompletableFuture<HttpResponse<Path>> sent = client.sendAsync(request.build(), into(part, have, expected));
        HttpResponse<Path> response = await(sent, part, name, expected);
        int status = response.statusCode();
        if (status == RANGE_NOT_SATISFIABLE && have > 0) {
            // All of it has come already, unless the file has changed: the checksum tells.
            return;
        }
        if (status == PARTIAL && !goesOn(status, response.headers(), have)) {
            throw new RefusedException("the server sent another range than bytes " + have + " on");
        }
        if (status != OK && status != PARTIAL) {
            throw new RefusedException("the server answered " + status);
        }
        long size = size(part);
        if (expected.get() >= 0 && size != expected.get()) {
            throw new IOException("the transfer ended after " + size + " of " + expected + " bytes");
        }
    }

    private static boolean goesOn(int status, HttpHeaders headers, long have) {
        return status == PARTIAL
                && headers.firstValue("Content-Range").orElse("").startsWith("bytes " + have + "-");
    }

    /** Appends to the part, or begins it anew if the server sends the whole file; any other answer leaves it alone. */
    private static BodyHandler<Path> into(Path part, long have, AtomicLong expected) {
        return info -> {
            boolean goesOn = goesOn(info.statusCode(), info.headers(), have);
            if (info.statusCode() != OK && !goesOn) {
                return BodySubscribers.replacing(part);
            }
            long start = goesOn ? have : 0;
            info.headers().firstValueAsLong("Content-Length").ifPresent(bytes -> expected.set(start + bytes));
            StandardOpenOption how = goesOn ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
            return BodyHandlers.ofFile(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)
                    .apply(info);
        };
    }

    /** Waits for the end while the file grows, and draws how far it is. */
    private HttpResponse<Path> await(
            CompletableFuture<HttpResponse<Path>> response, Path part, String name, AtomicLong expected)
            throws IOException, InterruptedException {
        try (Progress progress = new Progress(name)) {
            long seen = size(part);
            long lastGrowth = System.nanoTime();
            while (true) {
                try {
                    HttpResponse<Path> done = response.get(100, TimeUnit.MILLISECONDS);
                    progress.show(size(part), expected.get());
                    return done;
                } catch (TimeoutException e) {
                    long now = size(part);
                    if (now != seen) {
                        seen = now;
                        lastGrowth = System.nanoTime();
                    } else if (System.nanoTime() - lastGrowth > patience.toNanos()) {
                        response.cancel(true);
                        throw new IOException("the server sent nothing for " + patience.toSeconds() + " s", e);
                    }
                    progress.show(now, expected.get());
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConnectException || e.getCause() instanceof HttpConnectTimeoutException) {
                throw new RefusedException("no connection to the server (" + e.getCause() + ")");
            }
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    private static long size(Path part) throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    /** A bar that is drawn as soon as there is something to show, so that a server that is away leaves none behind. */
    private final class Progress implements AutoCloseable {
        private final String name;
        private @Nullable ProgressBar bar;

        Progress(String name) {
            this.name = name;
        }

        void show(long size, long expected) {
            if (bar == null && expected < 0) {
                return;
            }
            if (bar == null) {
                bar = new ProgressBarBuilder()
                        .setTaskName(name)
                        .setUnit(" MB", 1_000_000)
                        .showSpeed()
                        .setConsumer(new ConsoleProgressBarConsumer(terminal))
                        .build();
            }
            bar.maxHint(expected);
            bar.stepTo(size);
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }

    /** An answer that asking again will not change. */
    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }
}
