package io.github.dl4jinit.trainer.pde;

import io.github.dl4jinit.internal.split.SplitNetwork;
import io.github.dl4jinit.internal.structure.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The basis that a network's hidden layers make, and its exact derivative along a direction of the network's inputs.
 *
 * <p>Formula, forward mode: with {@code dx = v}, layer by layer {@code z = h W + b, dz = dh W}, then {@code h = f(z), dh = f'(z)
 * dz}; an element-wise add adds both. The gradient of any function of h and dh with respect to the parameters goes back through the
 * same steps, with f'' where dh depends on z: reverse over forward mode.
 *
 * <p>Shapes: points {@code [n, d]}, direction d numbers, the basis and its derivative {@code [n, features]}; double precision,
 * whatever the network's own. Dense layers, activation layers and element-wise adds, frozen ones included; every activation of DL4J
 * that is continuously differentiable: all but hard sigmoid, hard tanh, the rectified ones and SELU, whose slopes jump. ELU
 * (with alpha 1) and softsign have second derivatives that jump; their gradients are those of almost every point.
 *
 * <p>When to use it: linear differential equations of first order, whose residual is linear in the output layer. When not:
 * equations of second order; networks with normalization, dropout or convolutions, which are refused.
 *
 * <p>Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd edition, 2008, on forward and reverse mode. The network computes by
 * DL4J; its formulas are written here again, in double precision, and read its live parameters.
 */
final class InputDerivative {

    private final List<JetStep> steps = new ArrayList<>();
    private final List<List<Integer>> sources = new ArrayList<>();
    private final int end;
    private final long parameters;
    private final long inputs;

    private InputDerivative(SplitNetwork network) {
        INDArray all = network.params();
        for (Step step : network.steps().subList(1, network.end())) {
            steps.add(step(step, all));
            sources.add(step.sources());
        }
        Step.OfLayer output = (Step.OfLayer) network.steps().get(network.end());
        requirePlain("the output layer", output.adapter());
        end = output.source();
        parameters = all.length();
        inputs = steps.stream()
                .filter(step -> step instanceof JetLayer layer && layer.weights() != null)
                .mapToLong(step -> ((JetLayer) step).rows())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the network has no hidden dense layer, so that there is no basis to differentiate: add one"));
    }

    private static void requirePlain(String name, @Nullable Object adapter) {
        if (adapter != null) {
            throw JetLayer.refusal(
                    name,
                    "a " + adapter.getClass().getSimpleName() + " stands before it: give points as rows [n, inputs]");
        }
    }

    private static JetStep step(Step step, INDArray all) {
        if (step instanceof Step.OfLayer layer) {
            requirePlain(layer.name(), layer.adapter());
            return JetLayer.of(layer.name(), layer.layer(), all);
        }
        Object vertex = step instanceof Step.OfVertex other ? other.configuration() : "another input";
        if (vertex instanceof ElementWiseVertex sum && sum.getOp() == ElementWiseVertex.Op.Add) {
            return new JetStep.Sum();
        }
        throw JetLayer.refusal(
                step.name(), "of the vertices that are no layers only ElementWiseVertex(Add) is known, got " + vertex);
    }

    /**
     * The basis of a network as a function of its inputs.
     *
     * @param network whose parameters are read whenever {@link #at} is called
     * @return the function
     * @throws IllegalArgumentException if a hidden layer is not continuously differentiable, or not known
     */
    static InputDerivative of(SplitNetwork network) {
        return new InputDerivative(network);
    }

    /** {@return how many numbers a point has: d} */
    long inputs() {
        return inputs;
    }

    /**
     * Runs points through the hidden layers as they are now.
     *
     * @param points [n, d]
     * @param direction d numbers, v; null if only the basis is asked for
     * @return the basis and its derivative
     */
    Basis at(INDArray points, double @Nullable [] direction) {
        INDArray rows = points.castTo(DataType.DOUBLE);
        INDArray moving = direction == null
                ? null
                : Nd4j.tile(Nd4j.createFromArray(direction).reshape(1, direction.length), (int) rows.size(0), 1);
        if (rows.rank() != 2 || rows.size(1) != inputs || (moving != null && moving.size(1) != inputs)) {
            throw new IllegalArgumentException(
                    "points and directions must have " + inputs + " numbers, got points of shape "
                            + Arrays.toString(points.shape()) + " and the direction " + Arrays.toString(direction));
        }
        List<Jet> jets = new ArrayList<>(List.of(new Jet(rows, moving)));
        for (int i = 0; i < steps.size(); i++) {
            jets.add(steps.get(i).forward(gather(jets, i)));
        }
        return new Basis(jets);
    }

    private List<Jet> gather(List<Jet> jets, int step) {
        return sources.get(step).stream().map(jets::get).toList();
    }

    /** The basis at some points. */
    final class Basis {

        private final List<Jet> jets;

        private Basis(List<Jet> jets) {
            this.jets = jets;
        }

        /** {@return the features: [n, features], not to be written to} */
        INDArray values() {
            return jets.get(end).value();
        }

        /**
         * Their derivatives along the direction.
         *
         * @return [n, features], not to be written to
         * @throws IllegalStateException if no direction was given
         */
        INDArray derivatives() {
            INDArray derivative = jets.get(end).derivative();
            if (derivative == null) {
                throw new IllegalStateException("no direction was given: the basis has no derivative");
            }
            return derivative;
        }

        /**
         * The gradient with respect to the network's parameters of a function of the features.
         *
         * @param byValues its gradient with respect to the features, [n, features]
         * @return [parameters] in the order of the model's own, 0 for frozen layers, what lies before a FrozenLayer, and the output layer
         */
        INDArray pullBackValues(INDArray byValues) {
            return pullBack(new Jet(byValues, null));
        }

        /**
         * The gradient with respect to the network's parameters of a function of the derivatives.
         *
         * @param byDerivatives its gradient with respect to the derivatives, [n, features]
         * @return [parameters], as above
         */
        INDArray pullBackDerivatives(INDArray byDerivatives) {
            return pullBack(new Jet(derivatives().like().assign(0), byDerivatives));
        }

        private INDArray pullBack(Jet top) {
            INDArray gradient = Nd4j.zeros(DataType.DOUBLE, parameters);
            @Nullable Jet[] flowing = new Jet[jets.size()];
            flowing[end] = top;
            for (int i = steps.size(); i > 0; i--) {
                Jet arriving = flowing[i];
                if (arriving != null) {
                    List<Integer> from = sources.get(i - 1);
                    List<Jet> back = steps.get(i - 1).backward(gather(jets, i - 1), arriving, gradient);
                    for (int k = 0; k < back.size(); k++) {
                        Jet sum = flowing[from.get(k)];
                        flowing[from.get(k)] = sum == null ? back.get(k) : sum.plus(back.get(k));
                    }
                }
            }
            return gradient;
        }
    }
}
