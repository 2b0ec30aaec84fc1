package io.github.dl4jinit.examples.study.sinl;

import io.github.dl4jinit.examples.compare.MedianAndRange;
import io.github.dl4jinit.examples.study.RateSearch.Choice;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What came out of one cell.
 *
 * @param choice the learning rate
 * @param traces its trainings as a MultiLayerNetwork
 * @param twins those that were done as a ComputationGraph, too
 */
record CellOutcome(Choice choice, List<Trace> traces, List<MatchedPair> twins) {

    static final CellOutcome NONE = new CellOutcome(new Choice(Double.NaN, Double.NaN, false), List.of(), List.of());

    CellOutcome {
        traces = List.copyOf(traces);
        twins = List.copyOf(twins);
    }

    MedianAndRange spread(ToDoubleFunction<Trace> quantity) {
        return MedianAndRange.of(traces.stream().mapToDouble(quantity).boxed().toList());
    }

    double median(ToDoubleFunction<Trace> quantity) {
        return spread(quantity).median();
    }
}
