package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.internal.gradient.LayerStage;
import io.github.dl4jinit.internal.gradient.LossGradient;
import io.github.dl4jinit.internal.gradient.Stage;
import io.github.dl4jinit.internal.gradient.Tape;
import io.github.dl4jinit.internal.gradient.VertexStage;
import io.github.dl4jinit.internal.memory.Wires;
import io.github.dl4jinit.network.Chain;
import io.github.dl4jinit.network.FlowStep;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** A copied ComputationGraph. */
public final class GraphExecution implements Execution {

    private final ComputationGraph graph;

    /** By vertex index; null where a vertex is no layer. */
    private final @Nullable LayerNode[] nodes;

    private GraphExecution(ComputationGraph graph, @Nullable LayerNode[] nodes) {
        this.graph = graph;
        this.nodes = nodes;
    }

    // Not ComputationGraph.clone(): the clone shares the original's list of listeners, so that clearing one clears
    // both.
    public static GraphExecution copyOf(ComputationGraph original) {
        ComputationGraph copy = new ComputationGraph(original.getConfiguration().clone());
        copy.init(original.params().dup(), false);
        return of(
                copy,
                index -> LayerNode.isFrozen(original.getVertex(copy.getVertices()[index].getVertexName())
                        .getLayer()));
    }

    private static GraphExecution of(ComputationGraph copy, IntPredicate isFrozen) {
        @Nullable LayerNode[] nodes = new LayerNode[copy.getVertices().length];
        int position = 0;
        for (int index : copy.topologicalSortOrder()) {
            GraphVertex vertex = copy.getVertices()[index];
            if (vertex.hasLayer()) {
                LayerNode node =
                        LayerNode.of(vertex.getLayer(), position, vertex.getVertexName(), isFrozen.test(index));
                position += node.hasParameters() ? 1 : 0;
                nodes[index] = node;
            }
        }
        return new GraphExecution(copy, nodes);
    }

    @Override
    public Model model() {
        return graph;
    }

    @Override
    public int inputs() {
        return graph.getNumInputArrays();
    }

    @Override
    public int outputs() {
        return graph.getNumOutputArrays();
    }

    @Override
    public long seed() {
        return graph.getConfiguration().getDefaultConfiguration().getSeed();
    }

    @Override
    public INDArray params() {
        return graph.params();
    }

    @Override
    public @Nullable INDArray gradients() {
        return graph.getGradientsViewArray();
    }

    @Override
    public List<LayerView> layers() {
        List<LayerNode> inOrder = new ArrayList<>();
        for (int index : graph.topologicalSortOrder()) {
            LayerNode node = nodes[index];
            if (node != null) {
                inOrder.add(node);
            }
        }
        return LayerNode.views(inOrder);
    }

    @Override
    public List<Chain> chains() {
        int[] order = graph.topologicalSortOrder();
        int[] linkOf = new int[nodes.length];
        List<Chains.Link> links = new ArrayList<>();
        for (int index : order) {
            linkOf[index] = links.size();
            GraphVertex vertex = graph.getVertices()[index];
            LayerNode node = nodes[index];
            if (node == null || vertex.isInputVertex()) {
                links.add(new Chains.Link(null, -1, ""));
                continue;
            }
            GraphVertex source = graph.getVertices()[vertex.getInputVertices()[0].getVertexIndex()];
            String adapter = adapter(vertex);
            boolean branches = uses(source) > 1
                    || graph.getConfiguration().getNetworkOutputs().contains(source.getVertexName());
            links.add(new Chains.Link(
                    node,
                    branches || !adapter.isEmpty() ? -1 : linkOf[source.getVertexIndex()],
                    (branches ? "the branch behind " : "") + seam(source) + adapter));
        }
        return Chains.of(links);
    }

    @Override
    public List<FlowStep> flow() {
        int[] stepOf = new int[nodes.length];
        List<FlowStep> steps = new ArrayList<>();
        for (int index : graph.topologicalSortOrder()) {
            stepOf[index] = steps.size();
            GraphVertex vertex = graph.getVertices()[index];
            String name = vertex.getVertexName();
            LayerNode node = nodes[index];
            if (vertex.isInputVertex()) {
                steps.add(Flow.input(name));
                continue;
            }
            List<Integer> sources = Arrays.stream(vertex.getInputVertices())
                    .map(source -> stepOf[source.getVertexIndex()])
                    .toList();
            steps.add(
                    node != null
                            ? node.step(name, sources)
                            : Flow.vertex(
                                    Objects.requireNonNull(graph.getConfiguration()
                                            .getVertices()
                                            .get(name)),
                                    name,
                                    sources));
        }
        return steps;
    }

    private String seam(GraphVertex vertex) {
        if (vertex.isInputVertex()) {
            return "the network's input '" + vertex.getVertexName() + "'";
        }
        LayerNode node = nodes[vertex.getVertexIndex()];
        return node != null
                ? node.seam()
                : "'" + vertex.getVertexName() + "' (" + vertex.getClass().getSimpleName() + ")";
    }

