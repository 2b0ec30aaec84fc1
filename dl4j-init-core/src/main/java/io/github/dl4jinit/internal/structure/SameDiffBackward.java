package io.github.dl4jinit.internal.structure;

import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's backward pass of every layer and vertex built on SameDiff gives exactly twice the gradient, by the inputs and by the parameters.
 *
 * <p>ND4J's {@code ExternalErrorsFunction.doDiff} stores what flows back as the gradient of its argument and returns it as well, and
 * {@code DifferentialFunction.diff} adds the two. It is so in the classes themselves, so that subclasses which nobody registered have it
 * too: attention, locally connected and capsule layers, lambdas, a user's own. Output layers on SameDiff differentiate a loss of
 * their own and are right.
 *
 * <p>A backward pass is linear in what flows back, so that half of that gives the right gradients; a half is exact in floating point.
 */
public final class SameDiffBackward {

    private SameDiffBackward() {}

    /** Whether DL4J's backward pass of a step is one of these. */
    public static boolean isDoubled(Step step) {
        if (step instanceof Step.OfLayer layer) {
            return LayerNode.innermost(layer.layer()).conf().getLayer() instanceof SameDiffLayer;
        }
        return step instanceof Step.OfVertex vertex && isDoubled(vertex.configuration());
    }

    private static boolean isDoubled(GraphVertex vertex) {
        return vertex instanceof SameDiffVertex
                || (vertex instanceof FrozenVertex frozen && isDoubled(frozen.getUnderlying()));
    }

    /**
     * What DL4J's backward pass of a step must get to give the right gradients.
     *
     * @param epsilon the gradient with respect to the step's output
     */
    public static INDArray corrected(Step step, INDArray epsilon) {
        return isDoubled(step) ? epsilon.mul(0.5) : epsilon;
    }
}
