package io.github.dl4jinit.ntk;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A way to compute kernels block by block: what is needed of each example first, then the products. */
sealed interface KernelBlocks permits JacobianBlocks, StructuredBlocks, ProjectedBlocks {

    /** What some examples contribute. */
    interface Part {
        /**
         * The products with another part of the same kind.
         *
         * @param full whether for all pairs of outputs, or summed over equal ones
         * @return [n1 c, n2 c] or [n1, n2]
         */
        INDArray times(Part other, boolean full);
    }

    Part part(INDArray[] features);

    /** Bytes that one example's part, and the work on it, need at most. */
    long bytesPerExample(INDArray[] features);
}
