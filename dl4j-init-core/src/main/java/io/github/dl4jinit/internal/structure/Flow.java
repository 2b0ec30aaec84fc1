package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.network.FlowStep;
import io.github.dl4jinit.network.FlowStep.Kind;
import java.util.List;
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
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseUpsamplingLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPadding3DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping3D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;

/** What DL4J's layers without parameters, and its vertices, are in the flow of signals, by their configuration. */
public final class Flow {

    private static final Set<Class<?>> SELECTING_LAYERS = Set.of(
            DropoutLayer.class,
            SpaceToBatchLayer.class,
            SpaceToDepthLayer.class,
            ZeroPadding1DLayer.class,
            ZeroPaddingLayer.class,
            ZeroPadding3DLayer.class,
            Cropping1D.class,
            Cropping2D.class,
            Cropping3D.class,
            RepeatVector.class);

    private static final Set<Class<?>> SELECTING_VERTICES = Set.of(
            MergeVertex.class,
            SubsetVertex.class,
            StackVertex.class,
            UnstackVertex.class,
            ReshapeVertex.class,
            PreprocessorVertex.class,
            LastTimeStepVertex.class,
            DuplicateToTimeSeriesVertex.class,
            ReverseTimeSeriesVertex.class);

    private Flow() {}

    public static FlowStep input(String name) {
        return new FlowStep(name, Kind.INPUT, List.of(), null, null);
    }

    public static FlowStep withoutParameters(Layer layer, String name, List<Integer> sources) {
        if (layer instanceof FrozenLayer frozen) {
            return withoutParameters(frozen.getLayer(), name, sources);
        }
        return layer instanceof ActivationLayer activation
                ? new FlowStep(name, Kind.ACTIVATION, sources, null, activation.getActivationFn())
                : new FlowStep(name, isSelecting(layer) ? Kind.SELECTION : Kind.OTHER, sources, null, null);
    }

    private static boolean isSelecting(Layer layer) {
        if (layer instanceof SubsamplingLayer pooling) {
            return isSelecting(pooling.getPoolingType());
        }
        if (layer instanceof Subsampling3DLayer pooling) {
            return isSelecting(pooling.getPoolingType());
        }
        if (layer instanceof GlobalPoolingLayer pooling) {
            return isSelecting(pooling.getPoolingType());
        }
        return layer instanceof BaseUpsamplingLayer || SELECTING_LAYERS.contains(layer.getClass());
    }

    private static boolean isSelecting(PoolingType pooling) {
        return pooling == PoolingType.MAX || pooling == PoolingType.AVG;
    }

    public static FlowStep vertex(GraphVertex vertex, String name, List<Integer> sources) {
        return new FlowStep(name, kind(vertex), sources, null, null);
    }

    private static Kind kind(GraphVertex vertex) {
        if (vertex instanceof ElementWiseVertex elementWise) {
            return switch (elementWise.getOp()) {
                case Add -> Kind.ADD;
                case Average, Max -> Kind.SELECTION;
                default -> Kind.OTHER;
            };
        }
        return SELECTING_VERTICES.contains(vertex.getClass()) ? Kind.SELECTION : Kind.OTHER;
    }
}
