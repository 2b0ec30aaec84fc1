package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.network.Moments;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Checks of batches, and their parts where DL4J leaves them null. */
public final class Batches {

    private Batches() {}

    /** Whether a batch is there, is finite, and has the shapes that the network's first layers take. */
    public static void validate(MultiDataSet batch, Dl4jNetwork network) {
        validate(batch, network.inputs());
        FirstLayers.of(network).require(batch.getFeatures());
    }

    public static void validate(MultiDataSet batch, int inputs) {
        if (batch == null) {
            throw new IllegalArgumentException("the batch is null: give features for " + inputs + " input(s)");
        }
        INDArray[] features = batch.getFeatures();
        int given = features == null ? 0 : features.length;
        if (given != inputs) {
            throw new IllegalArgumentException(
                    "the network has " + inputs + " input(s), the batch has " + given + " array(s) of features");
        }
        for (int i = 0; i < inputs; i++) {
            validate(features[i], i);
            requireExamples("the features' mask of input " + i, featuresMask(batch, i), features[i]);
        }
    }

    private static void requireExamples(String what, @Nullable INDArray array, INDArray features) {
        if (array != null && array.size(0) != features.size(0)) {
            throw new IllegalArgumentException(what + " has " + array.size(0) + " rows, shape "
                    + Arrays.toString(array.shape()) + ": its first axis must be that of the features, which hold "
                    + features.size(0) + " example(s)");
        }
    }

    private static void validate(@Nullable INDArray features, int input) {
        if (features == null || features.isEmpty() || features.length() == 0) {
            throw new IllegalArgumentException("features of input " + input + " are empty: give at least one example");
        }
        if (features.dataType().isFPType()) {
            Moments moments = Moments.of(features);
            if (!Double.isFinite(moments.mean()) || !Double.isFinite(moments.variance())) {
                throw new IllegalArgumentException("features of input " + input
                        + " hold NaN or infinite values, or larger ones than can be squared: clean the batch before the"
                        + " network sees it");
            }
        }
    }

    public static void validateLabels(MultiDataSet batch, int outputs) {
        INDArray[] labels = batch.getLabels();
        int given = labels == null ? 0 : labels.length;
        boolean missing = given == 0 || Arrays.stream(labels).anyMatch(Objects::isNull);
        if (missing || given != outputs) {
            throw new IllegalArgumentException(
                    "a loss needs labels: the network has " + outputs + " output(s), the batch has " + given
                            + " array(s) of labels" + (given > 0 && missing ? ", some null" : ""));
        }
        for (int i = 0; i < outputs; i++) {
            requireExamples(
                    "the array of labels of output " + i,
                    labels[i],
                    batch.getFeatures(i < batch.getFeatures().length ? i : 0));
        }
    }

    public static @Nullable INDArray featuresMask(MultiDataSet batch, int input) {
        INDArray[] masks = batch.getFeaturesMaskArrays();
        return masks == null ? null : masks[input];
    }

    public static @Nullable INDArray labelsMask(MultiDataSet batch, int output) {
        INDArray[] masks = batch.getLabelsMaskArrays();
        return masks == null ? null : masks[output];
    }
}
