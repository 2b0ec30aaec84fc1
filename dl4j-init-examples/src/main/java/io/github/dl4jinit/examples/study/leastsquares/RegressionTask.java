package io.github.dl4jinit.examples.study.leastsquares;

import io.github.dl4jinit.examples.study.RegressionNetwork;
import io.github.dl4jinit.examples.study.TrainingClock;
import io.github.dl4jinit.examples.study.box.BoxNetwork;
import io.github.dl4jinit.examples.study.box.BoxNetwork.Start;
import io.github.dl4jinit.trainer.LeastSquaresTrainer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * One training of {@link LeastSquaresStudy}: what is learned, from where, and how.
 *
 * @param target what is learned
 * @param start of a ReLU network, or null for one of tanh with Deeplearning4j's default weights
 * @param depth hidden layers
 * @param method how
 * @param rate learning rate of the hidden layers; nothing to L-BFGS
 * @param looks the network is looked at after 1, 2, 4, ... passes, so often, and then it ends
 */
record RegressionTask(Target target, @Nullable Start start, int depth, Method method, double rate, int looks) {

    static final int WIDTH = 32;
    static final int POINTS = 256;

    /** The error that the time is taken to. */
    static final double GOAL = 1e-5;

    /** What is approximated on [0, 1]. */
    enum Target {
        SINE("sin(2 pi x)", x -> Math.sin(2 * Math.PI * x)),
        JUMP(
                "4 x^2 left of 1/2, and 2 (x - 1)^2 - 1 from there on",
                x -> x < 0.5 ? 4 * x * x : 2 * (x - 1) * (x - 1) - 1);

        private final String text;
        // A function without state, which DoubleUnaryOperator cannot say of itself.
        @SuppressWarnings("ImmutableEnumChecker")
        private final DoubleUnaryOperator function;

        Target(String text, DoubleUnaryOperator function) {
            this.text = text;
            this.function = function;
        }

        String text() {
            return text;
        }

        /** Points in equal cells. */
        private DataSet data(double placeInCell) {
            double[][] x = new double[POINTS][1];
            double[][] y = new double[POINTS][1];
            for (int i = 0; i < POINTS; i++) {
                x[i][0] = (i + placeInCell) / POINTS;
                y[i][0] = function.applyAsDouble(x[i][0]);
            }
            return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
        }
    }

    /** How a network is trained, on all points at once. */
    enum Method {
        LSGD("LSGD"),
        ADAM("Adam"),
        FALLING_ADAM("Adam, falling"),
        LBFGS("L-BFGS"),
        DL4J_LBFGS("Deeplearning4j's L-BFGS");

        private final String title;

        Method(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        private OptimizationAlgorithm algorithm() {
            return this == DL4J_LBFGS ? OptimizationAlgorithm.LBFGS : OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT;
        }

        private IUpdater updater(double rate, int passes) {
            return switch (this) {
                case LSGD, ADAM -> new Adam(rate);
                case FALLING_ADAM -> new Adam(new PolySchedule(ScheduleType.EPOCH, rate, 1, passes));
                // Deeplearning4j hands the updater's result to L-BFGS as the gradient: at a rate of 1 it is the
                // gradient.
                case LBFGS, DL4J_LBFGS -> new Sgd(1);
            };
        }
    }

    /**
     * What one training showed.
     *
     * @param reached seconds to the goal, infinite if it was never reached
     * @param errors root mean square errors on points between those of the training, infinite for a lost network
     * @param seconds the time of each
     */
    record Run(double reached, List<Double> errors, List<Double> seconds) {

        static Run of(double[] numbers) {
            List<Double> errors = new ArrayList<>();
            List<Double> seconds = new ArrayList<>();
            for (int i = 1; i < numbers.length; i += 2) {
                errors.add(Double.isNaN(numbers[i]) ? Double.POSITIVE_INFINITY : numbers[i]);
                seconds.add(numbers[i + 1]);
            }
            return new Run(numbers[0], errors, seconds);
        }

        double error() {
            return errors.get(errors.size() - 1);
        }

        double best() {
            return errors.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        }

        double time() {
            return seconds.get(seconds.size() - 1);
        }
    }

    String training() {
        return switch (method) {
            case LSGD -> "LSGD, Adam at " + rate;
            case ADAM -> "Adam at " + rate;
            case FALLING_ADAM -> "Adam at " + rate + ", falling to 0";
            case LBFGS, DL4J_LBFGS -> method.title();
        };
    }

    String network() {
        return start == null ? "tanh" : start.title();
    }

    int passes() {
        return 1 << (looks - 1);
    }

    RegressionTask withLooks(int count) {
        return new RegressionTask(target, start, depth, method, rate, count);
    }

    /** {@return seconds to the goal; then the error and the seconds of each look} */
    double[] train(long seed) {
        ComputationGraph network = build(seed);
        DataSet train = target.data(0.5);
        DataSet between = target.data(1.0 / 3);
        List<Double> numbers = new ArrayList<>(List.of(0.0));
        int[] passes = {0};
        TrainingClock clock = new TrainingClock(Integer.MAX_VALUE, -GOAL, () -> -error(network, between), seconds -> {
            passes[0]++;
            if (Integer.bitCount(passes[0]) == 1) {
                numbers.add(error(network, between));
                numbers.add(seconds);
            }
        });
        ListDataSetIterator<DataSet> data = new ListDataSetIterator<>(List.of(train), 1);
        if (method == Method.LBFGS) {
            descend(network, train, clock);
        } else {
            network.setListeners(clock);
            if (method == Method.LSGD) {
                LeastSquaresTrainer.builder(network).build().fit(data, passes());
            } else {
                network.fit(data, passes());
            }
        }
        numbers.set(0, clock.reached());
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** One line search is one pass; where no step helps any more, the rest stands still. */
    private void descend(ComputationGraph network, DataSet train, TrainingClock clock) {
        Lbfgs method = new Lbfgs(point -> value(network, train, point), network.params());
        boolean moves = true;
        for (int pass = 0; pass < passes(); pass++) {
            moves = moves && method.step();
            network.setParams(method.point());
            clock.onEpochEnd(network);
        }
    }

    /** The loss, which is the mean over the examples, and its gradient, which Deeplearning4j sums. */
    private static Lbfgs.Value value(ComputationGraph network, DataSet data, INDArray point) {
        network.setParams(point);
        network.setInputs(data.getFeatures());
        network.setLabels(data.getLabels());
        network.computeGradientAndScore();
        return new Lbfgs.Value(network.score(), network.gradient().gradient().div(data.numExamples()));
    }

    private static double error(ComputationGraph network, DataSet set) {
        INDArray difference = network.outputSingle(set.getFeatures()).sub(set.getLabels());
        return difference.norm2Number().doubleValue() / Math.sqrt(POINTS);
    }

    private ComputationGraph build(long seed) {
        IUpdater updater = method.updater(rate, passes());
        ComputationGraph network = start == null
                ? new RegressionNetwork(Activation.TANH, 1, WIDTH, depth, false).build(seed, updater)
                : BoxNetwork.build(start, seed, 1, WIDTH, depth, updater);
        network.conf().setOptimizationAlgo(method.algorithm());
        return network;
    }
}
