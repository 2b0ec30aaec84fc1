package io.github.dl4jinit.examples.study.sinl;

import java.util.List;

/**
 * What one training gave.
 *
 * @param objective loss on the training data in nats, at the start and after each epoch; infinite once a run is lost
 * @param accuracy share of test examples that are right, at the start and after each epoch; minus infinity once it is lost
 */
public record Trace(List<Double> objective, List<Double> accuracy) {

    /** Copies the lists. */
    public Trace {
        objective = List.copyOf(objective);
        accuracy = List.copyOf(accuracy);
    }

    /**
     * The objective at the end.
     *
     * @return loss in nats
     */
    public double lastObjective() {
        return objective.get(objective.size() - 1);
    }

    /**
     * How soon it fell.
     *
     * @return mean objective after the epochs, in nats
     */
    public double meanObjective() {
        return objective.stream()
                .skip(1)
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
    }

    /**
     * The accuracy at the end.
     *
     * @return share from 0 to 1
     */
    public double lastAccuracy() {
        return accuracy.get(accuracy.size() - 1);
    }
}
