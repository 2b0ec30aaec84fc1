package io.github.dl4jinit.examples.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Paints rows of features as a sheet of images, eight in a row, to be looked at. */
final class ContactSheet {
    private static final int COLUMNS = 8;
    private static final int ZOOM = 3;
    private static final int GAP = 4;

    private ContactSheet() {}

    /** Images of any {@link ImageShape}; the smallest value of a image becomes black, the largest white. */
    static void write(INDArray features, ImageShape shape, Path file) throws IOException {
        int rows = (features.rows() + COLUMNS - 1) / COLUMNS;
        int cellWidth = shape.width() * ZOOM + GAP;
        int cellHeight = shape.height() * ZOOM + GAP;
        BufferedImage sheet = new BufferedImage(COLUMNS * cellWidth, rows * cellHeight, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < features.rows(); i++) {
            float[] picture = features.getRow(i).toFloatVector();
            paint(sheet, i % COLUMNS * cellWidth, i / COLUMNS * cellHeight, picture, shape);
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        ImageIO.write(sheet, "png", file.toFile());
    }

    private static void paint(BufferedImage sheet, int left, int top, float[] picture, ImageShape shape) {
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        for (float value : picture) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        int plane = shape.height() * shape.width();
        for (int y = 0; y < shape.height() * ZOOM; y++) {
            for (int x = 0; x < shape.width() * ZOOM; x++) {
                int rgb = 0;
                for (int channel = 0; channel < 3; channel++) {
                    int source = Math.min(channel, shape.channels() - 1) * plane + y / ZOOM * shape.width() + x / ZOOM;
                    rgb = rgb << 8 | Math.round((picture[source] - min) / Math.max(max - min, 1e-6f) * 255);
                }
                sheet.setRGB(left + x, top + y, rgb);
            }
        }
    }
}
