package io.github.dl4jinit.examples.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The fingerprint of a file.
 *
 * @param algorithm SHA-256, or MD5 where nothing better is published
 * @param hex the fingerprint in lower-case hexadecimal digits
 */
record Checksum(String algorithm, String hex) {
    Checksum {
        int digits = newDigest(algorithm).getDigestLength() * 2;
        if (hex.length() != digits) {
            throw new IllegalArgumentException(
                    algorithm + " has " + digits + " hexadecimal digits, got " + hex.length() + ": " + hex);
        }
    }

    static Checksum sha256(String hex) {
        return new Checksum("SHA-256", hex);
    }

    static Checksum md5(String hex) {
        return new Checksum("MD5", hex);
    }

    /** The fingerprint that the file really has, by the same algorithm. */
    Checksum of(Path file) throws IOException {
        MessageDigest digest = newDigest(algorithm);
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return new Checksum(algorithm, HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest newDigest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("no such checksum algorithm: " + algorithm, e);
        }
    }
}
