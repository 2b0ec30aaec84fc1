package io.github.dl4jinit.examples.data;

import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A part of CIFAR-10: 3,000 training and 1,000 test images, 32x32 in colour. Each batch is a PNG with a image a row
 * (1,024 pixels, row by row) and a text file with a class number a line.
 */
final class Cifar10Data {
    private static final String FOLDER = "cifar-10-subset";
    private static final String HINT = "it is a part that has no official address; docs/data.md says how it is made";
    private static final ImageShape IMAGE = new ImageShape(3, 32, 32);
    private static final int BATCH = 1_000;
    private static final int TRAIN_END = 2_500;
    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private Cifar10Data() {}

    /** 2,500, 500 and 1,000: the last 500 of the training images validate. */
    static LabelledData read(DataFolder folder) {
        Samples.Builder training = new Samples.Builder();
        for (int batch = 0; batch < 3; batch++) {
            readBatch(folder, batch, training);
        }
        Samples.Builder test = new Samples.Builder();
        readBatch(folder, 50, test);
        Samples pictures = training.build();
        return Samples.standardized(
                "cifar10",
                pictures.where(row -> row < TRAIN_END),
                pictures.where(row -> row >= TRAIN_END),
                test.build(),
                CLASSES,
                IMAGE);
    }

    private static void readBatch(DataFolder folder, int batch, Samples.Builder samples) {
        Path pictures = folder.file(DataFile.byHand(FOLDER, "cifar10_batch_" + batch + ".png", HINT));
        Path labelFile = folder.file(DataFile.byHand(FOLDER, "cifar10_batch_" + batch + ".labels.txt", HINT));
        Raster sheet = ImageFiles.read(pictures);
        ImageFiles.checkSize(pictures, "the image", sheet, IMAGE.height() * IMAGE.width(), BATCH);
        List<String> labels = lines(labelFile);
        if (labels.size() != BATCH) {
            throw DataException.damaged(labelFile, "it has " + labels.size() + " lines, expected " + BATCH);
        }
        ImageShape row = new ImageShape(IMAGE.channels(), 1, IMAGE.height() * IMAGE.width());
        for (int i = 0; i < BATCH; i++) {
            String label = labels.get(i).strip();
            if (!label.matches("\\d")) {
                throw DataException.damaged(labelFile, "line " + (i + 1) + " is '" + label + "', expected 0 to 9");
            }
            Raster picture = sheet.createChild(0, i, row.width(), 1, 0, 0, null);
            samples.add(ImageFiles.features(picture, row), Integer.parseInt(label));
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw DataException.unreadable(file, e);
        }
    }
}
