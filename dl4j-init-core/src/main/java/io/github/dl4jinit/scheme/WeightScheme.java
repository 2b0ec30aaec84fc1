package io.github.dl4jinit.scheme;

import org.apiguardian.api.API;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Draws weights from the shape of a layer alone. It goes wherever DL4J takes an {@link IWeightInit}; a pass over a
 * whole network, which knows the layer, calls {@link #fill} with the exact shape instead.
 *
 * <p>The slopes of a PReLU, which DL4J initializes as if they were weights when its own scheme is replaced, are set to
 * {@value #PRELU_SLOPE} by every scheme (He, Zhang, Ren, Sun 2015, Delving deep into rectifiers).
 */
@API(status = API.Status.STABLE, since = "0.1")
public interface WeightScheme extends IWeightInit {
    /** The slope with which PReLU starts. */
    double PRELU_SLOPE = 0.25;

    /**
     * Overwrites a weight. Random numbers come from {@code Nd4j.getRandom()}.
     *
     * @param shape what the weight is; its fans are the true ones; never SLOPES
     * @param weights the array to overwrite, of this shape and in this order, on contiguous memory
     * @throws IllegalArgumentException if the scheme does not exist for this shape
     */
    void fill(WeightShape shape, INDArray weights);

    /**
     * Recognizes the layer ({@link WeightShape#infer}), writes into the view and returns its reshape, as DL4J demands.
     */
    @Override
    default INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
        WeightShape weightShape = WeightShape.infer(fanIn, fanOut, shape, order);
        INDArray weights = paramView.reshape(order, true, shape);
        if (weightShape.kind() == WeightShape.Kind.SLOPES) {
            weights.assign(PRELU_SLOPE);
        } else {
            fill(weightShape, weights);
        }
        return weights;
    }
}
