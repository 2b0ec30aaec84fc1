package io.github.dl4jinit.internal.gradient;

import io.github.dl4jinit.internal.structure.Differentiable;
import io.github.dl4jinit.internal.structure.GraphExecution;
import io.github.dl4jinit.internal.structure.LayerNode;
import io.github.dl4jinit.internal.structure.Learned;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The steps of a copied network, and how signals and sensitivities run through them. */
public final class DifferentiableGraph {

    /** Steps and inputs in the order of execution; an input has no step. */
    private final List<@Nullable Step> steps = new ArrayList<>();

    private final List<int[]> sources = new ArrayList<>();
    private final List<Integer> inputs = new ArrayList<>();
    private final List<Integer> outputs = new ArrayList<>();

    /** By step; null where a step is no layer. */
    private final List<@Nullable LayerNode> nodes = new ArrayList<>();

    private final INDArray params;
    private final INDArray gradients;
    private final long seed;

    private DifferentiableGraph(INDArray params, INDArray gradients, long seed) {
        this.params = params;
        this.gradients = gradients;
        this.seed = seed;
    }

    public static DifferentiableGraph ofChain(MultiLayerNetwork original, boolean activated, DataType type) {
        MultiLayerNetwork copy =
                new MultiLayerNetwork(new Differentiable(false, type).copyOf(original.getLayerWiseConfigurations()));
        copy.init(original.params().dup().castTo(type), false);
        copy.initGradientsView();
        DifferentiableGraph graph = new DifferentiableGraph(
                copy.params(),
                copy.getGradientsViewArray(),
                copy.getDefaultConfiguration().getSeed());
        graph.addInput(0);
        for (int i = 0; i < copy.getnLayers(); i++) {
            Layer layer = copy.getLayer(i);
            InputPreProcessor adapter = copy.getLayerWiseConfigurations().getInputPreProcess(i);
            String name = layer.conf().getLayer().getLayerName();
            graph.addLayer(layer, original.getLayer(i), name, adapter, new int[] {i});
        }
        graph.addOutput(copy.getnLayers(), activated);
        return graph;
    }

    public static DifferentiableGraph ofGraph(ComputationGraph original, boolean activated, DataType type) {
        ComputationGraph copy =
                new ComputationGraph(new Differentiable(false, type).copyOf(original.getConfiguration()));
        copy.init(original.params().dup().castTo(type), false);
        copy.initGradientsView();
        DifferentiableGraph graph = new DifferentiableGraph(
                copy.params(),
                copy.getGradientsViewArray(),
                copy.getConfiguration().getDefaultConfiguration().getSeed());
        int[] stepOf = new int[copy.getVertices().length];
        for (int index : copy.topologicalSortOrder()) {
            GraphVertex vertex = copy.getVertices()[index];
            stepOf[index] = graph.steps.size();
            if (vertex.isInputVertex()) {
                graph.addInput(index);
                continue;
            }
            int[] from = Arrays.stream(vertex.getInputVertices())
                    .mapToInt(VertexIndices::getVertexIndex)
                    .map(source -> stepOf[source])
                    .toArray();
            String name = vertex.getVertexName();
            if (vertex.hasLayer()) {
                InputPreProcessor adapter = GraphExecution.preprocessor(copy, name);
                graph.addLayer(vertex.getLayer(), original.getVertex(name).getLayer(), name, adapter, from);
            } else {
                graph.add(new VertexStep(vertex), null, from);
            }
        }
        for (String name : copy.getConfiguration().getNetworkOutputs()) {
            graph.addOutput(stepOf[copy.getVertex(name).getVertexIndex()], activated);
        }
        return graph;
    }

    /** Inputs come in the order of their numbers. */
    private void addInput(int number) {
        inputs.add(number);
        add(null, null);
    }

    private void add(@Nullable Step step, @Nullable LayerNode node, int... from) {
        steps.add(step);
        nodes.add(node);
        sources.add(from);
    }

    private void addLayer(Layer layer, Layer original, String name, @Nullable InputPreProcessor adapter, int[] from) {
        boolean frozen = LayerNode.isFrozen(original);
        int position = (int) layers().filter(LayerNode::hasParameters).count();
        LayerNode node = LayerNode.of(layer, position, name, frozen);
        add(new LayerStep(node, adapter, frozen, original instanceof FrozenLayer), node, from);
    }

    private Stream<LayerNode> layers() {
        return nodes.stream().filter(Objects::nonNull).map(Objects::requireNonNull);
    }

    private void addOutput(int step, boolean activated) {
        outputs.add(step);
        LayerNode node = nodes.get(step);
        if (node != null && node.inside() instanceof IOutputLayer) {
            seed(node, activated);
        }
    }

