package io.github.dl4jinit.ntk;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A kernel's factor with a row for each example and output.
 *
 * @param rows [n c, anything]
 * @param outputs c
 */
record RowPart(INDArray rows, int outputs) implements KernelBlocks.Part {

    @Override
    public INDArray times(KernelBlocks.Part other, boolean full) {
        INDArray left = shaped(full);
        INDArray right = ((RowPart) other).shaped(full);
        return left.mmul(right.transpose());
    }

    /** For the sum over outputs they are put side by side. */
    private INDArray shaped(boolean full) {
        return full ? rows : rows.reshape('c', rows.size(0) / outputs, outputs * rows.size(1));
    }
}
