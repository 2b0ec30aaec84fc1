package io.github.dl4jinit.initializer;

import io.github.dl4jinit.initializer.GradInit.Optimizer;
import io.github.dl4jinit.internal.gradient.LossGradient;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.ops.transforms.Transforms;

/** What {@link GradInit} lowers, as a function of the parameters: a gradient's norm, or the loss after one step. */
final class LookAhead {

    private final LossGradient loss;
    private final Optimizer optimizer;
    private final double eta;

    LookAhead(LossGradient loss, Optimizer optimizer, double eta) {
        this.loss = loss;
        this.optimizer = optimizer;
        this.eta = eta;
    }

    INDArray gradient(INDArray parameters, MultiDataSet part) {
        loss.on(part);
        return loss.at(parameters);
    }

    double norm(INDArray gradient) {
        return (optimizer == Optimizer.SGD ? gradient.norm2Number() : gradient.norm1Number()).doubleValue();
    }

    /** d|g| / dp = H g / |g|, or H sgn(g). */
    INDArray normDerivative(INDArray parameters, INDArray gradient, MultiDataSet part) {
        loss.on(part);
        return loss.hessianVector(parameters, direction(gradient));
    }

    /** The derivative of |g| with respect to g, which is also the normalized step. */
    private INDArray direction(INDArray gradient) {
        double norm = norm(gradient);
        return optimizer == Optimizer.ADAM || norm == 0 ? Transforms.sign(gradient, true) : gradient.div(norm);
    }

    /** The loss on another part after a step on this one, over the length of the step. */
    double lossAhead(INDArray parameters, INDArray gradient, MultiDataSet other) {
        loss.on(other);
        return loss.loss(ahead(parameters, gradient)) / eta;
    }

    private INDArray ahead(INDArray parameters, INDArray gradient) {
        return parameters.sub(direction(gradient).muli(eta));
    }

    /** With a = g / |g| and h the gradient ahead: {@code (h - (eta / |g|) H (h - a a'h)) / eta}; signs have no derivative. */
    INDArray lossDerivative(INDArray parameters, INDArray gradient, MultiDataSet part, MultiDataSet other) {
        INDArray derivative = gradient(ahead(parameters, gradient), other);
        double norm = norm(gradient);
        if (optimizer == Optimizer.SGD && norm > 0) {
            INDArray direction = direction(gradient);
            double along = direction.mul(derivative).sumNumber().doubleValue();
            INDArray across = derivative.sub(direction.muli(along));
            loss.on(part);
            derivative.subi(loss.hessianVector(parameters, across).muli(eta / norm));
        }
        return derivative.divi(eta);
    }
}
