package io.github.dl4jinit.trainer;

import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.internal.solve.NumericalRank;
import io.github.dl4jinit.internal.solve.PhaseRecorder;
import io.github.dl4jinit.internal.split.SplitNetwork;
import io.github.dl4jinit.report.TrainReport;
import io.github.dl4jinit.trainer.SoftmaxProblem.Iterate;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Newton gradient descent (NGD): damped Newton steps on the output layer of a classifier, in turns with updates of its hidden
 * layers.
 *
 * <p>Formula, for each minibatch: with the basis Phi that the hidden layers make of it and the cross-entropy J of {@code
 * softmax(W' Phi + b)}, which is convex in W and b, up to n times {@code (W, b) <- (W, b) - step (H + damping I)^-1 grad J} with
 * Armijo's backtracking; then k updates of the hidden layers with W and b fixed. J is the mean over the minibatch plus {@code (ridge
 * + l2) / 2 |W|^2}; l2 is the output layer's own.
 *
 * <p>Shapes: a MultiLayerNetwork, or a ComputationGraph with one input and one output; hidden layers of any kind, convolutions too;
 * an OutputLayer with softmax and MCXENT or NEGATIVELOGLIKELIHOOD, class weights and masks of one number per example included. The
 * Hessian has (features x classes)^2 entries and a null space, since a shift of all classes does not change the softmax. Conjugate
 * gradients use it through products only, without storing it; {@link Solver#DENSE} stores and factorizes it and needs damping. All
 * of it runs in double precision, whatever the network's own.
 *
 * <p>When to use it: large minibatches, of many times as many examples as features. When not: minibatches of some dozen
 * examples, whose own optimum is far from that of the data; thousands of classes.
 *
 * <p>Source: R. Patel, N. Trask, M. Gulian, E. Cyr, "A block coordinate descent optimizer for classification problems exploiting
 * convexity", 2020, arXiv 2006.10123, and its authors' code, repository rgp62/newton-gd, whose settings {@link #authorsPreset}
 * has. Ours: the bias, the ridge and class weights; the basis is computed at inference (no dropout, batch normalization by its
 * stored statistics); Newton stops when the predicted decrease is less than rounding.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class NewtonTrainer implements LastLayerTrainer {

    /** How a Newton step is computed. */
    public enum Solver {
        /** Conjugate gradients on products with the Hessian. */
        CONJUGATE_GRADIENTS,
        /** The Cholesky factorization of the Hessian. */
        DENSE
    }

    private final SplitNetwork network;
    private final int updates;
    private final double ridge;
    private final BacktrackingNewton newton;

    private NewtonTrainer(Builder builder) {
        CrossEntropy.require(builder.network);
        network = builder.network;
        updates = builder.updates;
        ridge = builder.ridge;
        newton = new BacktrackingNewton(builder.newtonSteps, builder.direction(), builder.alpha, builder.rho);
    }

    /**
     * Starts from {@link #authorsPreset}.
     *
     * @param model the network to train, on which {@code init()} has been called
     * @return a builder
     * @throws IllegalArgumentException if the network has no output layer that can be solved for
     */
    public static Builder builder(Model model) {
        return new Builder(SplitNetwork.of(model));
    }

    /**
     * The settings of the authors' code: per minibatch 5 Newton steps of at most 3 conjugate gradient iterations to a relative
     * residual of 1e-6, alpha 1e-4, rho 0.7, no damping, then 1 update. Their updater was Adam at 1e-3, with minibatches of 10,000.
     *
     * @param model the network to train, on which {@code init()} has been called
     * @return a trainer
     * @throws IllegalArgumentException if the network is no softmax classifier that can be split
     */
    public static NewtonTrainer authorsPreset(Model model) {
        return builder(model).build();
    }

    @Override
    public TrainReport fit(DataSetIterator data, int epochs) {
        RepeatableBatches all = RepeatableBatches.of(data);
        Bounds.atLeast("epochs", epochs, 1);
        return train(all, recorder -> {
            for (int epoch = 0; epoch < epochs; epoch++) {
                network.training().startEpoch();
                boolean[] measured = {false};
                all.forEach(batch -> {
                    solve(batch, !measured[0], recorder);
                    update(batch, recorder);
                    measured[0] = true;
                });
                network.training().endEpoch();
            }
        });
    }

    @Override
    public TrainReport fit(DataSet batch) {
        return train(RepeatableBatches.of(batch), recorder -> {
            solve(batch, true, recorder);
            update(batch, recorder);
        });
    }

    private TrainReport train(RepeatableBatches all, Consumer<PhaseRecorder> work) {
        all.require(network);
        all.forEach(CrossEntropy::require);
        PhaseRecorder recorder = new PhaseRecorder(network);
        network.training().orRestore(() -> {
            work.accept(recorder);
            recorder.close(last -> CrossEntropy.problem(network, last, ridge)
                    .at(network.coefficients())
                    .loss());
        });
        return recorder.report("NewtonTrainer");
    }

    private void update(DataSet batch, PhaseRecorder recorder) {
        if (updates > 0) {
            recorder.update(batch, () -> {
                for (int i = 0; i < updates; i++) {
                    network.training().step(batch);
                }
            });
        }
    }

    private void solve(DataSet batch, boolean measure, PhaseRecorder recorder) {
        long start = System.nanoTime();
        SoftmaxProblem problem = CrossEntropy.problem(network, batch, ridge);
        Iterate found = problem.at(network.coefficients());
        recorder.found(found.loss());
        BacktrackingNewton.Descent descent = newton.descend(problem, found);
        network.setCoefficients(descent.end().coefficients());
        double seconds = PhaseRecorder.secondsSince(start);
        NumericalRank rank = measure ? problem.rank(network.epsilon()) : null;
        recorder.solved(descent.end().loss(), rank, descent.steps(), seconds);
    }

    /** Builds a {@link NewtonTrainer}. */
    public static final class Builder {

        private final SplitNetwork network;
        private int newtonSteps = 5;
        private int updates = 1;
        private double ridge;
        private double damping;
        private Solver solver = Solver.CONJUGATE_GRADIENTS;
        private int iterations = 3;
        private double tolerance = 1e-6;
        private double alpha = 1e-4;
        private double rho = 0.7;

        private Builder(SplitNetwork network) {
            this.network = network;
        }

        /**
         * The most Newton steps per minibatch; 5 unless set.
         *
         * @param perBatch n, at least 1
         * @return this builder
         */
        public Builder newtonSteps(int perBatch) {
            this.newtonSteps = Bounds.atLeast("newtonSteps", perBatch, 1);
            return this;
        }

        /**
         * How often each minibatch moves the hidden layers after it was solved for; 1 unless set.
         *
         * @param perBatch k, at least 0; with 0 the hidden layers stay as they are
         * @return this builder
         */
        public Builder updates(int perBatch) {
            this.updates = Bounds.atLeast("updates", perBatch, 0);
            return this;
        }

        /**
         * The factor of half the squared norm of the output layer's weights in the loss, added to the layer's own l2; 0 unless
         * set. The bias is free.
         *
         * @param factor finite and >= 0
         * @return this builder
         */
        public Builder ridge(double factor) {
            this.ridge = Bounds.notNegative("ridge", factor);
            return this;
        }

        /**
         * The number added to the diagonal of the Hessian in the Newton systems, and not to the loss; 0 unless set.
         *
         * @param factor finite and >= 0; more than 0 for {@link Solver#DENSE}
         * @return this builder
         */
        public Builder damping(double factor) {
            this.damping = Bounds.notNegative("damping", factor);
            return this;
        }

        /**
         * How a Newton step is computed; by conjugate gradients unless set.
         *
         * @param way by products with the Hessian, or by the Hessian
         * @return this builder
         */
        public Builder solver(Solver way) {
            this.solver = way;
            return this;
        }

        /**
         * When the conjugate gradients stop; 3 iterations and 1e-6 unless set.
         *
         * @param most most iterations per Newton step, at least 1
         * @param residual the norm of the residual as a part of that of the gradient, between 0 and 1
         * @return this builder
         */
        public Builder conjugateGradients(int most, double residual) {
            this.iterations = Bounds.atLeast("conjugate gradient iterations", most, 1);
            this.tolerance = Bounds.between0And1("conjugate gradient tolerance", residual);
            return this;
        }

        /**
         * Armijo's backtracking; 1e-4 and 0.7 unless set.
         *
         * @param decrease alpha, the part of the predicted decrease that is required, between 0 and 1
         * @param factor rho, by which a step is shortened, between 0 and 1
         * @return this builder
         */
        public Builder backtracking(double decrease, double factor) {
            this.alpha = Bounds.between0And1("alpha", decrease);
            this.rho = Bounds.between0And1("rho", factor);
            return this;
        }

        private NewtonDirection direction() {
            if (solver == Solver.CONJUGATE_GRADIENTS) {
                return new NewtonDirection.ByConjugateGradients(iterations, tolerance, damping);
            }
            if (damping == 0) {
                throw new IllegalArgumentException(
                        "the dense solver needs damping > 0, got 0: the Hessian is singular, since"
                                + " the softmax does not see a shift of all classes. The authors' code suggests 1e-12");
            }
            return new NewtonDirection.Dense(damping);
        }

        /**
         * Builds the trainer.
         *
         * @return a trainer of the network
         * @throws IllegalArgumentException if the network is no softmax classifier, or the settings do not go together
         */
        public NewtonTrainer build() {
            return new NewtonTrainer(this);
        }
    }
}
