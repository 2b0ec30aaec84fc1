package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.network.FlowNode.Kind;
import java.util.Set;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;

/** What DL4J's vertices that are no layers do, by the class of their configuration. */
public final class VertexFacts {

    private static final Set<Class<?>> SELECTIONS = Set.of(
            MergeVertex.class,
            SubsetVertex.class,
            StackVertex.class,
            UnstackVertex.class,
            ReshapeVertex.class,
            PreprocessorVertex.class,
            LastTimeStepVertex.class,
            DuplicateToTimeSeriesVertex.class,
            ReverseTimeSeriesVertex.class);

    private VertexFacts() {}

    /** What a vertex does to the signals that it gets. */
    public static Kind flow(GraphVertex vertex) {
        if (vertex instanceof ElementWiseVertex elementWise) {
            return switch (elementWise.getOp()) {
                case Add -> Kind.ADD;
                case Average, Max -> Kind.SELECTION;
                default -> Kind.OTHER;
            };
        }
        return SELECTIONS.contains(vertex.getClass()) ? Kind.SELECTION : Kind.OTHER;
    }

    /** Whether the rows of a vertex's output are not the examples of the batch one by one. */
    public static boolean regroupsExamples(GraphVertex vertex) {
        return vertex instanceof StackVertex || vertex instanceof UnstackVertex;
    }
}
