package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.memory.Buffers;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The derivatives of all outputs for some examples, layer by layer.
 *
 * @param layers those of each layer whose parameters are trained, the last one first
 */
public record Factors(List<LayerFactors> layers) implements AutoCloseable {

    private List<INDArray> arrays() {
        return layers.stream().flatMap(layer -> layer.arrays().stream()).toList();
    }

    /** How many numbers they consist of, for all examples together. */
    public long size() {
        return arrays().stream().mapToLong(INDArray::length).sum();
    }

    /**
     * Makes room for those of other examples.
     *
     * @param examples how many examples these are of
     * @param wanted how many others
     * @return factors of the same kinds, not yet filled
     */
    public Factors room(long examples, long wanted) {
        return new Factors(
                layers.stream().map(layer -> room(layer, examples, wanted)).toList());
    }

    private static LayerFactors room(LayerFactors layer, long examples, long wanted) {
        INDArray[] arrays = layer.arrays().stream()
                .map(array -> room(array, examples, wanted))
                .toArray(INDArray[]::new);
        return layer instanceof LayerFactors.Outer outer
                ? new LayerFactors.Outer(outer.layer(), arrays[0], arrays[1], outer.bias())
                : new LayerFactors.Rows(layer.layer(), arrays[0]);
    }

    private static INDArray room(INDArray array, long examples, long wanted) {
        long[] shape = array.shape().clone();
        shape[0] = shape[0] / examples * wanted;
        return Nd4j.createUninitialized(array.dataType(), shape, 'c');
    }

    /**
     * Copies those of a batch into their place among those of all examples.
     *
     * @param batch of the same network
     * @param first the place of its first example
     * @param examples how many examples it has
     */
    public void put(Factors batch, long first, long examples) {
        List<INDArray> targets = arrays();
        List<INDArray> sources = batch.arrays();
        for (int i = 0; i < targets.size(); i++) {
            INDArray source = sources.get(i);
            long perExample = source.size(0) / examples;
            INDArrayIndex[] place = new INDArrayIndex[source.rank()];
            Arrays.fill(place, NDArrayIndex.all());
            place[0] = NDArrayIndex.interval(first * perExample, (first + examples) * perExample);
            targets.get(i).get(place).assign(source);
        }
    }

    /** Frees the memory at once, which must be their own, as it is after {@link #room}. */
    @Override
    public void close() {
        arrays().forEach(array -> Buffers.free(array, List.of()));
    }
}
