package io.github.dl4jinit.initializer;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.GaussianDistribution;
import org.nd4j.linalg.api.ops.random.impl.UniformDistribution;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The law of a {@link Box} neuron: its cut plane, where {@code w x + b = 0}, goes through a point p of the box of its inputs, and
 * the largest value that it takes in the box is {@code top}.
 *
 * <p>With n a Gaussian direction and p_max the corner where n x is largest: {@code k = top / (n (p_max - p))}, {@code w = k n},
 * {@code b = -k n p}. In a cube of side s whose lowest corner has entries l, {@code p = l + s u} with u uniform in [0, 1]; then
 * {@code n (p_max - p) = s sum(max(0, n) - u n)}.
 *
 * @param box where the inputs lie, in every coordinate; of a side above 0
 * @param top the largest value, finite and > 0
 * @param atCorner whether p is the corner where n x is smallest instead of a random point, so that no value is negative
 * @param values where the neuron's outputs lie, for the report
 */
record CutPlanes(Interval box, double top, boolean atCorner, Interval values) implements NeuronLaw {

    /** How far p stays from p_max at least, in parts of the way from the smallest to the largest corner. */
    private static final double NEAREST = 1e-6;

    @Override
    public void draw(INDArray weights, INDArray biases) {
        try (INDArray points = points(weights)) {
            draw(weights, biases, points);
        }
    }

    @Override
    public String note() {
        return "box " + box + " to " + values + (atCorner ? ", cut planes through corners" : "");
    }

    /** Uniform in the unit cube; what they mean in the box is said above. */
    private static INDArray points(INDArray weights) {
        INDArray points = Nd4j.createUninitialized(weights.dataType(), weights.shape(), weights.ordering());
        return Nd4j.exec(new UniformDistribution(points, 0, 1));
    }

    /** @param points uniform numbers in the unit cube, {@code [neurons, terms]}; overwritten */
    void draw(INDArray weights, INDArray biases, INDArray points) {
        Nd4j.exec(new GaussianDistribution(weights, 0, 1));
        // Reductions of arrays with an axis of length 1 come in several shapes.
        long neurons = biases.length();
        INDArray sum = weights.sum(1).reshape(neurons);
        INDArray length = weights.norm1(1).reshape(neurons);
        // n x at the largest corner of the unit cube, and at the point.
        INDArray most = length.add(sum).divi(2);
        INDArray here =
                atCorner ? most.sub(length) : points.muli(weights).sum(1).reshape(neurons);
        INDArray way =
                Transforms.max(most.sub(here), length.mul(NEAREST), false).muli(box.side());
        INDArray factor = way.rdivi(top);
        weights.muliColumnVector(factor.reshape(neurons, 1));
        biases.assign(
                sum.muli(box.low()).addi(here.muli(box.side())).muli(factor).negi());
    }
}
