package io.github.dl4jinit.examples.study.sinl;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The same training of the same network, built as either of DL4J's two kinds.
 *
 * @param chain as a MultiLayerNetwork
 * @param graph as a ComputationGraph
 */
record MatchedPair(Trace chain, Trace graph) {

    /** The largest difference between any two numbers; equal infinities do not differ. */
    double disagreement() {
        return Math.max(
                disagreement(chain.objective(), graph.objective()), disagreement(chain.accuracy(), graph.accuracy()));
    }

    private static double disagreement(List<Double> a, List<Double> b) {
        return IntStream.range(0, a.size())
                .mapToDouble(i -> a.get(i).equals(b.get(i)) ? 0 : Math.abs(a.get(i) - b.get(i)))
                .max()
                .orElse(0);
    }
}
