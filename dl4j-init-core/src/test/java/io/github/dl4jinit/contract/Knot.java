package io.github.dl4jinit.contract;

import io.github.dl4jinit.contract.Signal.DoesNotFit;
import io.github.dl4jinit.contract.Signal.Domain;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;

/** A vertex without weights, one of several where branches meet. */
@SuppressWarnings("ImmutableEnumChecker") // Functions without state.
enum Knot {
    ADD(true, tied -> new ElementWiseVertex(ElementWiseVertex.Op.Add)),
    AVERAGE(true, tied -> new ElementWiseVertex(ElementWiseVertex.Op.Average)),
    PRODUCT(true, tied -> new ElementWiseVertex(ElementWiseVertex.Op.Product)),
    MAX(true, tied -> new ElementWiseVertex(ElementWiseVertex.Op.Max)),
    SUBTRACT(true, tied -> new ElementWiseVertex(ElementWiseVertex.Op.Subtract)),
    MERGE(true, tied -> new MergeVertex()),
    /** The first branch runs on both the input and the second branch's output, with the same weights; the two results are merged. */
    SHARED(true, tied -> new MergeVertex()),

    L2_NORMALIZE(false, tied -> new L2NormalizeVertex()),
    SCALE(false, tied -> new ScaleVertex(0.7)),
    SHIFT(false, tied -> new ShiftVertex(0.3)),
    /** All channels but the last. */
    SUBSET(false, tied -> new SubsetVertex(0, tied.in().channels() - 2)),
    REVERSE(false, tied -> new ReverseTimeSeriesVertex(tied.series())),
    LAST_STEP(false, tied -> new LastTimeStepVertex(tied.series())),
    DUPLICATE(false, tied -> new DuplicateToTimeSeriesVertex(tied.series()));

    /**
     * What is known when a vertex is built.
     *
     * @param in what comes in
     * @param series name of an input that is a series
     * @param steps time steps of that input
     */
    record Tied(Signal in, String series, int steps) {}

    private final boolean joins;
    private final Function<Tied, GraphVertex> maker;

    Knot(boolean joins, Function<Tied, GraphVertex> maker) {
        this.joins = joins;
        this.maker = maker;
    }

    boolean joins() {
        return joins;
    }

    GraphVertex vertex(Tied tied) {
        return maker.apply(tied);
    }

    /** What comes out where several signals meet. */
    Signal joined(List<Signal> signals) {
        Signal first = signals.get(0);
        boolean merges = this == MERGE || this == SHARED;
        boolean alike = signals.stream()
                .allMatch(one -> merges ? one.withChannels(1).equals(first.withChannels(1)) : one.equals(first));
        boolean enough = this == SUBTRACT ? signals.size() == 2 : signals.size() > 1;
        if (!alike || !enough) {
            throw new DoesNotFit(this + " of " + signals);
        }
        return merges
                ? first.withChannels(signals.stream().mapToInt(Signal::channels).sum())
                : first;
    }

    /** What comes out of a vertex with one input. */
    Signal after(Tied tied) {
        Signal in = tied.in();
        boolean fits =
                switch (this) {
                    case SUBSET -> in.channels() > 1;
                    case REVERSE, LAST_STEP -> in.domain() == Domain.SERIES && in.rows() == tied.steps();
                    case DUPLICATE -> in.domain() == Domain.VECTOR && tied.steps() > 0;
                    default -> in.domain() != Domain.WORD && in.domain() != Domain.SENTENCE;
                };
        if (!fits) {
            throw new DoesNotFit(this + " of " + in);
        }
        return switch (this) {
            case SUBSET -> in.withChannels(in.channels() - 1);
            case LAST_STEP -> Signal.vector(in.channels());
            case DUPLICATE -> new Signal(Domain.SERIES, in.channels(), tied.steps(), 1);
            default -> in;
        };
    }
}