    /** Puts the sensitivity in the place of the loss. */
    private static void seed(LayerNode node, boolean activated) {
        org.deeplearning4j.nn.conf.layers.Layer configuration = node.configuration();
        LossTap seed = LossTap.ofAnswer(ignored -> {});
        if (configuration.getClass() == OutputLayer.class || configuration.getClass() == RnnOutputLayer.class) {
            ((BaseOutputLayer) configuration).setLossFn(seed);
        } else if (configuration instanceof LossLayer loss) {
            loss.setLossFn(seed);
        } else if (configuration instanceof RnnLossLayer loss) {
            loss.setLossFn(seed);
        } else if (configuration instanceof CnnLossLayer loss) {
            loss.setLossFn(seed);
        } else if (configuration instanceof Cnn3DLossLayer loss) {
            loss.setLossFn(seed);
        } else {
            throw new IllegalArgumentException(node.view().where()
                    + ": its loss is not a function of its output alone, so that the network's function is not defined;"
                    + " take the network without it");
        }
        if (!activated) {
            ((BaseLayer) configuration).setActivationFn(new ActivationIdentity());
        }
    }

    public int inputs() {
        return inputs.size();
    }

    public long seed() {
        return seed;
    }

    public INDArray params() {
        return params;
    }

    public INDArray gradients() {
        return gradients;
    }

    /** Ones for the parameters that have gradients, zeros for the others. */
    public INDArray trained() {
        boolean[] reached = reached();
        INDArray mask = Learned.of(params, layers());
        INDArray trained = mask == null ? Nd4j.ones(params.dataType(), params.length()) : mask;
        for (int step = 0; step < steps.size(); step++) {
            LayerNode node = nodes.get(step);
            if (node != null && node.hasParameters() && !reached[step]) {
                for (INDArray parameter : node.layer().paramTable().values()) {
                    trained.get(NDArrayIndex.interval(parameter.offset(), parameter.offset() + parameter.length()))
                            .assign(0);
                }
            }
        }
        return trained;
    }

