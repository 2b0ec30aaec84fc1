package io.github.dl4jinit.ntk;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Parts of batches. */
final class Examples {

    private Examples() {}

    /** Neighbouring examples, a copy. */
    static INDArray[] interval(INDArray[] features, long from, long to) {
        return Arrays.stream(features)
                .map(array -> {
                    INDArrayIndex[] indices = new INDArrayIndex[array.rank()];
                    Arrays.fill(indices, NDArrayIndex.all());
                    indices[0] = NDArrayIndex.interval(from, to);
                    return array.get(indices).dup('c');
                })
                .toArray(INDArray[]::new);
    }
}
