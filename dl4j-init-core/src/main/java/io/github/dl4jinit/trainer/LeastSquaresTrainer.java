package io.github.dl4jinit.trainer;

import io.github.dl4jinit.internal.number.Bounds;
import io.github.dl4jinit.internal.solve.OutputLeastSquares;
import io.github.dl4jinit.internal.solve.PhaseRecorder;
import io.github.dl4jinit.internal.solve.SquaredErrorLoss;
import io.github.dl4jinit.internal.split.SplitNetwork;
import io.github.dl4jinit.report.TrainReport;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Least squares gradient descent (LSGD): solves for the output layer of a regression network by least squares, in turns with
 * updates of its hidden layers.
 *
 * <p>Formula: with the basis Phi(x; theta) that the hidden layers make, {@code W, b = argmin s sum_i |W' Phi(x_i) + b - y_i|^2 +
 * (ridge + l2) / 2 |W|^2}, then k updates of theta with W and b fixed, and again. s is what the network's own score has: 1 / (n
 * c) for MSE with n examples and c outputs, 1 / n for L2. Of all minimizers that of least norm of W; singular values of the
 * basis (its mean taken out, if there is a bias) up to rcond times the largest count as zero, since the functions of a basis are
 * nearly collinear.
 *
 * <p>Shapes: a MultiLayerNetwork, or a ComputationGraph with one input and one output; hidden layers of any kind; an OutputLayer
 * of any number of outputs with the identity as its activation and MSE or L2 as its loss. Masks of the labels are one number
 * per example.
 *
 * <p>The whole data set is solved for by default, once before the first epoch and at the end of each; in an epoch every
 * minibatch makes k updates. It passes through a triangular factor of the rows [1, basis, targets] that is brought up to
 * date batch by batch: memory for (features + outputs)^2 numbers, not for the data, and no normal equations, which square the
 * condition of the basis. {@link Scope#BATCH} solves for each minibatch alone, before its updates.
 *
 * <p>When to use it: smooth regression in double precision with up to some thousand features; it gains digits that gradient descent
 * does not reach. When not: a loss other than squares; minibatches of fewer examples than features with {@link Scope#BATCH}, which
 * fit noise unless there is a ridge. ReLU networks whose biases are all 0, as DL4J starts them, on inputs of one sign: they are
 * linear there, what the solve leaves is orthogonal to all linear functions, so that every gradient of the hidden layers is zero.
 * Start them with {@code Box}, or with biases.
 *
 * <p>Source: E. Cyr, M. Gulian, R. Patel, M. Perego, N. Trask, "Robust training and initialization of deep neural networks: an
 * adaptive basis viewpoint", MSML 2020, on least squares gradient descent. Ours: the basis is computed at inference (no dropout,
 * batch normalization by its stored statistics); data sets of several batches; the ridge; the cut of singular values.
 */
@API(status = API.Status.STABLE, since = "0.1")
public final class LeastSquaresTrainer implements LastLayerTrainer {

    /** The examples of one solve. */
    public enum Scope {
        /** All batches of the iterator, in one more pass over them. */
        DATA_SET,
        /** The minibatch whose updates come next. */
        BATCH
    }

    private final SplitNetwork network;
    private final int updates;
    private final Scope scope;
    private final double ridge;
    private final double rcond;

    private LeastSquaresTrainer(Builder builder) {
        SquaredErrorLoss.require(builder.network);
        network = builder.network;
        updates = builder.updates;
        scope = builder.scope;
        ridge = builder.ridge;
        rcond = builder.rcond;
    }

    /**
     * Starts from one update per batch, solves for the whole data set, no ridge.
     *
     * @param model the network to train, on which {@code init()} has been called
     * @return a builder
     * @throws IllegalArgumentException if the network has no output layer that can be solved for
     */
    public static Builder builder(Model model) {
        return new Builder(SplitNetwork.of(model));
    }

    @Override
    public TrainReport fit(DataSetIterator data, int epochs) {
        RepeatableBatches all = RepeatableBatches.of(data);
        Bounds.atLeast("epochs", epochs, 1);
        return train(all, recorder -> {
            if (scope == Scope.DATA_SET) {
                solve(all, recorder);
            }
            for (int epoch = 0; epoch < epochs; epoch++) {
                network.training().startEpoch();
                if (scope == Scope.DATA_SET) {
                    update(all, recorder);
                    solve(all, recorder);
                } else {
                    all.forEach(batch -> {
                        solve(RepeatableBatches.of(batch), recorder);
                        update(RepeatableBatches.of(batch), recorder);
                    });
                }
                network.training().endEpoch();
            }
        });
    }

    @Override
    public TrainReport fit(DataSet batch) {
        RepeatableBatches one = RepeatableBatches.of(batch);
        return train(one, recorder -> {
            solve(one, recorder);
            update(one, recorder);
            solve(one, recorder);
        });
    }

    private TrainReport train(RepeatableBatches all, Consumer<PhaseRecorder> work) {
        all.require(network);
        PhaseRecorder recorder = new PhaseRecorder(network);
        network.training().orRestore(() -> {
            work.accept(recorder);
            recorder.close(
                    last -> new OutputLeastSquares(network, ridge).add(last).loss(network.coefficients()));
        });
        return recorder.report("LeastSquaresTrainer");
    }

    private void update(RepeatableBatches examples, PhaseRecorder recorder) {
        if (updates > 0) {
            examples.forEach(batch -> recorder.update(batch, () -> {
                for (int i = 0; i < updates; i++) {
                    network.training().step(batch);
                }
            }));
        }
    }

    private void solve(RepeatableBatches examples, PhaseRecorder recorder) {
        long start = System.nanoTime();
        OutputLeastSquares problem = new OutputLeastSquares(network, ridge);
        examples.forEach(problem::add);
        problem.apply(rcond, recorder, start);
    }

    /** Builds a {@link LeastSquaresTrainer}. */
    public static final class Builder {

        private final SplitNetwork network;
        private int updates = 1;
        private Scope scope = Scope.DATA_SET;
        private double ridge;
        private double rcond;

        private Builder(SplitNetwork network) {
            this.network = network;
            rcond = OutputLeastSquares.defaultCut(network);
        }

        /**
         * How often each batch moves the hidden layers between two solves; 1 unless set.
         *
         * @param perBatch k, at least 0; with 0 the hidden layers stay as they are
         * @return this builder
         */
        public Builder updates(int perBatch) {
            this.updates = Bounds.atLeast("updates", perBatch, 0);
            return this;
        }

        /**
         * The examples of one solve; the whole data set unless set.
         *
         * @param examples all of them, or a batch
         * @return this builder
         */
        public Builder scope(Scope examples) {
            this.scope = examples;
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
         * @throws IllegalArgumentException if the loss is not squared or the activation not the identity
         */
        public LeastSquaresTrainer build() {
            return new LeastSquaresTrainer(this);
        }
    }
}
