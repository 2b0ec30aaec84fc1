package io.github.dl4jinit.network;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Stands in for a loss function of the copy: its gradient by the output is what is given as labels. */
final class Seed implements ILossFunction {

    private static final long serialVersionUID = 1L;

    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
        return activationFn.backprop(preOutput.dup(), labels).getFirst();
    }

    @Override
    public double computeScore(
            INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask, boolean average) {
        throw noScore();
    }

    @Override
    public INDArray computeScoreArray(INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
        throw noScore();
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask, boolean average) {
        throw noScore();
    }

    private static UnsupportedOperationException noScore() {
        return new UnsupportedOperationException("a seed of a backward pass is no loss and has no score");
    }

    @Override
    public String name() {
        return "seed";
    }
}
