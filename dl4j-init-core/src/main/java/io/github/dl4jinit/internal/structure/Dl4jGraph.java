package io.github.dl4jinit.internal.structure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** A ComputationGraph. */
public record Dl4jGraph(ComputationGraph model) implements Dl4jNetwork {

    @Override
    public int inputs() {
        return model.getNumInputArrays();
    }

    @Override
    public int outputs() {
        return model.getNumOutputArrays();
    }

    @Override
    public long seed() {
        return model.getConfiguration().getDefaultConfiguration().getSeed();
    }

    @Override
    public INDArray params() {
        return model.params();
    }

    @Override
    public @Nullable INDArray gradients() {
        return model.getGradientsViewArray();
    }

    @Override
    public List<Step> steps() {
        Map<String, GraphVertex> configurations = model.getConfiguration().getVertices();
        int[] places = new int[model.getVertices().length];
        List<Step> steps = new ArrayList<>();
        for (int index : model.topologicalSortOrder()) {
            places[index] = steps.size();
            org.deeplearning4j.nn.graph.vertex.GraphVertex vertex = model.getVertices()[index];
            String name = vertex.getVertexName();
            int uses = vertex.getOutputVertices() == null ? 0 : vertex.getOutputVertices().length;
            if (vertex.isInputVertex()) {
                steps.add(new Step.Input(name, "the network's input '" + name + "'", index, uses));
                continue;
            }
            List<Integer> sources = Arrays.stream(vertex.getInputVertices())
                    .map(VertexIndices::getVertexIndex)
                    .map(source -> places[source])
                    .toList();
            GraphVertex configuration = Objects.requireNonNull(configurations.get(name));
            steps.add(
                    vertex.hasLayer()
                            ? layer(vertex, configuration, sources.get(0), uses)
                            : new Step.OfVertex(vertex, configuration, sources, uses));
        }
        return steps;
    }

    /** A frozen vertex keeps the configuration of its layer inside. */
    private static Step layer(
            org.deeplearning4j.nn.graph.vertex.GraphVertex vertex, GraphVertex configuration, int source, int uses) {
        boolean known = configuration instanceof LayerVertex;
        return new Step.OfLayer(
                vertex.getVertexName(),
                known
                        ? ((LayerVertex) configuration).getLayerConf().getLayer()
                        : vertex.getLayer().conf().getLayer(),
                vertex.getLayer(),
                known ? ((LayerVertex) configuration).getPreProcessor() : null,
                source,
                uses);
    }

    @Override
    public List<Integer> ends() {
        List<String> names = steps().stream().map(Step::name).toList();
        return model.getConfiguration().getNetworkOutputs().stream()
                .map(names::indexOf)
                .toList();
    }

    // Not ComputationGraph.clone(): the clone shares the original's list of listeners, so that clearing one clears
    // both.
    @Override
    public Dl4jNetwork copy() {
        ComputationGraph copy = new ComputationGraph(model.getConfiguration().clone());
        copy.init(Dl4jNetwork.initial(model.params().dup()), false);
        Dl4jNetwork.layOut(model.getLayers(), copy.getLayers());
        return new Dl4jGraph(copy);
    }

    @Override
    public Dl4jNetwork copy(DifferentiableConfiguration how) {
        ComputationGraph copy = new ComputationGraph(how.copyOf(model.getConfiguration()));
        copy.init(how.parameters(model.params()), false);
        Dl4jNetwork.layOut(model.getLayers(), copy.getLayers());
        copy.initGradientsView();
        return new Dl4jGraph(copy);
    }

    @Override
    public void feed(MultiDataSet batch) {
        model.setInputs(batch.getFeatures());
        model.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
    }

    @Override
    public void clear() {
        model.clearLayerMaskArrays();
        model.clear();
    }

    @Override
    public void computeGradient(MultiDataSet batch) {
        model.rnnClearPreviousState();
        feed(batch);
        model.setLabels(batch.getLabels());
        model.computeGradientAndScore();
    }

    @Override
    public double loss(MultiDataSet batch) {
        model.rnnClearPreviousState();
        return model.score(batch, true) - model.calcRegularizationScore(true);
    }

    @Override
    public INDArray[] outputs(MultiDataSet batch) {
        return model.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays(), null);
    }
}
