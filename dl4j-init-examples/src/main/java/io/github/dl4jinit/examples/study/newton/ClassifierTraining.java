package io.github.dl4jinit.examples.study.newton;

import io.github.dl4jinit.examples.data.Rows;
import io.github.dl4jinit.examples.study.TrainingClock;
import io.github.dl4jinit.trainer.NewtonTrainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;

/**
 * How {@link NewtonStudy} trains a network: by Newton steps and Adam, or by Adam alone if there are no Newton steps.
 *
 * @param batch examples of a minibatch
 * @param rate Adam's
 * @param newtonSteps on each minibatch, 0 for none
 * @param iterations of conjugate gradients in each
 * @param updates by Adam on each minibatch
 * @param ridge of the output layer
 */
record ClassifierTraining(int batch, double rate, int newtonSteps, int iterations, int updates, double ridge) {

    /** The accuracy that the time is taken to. */
    static final double TARGET = 0.93;

    /** The training loss is taken on the first so many training examples. */
    static final int SEEN = 10_000;

    /** Examples between two looks at the accuracy. */
    static final int BETWEEN_LOOKS = 4000;

    static final ClassifierTraining AUTHORS = new ClassifierTraining(10_000, 1e-3, 5, 3, 1, 0);

    static ClassifierTraining adam(int batch, double rate) {
        return new ClassifierTraining(batch, rate, 0, 0, 1, 0);
    }

    boolean isNewton() {
        return newtonSteps > 0;
    }

    String text() {
        return isNewton()
                ? String.format(
                        Locale.ROOT,
                        "NGD, batch %d, %d Newton steps of %d CG, %d updates at %s, ridge %s",
                        batch,
                        newtonSteps,
                        iterations,
                        updates,
                        rate,
                        ridge)
                : String.format(Locale.ROOT, "Adam, batch %d, at %s", batch, rate);
    }

    /** What one training showed: seconds to the target, and accuracy, loss and seconds after each pass. */
    record Run(double reached, List<Double> accuracy, List<Double> loss, List<Double> seconds) {

        static Run of(double[] numbers) {
            List<List<Double>> columns = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (int i = 1; i < numbers.length; i++) {
                columns.get((i - 1) % 3).add(numbers[i]);
            }
            return new Run(numbers[0], columns.get(0), columns.get(1), columns.get(2));
        }

        static double last(List<Double> values) {
            return values.get(values.size() - 1);
        }
    }

    /**
     * Trains a network.
     *
     * @param judged the examples that the accuracy is taken on
     * @return seconds to the target; then accuracy, training loss and seconds of each pass
     */
    double[] train(Classifiers set, DataSet training, DataSet judged, int passes, long seed) {
        MultiLayerNetwork network = set.network(seed, rate);
        List<DataSet> batches = Rows.batches(training, batch);
        List<DataSet> others = Rows.batches(judged, 2000);
        List<DataSet> seen = Rows.batches(training, 2000);
        int most = Math.min(seen.size(), SEEN / 2000);
        List<Double> numbers = new ArrayList<>(List.of(0.0));
        int every = Math.max(1, BETWEEN_LOOKS / batch * (isNewton() ? updates : 1));
        TrainingClock clock = new TrainingClock(every, TARGET, () -> accuracy(network, others), seconds -> {
            numbers.add(accuracy(network, others));
            numbers.add(loss(network, seen.subList(0, most)));
            numbers.add(seconds);
        });
        network.setListeners(clock);
        ListDataSetIterator<DataSet> iterator = new ListDataSetIterator<>(batches, 1);
        if (isNewton()) {
            NewtonTrainer.builder(network)
                    .newtonSteps(newtonSteps)
                    .conjugateGradients(iterations, 1e-6)
                    .updates(updates)
                    .ridge(ridge)
                    .build()
                    .fit(iterator, passes);
        } else {
            network.fit(iterator, passes);
        }
        numbers.set(0, clock.reached());
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double accuracy(MultiLayerNetwork network, List<DataSet> batches) {
        Evaluation evaluation = new Evaluation();
        batches.forEach(batch -> evaluation.eval(batch.getLabels(), network.output(batch.getFeatures())));
        return evaluation.accuracy();
    }

    private static double loss(MultiLayerNetwork network, List<DataSet> batches) {
        return batches.stream()
                .mapToDouble(batch -> network.score(batch, false))
                .average()
                .orElseThrow();
    }
}
