package io.github.dl4jinit.internal.structure;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Which parameters a network learns by their gradients. */
public final class Learned {

    private Learned() {}

    /**
     * A mask over a network's parameters.
     *
     * @param parameters all, in one vector
     * @return 1 for each that is learned, 0 for the others, or null if all are
     */
    public static @Nullable INDArray of(INDArray parameters, Stream<LayerNode> nodes) {
        List<INDArray> others = nodes.flatMap(node -> node.unlearned().stream()).toList();
        if (others.isEmpty()) {
            return null;
        }
        INDArray learned = Nd4j.ones(parameters.dataType(), parameters.length());
        for (INDArray other : others) {
            learned.get(NDArrayIndex.interval(other.offset(), other.offset() + other.length()))
                    .assign(0);
        }
        return learned;
    }
}