    /** What DL4J runs in front of a layer of a graph, or null. */
    public static @Nullable InputPreProcessor preprocessor(ComputationGraph graph, String vertex) {
        return graph.getConfiguration().getVertices().get(vertex)
                        instanceof org.deeplearning4j.nn.conf.graph.LayerVertex layer
                ? layer.getPreProcessor()
                : null;
    }

    private String adapter(GraphVertex vertex) {
        InputPreProcessor adapter = preprocessor(graph, vertex.getVertexName());
        return adapter == null ? "" : " through a " + adapter.getClass().getSimpleName();
    }

    @Override
    public void sweep(MultiDataSet batch, LayerVisitor visitor) {
        graph.setInputs(batch.getFeatures());
        graph.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
        Wires wires = new Wires(graph.getVertices().length);
        try {
            for (int index : graph.topologicalSortOrder()) {
                GraphVertex vertex = graph.getVertices()[index];
                INDArray output = vertex.isInputVertex()
                        ? batch.getFeatures(index)
                        : compute(vertex, nodes[index], wires, visitor);
                wires.put(index, output, uses(vertex), vertex.isInputVertex());
            }
        } finally {
            graph.clearLayerMaskArrays();
            graph.clear();
        }
    }

    private static INDArray compute(GraphVertex vertex, @Nullable LayerNode node, Wires wires, LayerVisitor visitor) {
        LayerWorkspaceMgr memory = LayerWorkspaceMgr.noWorkspaces();
        VertexIndices[] sources = vertex.getInputVertices();
        for (int i = 0; i < sources.length; i++) {
            vertex.setInput(i, wires.get(sources[i].getVertexIndex()), memory);
        }
        INDArray adapted = node == null ? null : node.layer().input();
        if (node != null
                && adapted != null
                && node.mayOverwriteInput()
                && wires.isNeededElsewhere(sources[0].getVertexIndex(), adapted)) {
            adapted = adapted.dup();
            node.layer().setInput(adapted, memory);
        }
        INDArray output = node == null
                ? vertex.doForward(false, memory)
                : node.visit(visitor, uses(vertex) > 0, () -> vertex.doForward(false, memory));
        vertex.clear();
        if (adapted != null) {
            wires.freeUnlessHeld(adapted, output);
        }
        for (VertexIndices source : sources) {
            wires.used(source.getVertexIndex(), output);
        }
        return output;
    }

    private static int uses(GraphVertex vertex) {
        VertexIndices[] targets = vertex.getOutputVertices();
        return targets == null ? 0 : targets.length;
    }

    @Override
    public void computeGradient(MultiDataSet batch) {
        graph.rnnClearPreviousState();
        graph.setInputs(batch.getFeatures());
        graph.setLabels(batch.getLabels());
        graph.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
        graph.computeGradientAndScore();
    }

    @Override
    public double loss() {
        return graph.score() - graph.calcRegularizationScore(true);
    }

    @Override
    public @Nullable INDArray learned() {
        return Learned.of(params(), Arrays.stream(nodes).filter(Objects::nonNull));
    }

    @Override
    public INDArray[] answers(MultiDataSet batch) {
        return graph.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays(), null);
    }

    @Override
    public Execution differentiable(Differentiable how) {
        ComputationGraph twin = new ComputationGraph(how.copyOf(graph.getConfiguration()));
        twin.init(LossGradient.doubles(graph.params()), false);
        return of(twin, index -> Objects.requireNonNull(nodes[index]).isFrozen());
    }

    @Override
    public Execution thawed(DataType type) {
        ComputationGraph twin = new ComputationGraph(Thawed.copyOf(graph.getConfiguration(), type));
        twin.init(graph.params().castTo(type), true);
        twin.initGradientsView();
        return of(twin, index -> false);
    }

    @Override
    public List<@Nullable Stage> stages(Tape.Mode mode) {
        List<@Nullable Stage> stages = new ArrayList<>();
        for (int index : graph.topologicalSortOrder()) {
            GraphVertex vertex = graph.getVertices()[index];
            LayerNode node = nodes[index];
            if (vertex.isInputVertex()) {
                stages.add(null);
            } else {
                stages.add(
                        node == null
                                ? new VertexStage(vertex)
                                : new LayerStage(
                                        node,
                                        mode,
                                        new LayerStage.Adapter(
                                                preprocessor(graph, vertex.getVertexName()), graph::batchSize)));
            }
        }
        return stages;
    }

    @Override
    public @Nullable INDArray[] feed(MultiDataSet batch) {
        graph.setInputs(batch.getFeatures());
        graph.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
        int[] order = graph.topologicalSortOrder();
        @Nullable INDArray[] signals = new INDArray[order.length];
        for (int i = 0; i < order.length; i++) {
            if (graph.getVertices()[order[i]].isInputVertex()) {
                signals[i] = batch.getFeatures(order[i]);
            }
        }
        return signals;
    }

    @Override
    public List<Integer> ends() {
        List<String> names = Arrays.stream(graph.topologicalSortOrder())
                .mapToObj(index -> graph.getVertices()[index].getVertexName())
                .toList();
        return graph.getConfiguration().getNetworkOutputs().stream()
                .map(names::indexOf)
                .toList();
    }
}
