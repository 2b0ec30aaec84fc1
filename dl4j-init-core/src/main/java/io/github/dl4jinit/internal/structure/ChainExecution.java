package io.github.dl4jinit.internal.structure;

import io.github.dl4jinit.internal.gradient.LayerStage;
import io.github.dl4jinit.internal.gradient.LossGradient;
import io.github.dl4jinit.internal.gradient.Stage;
import io.github.dl4jinit.internal.gradient.Tape;
import io.github.dl4jinit.internal.memory.AlternatingMemory;
import io.github.dl4jinit.internal.memory.Buffers;
import io.github.dl4jinit.network.Chain;
import io.github.dl4jinit.network.FlowStep;
import io.github.dl4jinit.network.LayerView;
import io.github.dl4jinit.network.LayerVisitor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** A copied MultiLayerNetwork. */
public final class ChainExecution implements Execution {

    private final MultiLayerNetwork network;
    private final List<LayerNode> nodes;

    private ChainExecution(MultiLayerNetwork network, List<LayerNode> nodes) {
        this.network = network;
        this.nodes = nodes;
    }

    public static ChainExecution copyOf(MultiLayerNetwork original) {
        MultiLayerNetwork copy =
                new MultiLayerNetwork(original.getLayerWiseConfigurations().clone());
        if (original.numParams() == 0) {
            copy.init();
        } else {
            copy.init(original.params().dup(), false);
        }
        return of(copy, i -> LayerNode.isFrozen(original.getLayer(i)));
    }

    private static ChainExecution of(MultiLayerNetwork copy, IntPredicate isFrozen) {
        List<LayerNode> nodes = new ArrayList<>();
        int position = 0;
        for (int i = 0; i < copy.getnLayers(); i++) {
            Layer layer = copy.getLayer(i);
            LayerNode node =
                    LayerNode.of(layer, position, layer.conf().getLayer().getLayerName(), isFrozen.test(i));
            position += node.hasParameters() ? 1 : 0;
            nodes.add(node);
        }
        return new ChainExecution(copy, nodes);
    }

    @Override
    public Model model() {
        return network;
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public int outputs() {
        return 1;
    }

    @Override
    public long seed() {
        return network.getDefaultConfiguration().getSeed();
    }

    @Override
    public INDArray params() {
        return network.params();
    }

    @Override
    public @Nullable INDArray gradients() {
        return network.getGradientsViewArray();
    }

    @Override
    public List<LayerView> layers() {
        return LayerNode.views(nodes);
    }

    @Override
    public List<Chain> chains() {
        List<Chains.Link> links = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            InputPreProcessor adapter = network.getLayerWiseConfigurations().getInputPreProcess(i);
            String seam = i == 0 ? "the network's input" : nodes.get(i - 1).seam();
            links.add(new Chains.Link(
                    nodes.get(i),
                    adapter == null ? i - 1 : -1,
                    adapter == null
                            ? seam
                            : seam + " through a " + adapter.getClass().getSimpleName()));
        }
        return Chains.of(links);
    }

    @Override
    public List<FlowStep> flow() {
        List<FlowStep> steps = new ArrayList<>();
        steps.add(Flow.input("input"));
        for (LayerNode node : nodes) {
            String name = node.layer().conf().getLayer().getLayerName();
            steps.add(node.step(name == null ? "layer" + (steps.size() - 1) : name, List.of(steps.size() - 1)));
        }
        return steps;
    }

