package io.github.dl4jinit.ntk;

import io.github.dl4jinit.network.LayerFactors;
import io.github.dl4jinit.network.NetworkFunction;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** {@link NtkMethod#STRUCTURED}. */
final class StructuredBlocks implements KernelBlocks {

    private final NetworkFunction function;
    private final int outputs;

    StructuredBlocks(NetworkFunction function, int outputs) {
        this.function = function;
        this.outputs = outputs;
    }

    @Override
    public Part part(INDArray[] features) {
        return new Factors(function.factors(features), outputs);
    }

    /** Factors, as much again for the backward pass, and the largest derivative that may be formed. */
    @Override
    public long bytesPerExample(INDArray[] features) {
        long numbers = 0;
        long largest = 0;
        for (LayerFactors layer : function.factors(Examples.interval(features, 0, 1))) {
            if (layer instanceof LayerFactors.Outer outer) {
                numbers += outer.inputs().length() + outer.deltas().length();
                if (outer.inputs().size(1) > 1) {
                    largest = Math.max(
                            largest,
                            outputs * outer.deltas().size(1) * outer.inputs().size(2));
                }
            } else if (layer instanceof LayerFactors.Rows other) {
                numbers += other.rows().length();
            }
        }
        return (2 * numbers + largest) * function.params().dataType().width();
    }

    /**
     * The factors of some examples.
     *
     * @param layers one for each layer
     * @param outputs c
     */
    private record Factors(List<LayerFactors> layers, int outputs) implements Part {

        @Override
        @SuppressWarnings("ReferenceEquality") // Only the very same part need not be computed twice.
        public INDArray times(Part other, boolean full) {
            INDArray sum = null;
            List<LayerFactors> right = ((Factors) other).layers;
            for (int i = 0; i < layers.size(); i++) {
                INDArray summand = times(layers.get(i), right.get(i), full, other == this);
                sum = sum == null ? summand : sum.addi(summand);
            }
            if (sum == null) {
                throw new IllegalArgumentException(
                        "the network has no parameters that training would change: its kernel is zero");
            }
            return sum;
        }

        private INDArray times(LayerFactors left, LayerFactors right, boolean full, boolean same) {
            if (left instanceof LayerFactors.Rows a && right instanceof LayerFactors.Rows b) {
                return rows(a.rows(), b.rows(), full);
            }
            LayerFactors.Outer a = (LayerFactors.Outer) left;
            LayerFactors.Outer b = (LayerFactors.Outer) right;
            return isCheaperPairwise(a, b, full) ? pairwise(a, b, full) : formed(a, b, full, same);
        }

        private INDArray rows(INDArray left, INDArray right, boolean full) {
            return new RowPart(left, outputs).times(new RowPart(right, outputs), full);
        }

        private boolean isCheaperPairwise(LayerFactors.Outer a, LayerFactors.Outer b, boolean full) {
            double pairs = (double) a.inputs().size(0) * b.inputs().size(0);
            double in = a.inputs().size(2);
            double out = a.deltas().size(1);
            double positions = a.inputs().size(1);
            double blocks = full ? (double) outputs * outputs : outputs;
            double forming = (a.inputs().size(0) + b.inputs().size(0)) * outputs * positions * in * out;
            return pairs * positions * b.inputs().size(1) * (in + blocks * out) <= forming + pairs * blocks * in * out;
        }

        /** (A A' + 1) o (D D'), added over all pairs of positions. */
        private INDArray pairwise(LayerFactors.Outer a, LayerFactors.Outer b, boolean full) {
            INDArray sum = null;
            for (long p = 0; p < a.inputs().size(1); p++) {
                INDArray deltas = position(a.deltas(), p);
                INDArray inputs = input(a.inputs(), p);
                for (long q = 0; q < b.inputs().size(1); q++) {
                    INDArray products = inputs.mmul(input(b.inputs(), q).transpose());
                    if (a.bias()) {
                        products.addi(1);
                    }
                    INDArray block = spread(rows(deltas, position(b.deltas(), q), full), products, full);
                    sum = sum == null ? block : sum.addi(block);
                }
            }
            return Objects.requireNonNull(sum);
        }

        /** Multiplies each example's block by its number; in the order 'c' it stays one run of memory, which sums need. */
        private INDArray spread(INDArray block, INDArray products, boolean full) {
            if (!full || outputs == 1) {
                return block.muli(products);
            }
            long left = products.size(0);
            long right = products.size(1);
            return block.reshape('c', left, outputs, right, outputs)
                    .muli(products.reshape('c', left, 1, right, 1))
                    .reshape('c', left * outputs, right * outputs);
        }

        private static INDArray position(INDArray deltas, long p) {
            return deltas.size(2) == 1
                    ? deltas.reshape('c', deltas.size(0), deltas.size(1))
                    : deltas.tensorAlongDimension(p, 0, 1).dup('c');
        }

        private static INDArray input(INDArray inputs, long p) {
            return inputs.size(1) == 1
                    ? inputs.reshape('c', inputs.size(0), inputs.size(2))
                    : inputs.tensorAlongDimension(p, 0, 2).dup('c');
        }

        /** Each example's derivative, as a row. */
        private INDArray formed(LayerFactors.Outer a, LayerFactors.Outer b, boolean full, boolean same) {
            INDArray left = derivatives(a);
            INDArray right = same ? left : derivatives(b);
            INDArray sum = rows(left, right, full);
            if (a.bias()) {
                sum.addi(rows(a.deltas().sum(2), b.deltas().sum(2), full));
            }
            return sum;
        }

        private INDArray derivatives(LayerFactors.Outer factors) {
            INDArray inputs = factors.inputs().dup('c');
            INDArray deltas = factors.deltas().dup('c');
            long examples = inputs.size(0);
            long positions = inputs.size(1);
            long out = outputs * deltas.size(1);
            INDArray stacked = deltas.reshape('c', examples, out, positions);
            INDArray rows =
                    Nd4j.createUninitialized(inputs.dataType(), new long[] {examples, out, inputs.size(2)}, 'c');
            for (long i = 0; i < examples; i++) {
                // ND4J multiplies into the order 'f', which is what the transposed has.
                Nd4j.gemm(inputs.slice(i), stacked.slice(i), rows.slice(i).transpose(), true, true, 1, 0);
            }
            return rows.reshape('c', examples * outputs, deltas.size(1) * inputs.size(2));
        }
    }
}
