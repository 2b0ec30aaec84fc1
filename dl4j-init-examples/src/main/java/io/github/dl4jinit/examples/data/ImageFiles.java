package io.github.dl4jinit.examples.data;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Images in JPEG or PNG, from a file or from a zip, to raw sample values 0 to 255. */
final class ImageFiles {
    private ImageFiles() {}

    /** What to do with one image of a zip. */
    @FunctionalInterface
    interface Visitor {
        void visit(MatchResult name, Raster pixels);
    }

    /** Shows every image of the zip whose name matches to the visitor, in the order of the names. */
    static void visitZip(Path zipFile, Pattern names, Visitor visitor) {
        try (ZipFile zip = new ZipFile(zipFile.toFile())) {
            for (ZipEntry entry : zip.stream()
                    .map(ZipEntry.class::cast)
                    .sorted(Comparator.comparing(ZipEntry::getName))
                    .toList()) {
                Matcher name = names.matcher(entry.getName());
                if (name.matches()) {
                    byte[] bytes = zip.getInputStream(entry).readAllBytes();
                    checkSum(zipFile, entry, bytes);
                    visitor.visit(name.toMatchResult(), decode(zipFile, "its image " + entry.getName(), bytes));
                }
            }
        } catch (ZipException e) {
            throw DataException.damaged(zipFile, "it is no complete zip (" + e.getMessage() + ")", e);
        } catch (IOException e) {
            throw DataException.unreadable(zipFile, e);
        }
    }

    /** {@link ZipFile} does not check this itself, and a JPEG with wrong bits in it may well decode. */
    private static void checkSum(Path zipFile, ZipEntry entry, byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        if (sum.getValue() != entry.getCrc()) {
            throw DataException.damaged(zipFile, "its image " + entry.getName() + " does not match its checksum");
        }
    }

    static Raster read(Path file) {
        try {
            return decode(file, "the image", Files.readAllBytes(file));
        } catch (IOException e) {
            throw DataException.unreadable(file, e);
        }
    }

    private static Raster decode(Path file, String what, byte[] bytes) {
        BufferedImage image;
        try {
            image = ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException | IndexOutOfBoundsException e) {
            throw DataException.damaged(file, what + " cannot be decoded (" + e.getMessage() + ")", e);
        }
        if (image == null) {
            throw DataException.damaged(file, what + " is neither JPEG nor PNG");
        }
        if (image.getColorModel() instanceof IndexColorModel palette) {
            return palette.convertToIntDiscrete(image.getRaster(), false).getRaster();
        }
        return image.getRaster();
    }

    /**
     * A image as a row of features, channel by channel, each value the mean over the area that it covers in the image;
     * the aspect ratio is not kept. A grey image fills every channel.
     */
    static float[] features(Raster pixels, ImageShape shape) {
        float[] features = new float[shape.size()];
        int plane = shape.height() * shape.width();
        int[] samples = new int[pixels.getWidth() * pixels.getHeight()];
        for (int channel = 0; channel < shape.channels(); channel++) {
            int band = pixels.getNumBands() < shape.channels() ? 0 : channel;
            pixels.getSamples(0, 0, pixels.getWidth(), pixels.getHeight(), band, samples);
            reduce(samples, pixels.getWidth(), pixels.getHeight(), shape, features, channel * plane);
        }
        return features;
    }

    /** Means over rectangles; a pixel that an edge cuts counts by the part that lies inside. */
    private static void reduce(int[] samples, int width, int height, ImageShape shape, float[] means, int offset) {
        double scaleX = width / (double) shape.width();
        double scaleY = height / (double) shape.height();
        for (int y = 0; y < shape.height(); y++) {
            double top = y * scaleY;
            double bottom = top + scaleY;
            for (int x = 0; x < shape.width(); x++) {
                double left = x * scaleX;
                double right = left + scaleX;
                double sum = 0;
                for (int row = (int) top; row < Math.min(bottom, height); row++) {
                    double inY = Math.min(bottom, row + 1) - Math.max(top, row);
                    for (int column = (int) left; column < Math.min(right, width); column++) {
                        double inX = Math.min(right, column + 1) - Math.max(left, column);
                        sum += inX * inY * samples[row * width + column];
                    }
                }
                means[offset + y * shape.width() + x] = (float) (sum / (scaleX * scaleY));
            }
        }
    }

    static void checkSize(Path file, String what, Raster pixels, int width, int height) {
        if (pixels.getWidth() != width || pixels.getHeight() != height) {
            throw DataException.damaged(
                    file,
                    what + " is " + pixels.getWidth() + " x " + pixels.getHeight() + ", expected " + width + " x "
                            + height);
        }
    }
}