    @Override
    public void sweep(MultiDataSet batch, LayerVisitor visitor) {
        INDArray features = batch.getFeatures(0);
        network.setInput(features);
        network.setLayerMaskArrays(Batches.featuresMask(batch, 0), Batches.labelsMask(batch, 0));
        try (AlternatingMemory turns = new AlternatingMemory()) {
            INDArray signal = features;
            for (int i = 0; i < nodes.size(); i++) {
                LayerWorkspaceMgr memory = turns.nextLayer();
                InputPreProcessor adapter = network.getLayerWiseConfigurations().getInputPreProcess(i);
                INDArray input = adapter == null ? signal : adapter.preProcess(signal, (int) features.size(0), memory);
                LayerNode node = nodes.get(i);
                boolean answered = i < nodes.size() - 1;
                if (node.mayOverwriteInput() && Buffers.sameMemory(input, features)) {
                    input = input.dup();
                }
                node.layer().setInput(input, memory);
                INDArray output =
                        memory.leverageTo(ArrayType.ACTIVATIONS, node.visit(visitor, answered, () -> node.layer()
                                .activate(false, memory)));
                Buffers.free(input, List.of(features, output));
                Buffers.free(signal, List.of(features, output));
                signal = output;
            }
        } finally {
            network.clearLayerMaskArrays();
            network.clear();
        }
    }

    /** Whether this mask of the features makes the masks that the layers of another network have. */
    public boolean hasSameMasks(INDArray featuresMask, MultiLayerNetwork other) {
        try {
            network.setInput(other.getInput());
            network.setLayerMaskArrays(featuresMask, null);
        } catch (RuntimeException e) {
            return false; // It does not fit the shapes.
        }
        for (int i = 0; i < nodes.size() - 1; i++) {
            if (!Objects.equals(
                    network.getLayer(i).getMaskArray(), other.getLayer(i).getMaskArray())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void computeGradient(MultiDataSet batch) {
        network.rnnClearPreviousState();
        network.setInput(batch.getFeatures(0));
        network.setLabels(batch.getLabels(0));
        network.setLayerMaskArrays(Batches.featuresMask(batch, 0), Batches.labelsMask(batch, 0));
        network.computeGradientAndScore();
    }

    @Override
    public double loss() {
        return network.score() - network.calcRegularizationScore(true);
    }

    @Override
    public @Nullable INDArray learned() {
        return Learned.of(params(), nodes.stream());
    }

    @Override
    public INDArray[] answers(MultiDataSet batch) {
        return new INDArray[] {network.output(batch.getFeatures(0), false, Batches.featuresMask(batch, 0), null)};
    }

    @Override
    public Execution differentiable(Differentiable how) {
        MultiLayerNetwork twin = new MultiLayerNetwork(how.copyOf(network.getLayerWiseConfigurations()));
        twin.init(LossGradient.doubles(network.params()), false);
        return of(twin, i -> nodes.get(i).isFrozen());
    }

    @Override
    public Execution thawed(DataType type) {
        MultiLayerNetwork twin = new MultiLayerNetwork(Thawed.copyOf(network.getLayerWiseConfigurations(), type));
        // In the copy's own type castTo gives the copy's own array.
        INDArray parameters = network.params();
        twin.init(parameters == null ? null : parameters.castTo(type), true);
        twin.initGradientsView();
        return of(twin, i -> false);
    }

    @Override
    public List<@Nullable Stage> stages(Tape.Mode mode) {
        List<@Nullable Stage> stages = new ArrayList<>();
        stages.add(null);
        for (int i = 0; i < nodes.size(); i++) {
            stages.add(new LayerStage(
                    nodes.get(i),
                    mode,
                    new LayerStage.Adapter(
                            network.getLayerWiseConfigurations().getInputPreProcess(i), this::examples)));
        }
        return stages;
    }

    private int examples() {
        return (int) network.getInput().size(0);
    }

    @Override
    public @Nullable INDArray[] feed(MultiDataSet batch) {
        network.setInput(batch.getFeatures(0));
        network.setLayerMaskArrays(Batches.featuresMask(batch, 0), Batches.labelsMask(batch, 0));
        @Nullable INDArray[] signals = new INDArray[nodes.size() + 1];
        signals[0] = batch.getFeatures(0);
        return signals;
    }

    @Override
    public List<Integer> ends() {
        return List.of(nodes.size());
    }
}
