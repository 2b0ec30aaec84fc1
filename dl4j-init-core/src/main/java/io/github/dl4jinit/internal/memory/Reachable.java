package io.github.dl4jinit.internal.memory;

import java.lang.ref.Reference;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Keeps arrays from being freed while something works on their memory by its address. */
public final class Reachable {

    private Reachable() {}

    /**
     * To be called behind the last access to the memory of arrays by pointer or buffer: ND4J frees an array as soon as no Java code refers to
     * it, and neither a pointer nor a buffer of its memory does.
     *
     * @param used the arrays
     */
    @SuppressWarnings("ReachabilityFenceUsage") // No finally: if what worked on the memory threw, it no longer does.
    public static void keep(INDArray... used) {
        for (INDArray array : used) {
            Reference.reachabilityFence(array);
        }
    }
}
