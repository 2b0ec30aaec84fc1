package io.github.dl4jinit.ntk;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A way to compute kernels block by block: what is needed of each example first, then the products. */
sealed interface KernelBlocks extends AutoCloseable permits JacobianBlocks, StructuredBlocks, ProjectedBlocks {

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
}
