package io.github.dl4jinit.internal.gradient;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Stands in for an output layer's loss in a backward pass and shows the gradient with respect to the pre-activation. */
public final class LossTap implements ILossFunction {

    private static final long serialVersionUID = 1L;

    /** How the gradient with respect to the pre-activation is had. */
    @FunctionalInterface
    public interface Slope {
        INDArray of(INDArray labels, INDArray response, IActivation activation, @Nullable INDArray mask);
    }

    private final transient Slope slope;
    private final transient Consumer<INDArray> consumer;

    private LossTap(Slope slope, Consumer<INDArray> consumer) {
        this.slope = slope;
        this.consumer = consumer;
    }

    /** The layer's own loss, which may write into the response: that of a loss layer is what the layer before it has computed. */
    public static LossTap of(ILossFunction loss, Consumer<INDArray> consumer) {
        return new LossTap(
                (labels, response, activation, mask) -> loss.computeGradient(labels, response.dup(), activation, mask),
                consumer);
    }

    /** The loss {@code <labels, response>}: what comes in as labels is the gradient with respect to the pre-activation. */
    public static LossTap ofResponse(Consumer<INDArray> consumer) {
        return new LossTap((labels, response, activation, mask) -> labels.dup(), consumer);
    }

    /** The loss {@code <labels, f(response)>}: what comes in as labels is the gradient with respect to the layer's output. */
    public static LossTap ofOutput(Consumer<INDArray> consumer) {
        return new LossTap(
                (labels, response, activation, mask) ->
                        activation.backprop(response.dup(), labels.dup()).getFirst(),
                consumer);
    }

    @Override
    public INDArray computeGradient(
            INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
        INDArray delta = slope.of(labels, preOutput, activationFn, mask);
        consumer.accept(delta);
        return delta;
    }

    @Override
    public double computeScore(
            INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask, boolean average) {
        throw new UnsupportedOperationException("a tap has no score");
    }

    @Override
    public INDArray computeScoreArray(
            INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
        throw new UnsupportedOperationException("a tap has no score");
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask, boolean average) {
        throw new UnsupportedOperationException("a tap has no score");
    }

    @Override
    public String name() {
        return "LossTap";
    }
}
