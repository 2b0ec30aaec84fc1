package io.github.dl4jinit.examples.compare;

import io.github.dl4jinit.examples.compare.RunResult.LayerVariance;
import io.github.dl4jinit.examples.compare.RunResult.Outcome;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The runs of one network from one scheme, taken together over the seeds.
 *
 * @param scheme the scheme
 * @param style its place among the schemes of the plan, which gives it its colour
 * @param runs its runs, one a seed
 * @param epochs epochs of the plan
 */
record SchemeSummary(Scheme scheme, int style, List<RunResult> runs, int epochs) {

    SchemeSummary {
        runs = List.copyOf(runs);
    }

    MedianAndRange trainLoss(int epoch) {
        return spread(run -> run.trainLoss(epoch));
    }

    MedianAndRange testLoss(int epoch) {
        return spread(run -> run.testLoss(epoch));
    }

    MedianAndRange testAccuracy(int epoch) {
        return spread(run -> run.testAccuracy(epoch));
    }

    MedianAndRange finalAccuracy() {
        return testAccuracy(epochs);
    }

    /** Epochs until the test accuracy is first this high; infinite for a run that never gets there. */
    MedianAndRange epochsTo(double accuracy) {
        return spread(run -> IntStream.rangeClosed(0, epochs)
                .filter(epoch -> run.testAccuracy(epoch) >= accuracy)
                .mapToDouble(epoch -> epoch)
                .findFirst()
                .orElse(Double.POSITIVE_INFINITY));
    }

    long count(Outcome outcome) {
        return runs.stream().filter(run -> run.outcome() == outcome).count();
    }

    /** The names of the hidden layers; empty if no run got as far as having any. */
    List<String> layers() {
        return measured().stream()
                .findFirst()
                .map(run -> run.start().stream().map(LayerVariance::layer).toList())
                .orElse(List.of());
    }

    /** The variance of a hidden layer's output before training. */
    MedianAndRange startVariance(int layer) {
        return MedianAndRange.of(measured().stream()
                .map(run -> run.start().get(layer).variance())
                .toList());
    }

    private List<RunResult> measured() {
        return runs.stream().filter(run -> !run.start().isEmpty()).toList();
    }

    private MedianAndRange spread(ToDoubleFunction<RunResult> quantity) {
        return MedianAndRange.of(runs.stream().mapToDouble(quantity).boxed().toList());
    }
}
