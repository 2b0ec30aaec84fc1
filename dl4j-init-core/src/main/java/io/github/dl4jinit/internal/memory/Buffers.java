package io.github.dl4jinit.internal.memory;

import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Frees native memory at once, since the garbage collector does not see how large it is.
 *
 * <p>Layers and preprocessors may hand on a reshape of their input, so an array is freed only if none of those still held
 * lies in the same memory.
 */
public final class Buffers {

    private Buffers() {}

    public static void free(INDArray array, Iterable<INDArray> held) {
        for (INDArray other : held) {
            if (sameMemory(array, other)) {
                return;
            }
        }
        if (!array.wasClosed() && array.closeable()) {
            array.close();
        }
    }

    public static boolean sameMemory(INDArray a, INDArray b) {
        return a == b || base(a.data()) == base(b.data());
    }

    private static DataBuffer base(DataBuffer buffer) {
        DataBuffer original = buffer.originalDataBuffer();
        return original == null ? buffer : base(original);
    }
}
