package io.github.dl4jinit.initializer;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Examples in a random order, which comes from {@code Nd4j.getRandom()}. */
final class Shuffle {

    private Shuffle() {}

    static int[] permutation(int count) {
        double[] keys = Nd4j.rand(DataType.DOUBLE, count).toDoubleVector();
        return IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> keys[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    static int examples(org.nd4j.linalg.dataset.api.MultiDataSet batch) {
        return Math.toIntExact(batch.getFeatures(0).size(0));
    }

    static MultiDataSet take(org.nd4j.linalg.dataset.api.MultiDataSet batch, int[] examples) {
        return new MultiDataSet(
                take(batch.getFeatures(), examples),
                take(batch.getLabels(), examples),
                take(batch.getFeaturesMaskArrays(), examples),
                take(batch.getLabelsMaskArrays(), examples));
    }

    static INDArray @Nullable [] take(INDArray @Nullable [] arrays, int[] examples) {
        return arrays == null
                ? null
                : Arrays.stream(arrays).map(array -> take(array, examples)).toArray(INDArray[]::new);
    }

    private static @Nullable INDArray take(@Nullable INDArray array, int[] examples) {
        if (array == null) {
            return null;
        }
        long[] shape = array.shape().clone();
        shape[0] = examples.length;
        // Rows of matrices: slices of an array [n, 1] have no shape that could be put into another.
        long width = array.length() / array.size(0);
        INDArray rows = array.dup('c').reshape('c', array.size(0), width);
        INDArray taken = Nd4j.create(array.dataType(), new long[] {examples.length, width}, 'c');
        for (int i = 0; i < examples.length; i++) {
            taken.getRow(i).assign(rows.getRow(examples[i]));
        }
        return taken.reshape('c', shape);
    }
}
