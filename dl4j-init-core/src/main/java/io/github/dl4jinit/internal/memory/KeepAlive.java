package io.github.dl4jinit.internal.memory;

import java.lang.ref.Reference;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Keeps arrays from being freed while something works on their memory by its address. */
public final class KeepAlive {

    private KeepAlive() {}

    /**
     * Call this after the last raw access to the memory of arrays. ND4J frees an array once no Java reference to it remains, and
     * a pointer or buffer into its memory does not count as one.
     *
     * @param used the arrays
     */
    @SuppressWarnings("ReachabilityFenceUsage") // No finally: if what worked on the memory threw, it no longer does.
    public static void untilHere(INDArray... used) {
        for (INDArray array : used) {
            Reference.reachabilityFence(array);
        }
    }
}
