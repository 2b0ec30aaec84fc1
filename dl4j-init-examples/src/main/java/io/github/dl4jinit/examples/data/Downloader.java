package io.github.dl4jinit.examples.data;

import io.github.dl4jinit.examples.progress.ProgressDisplay;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/**
 * Fetches a file once, into a file that ends in {@code .part}. Only a file whose checksum is right gets its name; anything else
 * is deleted.
 *
 * @param patience a server that sends nothing for so long is given up
 */
record Downloader(Duration patience) {

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
                throw new IOException("the " + Files.size(part) + " bytes that came have the wrong checksum, "
                        + found.algorithm() + " " + found.hex() + " instead of "
                        + origin.checksum().hex() + "; they were deleted");
            } catch (IOException e) {
                failures.append("\n  " + address + ": " + reason(e));
                part.toFile().delete();
            }
        }
        throw new DataException("cannot download " + file.name() + ":" + failures + "\nPut the file at " + target
                + " by hand, or name a folder that has " + file.folder() + "/" + file.name() + " with --data-dir or "
                + DataFolder.VARIABLE + ".");
    }

    private String reason(IOException e) {
        if (e instanceof ConnectException || e instanceof UnknownHostException) {
            return "no connection to the server (" + e + ")";
        }
        return e instanceof SocketTimeoutException
                ? "the server sent nothing for " + patience.toSeconds() + " s"
                : String.valueOf(e.getMessage());
    }

    private void transfer(URI address, Path part, String name) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setConnectTimeout((int) patience.toMillis());
        connection.setReadTimeout((int) patience.toMillis());
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException("the server answered " + connection.getResponseCode());
        }
        long expected = connection.getContentLengthLong();
        long size = 0;
        try (InputStream in = connection.getInputStream();
                OutputStream out = Files.newOutputStream(part);
                ProgressDisplay progress = ProgressDisplay.show(name, "bytes", expected)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                size += read;
                progress.advance(read);
            }
        }
        if (expected >= 0 && size != expected) {
            throw new IOException("the transfer ended after " + size + " of " + expected + " bytes");
        }
    }
}
