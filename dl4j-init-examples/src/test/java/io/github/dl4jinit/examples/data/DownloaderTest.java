package io.github.dl4jinit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch testOver = new CountDownLatch(1);
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
        void answer(HttpExchange exchange) throws IOException;
    }

    private String serve(String path, Behaviour behaviour) {
        server.createContext(path, exchange -> {
            requests.add(path);
            try (exchange) {
                behaviour.answer(exchange);
            }
        });
        return "http://" + server.getAddress().getHostString() + ":"
                + server.getAddress().getPort() + path;
    }

    /** The connection breaks after {@code limit} bytes. */
    private static void send(HttpExchange exchange, int limit) throws IOException {
        exchange.sendResponseHeaders(200, CONTENT.length);
        exchange.getResponseBody().write(CONTENT, 0, limit);
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
        Downloader downloader = new Downloader(Duration.ofSeconds(1));
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
    void fetch_ofAWholeFile_isDoneOnce() throws IOException {
        String address = serve("/whole", exchange -> send(exchange, CONTENT.length));
        assertThat(fetch(address)).isEqualTo(target).hasBinaryContent(CONTENT);
        assertThat(fetch(address)).isEqualTo(target);
        assertThat(requests).hasSize(1);
        assertThat(part).doesNotExist();
    }

    @Test
    void fetch_ofOtherContent_deletesItAndSaysSo() throws IOException {
        String address = serve("/other", exchange -> send(exchange, CONTENT.length));
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
        String missing = serve("/missing", exchange -> exchange.sendResponseHeaders(404, -1));
        refusal(missing).hasMessageContaining("the server answered 404");
        assertThat(requests).hasSize(1);
        assertThat(part).doesNotExist();
        String mirror = serve("/mirror", exchange -> send(exchange, CONTENT.length));
        assertThat(fetch(missing, mirror)).hasBinaryContent(CONTENT);
    }

    @Test
    void fetch_overABreakingConnection_saysHowFarItCameAndTriesTheNextAddress() throws IOException {
        String breaks = serve("/breaks", exchange -> send(exchange, 100_000));
        refusal(breaks).hasMessageContaining(breaks + ": ");
        assertThat(target).doesNotExist();
        assertThat(part).doesNotExist();
        String mirror = serve("/unbroken", exchange -> send(exchange, CONTENT.length));
        assertThat(fetch(breaks, mirror)).hasBinaryContent(CONTENT);
    }

    @Test
    void fetch_fromAServerThatStalls_givesUpInTime() {
        String address = serve("/stalls", exchange -> {
            send(exchange, 2_000);
            exchange.getResponseBody().flush();
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
        String address = serve("/slow", exchange -> {
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
        assertThat(requests).hasSize(1);
    }

    @Test
    void fetch_withoutNetwork_namesFileAddressAndRemedy() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        refusal("http://127.0.0.1:" + closed + "/file.gz").hasMessageContaining("no connection to the server");
        refusal("http://no-such-host.invalid/file.gz").hasMessageContaining("no connection to the server");
    }

    @Test
    void find_inTheUsersFolder_winsOverTheCache() throws IOException {
        Path given = Files.createDirectories(cache.resolve("given"));
        DataFile file = DataFile.byHand("set", "file.gz", "ask for it");
        DataFolder folder = new DataFolder(given, cache, new Downloader(Duration.ofSeconds(1)));
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
