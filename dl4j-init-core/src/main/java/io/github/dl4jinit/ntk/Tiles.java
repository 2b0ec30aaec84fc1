package io.github.dl4jinit.ntk;

import io.github.dl4jinit.ntk.KernelBlocks.Part;
import java.util.Locale;
import java.util.Objects;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Computes a kernel in tiles, so large that the parts for their rows and columns fit into the memory. */
final class Tiles {

    private final KernelBlocks blocks;
    private final int outputs;
    private final boolean full;
    private final long memory;
    private final EmpiricalNtk.TileProgress progress;

    Tiles(KernelBlocks blocks, int outputs, boolean full, long memory, EmpiricalNtk.TileProgress progress) {
        this.blocks = blocks;
        this.outputs = outputs;
        this.full = full;
        this.memory = memory;
        this.progress = progress;
    }

    /** @param same whether rows and columns are the same examples, so that one triangle is enough */
    INDArray kernel(INDArray[] rows, INDArray[] columns, boolean same) {
        long n1 = rows[0].size(0);
        long n2 = columns[0].size(0);
        long size = Math.max(1, memory / (2 * blocks.bytesPerExample()));
        long down = tiles(n1, size);
        long across = tiles(n2, size);
        long total = same ? down * (down + 1) / 2 : down * across;
        long done = 0;
        int block = full ? outputs : 1;
        INDArray kernel = null;
        for (long i = 0; i < down; i++) {
            Part left = blocks.part(KernelBlocks.examples(rows, i * size, Math.min(n1, (i + 1) * size)));
            for (long j = same ? i : 0; j < across; j++) {
                Part right = same && i == j
                        ? left
                        : blocks.part(KernelBlocks.examples(columns, j * size, Math.min(n2, (j + 1) * size)));
                INDArray tile = left.times(right, full);
                if (!full) {
                    tile.divi(outputs);
                }
                if (kernel == null) {
                    kernel = Nd4j.createUninitialized(tile.dataType(), new long[] {n1 * block, n2 * block}, 'c');
                }
                put(kernel, i * size * block, j * size * block, tile);
                if (same && i != j) {
                    put(kernel, j * size * block, i * size * block, tile.transpose());
                }
                tile.close();
                if (right != left) {
                    right.close();
                }
                progress.advanced(++done, total);
            }
            left.close();
        }
        return Objects.requireNonNull(kernel);
    }

    /**
     * Refuses a kernel that JavaCPP's bound on native memory has no room for.
     *
     * @param pairs of examples
     * @param block the kernel has a block of this order for each pair
     * @param memory to work in, beside the kernel
     */
    static void requireRoom(long pairs, int block, DataType type, long memory) {
        double bytes = (double) pairs * block * block * type.width();
        long bound = Pointer.maxBytes();
        if (bound > 0 && bytes + memory > bound) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "the kernel needs %.0f bytes and %d to work in, the bound on native memory is %d: take %s, or raise"
                            + " -Dorg.bytedeco.javacpp.maxbytes",
                    bytes,
                    memory,
                    bound,
                    block > 1 ? "the trace kernel, fewer examples" : "fewer examples"));
        }
    }

    private static long tiles(long examples, long size) {
        return (examples + size - 1) / size;
    }

    private static void put(INDArray kernel, long row, long column, INDArray tile) {
        INDArrayIndex down = NDArrayIndex.interval(row, row + tile.size(0));
        INDArrayIndex across = NDArrayIndex.interval(column, column + tile.size(1));
        kernel.get(down, across).assign(tile);
    }
}
