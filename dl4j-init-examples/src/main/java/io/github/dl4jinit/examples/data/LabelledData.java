package io.github.dl4jinit.examples.data;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A classification task, ready to train on: three parts that share no example.
 *
 * <p>Features are float {@code [examples, inputs]}, standardised with the mean and the deviation of the training part
 * alone (of each column for tables, of each colour channel for pictures); labels are one-hot {@code [examples,
 * classes]}. The training rows are in no order of their classes, so that any minibatch is a fair sample. Nothing but the training part may be trained on, and nothing but the validation part may choose settings.
 *
 * @param name what tables and files call it, such as {@code letter}
 * @param train the part to train on
 * @param validation the part to choose by
 * @param test the part to report on
 * @param classNames a name for each class, in the order of the label columns
 * @param image how a row of features is laid out as a picture; null if it is none
 */
public record LabelledData(
        String name,
        DataSet train,
        DataSet validation,
        DataSet test,
        List<String> classNames,
        @Nullable ImageShape image) {

    /** Checks that the three parts agree with each other, with the class names and with the picture's size. */
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
     * @return the part as pictures
     * @throws IllegalStateException if the data are no pictures
     */
    public DataSet asImages(DataSet part) {
        ImageShape shape = image;
        if (shape == null) {
            throw new IllegalStateException(name + " has no pictures, but " + inputs() + " plain features");
        }
        INDArray features = part.getFeatures();
        return new DataSet(
                features.reshape('c', features.rows(), shape.channels(), shape.height(), shape.width()),
                part.getLabels());
    }
}
