package io.github.dl4jinit.examples.data;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A classification task, ready to train on: three parts that share no example.
 *
 * <p>Features are float {@code [examples, inputs]}, standardized with the mean and the deviation of the training part
 * alone (of each column for tables, of each colour channel for images); labels are one-hot {@code [examples,
 * classes]}. The training rows are in no order of their classes, so that any minibatch is a fair sample. Nothing but the training part may be trained on, and nothing but the validation part may choose settings.
 *
 * @param name what tables and files call it, such as {@code letter}
 * @param train the part to train on
 * @param validation the part to choose by
 * @param test the part to report on
 * @param classNames a name for each class, in the order of the label columns
 * @param image how a row of features is laid out as a image; null if it is none
 */
public record LabelledData(
        String name,
        DataSet train,
        DataSet validation,
        DataSet test,
        List<String> classNames,
        @Nullable ImageShape image) {

    /** Checks that the three parts agree with each other, with the class names and with the image's size. */
    public LabelledData {
        classNames = List.copyOf(classNames);
        int inputs = train.getFeatures().columns();
        if (image != null && image.size() != inputs) {
            throw new IllegalArgumentException(
                    name + ": " + image + " has " + image.size() + " values, but a row has " + inputs);
        }
        for (DataSet part : List.of(train, validation, test)) {
            checkShape(name, "features", part.getFeatures(), inputs);
            checkShape(name, "labels", part.getLabels(), classNames.size());
        }
    }

    private static void checkShape(String name, String what, INDArray array, int columns) {
        if (array.rank() != 2 || array.columns() != columns) {
            throw new IllegalArgumentException(name + ": " + what + " must have shape [examples, " + columns + "], got "
                    + array.shapeInfoToString());
        }
    }

    /**
     * The same task with the validation part in the place of the test part, so that what chooses settings cannot see the
     * latter.
     *
     * @return the parts to choose with
     */
    public LabelledData forChoosing() {
        return new LabelledData(name, train, validation, validation, classNames, image);
    }

    /**
     * A smaller task: the first rows of each part, which are a fair sample of it.
     *
     * @param training how many rows are kept at most to train on
     * @param others how many are kept of the other two parts
     * @return copies
     */
    public LabelledData limited(int training, int others) {
        return new LabelledData(
                name,
                Rows.first(train, training),
                Rows.first(validation, others),
                Rows.first(test, others),
                classNames,
                image);
    }

    /**
     * The same images with fewer pixels: each new one is the mean of a square.
     *
     * @param factor side of the square in old pixels
     * @return the smaller images
     * @throws IllegalStateException if the data are no images
     */
    public LabelledData reduced(int factor) {
        ImageShape old = requireImage();
        if (factor < 1 || old.height() % factor != 0 || old.width() % factor != 0) {
            throw new IllegalArgumentException(
                    name + ": the factor must divide the sides of the images, got " + factor + " for " + old);
        }
        ImageShape small = new ImageShape(old.channels(), old.height() / factor, old.width() / factor);
        return new LabelledData(
                name,
                reduced(train, small, factor),
                reduced(validation, small, factor),
                reduced(test, small, factor),
                classNames,
                small);
    }

    private static DataSet reduced(DataSet part, ImageShape small, int factor) {
        long rows = part.numExamples();
        INDArray squares = part.getFeatures()
                .dup('c')
                .reshape('c', rows * small.channels() * small.height(), factor, small.width(), factor);
        return new DataSet(squares.mean(1, 3).dup('c').reshape('c', rows, small.size()), part.getLabels());
    }

    private ImageShape requireImage() {
        ImageShape shape = image;
        if (shape == null) {
            throw new IllegalStateException(name + " has no images, but " + inputs() + " plain features");
        }
        return shape;
    }

    /**
     * The width of the input layer.
     *
     * @return features of one example
     */
    public int inputs() {
        return train.getFeatures().columns();
    }

    /**
     * The width of the output layer.
     *
     * @return the number of classes
     */
    public int classes() {
        return classNames.size();
    }

    /**
     * The same data with features {@code [examples, channels, height, width]}, as convolutions want them. It is a view:
     * no value is copied.
     *
     * @param part one of the three parts
     * @return the part as images
     * @throws IllegalStateException if the data are no images
     */
    public DataSet asImages(DataSet part) {
        ImageShape shape = requireImage();
        INDArray features = part.getFeatures();
        return new DataSet(
                features.reshape('c', features.rows(), shape.channels(), shape.height(), shape.width()),
                part.getLabels());
    }
}
