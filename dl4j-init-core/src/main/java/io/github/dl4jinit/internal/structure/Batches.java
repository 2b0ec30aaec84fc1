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

    public static void validate(MultiDataSet batch, int inputs) {
        INDArray[] features = batch.getFeatures();
        int given = features == null ? 0 : features.length;
        if (given != inputs) {
            throw new IllegalArgumentException(
                    "the network has " + inputs + " input(s), the batch has " + given + " array(s) of features");
        }
        for (int i = 0; i < inputs; i++) {
            validate(features[i], i);
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
