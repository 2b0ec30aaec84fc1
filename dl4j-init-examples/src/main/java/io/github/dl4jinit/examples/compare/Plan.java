package io.github.dl4jinit.examples.compare;

import java.util.List;

/**
 * What to train: every network from every scheme with every seed, all else the same.
 *
 * @param networks the networks
 * @param schemes the ways to start them
 * @param seeds one run each; a seed decides the weights and the order of the training examples
 * @param epochs passes over the training data
 * @param batch examples of a minibatch
 * @param rule the update rule
 * @param learningRate its learning rate, the same for all
 */
public record Plan(
        List<NetworkSpec> networks,
        List<Scheme> schemes,
        List<Long> seeds,
        int epochs,
        int batch,
        UpdateRule rule,
        double learningRate) {

    /** Checks that there is something to train, and with sensible numbers. */
    public Plan {
        networks = List.copyOf(networks);
        schemes = List.copyOf(schemes);
        seeds = List.copyOf(seeds);
        if (networks.isEmpty() || schemes.isEmpty() || seeds.isEmpty()) {
            throw new IllegalArgumentException("a plan needs at least one network, scheme and seed, got "
                    + networks.size() + ", " + schemes.size() + " and " + seeds.size());
        }
        if (epochs < 1) {
            throw new IllegalArgumentException("epochs must be >= 1, got " + epochs);
        }
        if (batch < 1) {
            throw new IllegalArgumentException("batch must be >= 1, got " + batch);
        }
        if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
            throw new IllegalArgumentException("learning rate must be finite and > 0, got " + learningRate);
        }
    }

    /**
     * The work to do.
     *
     * @return epochs of all runs together
     */
    public int totalEpochs() {
        return Math.multiplyExact(runs().size(), epochs);
    }

    /** One training. */
    record Run(NetworkSpec network, Scheme scheme, long seed) {}

    /** All runs, network by network, in the order of the plan. */
    List<Run> runs() {
        return networks.stream()
                .flatMap(n -> schemes.stream().flatMap(s -> seeds.stream().map(seed -> new Run(n, s, seed))))
                .toList();
    }
}
