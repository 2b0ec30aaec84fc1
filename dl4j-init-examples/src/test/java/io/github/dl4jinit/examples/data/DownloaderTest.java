package io.github.dl4jinit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers from a server on the loopback address, with everything that can go wrong on the way. */
class DownloaderTest {
    private static final byte[] CONTENT = new byte[300_000];

    static {
        new Random(1).nextBytes(CONTENT);
    }

    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final CountDownLatch testOver = new CountDownLatch(1);
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @TempDir
    private Path cache;

    private HttpServer server;
    private Path target;
    private Path part;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        target = cache.resolve("set").resolve("file.gz");
        part = cache.resolve("set").resolve("file.gz.part");
    }

    @AfterEach
    void stop() {
        testOver.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    /** What the server does with one request. */
    @FunctionalInterface
    private interface Behaviour {
        void answer(HttpExchange exchange, String range) throws IOException;
    }

    private String serve(String path, Behaviour behaviour) {
        server.createContext(path, exchange -> {
            String range = String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
            ranges.add(range);
            try (exchange) {
                behaviour.answer(exchange, range);
            }
        });
        return "http://" + server.getAddress().getHostString() + ":"
                + server.getAddress().getPort() + path;
    }

    private static int start(String range) {
        return range.startsWith("bytes=") ? Integer.parseInt(range.substring(6, range.length() - 1)) : 0;
    }

    /** A well-behaved server; the connection breaks after {@code limit} bytes. */
    private static void send(HttpExchange exchange, String range, int limit) throws IOException {
        int start = start(range);
        if (start >= CONTENT.length) {
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        if (start > 0) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + start + "-" + (CONTENT.length - 1) + "/" + CONTENT.length);
        }
        exchange.sendResponseHeaders(start > 0 ? 206 : 200, CONTENT.length - start);
        exchange.getResponseBody().write(CONTENT, start, Math.min(limit, CONTENT.length - start));
    }

    private static Checksum right() throws IOException {
        Path file = Files.createTempFile("content", null);
        try {
            return new Checksum("SHA-256", "0".repeat(64)).of(Files.write(file, CONTENT));
        } finally {
            Files.delete(file);
        }
    }

    private Path fetch(String... addresses) throws IOException {
        return fetch(right(), addresses);
    }

    private Path fetch(Checksum checksum, String... addresses) {
        Downloader downloader =
                new Downloader(new PrintStream(terminal, true, StandardCharsets.UTF_8), Duration.ofSeconds(1));
        return new DataFolder(null, cache, downloader).file(DataFile.at("set", "file.gz", checksum, addresses));
    }

    private AbstractThrowableAssert<?, ?> refusal(String... addresses) {
        return assertThatThrownBy(() -> fetch(addresses))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("cannot download file.gz")
                .hasMessageContaining(addresses[0])
                .hasMessageContaining("Put the file at " + target + " by hand")
                .hasMessageContaining("--data-dir or DL4J_INIT_DATA");
    }

    @Test
    void fetch_ofAWholeFile_isDoneOnceAndDrawsABar() throws IOException {
        String address = serve("/whole", (exchange, range) -> send(exchange, range, CONTENT.length));
        assertThat(fetch(address)).isEqualTo(target).hasBinaryContent(CONTENT);
        assertThat(fetch(address)).isEqualTo(target);
        assertThat(ranges).containsExactly("null");
        assertThat(part).doesNotExist();
        assertThat(terminal.toString(StandardCharsets.UTF_8)).contains("file.gz", "100%");
    }

    @Test
    void fetch_overBreakingConnections_goesOnWhereTheyBroke() throws IOException {
        String address = serve("/breaks", (exchange, range) -> send(exchange, range, 100_000));
        assertThat(fetch(address)).hasBinaryContent(CONTENT);
        assertThat(ranges.get(0)).isEqualTo("null");
        assertThat(ranges.size()).isBetween(3, 5);
        for (int i = 1; i < ranges.size(); i++) {
            assertThat(start(ranges.get(i))).isGreaterThan(start(ranges.get(i - 1)));
        }
    }

    @Test
    void fetch_inALaterRun_goesOnFromThePart() throws IOException {
        Files.createDirectories(part.getParent());
        Files.write(part, Arrays.copyOf(CONTENT, 123_456));
        String address = serve("/later", (exchange, range) -> send(exchange, range, CONTENT.length));
        assertThat(fetch(address)).hasBinaryContent(CONTENT);
        assertThat(ranges).containsExactly("bytes=123456-");
    }

    @Test
    void fetch_withACompletePart_onlyChecksIt() throws IOException {
        Files.createDirectories(part.getParent());
        Files.write(part, CONTENT);
        String address = serve("/complete", (exchange, range) -> send(exchange, range, CONTENT.length));
        assertThat(fetch(address)).hasBinaryContent(CONTENT);
        assertThat(part).doesNotExist();
    }

    @Test
    void fetch_fromAServerWithoutRanges_startsAnew() throws IOException {
        Files.createDirectories(part.getParent());
        Files.write(part, new byte[1_000]);
        String address = serve("/plain", (exchange, range) -> send(exchange, "null", CONTENT.length));
        assertThat(fetch(address)).hasBinaryContent(CONTENT);
        assertThat(ranges).containsExactly("bytes=1000-");
    }

    @Test
    void fetch_ofAnotherRangeThanAsked_isRefused() throws IOException {
        Files.createDirectories(part.getParent());
        Files.write(part, Arrays.copyOf(CONTENT, 1_000));
        String address = serve("/shifted", (exchange, range) -> send(exchange, "bytes=500-", CONTENT.length));
        refusal(address).hasMessageContaining("another range than bytes 1000 on");
        assertThat(part).hasSize(1_000);
    }

    @Test
    void fetch_ofOtherContent_deletesItAndSaysSo() throws IOException {
        String address = serve("/other", (exchange, range) -> send(exchange, range, CONTENT.length));
        String wrong = "0123456789abcdef".repeat(4);
        assertThatThrownBy(() -> fetch(Checksum.sha256(wrong), address))
                .hasMessageContaining("the 300000 bytes that came have the wrong checksum, SHA-256 " + right().hex())
                .hasMessageContaining("instead of " + wrong + "; they were deleted")
                .hasMessageContaining("Put the file at " + target);
        assertThat(target).doesNotExist();
        assertThat(part).doesNotExist();
    }

    @Test
    void fetch_ofAMissingFile_asksOnceAndTriesTheNextAddress() throws IOException {
        String missing = serve("/missing", (exchange, range) -> exchange.sendResponseHeaders(404, -1));
        refusal(missing).hasMessageContaining("the server answered 404");
        assertThat(ranges).hasSize(1);
        assertThat(part).doesNotExist();
        String mirror = serve("/mirror", (exchange, range) -> send(exchange, range, CONTENT.length));
        assertThat(fetch(missing, mirror)).hasBinaryContent(CONTENT);
    }

    @Test
    void fetch_fromAServerThatAlwaysBreaks_keepsWhatCameAndSaysSo() throws IOException {
        String address = serve("/tiny", (exchange, range) -> send(exchange, range, 1_000));
        refusal(address).hasMessageContaining("bytes are kept in " + part);
        assertThat(Files.size(part)).isBetween(1L, 5_000L);
        assertThat(Files.readAllBytes(part)).isEqualTo(Arrays.copyOf(CONTENT, (int) Files.size(part)));
        assertThat(target).doesNotExist();
    }

    @Test
    void fetch_fromAServerThatStalls_givesUpInTime() {
        String address = serve("/stalls", (exchange, range) -> {
            int start = start(range);
            exchange.getResponseHeaders().add("Content-Range", "bytes " + start + "-299999/300000");
            exchange.sendResponseHeaders(start > 0 ? 206 : 200, CONTENT.length - start);
            OutputStream body = exchange.getResponseBody();
            body.write(CONTENT, start, 2_000);
            body.flush();
            try {
                testOver.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        refusal(address).hasMessageContaining("the server sent nothing for 1 s");
    }

    /** Patience is for silence, not for the whole: this takes 1.6 s of pauses of 0.2 s. */
    @Test
    void fetch_fromASlowServer_waits() throws IOException {
        String address = serve("/slow", (exchange, range) -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            OutputStream body = exchange.getResponseBody();
            for (int i = 0; i < 8; i++) {
                body.write(CONTENT, i * CONTENT.length / 8, CONTENT.length / 8);
                body.flush();
                try {
                    TimeUnit.MILLISECONDS.sleep(200);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        assertThat(fetch(address)).hasBinaryContent(CONTENT);
        assertThat(ranges).containsExactly("null");
    }

    @Test
    void fetch_withoutNetwork_namesFileAddressAndRemedy() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        refusal("http://127.0.0.1:" + closed + "/file.gz").hasMessageContaining("no connection to the server");
        refusal("http://no-such-host.invalid/file.gz").hasMessageContaining("no connection to the server");
        assertThat(terminal.size()).isZero();
    }

    @Test
    void find_inTheUsersFolder_winsOverTheCache() throws IOException {
        Path given = Files.createDirectories(cache.resolve("given"));
        DataFile file = DataFile.byHand("set", "file.gz", "ask for it");
        DataFolder folder = new DataFolder(given, cache, new Downloader(System.err, Duration.ofSeconds(1)));
        assertThat(folder.find(file)).isNull();
        assertThatThrownBy(() -> folder.file(file))
                .hasMessageContaining("cannot find set/file.gz, looked for it at [" + given)
                .hasMessageContaining(target + "]. It cannot be downloaded: ask for it.");
        Files.createDirectories(target.getParent());
        Files.write(target, CONTENT);
        assertThat(folder.file(file)).isEqualTo(target);
        Files.createDirectories(given.resolve("set"));
        Files.write(given.resolve("set").resolve("file.gz"), CONTENT);
        assertThat(folder.file(file)).isEqualTo(given.resolve("set").resolve("file.gz"));
    }

    @Test
    void locate_ofAFolderThatIsNone_isRefused() {
        assertThatThrownBy(() -> DataFolder.locate(cache.resolve("none")))
                .hasMessageContaining("none does not exist. Check --data-dir and DL4J_INIT_DATA");
    }

    @Test
    void checksum_ofAKnownText_isTheKnownOne() throws IOException {
        Path abc = Files.writeString(cache.resolve("abc"), "abc");
        assertThat(Checksum.md5("0".repeat(32)).of(abc).hex()).isEqualTo("900150983cd24fb0d6963f7d28e17f72");
        assertThat(Checksum.sha256("0".repeat(64)).of(abc).hex())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThatThrownBy(() -> Checksum.sha256("abc"))
                .hasMessageContaining("SHA-256 has 64 hexadecimal digits, got 3");
    }
}
