package io.github.dl4jinit.ntk;

import io.github.dl4jinit.internal.gradient.Factors;
import io.github.dl4jinit.internal.gradient.LayerFactors;
import io.github.dl4jinit.internal.gradient.NetworkFunction;
import io.github.dl4jinit.internal.memory.Scratch;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** {@link EmpiricalNtk.Method#STRUCTURED}. */
final class StructuredBlocks implements KernelBlocks {

    /** How many numbers of factors to compute at once. More need more memory, about ten times as many numbers; fewer need more calls. */
    private static final long ROOM = 1 << 20;

    private final NetworkFunction function;
    private final int outputs;
    private final Scratch scratch;
    private final long size;

    /** @param features whose first example gives the size of its factors */
    StructuredBlocks(NetworkFunction function, int outputs, INDArray[] features) {
        this.function = function;
        this.outputs = outputs;
        size = function.factors(KernelBlocks.examples(features, 0, 1)).size();
        if (size == 0) {
            throw new IllegalArgumentException(
                    "the network has no parameters that training would change: its kernel is zero");
        }
        scratch = new Scratch();
    }

    @Override
    @SuppressWarnings("try") // The scope is there to be closed.
    public Part part(INDArray[] features) {
        long n = features[0].size(0);
        long several = Math.min(n, Math.max(1, ROOM / size));
        Factors all = null;
        for (long from = 0; from < n; from += several) {
            long to = Math.min(n, from + several);
            try (MemoryWorkspace step = scratch.step()) {
                Factors batch = function.factors(KernelBlocks.examples(features, from, to));
                if (all == null) {
                    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
                        all = batch.room(to - from, n);
                    }
                }
                all.put(batch, from, to - from);
            }
        }
        return new FactorPart(Objects.requireNonNull(all), n, outputs, scratch);
    }

    @Override
    public long bytesPerExample() {
        return size * function.params().dataType().width();
    }

    @Override
    public void close() {
        scratch.close();
    }

    /**
     * The factors of some examples.
     *
     * @param examples their number
     * @param outputs c
     * @param scratch to compute products in
     */
    private record FactorPart(Factors factors, long examples, int outputs, Scratch scratch) implements Part {

        @Override
        public INDArray times(Part other, boolean full) {
            List<LayerFactors> left = factors.layers();
            List<LayerFactors> right = ((FactorPart) other).factors.layers();
            int block = full ? outputs : 1;
            LayerProduct product = new LayerProduct(outputs, full, scratch);
            INDArray sum = Nd4j.zeros(
                    left.get(0).arrays().get(0).dataType(), examples * block, ((FactorPart) other).examples * block);
            for (int i = 0; i < left.size(); i++) {
                product.addTo(sum, left.get(i), right.get(i));
            }
            return sum;
        }

        @Override
        public void close() {
            factors.close();
        }
    }
}
