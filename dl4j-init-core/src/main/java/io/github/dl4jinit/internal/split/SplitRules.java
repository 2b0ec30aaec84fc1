package io.github.dl4jinit.internal.split;

import io.github.dl4jinit.internal.structure.Dl4jNetwork;
import io.github.dl4jinit.internal.structure.LayerNode;
import io.github.dl4jinit.internal.structure.Step;
import java.util.List;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * What a network must be like to be split at its output layer.
 *
 * @param network the network itself
 * @param output its last step
 */
record SplitRules(Dl4jNetwork network, Step.OfLayer output) {

    /** @throws IllegalArgumentException if the network cannot be split, with the reason */
    static void check(Dl4jNetwork network, UserNetwork host) {
        String obstacle = obstacle(network, host);
        if (obstacle != null) {
            throw new IllegalArgumentException("the network cannot be split at its output layer: " + obstacle);
        }
        new SplitRules(network, (Step.OfLayer) end(network)).check();
    }

    private static Step end(Dl4jNetwork network) {
        return network.steps().get(network.ends().get(0));
    }

    private static @Nullable String obstacle(Dl4jNetwork network, UserNetwork host) {
        if (network.inputs() != 1 || network.outputs() != 1) {
            return "it has " + network.inputs() + " input(s) and " + network.outputs()
                    + " output(s), where one of each is needed";
        }
        if (!(end(network) instanceof Step.OfLayer)) {
            return "its output '" + end(network).name() + "' is no layer";
        }
        return host.backpropType() == BackpropType.TruncatedBPTT
                ? "it is trained by truncated backpropagation through time, which is several updates a batch"
                : null;
    }

    private void check() {
        NeuralNetConfiguration holder = output.layer().conf();
        if (LayerNode.isFrozen(output.layer())) {
            throw new IllegalArgumentException(where() + " is frozen, so that nobody may solve for it: unfreeze it");
        }
        if (holder.getLayer().getClass() != OutputLayer.class) {
            throw new IllegalArgumentException(where() + " must be an OutputLayer, got "
                    + holder.getLayer().getClass().getSimpleName());
        }
        if (holder.getOptimizationAlgo() != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
            throw new IllegalArgumentException("the network must be trained by STOCHASTIC_GRADIENT_DESCENT, got "
                    + holder.getOptimizationAlgo() + ", whose line search moves the output layer, too");
        }
        List<LayerConstraint> constraints = holder.getLayer().getConstraints();
        if (constraints != null && !constraints.isEmpty()) {
            throw new IllegalArgumentException(
                    where() + " has constraints, which the solution would not keep: remove " + constraints);
        }
        requireQuadraticPenalty();
    }

    private String where() {
        return "output layer '" + output.name() + "'";
    }

    private void requireQuadraticPenalty() {
        for (Regularization penalty : penalties(DefaultParamInitializer.WEIGHT_KEY)) {
            if (!(penalty instanceof L2Regularization)) {
                throw new IllegalArgumentException(
                        where() + " has a " + penalty.getClass().getSimpleName() + ", which the solution does not know:"
                                + " only L2 can be solved for. Set l1(0) or weightDecay(0) on this layer");
            }
        }
        if (!penalties(DefaultParamInitializer.BIAS_KEY).isEmpty()) {
            throw new IllegalArgumentException(
                    where() + " has a penalty on its bias, which the solution leaves free: set l1Bias(0), l2Bias(0)"
                            + " and weightDecayBias(0) on this layer");
        }
    }

    private List<Regularization> penalties(String parameter) {
        List<Regularization> penalties = output.layer().conf().getLayer().getRegularizationByParam(parameter);
        return penalties == null ? List.of() : penalties;
    }
}
