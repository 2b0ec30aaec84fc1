package io.github.dl4jinit.contract;

import io.github.dl4jinit.contract.RandomNetwork.Source;
import io.github.dl4jinit.contract.RandomNetwork.Tail;
import io.github.dl4jinit.contract.Signal.Domain;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a tool is given: networks, all alike, and a batch.
 *
 * @param description of both
 * @param batch features, labels and masks
 */
record Subject(RandomNetwork description, MultiDataSet batch) {

    private static final long ANY_SEED = 5;

    /**
     * Builds a description.
     *
     * @return empty if Deeplearning4j itself cannot run or train the network, or gets numbers that are not finite
     */
    static Optional<Subject> of(RandomNetwork description) {
        try {
            Subject subject = new Subject(description, batch(description));
            Model trained = subject.trained();
            boolean finite = isFinite(trained.params())
                    && Arrays.stream(
                                    output(trained, subject.batch.getFeatures(), subject.batch.getFeaturesMaskArrays()))
                            .allMatch(Subject::isFinite);
            return finite ? Optional.of(subject) : Optional.empty();
        } catch (RuntimeException dl4jCannot) {
            return Optional.empty();
        }
    }

    /** A network as {@code init()} leaves it. */
    Model network() {
        return Assembly.network(description);
    }

    /** A network after one update, so that there is a state of everything. */
    Model trained() {
        Model model = network();
        fit(model);
        return model;
    }

    void fit(Model model) {
        Nd4j.getRandom().setSeed(ANY_SEED);
        FirstUpdates.fit(model, batch);
    }

    /** DL4J's own answer. */
    private static INDArray[] output(Model model, INDArray[] features, INDArray @Nullable [] masks) {
        INDArray[] own = Arrays.stream(features).map(INDArray::dup).toArray(INDArray[]::new);
        if (model instanceof MultiLayerNetwork network) {
            return new INDArray[] {network.output(own[0], false, masks == null ? null : masks[0], null)};
        }
        return ((ComputationGraph) model).output(false, own, masks);
    }

    static boolean isFinite(INDArray array) {
        return array.isEmpty()
                || Double.isFinite(array.castTo(DataType.DOUBLE).norm1Number().doubleValue());
    }

    private static MultiDataSet batch(RandomNetwork description) {
        Random random = new Random(description.seed());
        int sources = description.sources().size();
        INDArray[] features = new INDArray[sources];
        INDArray[] masks = new INDArray[sources];
        for (int i = 0; i < sources; i++) {
            Source source = description.sources().get(i);
            INDArray mask = source.signal().isSeries() ? featuresMask(description, source, random) : null;
            features[i] = features(description, source, random);
            if (mask != null && description.has(Setting.PADDED)) {
                zeroPadding(features[i], mask, description.has(Setting.CHANNELS_LAST), source);
            } else {
                masks[i] = mask;
            }
        }
        boolean masked = IntStream.range(0, sources).anyMatch(i -> masks[i] != null);
        INDArray[] labels = output(Assembly.network(description), features, masked ? masks : null);
        INDArray[] labelMasks = new INDArray[labels.length];
        for (int i = 0; i < labels.length; i++) {
            Tail tail = description.tails().get(i);
            if (!isFinite(labels[i])) {
                throw new ArithmeticException("DL4J's output is not finite");
            }
            boolean last = description.has(Setting.CHANNELS_LAST);
            labels[i] = labels[i].dup('c');
            tail.loss().fill(labels[i], last ? labels[i].rank() - 1 : 1, random);
            if (description.has(Setting.LABELS_MASKED) && labels[i].rank() < 4) {
                labelMasks[i] = labels[i].rank() == 2
                        ? holes(description.type(), random, labels[i].size(0), 1)
                        : holes(description.type(), random, labels[i].size(0), labels[i].size(last ? 1 : 2));
            }
        }
        boolean labelsMasked = IntStream.range(0, labels.length).anyMatch(i -> labelMasks[i] != null);
        return new MultiDataSet(features, labels, masked ? masks : null, labelsMasked ? labelMasks : null);
    }

    private static INDArray features(RandomNetwork description, Source source, Random random) {
        boolean flat = source.domain() == Domain.IMAGE && description.has(Setting.FLAT);
        long[] shape = source.signal().shape(description.examples(), description.has(Setting.CHANNELS_LAST), flat);
        INDArray features = Nd4j.create(description.type(), shape);
        boolean words = source.domain() == Domain.WORD || source.domain() == Domain.SENTENCE;
        for (long i = 0; i < features.length(); i++) {
            double number = random.nextGaussian();
            if (words) {
                number = random.nextInt(source.channels());
            } else if (description.has(Setting.UNSCALED)) {
                number = 20 + 5 * number;
            } else if (description.has(Setting.ZEROS) && random.nextBoolean()) {
                number = 0;
            }
            features.putScalar(i, number);
        }
        return features;
    }

    private static @Nullable INDArray featuresMask(RandomNetwork description, Source source, Random random) {
        int examples = description.examples();
        if (description.has(Setting.MASKED_WITH_HOLES)) {
            return holes(description.type(), random, examples, source.rows());
        }
        if (!description.has(Setting.MASKED) && !description.has(Setting.PADDED)) {
            return null;
        }
        INDArray mask = Nd4j.zeros(description.type(), examples, source.rows());
        for (int i = 0; i < examples; i++) {
            int steps = i == 0 ? source.rows() : 1 + random.nextInt(source.rows());
            for (int t = 0; t < steps; t++) {
                mask.putScalar(i, t, 1);
            }
        }
        return mask;
    }

    /** Zeros and ones, at least one 1 in each row, or in all if there is one column. */
    private static INDArray holes(DataType type, Random random, long rows, long columns) {
        INDArray mask = Nd4j.zeros(type, rows, columns);
        for (long i = 0; i < rows; i++) {
            for (long t = 0; t < columns; t++) {
                mask.putScalar(i, t, random.nextInt(3) == 0 ? 0 : 1);
            }
            if (columns > 1 || i == 0) {
                mask.putScalar(i, random.nextInt((int) columns), 1);
            }
        }
        return mask;
    }

    private static void zeroPadding(INDArray features, INDArray mask, boolean channelsLast, Source source) {
        if (source.domain() == Domain.SERIES) {
            long[] wide = channelsLast
                    ? new long[] {mask.size(0), mask.size(1), 1}
                    : new long[] {mask.size(0), 1, mask.size(1)};
            features.muli(mask.reshape(wide));
        } else {
            features.muli(mask);
        }
    }
}
