package io.github.dl4jinit.internal.signal;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Steps that only fill a series up.
 *
 * <p>A MultiLayerNetwork in training forgets the mask of the features where no layer keeps it, and keeps that of the labels. So that a
 * listener sees the same series as whoever initializes by hand, it is told by one rule in both cases, for batches whose labels are masked step by step
 * and whose features have no mask. What the labels leave out is padding if the features are zero there. Else zeros at the end are padding. Else
 * labels that go from the first step to some last one, more than one of them, tell how long the series are.
 */
public final class Padding {

    private Padding() {}

    /**
     * The padding of a batch of series.
     *
     * @param batch one array of features, [n, channels, steps], and one mask of labels, [n, steps]
     * @return ones and zeros, [n, steps]; empty if the batch has a mask of its features, is no such batch, or has no padding
     */
    public static Optional<INDArray> of(MultiDataSet batch) {
        INDArray[] labels = batch.getLabelsMaskArrays();
        boolean single = batch.numFeatureArrays() == 1 && labels != null && labels.length == 1 && labels[0] != null;
        if (!single || (batch.getFeaturesMaskArrays() != null && batch.getFeaturesMaskArrays()[0] != null)) {
            return Optional.empty();
        }
        INDArray features = batch.getFeatures(0);
        INDArray labelled = labels[0];
        boolean series = features.rank() == 3
                && labelled.rank() == 2
                && labelled.size(0) == features.size(0)
                && (labelled.size(1) == features.size(2) || labelled.size(1) == features.size(1));
        if (!series) {
            return Optional.empty();
        }
        INDArray filled = otherThan(0, features, labelled.size(1) == features.size(2) ? 1 : 2);
        INDArray counted = labelled.castTo(DataType.DOUBLE).neq(0).castTo(DataType.DOUBLE);
        boolean unlabelledIsZero = filled.mul(counted.rsub(1)).sumNumber().doubleValue() == 0;
        INDArray mask = unlabelledIsZero ? counted : withoutTail(filled);
        if (mask.minNumber().doubleValue() != 0 && isLengths(counted)) {
            mask = counted;
        }
        return mask.minNumber().doubleValue() == 0 ? Optional.of(mask) : Optional.empty();
    }

    /**
     * The masks that fit zeros at the end of series.
     *
     * @param features of series, [n, channels, steps], or of sentences as images, [n, 1, words, numbers]
     * @return [n, steps], or [n, 1, words, 1] and the same along the other axis; in single precision, since DL4J shortens
     *     masks of no other
     */
    public static List<INDArray> shownBy(INDArray features) {
        INDArray filled = features.neq(0).castTo(DataType.FLOAT);
        if (features.rank() == 3) {
            return List.of(withoutTail(filled.max(1)), withoutTail(filled.max(2)));
        }
        if (features.rank() != 4) {
            return List.of();
        }
        INDArray down = withoutTail(filled.max(1, 3));
        INDArray across = withoutTail(filled.max(1, 2));
        return List.of(
                down.reshape('c', down.size(0), 1, down.size(1), 1),
                across.reshape('c', across.size(0), 1, 1, across.size(1)));
    }

    /** Whether ones come first and zeros last, with more than one of them somewhere. */
    private static boolean isLengths(INDArray mask) {
        return mask.equals(withoutTail(mask)) && mask.sum(1).maxNumber().doubleValue() > 1;
    }

    /** Ones up to the last step that is filled, zeros after it. */
    private static INDArray withoutTail(INDArray filled) {
        INDArray mask = Nd4j.zeros(filled.dataType(), filled.shape());
        for (long i = 0; i < filled.size(0); i++) {
            boolean any = false;
            for (long step = filled.size(1) - 1; step >= 0; step--) {
                any |= filled.getDouble(i, step) != 0;
                mask.putScalar(i, step, any ? 1 : 0);
            }
        }
        return mask;
    }

    /**
     * What a masking layer lets count.
     *
     * @param value that fills steps up
     * @param input of the layer, [n, channels, steps], or as the layer inside has it
     * @return ones and zeros, [n, steps]
     */
    public static INDArray otherThan(double value, INDArray input, MaskZeroLayer layer) {
        boolean channelsLast = layer.getUnderlying() instanceof BaseRecurrentLayer recurrent
                && recurrent.getRnnDataFormat() == RNNFormat.NWC;
        return otherThan(value, input, channelsLast ? 2 : 1);
    }

    private static INDArray otherThan(double value, INDArray series, int channelAxis) {
        return series.neq(value).castTo(DataType.DOUBLE).max(channelAxis);
    }
}
