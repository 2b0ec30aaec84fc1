package io.github.dl4jinit.internal.gaussian;

import java.util.function.DoubleUnaryOperator;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A user's own activation: any function of one number and its derivative. */
public final class Elementwise extends BaseActivationFunction {
    private final transient DoubleUnaryOperator f;
    private final transient DoubleUnaryOperator slope;

    public Elementwise(DoubleUnaryOperator f, DoubleUnaryOperator slope) {
        this.f = f;
        this.slope = slope;
    }

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
        for (long i = 0; i < in.length(); i++) {
            in.putScalar(i, f.applyAsDouble(in.getDouble(i)));
        }
        return in;
    }

    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
        assertShape(in, epsilon);
        for (long i = 0; i < in.length(); i++) {
            in.putScalar(i, epsilon.getDouble(i) * slope.applyAsDouble(in.getDouble(i)));
        }
        return Pair.makePair(in, null);
    }

    @Override
    public String toString() {
        return "elementwise";
    }
}
