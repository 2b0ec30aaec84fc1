package io.github.dl4jinit.internal.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The outputs of vertices that later vertices still need; freed after the last use. */
public final class Wires {

    private final @Nullable INDArray[] outputs;
    private final int[] usesLeft;
    private final boolean[] borrowed;

    public Wires(int vertices) {
        outputs = new INDArray[vertices];
        usesLeft = new int[vertices];
        borrowed = new boolean[vertices];
    }

    /** Holds an output for its uses; a borrowed one is the user's, never to be freed. */
    public void put(int vertex, INDArray output, int uses, boolean isBorrowed) {
        outputs[vertex] = output;
        usesLeft[vertex] = uses;
        borrowed[vertex] = isBorrowed;
    }

    public INDArray get(int vertex) {
        return Objects.requireNonNull(outputs[vertex]);
    }

    /** Whether what lies in this array, the vertex's output or made of it, is the user's or has another use to come. */
    public boolean isNeededElsewhere(int vertex, INDArray array) {
        if (borrowed[vertex] || usesLeft[vertex] > 1) {
            return true;
        }
        for (int i = 0; i < outputs.length; i++) {
            INDArray output = outputs[i];
            if (i != vertex && output != null && Buffers.sameMemory(output, array)) {
                return true;
            }
        }
        return false;
    }

    /** Counts one use; after the last, frees the output unless another array that is still held shares its memory. */
    public void used(int vertex, INDArray newest) {
        usesLeft[vertex]--;
        INDArray output = outputs[vertex];
        if (usesLeft[vertex] == 0 && !borrowed[vertex] && output != null) {
            outputs[vertex] = null;
            freeUnlessHeld(output, newest);
        }
    }

    public void freeUnlessHeld(INDArray array, INDArray newest) {
        List<INDArray> held = new ArrayList<>(List.of(newest));
        for (INDArray output : outputs) {
            if (output != null) {
                held.add(output);
            }
        }
        Buffers.free(array, held);
    }
}
