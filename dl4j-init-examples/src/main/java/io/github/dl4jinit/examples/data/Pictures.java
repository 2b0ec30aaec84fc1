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
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Pictures in JPEG or PNG, from a file or from a zip, to raw sample values 0 to 255. */
final class Pictures {
    private Pictures() {}

    /** What to do with one picture of a zip. */
    @FunctionalInterface
    interface Visitor {
        void visit(MatchResult name, Raster pixels);
    }

    /** Shows every picture of the zip whose name matches to the visitor, in the order of the names. */
    static void visitZip(Path zipFile, Pattern names, Visitor visitor) {
        try (ZipFile zip = new ZipFile(zipFile.toFile())) {
            for (ZipEntry entry : zip.stream()
                    .map(ZipEntry.class::cast)
                    .sorted(Comparator.comparing(ZipEntry::getName))
                    .toList()) {
                Matcher name = names.matcher(entry.getName());
                if (name.matches()) {
                    byte[] bytes = zip.getInputStream(entry).readAllBytes();
                    visitor.visit(name.toMatchResult(), decode(zipFile, "its picture " + entry.getName(), bytes));
                }
            }
        } catch (ZipException e) {
            throw DataException.damaged(zipFile, "it is no complete zip (" + e.getMessage() + ")", e);
        } catch (IOException e) {
            throw DataException.unreadable(zipFile, e);
        }
    }

    static Raster read(Path file) {
        try {
            return decode(file, "the picture", Files.readAllBytes(file));
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
     * A picture as a row of features, channel by channel, each value the mean over the area that it covers in the picture;
     * the aspect ratio is not kept. A grey picture fills every channel.
     */
    static float[] features(Raster pixels, ImageShape shape) {
        float[] features = new float[shape.size()];
        double scaleX = pixels.getWidth() / (double) shape.width();
        double scaleY = pixels.getHeight() / (double) shape.height();
        int next = 0;
        for (int channel = 0; channel < shape.channels(); channel++) {
            int band = pixels.getNumBands() < shape.channels() ? 0 : channel;
            for (int y = 0; y < shape.height(); y++) {
                for (int x = 0; x < shape.width(); x++) {
                    double sum = integral(pixels, band, x * scaleX, (x + 1) * scaleX, y * scaleY, (y + 1) * scaleY);
                    features[next++] = (float) (sum / (scaleX * scaleY));
                }
            }
        }
        return features;
    }

    /** The sum of the samples of a rectangle; a pixel that it cuts counts by the part that lies inside. */
    private static double integral(Raster pixels, int band, double left, double right, double top, double bottom) {
        double sum = 0;
        for (int row = (int) top; row < Math.min(bottom, pixels.getHeight()); row++) {
            double height = Math.min(bottom, row + 1) - Math.max(top, row);
            for (int column = (int) left; column < Math.min(right, pixels.getWidth()); column++) {
                double width = Math.min(right, column + 1) - Math.max(left, column);
                sum += height * width * pixels.getSample(column, row, band);
            }
        }
        return sum;
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
