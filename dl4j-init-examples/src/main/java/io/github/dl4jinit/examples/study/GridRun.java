package io.github.dl4jinit.examples.study;

import io.github.dl4jinit.examples.compare.NetworkSpec;
import io.github.dl4jinit.examples.compare.Plan;
import io.github.dl4jinit.examples.compare.RunResult;
import io.github.dl4jinit.examples.compare.Runner;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.compare.UpdateRule;
import io.github.dl4jinit.examples.data.LabelledData;
import java.util.List;

/**
 * Trains one network from one start with one seed.
 *
 * @param epochs passes over the training data
 * @param batch examples of a minibatch
 * @param rule the update rule
 * @param rate its learning rate
 */
public record GridRun(int epochs, int batch, UpdateRule rule, double rate) {

    public RunResult train(NetworkSpec network, Scheme scheme, long seed, LabelledData data) {
        Plan plan = new Plan(List.of(network), List.of(scheme), List.of(seed), epochs, batch, rule, rate);
        try {
            return new Runner(1).run(plan, data, count -> {}).get(0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the study was stopped", e);
        }
    }
}
