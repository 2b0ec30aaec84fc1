package io.github.dl4jinit.examples.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Examples as they come out of a reader: raw feature rows, one after the other, and a class number each. */
final class Samples {
    private static final long ORDER_SEED = 2_010;

    private final float[] features;
    private final int[] labels;
    private final int inputs;

    Samples(float[] features, int[] labels) {
        if (labels.length == 0 || features.length % labels.length != 0) {
            throw new IllegalArgumentException(
                    features.length + " feature values do not make rows for " + labels.length + " labels");
        }
        this.features = features;
        this.labels = labels;
        this.inputs = features.length / labels.length;
    }

    /** Collects examples whose number is not known beforehand. */
    static final class Builder {
        private final List<float[]> rows = new ArrayList<>();
        private final List<Integer> labels = new ArrayList<>();

        void add(float[] row, int label) {
            rows.add(row);
            labels.add(label);
        }

        int size() {
            return rows.size();
        }

        /** How many examples of the class there are so far. */
        int count(int label) {
            return Collections.frequency(labels, label);
        }

        Samples build() {
            int inputs = rows.get(0).length;
            float[] features = new float[Math.multiplyExact(rows.size(), inputs)];
            for (int i = 0; i < rows.size(); i++) {
                System.arraycopy(rows.get(i), 0, features, i * inputs, inputs);
            }
            return new Samples(
                    features, labels.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    int size() {
        return labels.length;
    }

    int inputs() {
        return inputs;
    }

    int label(int row) {
        return labels[row];
    }

    float feature(int row, int column) {
        return features[row * inputs + column];
    }

    /** The rows whose number the rule takes, in their order. */
    Samples where(IntPredicate rule) {
        return rows(IntStream.range(0, size()).filter(rule).toArray());
    }

    /** The same rows in a random order, always the same one: for files that are sorted by class. */
    Samples shuffled() {
        List<Integer> order = new ArrayList<>(IntStream.range(0, size()).boxed().toList());
        Collections.shuffle(order, new Random(ORDER_SEED));
        return rows(order.stream().mapToInt(Integer::intValue).toArray());
    }

    private Samples rows(int[] rows) {
        float[] chosen = new float[rows.length * inputs];
        int[] chosenLabels = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(features, rows[i] * inputs, chosen, i * inputs, inputs);
            chosenLabels[i] = labels[rows[i]];
        }
        return new Samples(chosen, chosenLabels);
    }

    /** Standardizes all three parts with the statistics of the first. */
    static LabelledData standardized(
            String name,
            Samples train,
            Samples validation,
            Samples test,
            List<String> classNames,
            @Nullable ImageShape image) {
        int groupSize = image == null ? 1 : image.height() * image.width();
        Scale scale = Scale.of(train, groupSize);
        return new LabelledData(
                name,
                scale.apply(train).toDataSet(classNames.size()),
                scale.apply(validation).toDataSet(classNames.size()),
                scale.apply(test).toDataSet(classNames.size()),
                classNames,
                image);
    }

    /** Features as they are, labels one-hot. */
    DataSet toDataSet(int classes) {
        INDArray x = Nd4j.createFromArray(features).reshape('c', size(), inputs);
        float[] oneHot = new float[size() * classes];
        for (int row = 0; row < size(); row++) {
            oneHot[row * classes + labels[row]] = 1;
        }
        return new DataSet(x, Nd4j.createFromArray(oneHot).reshape('c', size(), classes));
    }

    /**
     * Mean and deviation of groups of columns. A table has one group a column, a image one group a colour channel: a
     * pixel by itself may be constant in the training part (the rim of MNIST) and then has no deviation to divide by.
     */
    private static final class Scale {
        private final int groupSize;
        private final double[] mean;
        private final double[] deviation;

        private Scale(int groupSize, double[] mean, double[] deviation) {
            this.groupSize = groupSize;
            this.mean = mean;
            this.deviation = deviation;
        }

        static Scale of(Samples train, int groupSize) {
            double[] mean = new double[train.inputs / groupSize];
            double[] deviation = new double[mean.length];
            double values = (double) train.size() * groupSize;
            for (int i = 0; i < train.features.length; i += groupSize) {
                int group = i / groupSize % mean.length;
                for (int k = i; k < i + groupSize; k++) {
                    mean[group] += train.features[k];
                }
            }
            // Divided once, after an exact sum, so that the mean of a constant column is that constant to the last bit.
            for (int group = 0; group < mean.length; group++) {
                mean[group] /= values;
            }
            for (int i = 0; i < train.features.length; i += groupSize) {
                int group = i / groupSize % mean.length;
                for (int k = i; k < i + groupSize; k++) {
                    double distance = train.features[k] - mean[group];
                    deviation[group] += distance * distance;
                }
            }
            for (int group = 0; group < mean.length; group++) {
                deviation[group] = Math.sqrt(deviation[group] / values);
            }
            return new Scale(groupSize, mean, deviation);
        }

        /** A group that is constant in the training part is only centred: it carries nothing, and must not explode. */
        Samples apply(Samples samples) {
            float[] scaled = new float[samples.features.length];
            for (int i = 0; i < scaled.length; i += groupSize) {
                int group = i / groupSize % mean.length;
                double divisor = deviation[group] > 0 ? deviation[group] : 1;
                for (int k = i; k < i + groupSize; k++) {
                    scaled[k] = (float) ((samples.features[k] - mean[group]) / divisor);
                }
            }
            return new Samples(scaled, samples.labels);
        }
    }
}
