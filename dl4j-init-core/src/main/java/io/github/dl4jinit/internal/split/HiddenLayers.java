package io.github.dl4jinit.internal.split;

import io.github.dl4jinit.internal.gradient.Step;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.jspecify.annotations.Nullable;

/**
 * What a user's network computes before its output layer.
 *
 * @param steps in the order of execution
 * @param end what the output layer gets: 0 for the network's input, i for the answer of the i-th step, counted from 1
 * @param adapter before the output layer
 */
public record HiddenLayers(
        List<Step> steps, int end, @Nullable InputPreProcessor adapter) {

    /**
     * One of them.
     *
     * @param name for messages
     * @param layer null for a vertex that is none
     * @param vertex of a graph, also if it is a layer; null in a chain
     * @param sources counted as {@code end} is
     */
    public record Step(
            String name,
            @Nullable Layer layer,
            @Nullable GraphVertex vertex,
            @Nullable InputPreProcessor adapter,
            List<Integer> sources) {}
}
