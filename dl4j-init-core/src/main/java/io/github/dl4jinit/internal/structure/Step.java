package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.network.LayerCatalog;
import io.github.dl4jinit.network.LayerView;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One step of a network's forward pass. A MultiLayerNetwork is a network whose steps follow each other. */
public sealed interface Step {

    /** DL4J's name of the layer or vertex. */
    String name();

    /** Indices of the steps whose outputs it takes. */
    List<Integer> sources();

    /** How many steps take its output. */
    int uses();

    /**
     * An input of the network.
     *
     * @param phrase what it is called in messages
     * @param number its place among the features of a batch
     */
    record Input(String name, String phrase, int number, int uses) implements Step {

        @Override
        public List<Integer> sources() {
            return List.of();
        }
    }

    /**
     * A layer, with the preprocessor that DL4J runs before it.
     *
     * @param configuration of the outermost wrapper, which the layer itself does not know
     * @param layer with its wrappers
     * @param adapter the preprocessor, or null
     */
    record OfLayer(
            String name,
            org.deeplearning4j.nn.conf.layers.Layer configuration,
            Layer layer,
            @Nullable InputPreProcessor adapter,
            int source,
            int uses)
            implements Step {

        @Override
        public List<Integer> sources() {
            return List.of(source);
        }

        /** Whether the layer may write into its input at inference. */
        public boolean overwritesInput() {
            return LayerCatalog.of(LayerNode.innermost(layer).conf().getLayer()).overwritesInput();
        }

        /** What the layer itself gets of a signal. */
        public INDArray adapt(INDArray signal, int examples, LayerWorkspaceMgr memory) {
            return adapter == null ? signal : adapter.preProcess(signal, examples, memory);
        }

        /** What the signal gets of the gradient with respect to the layer's own input. */
        public INDArray adaptBack(INDArray epsilon, int examples, LayerWorkspaceMgr memory) {
            return adapter == null ? epsilon : adapter.backprop(epsilon, examples, memory);
        }
    }

    /**
     * A vertex that is no layer.
     *
     * @param vertex DL4J's
     * @param configuration of the vertex
     */
    record OfVertex(
            GraphVertex vertex,
            org.deeplearning4j.nn.conf.graph.GraphVertex configuration,
            List<Integer> sources,
            int uses)
            implements Step {

        @Override
        public String name() {
            return vertex.getVertexName();
        }

        /**
         * A vertex that has parameters, as initializers see it: none of DL4J's is one linear map before an activation, and of a user's own
         * nothing is known.
         *
         * @param position place among the layers and vertices that have parameters
         * @return the view, or null if there are no parameters
         */
        @Nullable
        LayerView view(int position) {
            if (vertex.numParams() == 0) {
                return null;
            }
            org.deeplearning4j.nn.conf.graph.GraphVertex inside =
                    configuration instanceof FrozenVertex frozen ? frozen.getUnderlying() : configuration;
            String kind = inside.getClass().getSimpleName();
            String obstacle =
                    isFrozen() ? "frozen" : kind + ": a vertex with parameters is not one linear map of one input";
            return new LayerView(position, name(), kind, null, false, List.of(), obstacle);
        }

        /** Parameters that training leaves as they are. */
        List<INDArray> untrained() {
            return isFrozen() && vertex.numParams() > 0 ? List.of(vertex.params()) : List.of();
        }

        private boolean isFrozen() {
            return configuration instanceof FrozenVertex;
        }
    }
}
