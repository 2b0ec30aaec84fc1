package io.github.dl4jinit.ntk;

import io.github.dl4jinit.internal.gradient.LayerFactors;
import io.github.dl4jinit.internal.memory.Scratch;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The products of one layer's derivatives for some examples with those for others, [n1 c, n2 c] or [n1, n2].
 *
 * @param outputs c
 * @param full whether for all pairs of outputs, or summed over equal ones
 * @param scratch to compute in
 */
record LayerProduct(int outputs, boolean full, Scratch scratch) {

    /** Numbers of derivatives to form at once. */
    private static final long ROOM = 1 << 22;

    /** The cost of calling ND4J for one pair of positions, in multiplications. */
    private static final double CALLS = 1e6;

    /** Adds to a sum in the order 'c'. */
    @SuppressWarnings("try") // The scope is there to be closed.
    void addTo(INDArray sum, LayerFactors left, LayerFactors right) {
        if (left instanceof LayerFactors.Outer a && right instanceof LayerFactors.Outer b) {
            if (isCheaperPairwise(a, b)) {
                addPairwise(sum, a, b);
            } else {
                addFormed(sum, a, b);
            }
        } else {
            try (MemoryWorkspace step = scratch.step()) {
                addRows(sum, left.derivatives(), right.derivatives());
            }
        }
    }

    private void addRows(INDArray sum, INDArray left, INDArray right) {
        new RowPart(left, outputs).addProduct(sum, new RowPart(right, outputs), full);
    }

    private boolean isCheaperPairwise(LayerFactors.Outer a, LayerFactors.Outer b) {
        double pairs = (double) a.inputs().size(0) * b.inputs().size(0);
        double in = a.inputs().size(1);
        double out = a.deltas().size(1);
        double positions = a.inputs().size(2);
        double blocks = full ? (double) outputs * outputs : outputs;
        double forming = (a.inputs().size(0) + b.inputs().size(0)) * outputs * positions * in * out;
        double pairwise = positions * b.inputs().size(2) * (pairs * (in + blocks * out) + CALLS);
        return pairwise <= forming + pairs * blocks * in * out + CALLS;
    }

    /** (A A' + 1) o (D D'), added over all pairs of positions. */
    @SuppressWarnings("try") // The scope is there to be closed.
    private void addPairwise(INDArray sum, LayerFactors.Outer a, LayerFactors.Outer b) {
        for (long p = 0; p < a.inputs().size(2); p++) {
            for (long q = 0; q < b.inputs().size(2); q++) {
                try (MemoryWorkspace step = scratch.step()) {
                    INDArray products = RowPart.product(position(a.inputs(), p), position(b.inputs(), q));
                    if (a.bias()) {
                        products.addi(1);
                    }
                    INDArray deltas = new RowPart(position(a.deltas(), p), outputs)
                            .times(new RowPart(position(b.deltas(), q), outputs), full);
                    sum.addi(spread(deltas, products));
                }
            }
        }
    }

    /** Multiplies each example's block by its number; in the order 'c' it stays one run of memory, which sums need. */
    private INDArray spread(INDArray block, INDArray products) {
        if (!full || outputs == 1) {
            return block.muli(products);
        }
        long left = products.size(0);
        long right = products.size(1);
        return block.reshape('c', left, outputs, right, outputs)
                .muli(products.reshape('c', left, 1, right, 1))
                .reshape('c', left * outputs, right * outputs);
    }

    private static INDArray position(INDArray factor, long p) {
        return factor.size(2) == 1
                ? factor.reshape('c', factor.size(0), factor.size(1))
                : factor.tensorAlongDimension(p, 0, 1).dup('c');
    }

    /** Forms each example's derivative as a row, a few inputs at a time, so that it needs little memory. */
    @SuppressWarnings({"ReferenceEquality", "try"}) // Only the very same factors need not be formed twice.
    private void addFormed(INDArray sum, LayerFactors.Outer a, LayerFactors.Outer b) {
        if (a.bias()) {
            addRows(sum, a.byBias(), b.byBias());
        }
        long in = a.inputs().size(1);
        long several = Math.max(1, ROOM / (a.deltas().size(0) * a.deltas().size(1)));
        for (long from = 0; from < in; from += several) {
            long to = Math.min(in, from + several);
            try (MemoryWorkspace step = scratch.step()) {
                INDArray left = a.byWeights(from, to);
                addRows(sum, left, a == b ? left : b.byWeights(from, to));
            }
        }
    }
}
