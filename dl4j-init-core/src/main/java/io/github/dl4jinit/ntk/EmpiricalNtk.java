package io.github.dl4jinit.ntk;

import io.github.dl4jinit.internal.gradient.NetworkFunction;
import io.github.dl4jinit.internal.gradient.OwnParameters;
import io.github.dl4jinit.internal.random.RandomState;
import java.util.Arrays;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The neural tangent kernel of a finite network as it is now: how much a gradient step on one example changes the output for another.
 *
 * <p>Theta(x, x') = sum over parameters of df(x)/dp df(x')/dp', a c by c block for c outputs; the trace kernel is the mean of the
 * block's diagonal, trace / c.
 *
 * <p>x1 is [n1, ...] and x2 [n2, ...], as the network takes them. The full kernel is [n1 c, n2 c], row i c + output; the trace kernel
 * [n1, n2]; both in the network's precision. f is the pre-activation of output layers (logits), unless {@link Builder#activated} is
 * set; of a network that ends in another layer, its output. Outputs of any shape are flattened, those of several output layers follow
 * each other.
 *
 * <p>The network is in inference mode: no dropout, batch normalization by its stored statistics. The sum goes over what training would
 * change: no frozen layers, no stored statistics. Every call reads the parameters that the network then has. The network, its counters
 * and ND4J's random generator are left as they were.
 *
 * <p>Use it to see which directions a network learns fast ({@link KernelSpectrum}), whether it stays in the regime in which a kernel
 * describes it ({@link KernelDrift}), and what it would learn there ({@link KernelRegression}). The full kernel of many classes is large:
 * take the trace kernel where classes behave alike.
 *
 * <p>Source: A. Jacot, F. Gabriel, C. Hongler, "Neural tangent kernel" (2018); methods and their sources: {@link Method}.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class EmpiricalNtk {

    private final Model model;
    private final Method method;
    private final boolean activated;
    private final long memory;
    private final TileProgress progress;

    private EmpiricalNtk(Builder builder) {
        this.model = builder.model;
        this.method = builder.method;
        this.activated = builder.activated;
        this.memory = builder.memory;
        this.progress = builder.progress;
    }

    /**
     * The kernels of a network, with the default settings.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called; only read
     * @return its kernels
     */
    public static EmpiricalNtk of(Model model) {
        return builder(model).build();
    }

    /**
     * The kernels of a network, with settings.
     *
     * @param model a MultiLayerNetwork or ComputationGraph on which {@code init()} has been called; only read
     * @return a builder
     */
    public static Builder builder(Model model) {
        return new Builder(model);
    }

    /**
     * How a kernel is computed: n1 by n2 examples, c outputs, p parameters; F is a forward pass of one example. The trace kernel is
     * computed like the full one, with products that are c times smaller.
     */
    public enum Method {
        /** {@link #STRUCTURED} wherever every layer allows it, else {@link #JACOBIAN}: both are the same sum, in another order. */
        AUTO,
        /**
         * The derivatives of every output for every example, one backward pass each, and their products. Always right: by DL4J's own
         * backward pass, and half of it for layers and vertices on SameDiff (attention, locally connected, capsules, lambdas), where DL4J's
         * is twice the derivative.
         *
         * <p>Time: (n1 + n2) c backward passes of single examples, and 2 n1 n2 c^2 p operations (trace: c p). Memory: c p numbers for each
         * example of a tile.
         */
        JACOBIAN,
        /**
         * Layer by layer: one forward pass, one backward pass of all outputs together, and products of the layers' inputs and of the
         * gradients with respect to their outputs.
         *
         * <p>Time: (n1 + n2) (1 + c) F; for each dense layer of i inputs and o outputs 2 n1 n2 (i + c^2 o) operations (trace: i + c o)
         * in place of c^2 i o. Convolutions and recurrent layers have P positions: either each example's derivative is formed, 2 (n1 + n2)
         * c P i o operations, and multiplied, 2 n1 n2 c^2 i o, or P^2 products as for a dense layer are added, whichever is less. Other
         * layers have a backward pass of their own for each example and output. Memory: inputs and c times outputs of all layers for each
         * example of a tile, or a layer's derivatives where they are fewer numbers; and the passes' own needs for some examples, up
         * to 128 MB of which stay with the thread.
         *
         * <p>Source: R. Novak, J. Sohl-Dickstein, S. S. Schoenholz, "Fast finite width neural tangent kernel" (2022), "structured
         * derivatives"; the choice per layer is ours.
         */
        STRUCTURED
    }

    /** Is told how far a kernel is. */
    @FunctionalInterface
    public interface TileProgress {
        /**
         * Called after each tile.
         *
         * @param done tiles done, at most the total
         * @param total tiles in all
         */
        void advanced(long done, long total);
    }

    /** Settings. */
    public static final class Builder {
        private final Model model;
        private Method method = Method.AUTO;
        private boolean activated;
        private long memory = 1L << 30;
        private TileProgress progress = (done, total) -> {};

        private Builder(Model model) {
            this.model = model;
        }

        /**
         * How to compute the kernel.
         *
         * @param way default: {@link Method#AUTO}
         * @return this builder
         */
        public Builder method(Method way) {
            this.method = way;
            return this;
        }

        /**
         * Whether f is the output of output layers after their activation.
         *
         * @param after default: false, their pre-activation
         * @return this builder
         */
        public Builder activated(boolean after) {
            this.activated = after;
            return this;
        }

        /**
         * The memory to work in, beside the kernel itself. More memory means larger tiles, so that less is computed twice.
         *
         * @param bytes above 0, default 1 GB; the derivatives of a single example are held even if they need more
         * @return this builder
         */
        public Builder memory(long bytes) {
            this.memory = bytes;
            return this;
        }

        /**
         * Tells how far the computation is.
         *
         * @param listener called after each tile
         * @return this builder
         */
        public Builder progress(TileProgress listener) {
            this.progress = listener;
            return this;
        }

        /**
         * Checks the settings.
         *
         * @return the kernels
         */
        public EmpiricalNtk build() {
            if (memory < 1) {
                throw new IllegalArgumentException("memory must be at least 1 byte, got " + memory);
            }
            return new EmpiricalNtk(this);
        }
    }

    /**
     * The trace kernel, averaged over outputs.
     *
     * @param x1 [n1, ...]
     * @param x2 [n2, ...], may be the same array
     * @return [n1, n2]
     */
    public INDArray kernel(INDArray x1, INDArray x2) {
        return kernel(new INDArray[] {x1}, new INDArray[] {x2});
    }

    /**
     * The trace kernel of a network with several inputs.
     *
     * @param x1 one array per input
     * @param x2 one array per input
     * @return [n1, n2]
     */
    public INDArray kernel(INDArray[] x1, INDArray[] x2) {
        return compute(x1, x2, false);
    }

    /**
     * The full kernel.
     *
     * @param x1 [n1, ...]
     * @param x2 [n2, ...], may be the same array
     * @return [n1 c, n2 c], row i c + output
     */
    public INDArray fullKernel(INDArray x1, INDArray x2) {
        return fullKernel(new INDArray[] {x1}, new INDArray[] {x2});
    }

    /**
     * The full kernel of a network with several inputs.
     *
     * @param x1 one array per input
     * @param x2 one array per input
     * @return [n1 c, n2 c], row i c + output
     * @throws ArithmeticException if the kernel is not finite, with the layer and the remedy
     */
    public INDArray fullKernel(INDArray[] x1, INDArray[] x2) {
        return compute(x1, x2, true);
    }

    /**
     * The kernel of the last features, with which the last layer's weights learn: phi(x).phi(x') / N for the N inputs of the last layer
     * with parameters. In a wide network it is the NNGP kernel of that layer, without the layer's own variances.
     *
     * @param x1 [n1, ...]
     * @param x2 [n2, ...], may be the same array
     * @return [n1, n2]
     */
    public INDArray nngp(INDArray x1, INDArray x2) {
        return with(function -> {
            INDArray left = function.lastFeatures(x1.dup('c'));
            INDArray right = x1 == x2 ? left : function.lastFeatures(x2.dup('c'));
            return left.mmul(right.transpose()).divi(left.size(1));
        });
    }

    private INDArray compute(INDArray[] x1, INDArray[] x2, boolean full) {
        boolean same = x1 == x2 || Arrays.equals(x1, x2);
        // Own copies: slices of views with an offset are not to be relied on in ND4J.
        INDArray[] rows = copies(x1);
        INDArray[] columns = same ? rows : copies(x2);
        return with(function -> {
            function.requireBatch(rows);
            function.requireBatch(columns);
            int outputs =
                    (int) function.outputs(KernelBlocks.examples(rows, 0, 1)).size(1);
            long pairs = rows[0].size(0) * columns[0].size(0);
            Tiles.requireRoom(pairs, full ? outputs : 1, model.params().dataType(), memory);
            try (KernelBlocks blocks = blocks(function, rows, outputs)) {
                INDArray kernel = new Tiles(blocks, outputs, full, memory, progress).kernel(rows, columns, same);
                KernelBlocks.requireFinite(kernel, function, rows, columns);
                return kernel;
            }
        });
    }

    private KernelBlocks blocks(NetworkFunction function, INDArray[] rows, int outputs) {
        return switch (method) {
            case AUTO ->
                function.whyNotFactored(rows).isEmpty()
                        ? new StructuredBlocks(function, outputs, rows)
                        : new JacobianBlocks(function, outputs);
            case JACOBIAN -> new JacobianBlocks(function, outputs);
            case STRUCTURED -> new StructuredBlocks(function, outputs, rows);
        };
    }

    @SuppressWarnings("try") // The scope is there to be closed.
    private INDArray with(Function<NetworkFunction, INDArray> work) {
        return RandomState.kept(() -> {
            // Out of DL4J's workspaces, since listeners call from inside of training.
            try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
                    NetworkFunction function = NetworkFunction.copyOf(
                            model, activated, OwnParameters.of(model).dataType())) {
                return work.apply(function);
            }
        });
    }

    private static INDArray[] copies(INDArray[] arrays) {
        return Arrays.stream(arrays).map(array -> array.dup('c')).toArray(INDArray[]::new);
    }
}