    /** Which steps sensitivities flow back to. */
    private boolean[] reached() {
        boolean[] reached = new boolean[steps.size()];
        outputs.forEach(output -> reached[output] = true);
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            if (reached[i] && step != null && !step.stops()) {
                for (int source : sources.get(i)) {
                    reached[source] = true;
                }
            }
        }
        return reached;
    }

    /** Which steps have trained parameters, or such steps before them. */
    private boolean[] needed() {
        boolean[] needed = new boolean[steps.size()];
        for (int i = 0; i < needed.length; i++) {
            Step step = steps.get(i);
            needed[i] = step != null && (step.trains() || isAny(needed, sources.get(i)));
        }
        return needed;
    }

    private static boolean isAny(boolean[] flags, int[] indices) {
        return Arrays.stream(indices).anyMatch(i -> flags[i]);
    }

    /** What each step gives, inputs first. */
    public List<INDArray> forward(INDArray[] features) {
        return forward(features, false);
    }

    private List<INDArray> forward(INDArray[] features, boolean back) {
        int examples = (int) features[0].size(0);
        List<INDArray> signals = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            signals.add(
                    step == null
                            ? features[inputs.get(inputNumber(i))].castTo(params.dataType())
                            : step.forward(gather(signals, i), examples, back));
        }
        return signals;
    }

    /** The how manieth input a step without a step is. */
    private int inputNumber(int step) {
        return (int) steps.subList(0, step).stream().filter(Objects::isNull).count();
    }

    private INDArray[] gather(List<INDArray> signals, int step) {
        return Arrays.stream(sources.get(step)).mapToObj(signals::get).toArray(INDArray[]::new);
    }

    /** [n, outputs] */
    public INDArray outputs(List<INDArray> signals) {
        INDArray[] rows = outputs.stream().map(output -> rows(output, signals)).toArray(INDArray[]::new);
        return rows.length == 1 ? rows[0].dup('c') : Nd4j.concat(1, rows);
    }

    private INDArray rows(int output, List<INDArray> signals) {
        long examples = signals.get(0).size(0);
        INDArray signal = signals.get(output);
        if (signal.size(0) != examples) {
            throw new IllegalArgumentException(
                    Objects.requireNonNull(steps.get(output)).where() + " gives "
                            + signal.size(0) + " rows for " + examples
                            + " examples, so that the outputs of an example are not known; use an RnnOutputLayer for series");
        }
        return signal.dup('c').reshape('c', examples, signal.length() / examples);
    }

    public INDArray lastFeatures(INDArray[] features) {
        if (outputs.size() != 1) {
            throw new IllegalArgumentException(
                    "the network has " + outputs.size() + " outputs, so that no layer is its last: take one apart");
        }
        int step = outputs.get(0);
        while (!hasParameters(step)) {
            if (sources.get(step).length != 1) {
                throw new IllegalArgumentException(
                        "behind the last layer with parameters the network does not run in one line, so that no layer is its last");
            }
            step = sources.get(step)[0];
        }
        List<INDArray> signals = forward(features);
        INDArray given = signals.get(sources.get(step)[0]);
        long examples = features[0].size(0);
        return given.dup('c').reshape('c', examples, given.length() / examples);
    }

    private boolean hasParameters(int step) {
        LayerNode node = nodes.get(step);
        return node != null && node.hasParameters();
    }

    /** [outputs, parameters] of one example. */
    public INDArray jacobian(INDArray[] example) {
        List<INDArray> signals = forward(example);
        int count = (int) outputs(signals).length();
        INDArray jacobian = Nd4j.createUninitialized(params.dataType(), new long[] {count, params.length()}, 'c');
        for (int k = 0; k < count; k++) {
            gradients.assign(0);
            backward(signals, unit(signals, k), 1, null);
            jacobian.putRow(k, gradients.reshape(gradients.length()));
        }
        return jacobian.muliRowVector(trained());
    }

    /** Factors, or derivatives where they are fewer numbers. */
    public Factors factors(INDArray[] features) {
        List<INDArray> signals = forward(features, true);
        int count = (int) outputs(signals).size(1);
        List<LayerFactors> layers = new ArrayList<>();
        backward(signals, units(signals, count), count, layers);
        return new Factors(layers);
    }

    @Nullable
    public String obstacle(INDArray[] example) {
        List<INDArray> signals = forward(example);
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            String obstacle = step == null ? null : step.obstacle(gather(signals, i));
            if (obstacle != null) {
                return obstacle;
            }
        }
        return null;
    }

    /** The sensitivity to one output, for one example. */
    private List<INDArray> unit(List<INDArray> signals, int k) {
        List<INDArray> epsilons = new ArrayList<>();
        int from = 0;
        for (int output : outputs) {
            INDArray signal = signals.get(output);
            INDArray epsilon = Nd4j.zeros(params.dataType(), 1, signal.length());
            if (k >= from && k < from + signal.length()) {
                epsilon.putScalar(k - from, 1);
            }
            from += (int) signal.length();
            epsilons.add(epsilon.reshape('c', signal.shape()));
        }
        return epsilons;
    }

    /** The sensitivities to all outputs, one below the other for each example. */
    private List<INDArray> units(List<INDArray> signals, int count) {
        List<INDArray> epsilons = new ArrayList<>();
        int from = 0;
        for (int output : outputs) {
            INDArray signal = signals.get(output);
            int examples = (int) signal.size(0);
            int own = (int) (signal.length() / examples);
            INDArray unit = Nd4j.zeros(params.dataType(), count, own);
            for (int k = 0; k < own; k++) {
                unit.putScalar(from + k, k, 1);
            }
            from += own;
            long[] shape = signal.shape().clone();
            shape[0] = (long) examples * count;
            epsilons.add(Nd4j.tile(unit, examples, 1).reshape('c', shape));
        }
        return epsilons;
    }

    /** @param factors to add to, or null: then the derivatives go into the gradient view, for one example */
    private void backward(
            List<INDArray> signals, List<INDArray> units, int copies, @Nullable List<LayerFactors> factors) {
        int examples = (int) signals.get(0).size(0);
        boolean[] needed = needed();
        @Nullable INDArray[] epsilons = new INDArray[steps.size()];
        Consumer<LayerFactors> sink = factors == null ? null : layer -> factors.add(smaller(layer));
        for (int i = 0; i < units.size(); i++) {
            add(epsilons, outputs.get(i), units.get(i));
        }
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            INDArray epsilon = epsilons[i];
            if (step == null || epsilon == null || step.stops() || !needed[i]) {
                continue;
            }
            int[] from = sources.get(i);
            Backward pass = new Backward(gather(signals, i), epsilon, examples, copies, isAny(needed, from), sink);
            @Nullable INDArray[] back = step.backward(pass);
            for (int source = 0; source < from.length; source++) {
                INDArray flow = back == null ? null : back[source];
                if (flow != null && needed[from[source]]) {
                    add(epsilons, from[source], flow);
                }
            }
            epsilons[i] = null;
        }
    }

    private static LayerFactors smaller(LayerFactors layer) {
        return layer instanceof LayerFactors.Outer outer && outer.isLarge()
                ? new LayerFactors.Rows(layer.layer(), layer.derivatives())
                : layer;
    }

    private static void add(@Nullable INDArray[] sums, int at, INDArray summand) {
        INDArray sum = sums[at];
        sums[at] = sum == null ? summand : sum.add(summand);
    }
}
