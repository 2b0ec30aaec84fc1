package io.github.dl4jinit.ntk;

import io.github.dl4jinit.internal.gradient.NetworkFunction;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A way to compute kernels block by block: first what each example contributes, then the products. */
sealed interface KernelBlocks extends AutoCloseable permits JacobianBlocks, StructuredBlocks {

    /** What some examples contribute. */
    interface Part extends AutoCloseable {
        /**
         * The products with another part of the same kind.
         *
         * @param full whether for all pairs of outputs, or summed over equal ones
         * @return [n1 c, n2 c] or [n1, n2]
         */
        INDArray times(Part other, boolean full);

        /** Frees its memory at once. */
        @Override
        void close();
    }

    Part part(INDArray[] features);

    /** Bytes that one example's part needs. */
    long bytesPerExample();

    /** Frees the memory to work in. */
    @Override
    default void close() {}

    /** Neighbouring examples of each input, a copy. */
    static INDArray[] examples(INDArray[] features, long from, long to) {
        return Arrays.stream(features)
                .map(array -> {
                    INDArrayIndex[] indices = new INDArrayIndex[array.rank()];
                    Arrays.fill(indices, NDArrayIndex.all());
                    indices[0] = NDArrayIndex.interval(from, to);
                    return array.get(indices).dup('c');
                })
                .toArray(INDArray[]::new);
    }

    /** Refuses a kernel that is not finite, with the place. */
    static void requireFinite(INDArray kernel, NetworkFunction function, INDArray[] rows, INDArray[] columns) {
        if (!Double.isFinite(kernel.castTo(DataType.DOUBLE).norm1Number().doubleValue())) {
            INDArray[] all = new INDArray[rows.length];
            Arrays.setAll(all, i -> Nd4j.concat(0, rows[i], columns[i]));
            throw new ArithmeticException("the kernel is not finite: " + function.whyNotFinite(all));
        }
    }
}
