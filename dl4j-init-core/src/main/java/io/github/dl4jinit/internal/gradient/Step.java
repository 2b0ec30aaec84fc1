package io.github.dl4jinit.internal.gradient;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One vertex of a copied network that runs forward, and backward with any sensitivity. */
public interface Step {

    /** The name, for messages. */
    public String where();

    /**
     * Never writes into the inputs.
     *
     * @param back whether a backward pass from the same inputs follows, for which something may be kept
     */
    public INDArray forward(INDArray[] inputs, int examples, boolean back);

    /** One array per input, of the rows of epsilon; null where nothing flows. */
    @Nullable
    public INDArray[] backward(Backward pass);

    /** Whether it has parameters that training changes. */
    public boolean trains();

    /** Whether nothing flows back through it. */
    public boolean stops();

    /**
     * Why its derivatives have no factors.
     *
     * @param inputs of one example
     */
    @Nullable
    public String obstacle(INDArray[] inputs);
}
