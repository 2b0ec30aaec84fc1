package io.github.dl4jinit.examples.study;

import io.github.dl4jinit.examples.compare.Spread;
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
record SinlOutcome(Choice choice, List<Trace> traces, List<Twins> twins) {

    static final SinlOutcome NONE = new SinlOutcome(new Choice(Double.NaN, Double.NaN, false), List.of(), List.of());

    SinlOutcome {
        traces = List.copyOf(traces);
        twins = List.copyOf(twins);
    }

    Spread spread(ToDoubleFunction<Trace> quantity) {
        return Spread.of(traces.stream().mapToDouble(quantity).boxed().toList());
    }

    double median(ToDoubleFunction<Trace> quantity) {
        return spread(quantity).median();
    }
}
