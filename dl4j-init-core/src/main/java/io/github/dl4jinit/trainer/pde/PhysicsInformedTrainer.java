package io.github.dl4jinit.trainer.pde;

import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.internal.solve.OutputLeastSquares;
import io.github.dl4jinit.internal.solve.PhaseRecorder;
import io.github.dl4jinit.internal.solve.SquaredErrorLoss;
import io.github.dl4jinit.internal.split.SplitNetwork;
import io.github.dl4jinit.report.TrainReport;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Least squares gradient descent for a linear differential equation of first order: a physics-informed network (PINN) whose output layer is
 * solved for on the rows of the residual and of the initial and boundary values, in turns with updates of its hidden layers.
 *
 * <p>Formula: with the basis Phi(x; theta) of the hidden layers and rows {@code L_i u = y_i}, where L u is u or v . grad u,
 *
 * <pre>
 *     J = sum over groups k of w_k mean over i in k of |W' L_i Phi + (L_i 1) b - y_i|^2  +  (ridge + l2) / 2 |W|^2
 * </pre>
 *
 * (mean over the outputs, too, for MSE). J is quadratic in W and b, since the equation is linear: they are its minimizer of least norm,
 * as in {@link io.github.dl4jinit.trainer.LeastSquaresTrainer}. Then the network's own updater moves theta k times on the gradient of
 * J, and again. Derivatives of the basis with respect to the inputs are exact (forward mode), and so is the gradient with respect to
 * theta through them (reverse over forward mode).
 *
 * <p>Weights of rows: each group counts w_k whatever its number of points. A residual of weight 1 beside initial and boundary values
 * of weight 1 to 100 is usual; the residual has the unit of u over that of time, so that the weights also stand for units. The updates
 * and the solves minimize the same J.
 *
 * <p>Shapes: a MultiLayerNetwork, or a ComputationGraph with one input and one output; dense layers, activation layers and element-wise
 * adds with continuously differentiable activations; an OutputLayer with the identity and MSE or L2, with or without a bias. All rows are
 * one batch. DL4J's listeners, counts, schedules, constraints and {@code ModelSerializer} work as with the other trainers; the score
 * that listeners see is J without penalties.
 *
 * <p>When to use it: transport and other linear equations of first order, in double precision. When not: nonlinear equations, which a
 * solve for the output layer does not solve; second derivatives; data with jumps, for which smooth bases are poor.
 *
 * <p>Source: E. Cyr, M. Gulian, R. Patel, M. Perego, N. Trask, "Robust training and initialization of deep neural networks: an
 * adaptive basis viewpoint", MSML 2020, on least squares gradient descent and its use for transport; M. Raissi, P. Perdikaris, G.
 * Karniadakis, "Physics-informed neural networks", 2019. Ours: the weights by group, several equations and outputs at once, the
 * ridge, the cut of singular values.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class PhysicsInformedTrainer {

    private final SplitNetwork network;
    private final InputDerivative basis;
    private final List<LinearRows> rows;
    private final long count;
    private final int updates;
    private final double ridge;
    private final double rcond;

    private PhysicsInformedTrainer(Builder builder) {
        SquaredErrorLoss.require(builder.network);
        network = builder.network;
        basis = InputDerivative.of(network);
        rows = List.copyOf(builder.rows);
        requireRows();
        count = rows.stream().mapToLong(group -> group.points().size(0)).sum();
        updates = builder.updates;
        ridge = builder.ridge;
        rcond = builder.rcond;
    }

    private void requireRows() {
        if (rows.stream().noneMatch(LinearRows::areValues)) {
            throw new IllegalArgumentException(
                    "rows of derivatives leave a constant free: add values at some points, initial ones for example");
        }
        for (LinearRows group : rows) {
            if (group.points().size(1) != basis.inputs() || group.targets().size(1) != network.outputs()) {
                throw new IllegalArgumentException(group.name() + ": the network has " + basis.inputs() + " inputs and "
                        + network.outputs() + " outputs, got points of "
                        + group.points().size(1)
                        + " and targets of " + group.targets().size(1) + " numbers");
            }
        }
    }

    /**
     * Starts from no rows, one update between two solves, no ridge.
     *
     * @param model the network to train, on which {@code init()} has been called
     * @return a builder
     * @throws IllegalArgumentException if the network has no output layer that can be solved for
     */
    public static Builder builder(Model model) {
        return new Builder(SplitNetwork.of(model));
    }

    /**
     * Trains for some epochs: solves, then in each epoch moves the hidden layers and solves again.
     *
     * @param epochs at least 1
     * @return what was done, phase by phase
     * @throws IllegalStateException if the hidden layers give NaN or infinite values, or nothing but zeros; the network is put
     *     back to where it was
     */
    public TrainReport fit(int epochs) {
        Bounds.atLeast("epochs", epochs, 1);
        PhaseRecorder recorder = new PhaseRecorder(network);
        DataSet example = example();
        network.training().orRestore(() -> {
            solve(recorder);
            for (int epoch = 0; epoch < epochs; epoch++) {
                network.training().startEpoch();
                if (updates > 0) {
                    recorder.update(example, () -> {
                        for (int i = 0; i < updates; i++) {
                            update(example);
                        }
                    });
                }
                solve(recorder);
                network.training().endEpoch();
            }
        });
        return recorder.report("PhysicsInformedTrainer");
    }

    /** DL4J runs some example through the network before it takes our gradient. */
    private DataSet example() {
        LinearRows values =
                rows.stream().filter(LinearRows::areValues).findFirst().orElseThrow();
        return new DataSet(first(values.points()), first(values.targets()));
    }

    private INDArray first(INDArray array) {
        return array.get(NDArrayIndex.interval(0, 1), NDArrayIndex.all())
                .dup('c')
                .castTo(network.dataType());
    }

    /** The factor of a squared error of these rows in a mean over all rows. */
    private double share(LinearRows group) {
        return group.weight() * count / group.points().size(0);
    }

    private void solve(PhaseRecorder recorder) {
        long start = System.nanoTime();
        OutputLeastSquares problem = new OutputLeastSquares(network, ridge);
        for (LinearRows group : rows) {
            INDArray features = features(group, basis.at(group.points(), group.direction()));
            INDArray weights = Nd4j.valueArrayOf(new long[] {features.size(0), 1}, share(group), DataType.DOUBLE);
            problem.add(features, group.areValues() ? 1 : 0, group.targets(), weights);
        }
        problem.apply(rcond, recorder, start);
    }

    private INDArray features(LinearRows group, InputDerivative.Basis at) {
        INDArray features = group.areValues() ? at.values() : at.derivatives();
        if (!Double.isFinite(features.sumNumber().doubleValue())) {
            throw new IllegalStateException(group.name() + ": the hidden layers give NaN or infinite values after "
                    + network.training().iterations() + " updates: lower the learning rate");
        }
        return features;
    }

    private void update(DataSet example) {
        INDArray coefficients = network.coefficients();
        INDArray weights = coefficients.get(NDArrayIndex.interval(0, network.inputs()), NDArrayIndex.all());
        List<INDArray> parts = new ArrayList<>();
        double loss = 0;
        for (LinearRows group : rows) {
            InputDerivative.Basis at = basis.at(group.points(), group.direction());
            INDArray error = features(group, at).mmul(weights);
            if (network.hasBias() && group.areValues()) {
                error.addiRowVector(coefficients.getRow(network.inputs()));
            }
            error.subi(group.targets().castTo(DataType.DOUBLE));
            INDArray scaled = error.dup();
            for (int output = 0; output < network.outputs(); output++) {
                scaled.getColumn(output).muli(share(group) * SquaredErrorLoss.scale(network, output, count));
            }
            loss += error.mul(scaled).sumNumber().doubleValue();
            INDArray byFeatures = scaled.muli(2).mmul(weights.transpose());
            parts.add(group.areValues() ? at.pullBackValues(byFeatures) : at.pullBackDerivatives(byFeatures));
        }
        network.training().step(example, parts.stream().reduce(INDArray::addi).orElseThrow(), loss);
    }

    /** Builds a {@link PhysicsInformedTrainer}. */
    public static final class Builder {

        private final SplitNetwork network;
        private final List<LinearRows> rows = new ArrayList<>();
        private int updates = 1;
        private double ridge;
        private double rcond;

        private Builder(SplitNetwork network) {
            this.network = network;
            rcond = OutputLeastSquares.defaultCut(network);
        }

        /**
         * Adds conditions.
         *
         * @param group values or derivatives at some points
         * @return this builder
         */
        public Builder rows(LinearRows group) {
            this.rows.add(group);
            return this;
        }

        /**
         * How often the hidden layers move between two solves; 1 unless set.
         *
         * @param perEpoch k, at least 0; with 0 the hidden layers stay as they are
         * @return this builder
         */
        public Builder updates(int perEpoch) {
            this.updates = Bounds.atLeast("updates", perEpoch, 0);
            return this;
        }

        /**
         * The factor of half the squared norm of the output layer's weights, added to the layer's own l2; 0 unless set. The bias
         * is free.
         *
         * @param factor finite and >= 0
         * @return this builder
         */
        public Builder ridge(double factor) {
            this.ridge = Bounds.notNegative("ridge", factor);
            return this;
        }

        /**
         * The cut of singular values, as a part of the largest; unless set, the number of features times the machine epsilon of the
         * network's type.
         *
         * @param cut at least 0 and less than 1
         * @return this builder
         */
        public Builder rcond(double cut) {
            this.rcond = OutputLeastSquares.requireCut(cut);
            return this;
        }

        /**
         * Builds the trainer.
         *
         * @return a trainer of the network
         * @throws IllegalArgumentException if the loss is not squared, a hidden layer has no continuous derivative, or the rows do not fit
         *     the network; nothing has changed then
         */
        public PhysicsInformedTrainer build() {
            return new PhysicsInformedTrainer(this);
        }
    }
}
