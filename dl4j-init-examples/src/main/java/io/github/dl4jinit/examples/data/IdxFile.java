package io.github.dl4jinit.examples.data;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file of bytes in the IDX format of MNIST, plain or gzipped: two zero bytes, the type (8: unsigned byte), the number
 * of axes, each axis's length as a big-endian int, then the values, last axis fastest.
 *
 * <p>DL4J's own reader ({@code MnistManager}) needs the file unzipped on disk and believes its header; this one reads the
 * file as it is distributed and says what is wrong with it.
 */
final class IdxFile {
    private static final int UNSIGNED_BYTE = 8;
    private static final int GZIP_MAGIC = 0x1f8b;

    private final Path file;
    private final int[] shape;
    private final byte[] values;

    private IdxFile(Path file, int[] shape, byte[] values) {
        this.file = file;
        this.shape = shape;
        this.values = values;
    }

    static IdxFile read(Path file) {
        try {
            byte[] stored = Files.readAllBytes(file);
            boolean gzipped = stored.length > 1 && ((stored[0] & 255) << 8 | (stored[1] & 255)) == GZIP_MAGIC;
            InputStream bytes = new ByteArrayInputStream(stored);
            try (DataInputStream in = new DataInputStream(gzipped ? new GZIPInputStream(bytes) : bytes)) {
                return parse(file, in);
            }
        } catch (EOFException e) {
            throw DataException.damaged(file, "it ends inside its header or its compressed data", e);
        } catch (ZipException e) {
            throw DataException.damaged(file, "its compression is broken (" + e.getMessage() + ")", e);
        } catch (IOException e) {
            throw DataException.unreadable(file, e);
        }
    }

    private static IdxFile parse(Path file, DataInputStream in) throws IOException {
        int magic = in.readInt();
        int axes = magic & 255;
        if (magic >>> 8 != UNSIGNED_BYTE || axes == 0) {
            throw DataException.damaged(
                    file,
                    String.format(
                            Locale.ROOT,
                            "it starts with %08x, where an IDX file of bytes starts with 000008nn",
                            magic));
        }
        int[] shape = new int[axes];
        long size = 1;
        for (int axis = 0; axis < axes; axis++) {
            shape[axis] = in.readInt();
            if (shape[axis] < 1 || shape[axis] > Integer.MAX_VALUE / size) {
                throw DataException.damaged(file, "its header says that axis " + axis + " has length " + shape[axis]);
            }
            size *= shape[axis];
        }
        byte[] values = in.readNBytes((int) size);
        if (values.length != size || in.read() != -1) {
            throw DataException.damaged(
                    file,
                    "its header " + Arrays.toString(shape) + " promises " + size + " values, but it has "
                            + (values.length < size ? "only " + values.length : "more"));
        }
        return new IdxFile(file, shape, values);
    }

    /** Joins images with their labels. */
    static Samples samples(Path imageFile, Path labelFile, ImageShape image, int classes) {
        IdxFile images = read(imageFile);
        IdxFile labels = read(labelFile);
        if (images.shape.length != 3 || images.shape[1] != image.height() || images.shape[2] != image.width()) {
            throw DataException.damaged(
                    imageFile,
                    "it has shape " + Arrays.toString(images.shape) + ", not [n, " + image.height() + ", "
                            + image.width() + "]");
        }
        if (labels.shape.length != 1 || labels.shape[0] != images.shape[0]) {
            throw DataException.damaged(
                    labelFile,
                    "it has shape " + Arrays.toString(labels.shape) + ", but " + imageFile.getFileName() + " has "
                            + images.shape[0] + " images");
        }
        float[] features = new float[images.values.length];
        for (int i = 0; i < features.length; i++) {
            features[i] = images.values[i] & 255;
        }
        return new Samples(features, labels.classNumbers(classes));
    }

    private int[] classNumbers(int classes) {
        int[] numbers = new int[values.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = values[i] & 255;
            if (numbers[i] >= classes) {
                throw DataException.damaged(file, "label " + i + " is " + numbers[i] + ", not below " + classes);
            }
        }
        return numbers;
    }
}
