package io.github.dl4jinit.ntk;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A kernel's factor with a row for each example and output.
 *
 * @param rows [n c, anything]
 * @param outputs c
 */
record RowPart(INDArray rows, int outputs) implements KernelBlocks.Part {

    @Override
    public INDArray times(KernelBlocks.Part other, boolean full) {
        return product(shaped(full), ((RowPart) other).shaped(full));
    }

    /** Adds the products to a sum in the order 'c'. */
    void addProduct(INDArray sum, RowPart other, boolean full) {
        multiply(shaped(full), other.shaped(full), sum, 1);
    }

    /** a b', in the order 'c'. */
    static INDArray product(INDArray a, INDArray b) {
        INDArray product = Nd4j.createUninitialized(a.dataType(), new long[] {a.size(0), b.size(0)}, 'c');
        multiply(a, b, product, 0);
        return product;
    }

    private static void multiply(INDArray a, INDArray b, INDArray sum, double before) {
        // ND4J multiplies into the order 'f', which is what the transposed has.
        Nd4j.gemm(b, a, sum.transpose(), false, true, 1, before);
    }

    /** For the sum over outputs they are put side by side. */
    private INDArray shaped(boolean full) {
        return full ? rows : rows.reshape('c', rows.size(0) / outputs, outputs * rows.size(1));
    }

    @Override
    public void close() {
        rows.close();
    }
}
