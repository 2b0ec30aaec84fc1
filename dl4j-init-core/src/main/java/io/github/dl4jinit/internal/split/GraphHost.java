package io.github.dl4jinit.internal.split;

import io.github.dl4jinit.internal.memory.Wires;
import io.github.dl4jinit.internal.structure.GraphExecution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;

/** The user's ComputationGraph, with one input and one output. */
public record GraphHost(ComputationGraph graph) implements Host {

    @Override
    public Layer outputLayer() {
        return graph.getVertex(outputName()).getLayer();
    }

    @Override
    public String outputName() {
        return graph.getConfiguration().getNetworkOutputs().get(0);
    }

    @Override
    public @Nullable String obstacle() {
        if (graph.getNumInputArrays() != 1 || graph.getNumOutputArrays() != 1) {
            return "it has " + graph.getNumInputArrays() + " input(s) and " + graph.getNumOutputArrays()
                    + " output(s), where one of each is needed";
        }
        if (!graph.getVertex(outputName()).hasLayer()) {
            return "its output '" + outputName() + "' is no layer";
        }
        return graph.getConfiguration().getBackpropType() == BackpropType.TruncatedBPTT
                ? "it is trained by truncated backpropagation through time, which is several updates a batch"
                : null;
    }

    // Not graph.output(layers, ...): asked for an inner vertex, it may end with one of its workspaces still open.
    @Override
    public INDArray features(INDArray features, @Nullable INDArray mask) {
        graph.setInputs(features);
        graph.setLayerMaskArrays(mask == null ? null : new INDArray[] {mask}, null);
        Wires wires = new Wires(graph.getVertices().length);
        try {
            GraphVertex output = graph.getVertex(outputName());
            for (int index : graph.topologicalSortOrder()) {
                GraphVertex vertex = graph.getVertices()[index];
                if (vertex == output) {
                    break;
                }
                wires.put(
                        index,
                        vertex.isInputVertex() ? features : compute(vertex, wires),
                        vertex.getNumOutputConnections(),
                        vertex.isInputVertex());
            }
            INDArray signal = wires.get(output.getInputVertices()[0].getVertexIndex());
            InputPreProcessor adapter = GraphExecution.preprocessor(graph, outputName());
            return adapter == null
                    ? signal
                    : adapter.preProcess(signal, (int) features.size(0), LayerWorkspaceMgr.noWorkspaces());
        } finally {
            graph.clearLayerMaskArrays();
            graph.clear();
        }
    }

    @Override
    public HiddenLayers hidden() {
        GraphVertex output = graph.getVertex(outputName());
        int[] places = new int[graph.getVertices().length];
        List<HiddenLayers.Step> steps = new ArrayList<>();
        for (int index : graph.topologicalSortOrder()) {
            GraphVertex vertex = graph.getVertices()[index];
            if (vertex == output) {
                break;
            }
            if (!vertex.isInputVertex()) {
                String name = vertex.getVertexName();
                steps.add(new HiddenLayers.Step(
                        name,
                        vertex.getLayer(),
                        graph.getConfiguration().getVertices().get(name),
                        GraphExecution.preprocessor(graph, name),
                        sources(vertex, places)));
                places[index] = steps.size();
            }
        }
        return new HiddenLayers(
                steps, sources(output, places).get(0), GraphExecution.preprocessor(graph, outputName()));
    }

    private static List<Integer> sources(GraphVertex vertex, int[] places) {
        return Arrays.stream(vertex.getInputVertices())
                .map(source -> places[source.getVertexIndex()])
                .toList();
    }

    private static INDArray compute(GraphVertex vertex, Wires wires) {
        LayerWorkspaceMgr memory = LayerWorkspaceMgr.noWorkspaces();
        VertexIndices[] sources = vertex.getInputVertices();
        for (int i = 0; i < sources.length; i++) {
            INDArray input = wires.get(sources[i].getVertexIndex());
            boolean overwrites = vertex.hasLayer() && SplitNetwork.mayOverwriteInput(vertex.getLayer());
            boolean needed = wires.isNeededElsewhere(sources[i].getVertexIndex(), input);
            vertex.setInput(i, overwrites && needed ? input.dup() : input, memory);
        }
        INDArray output = vertex.doForward(false, memory);
        vertex.clear();
        for (VertexIndices source : sources) {
            wires.used(source.getVertexIndex(), output);
        }
        return output;
    }

    @Override
    public void fit(DataSet batch) {
        graph.fit(batch);
    }

    @Override
    public INDArray params() {
        return graph.params();
    }

    @Override
    public double score() {
        return graph.score();
    }

    @Override
    public void setScore(double score) {
        graph.setScore(score);
    }

    @Override
    public INDArray gradients() {
        return graph.getGradientsViewArray();
    }

    @Override
    public BaseMultiLayerUpdater<?> updater() {
        return graph.getUpdater();
    }

    @Override
    public Collection<TrainingListener> listeners() {
        return graph.getListeners();
    }

    @Override
    public void setListeners(List<TrainingListener> listeners) {
        graph.setListeners(listeners);
    }

    @Override
    public int iterations() {
        return graph.getConfiguration().getIterationCount();
    }

    @Override
    public int epochs() {
        return graph.getConfiguration().getEpochCount();
    }

    @Override
    public void setCounts(int iterations, int epochs) {
        graph.getConfiguration().setIterationCount(iterations);
        graph.getConfiguration().setEpochCount(epochs);
        for (Layer layer : graph.getLayers()) {
            layer.setIterationCount(iterations);
            layer.setEpochCount(epochs);
        }
    }
}
