package io.github.dl4jinit.examples.study.sinl;

import io.github.dl4jinit.examples.compare.NetworkSpec;
import io.github.dl4jinit.examples.compare.Scheme;
import io.github.dl4jinit.examples.data.LabelledData;

/**
 * One combination of a grid: what to train on, which network, from which start.
 *
 * @param data the task
 * @param network the network
 * @param scheme the start
 */
public record GridCell(LabelledData data, NetworkSpec network, Scheme scheme) {

    /**
     * The same cell with its network as a ComputationGraph.
     *
     * @return a cell that should give the same numbers
     */
    public GridCell asGraph() {
        return new GridCell(data, network.asGraph(), scheme);
    }
}
