package io.github.dl4jinit.contract;

import io.github.dl4jinit.network.LayerExample;
import io.github.dl4jinit.network.LayerExamples;
import io.github.dl4jinit.network.Networks;
import io.github.dl4jinit.network.OwnSameDiff;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.samediff.SDVertexParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.preprocessor.*;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A network for every layer, vertex and preprocessor that DL4J has, and for layers and vertices as users write them. */
@SuppressWarnings("NullAway") // SameDiff layers have the parameters that they define.
public final class CoveredNetworks {

    private static final int EXAMPLES = 6;
    private static final int STEPS = 7;

    private static final InputType VECTOR = InputType.feedForward(5);
    private static final InputType SERIES = InputType.recurrent(5, STEPS, RNNFormat.NCW);
    private static final InputType IMAGE = InputType.convolutional(6, 4, 2);

    private final List<CoveredNetwork> networks = new ArrayList<>();

    private CoveredNetworks() {}

    static List<CoveredNetwork> all() {
        CoveredNetworks all = new CoveredNetworks();
        LayerExamples.all().forEach(all::layer);
        all.wrappers();
        all.masked();
        all.own();
        all.vertices();
        all.preprocessors();
        return all.networks;
    }

    static boolean isDetector(Class<?> kind) {
        return kind == Yolo2OutputLayer.class;
    }

    /** Corners of a box in each cell, and two classes. */
    static INDArray boxes(INDArray output) {
        boolean channelsLast = output.size(1) == 4;
        INDArray labels = Nd4j.create(new double[] {0.2, 0.3, 1.4, 1.7, 1, 0})
                .reshape(1, 6, 1, 1)
                .castTo(DataType.DOUBLE)
                .broadcast(output.size(0), 6, 4, 2)
                .dup();
        return channelsLast ? labels.permute(0, 2, 3, 1).dup() : labels;
    }

    private void layer(LayerExample example) {
        INDArray features = example.takesIndices()
                ? Nd4j.concat(0, example.features(1), example.features(2), example.features(3))
                : normal(example.input());
        both(example.type(), example.label(), example.layer(), example.input(), features, null);
    }

    private static INDArray normal(InputType input) {
        long[] shape = input.getShape(true);
        shape[0] = EXAMPLES;
        return Networks.normal(1, DataType.DOUBLE, shape);
    }

    /** As a chain that predicts numbers and as a graph that predicts classes: the layer, and an output layer unless it is one. */
    private void both(
            Class<?> kind,
            String label,
            Supplier<? extends Layer> layer,
            InputType input,
            INDArray features,
            @Nullable INDArray mask) {
        networks.add(new CoveredNetwork(
                kind,
                label + ", chain",
                base -> {
                    ListBuilder list = base.list().layer(layer.get());
                    Layer head = head(layer.get(), input, head());
                    if (head != null) {
                        list.layer(head);
                    }
                    return Networks.init(list.setInputType(input)
                            .validateOutputLayerConfig(false)
                            .build());
                },
                List.of(features),
                mask));
        networks.add(new CoveredNetwork(
                kind,
                label + ", graph",
                base -> {
                    GraphBuilder graph = graph(base, input).addLayer("layer", layer.get(), "in");
                    Layer head = head(layer.get(), input, Networks.softmax(0));
                    if (head != null) {
                        graph.addLayer("out", head, "layer");
                    }
                    return Networks.init(graph.setOutputs(head == null ? "layer" : "out")
                            .validateOutputLayerConfig(false)
                            .build());
                },
                List.of(features),
                mask));
    }

    private static GraphBuilder graph(NeuralNetConfiguration.Builder base, InputType input) {
        return base.graphBuilder().addInputs("in").setInputTypes(input);
    }

    /** What comes behind a layer: nothing, an output for each time step, or what is given. */
    private static @Nullable Layer head(Layer layer, InputType input, Layer dense) {
        String name = layer.getClass().getSimpleName();
        if (name.contains("Loss") || name.contains("Output")) {
            return null;
        }
        return outputType(layer, input) instanceof InputType.InputTypeRecurrent series
                ? rnnHead(series.getFormat())
                : dense;
    }

    /** A layer knows what it answers once a network has completed its settings. */
    private static InputType outputType(Layer layer, InputType input) {
        MultiLayerConfiguration alone = Networks.base(DataType.DOUBLE)
                .list()
                .layer(layer)
                .setInputType(input)
                .validateOutputLayerConfig(false)
                .build();
        InputPreProcessor adapter = alone.getInputPreProcess(0);
        return alone.getConf(0).getLayer().getOutputType(0, adapter == null ? input : adapter.getOutputType(input));
    }

    private static Layer head() {
        return new OutputLayer.Builder(LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nOut(2)
                .build();
    }

    private static Layer rnnHead(RNNFormat format) {
        return new RnnOutputLayer.Builder(LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nOut(2)
                .dataFormat(format)
                .build();
    }

    private static DenseLayer dense() {
        return new DenseLayer.Builder().nOut(5).build();
    }

    private static LSTM lstm() {
        return new LSTM.Builder().nOut(4).build();
    }

    private static SimpleRnn rnn() {
        return new SimpleRnn.Builder().nOut(4).build();
    }

    private void wrappers() {
        both(FrozenLayer.class, "FrozenLayer (dense)", () -> new FrozenLayer(dense()), VECTOR, normal(VECTOR), null);
        both(FrozenLayer.class, "FrozenLayer (LSTM)", () -> new FrozenLayer(lstm()), SERIES, normal(SERIES), null);
        both(
                FrozenLayerWithBackprop.class,
                "FrozenLayerWithBackprop (dense)",
                () -> new FrozenLayerWithBackprop(dense()),
                VECTOR,
                normal(VECTOR),
                null);
        both(LastTimeStep.class, "LastTimeStep (LSTM)", () -> new LastTimeStep(lstm()), SERIES, normal(SERIES), null);
        both(
                LastTimeStep.class,
                "LastTimeStep (Bidirectional)",
                () -> new LastTimeStep(new Bidirectional(rnn())),
                SERIES,
                normal(SERIES),
                null);
        both(
                TimeDistributed.class,
                "TimeDistributed (dense)",
                () -> new TimeDistributed(dense()),
                SERIES,
                normal(SERIES),
                null);
        INDArray padded = normal(SERIES)
                .muli(Networks.mask(DataType.DOUBLE, EXAMPLES, STEPS).reshape(EXAMPLES, 1, STEPS));
        both(MaskZeroLayer.class, "MaskZeroLayer (LSTM)", () -> new MaskZeroLayer(lstm(), 0), SERIES, padded, null);
        both(MaskZeroLayer.class, "MaskZeroLayer (SimpleRnn)", () -> new MaskZeroLayer(rnn(), 0), SERIES, padded, null);
    }

    private void masked() {
        INDArray mask = Networks.mask(DataType.DOUBLE, EXAMPLES, STEPS);
        Map<String, Supplier<Layer>> layers = new TreeMap<>(Map.of(
                "LSTM, masked", () -> lstm(),
                "SimpleRnn, masked", () -> rnn(),
                "Bidirectional, masked", () -> new Bidirectional(lstm()),
                "LastTimeStep, masked", () -> new LastTimeStep(lstm()),
                "TimeDistributed, masked", () -> new TimeDistributed(dense()),
                "GlobalPoolingLayer, masked",
                        () -> new org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer(
                                org.deeplearning4j.nn.conf.layers.PoolingType.AVG),
                "Convolution1DLayer, masked",
                        () -> new org.deeplearning4j.nn.conf.layers.Convolution1DLayer.Builder()
                                .kernelSize(3)
                                .stride(2)
                                .nOut(4)
                                .build(),
                "SelfAttentionLayer, masked",
                        () -> new org.deeplearning4j.nn.conf.layers.SelfAttentionLayer.Builder()
                                .nHeads(2)
                                .headSize(3)
                                .projectInput(true)
                                .nOut(4)
                                .build()));
        layers.forEach((label, layer) -> both(layer.get().getClass(), label, layer, SERIES, normal(SERIES), mask));
    }

    static final class OwnDense extends DenseLayer {
        OwnDense() {
            setNOut(4);
        }
    }

    static final class OwnVertex extends SameDiffVertex {
        @Override
        public SDVariable defineVertex(
                SameDiff graph,
                Map<String, SDVariable> inputs,
                Map<String, SDVariable> parameters,
                Map<String, SDVariable> masks) {
            return inputs.get("x").mmul(parameters.get("kernel"));
        }

        @Override
        public void defineParametersAndInputs(SDVertexParams params) {
            params.defineInputs("x");
            params.addWeightParam("kernel", 5, 5);
        }

        @Override
        public void initializeParameters(Map<String, INDArray> params) {
            params.get("kernel")
                    .assign(Networks.normal(6, DataType.DOUBLE, 5, 5).muli(0.4));
        }

        @Override
        public InputType getOutputType(int index, InputType... inputs) {
            return inputs[0];
        }

        @Override
        public GraphVertex clone() {
            return new OwnVertex();
        }
    }

    private void own() {
        both(OwnDense.class, "own subclass of DenseLayer", OwnDense::new, VECTOR, normal(VECTOR), null);
        both(OwnSameDiff.Dense.class, "own SameDiffLayer", OwnSameDiff.Dense::new, VECTOR, normal(VECTOR), null);
        InputType four = InputType.feedForward(4);
        both(OwnSameDiff.Output.class, "own SameDiffOutputLayer", OwnSameDiff.Output::new, four, normal(four), null);
        both(
                OwnSameDiff.Square.class,
                "own SameDiffLambdaLayer",
                OwnSameDiff.Square::new,
                VECTOR,
                normal(VECTOR),
                null);
        vertex("own SameDiffVertex", VECTOR, dense(), new OwnVertex(), head(), "d");
        vertex("own SameDiffLambdaVertex", VECTOR, dense(), new OwnSameDiff.Product(), head(), "d", "e");
    }

    /** A layer, the vertex, an output. */
    private void vertex(
            String label, InputType input, Layer before, GraphVertex vertex, Layer head, String... sources) {
        networks.add(new CoveredNetwork(
                vertex.getClass(),
                label,
                base -> {
                    GraphBuilder graph = graph(base, input);
                    for (String source : new TreeSet<>(List.of(sources))) {
                        graph.addLayer(source, before.clone(), "in");
                    }
                    return Networks.init(graph.addVertex("vertex", vertex.clone(), sources)
                            .addLayer("out", head.clone(), "vertex")
                            .setOutputs("out")
                            .build());
                },
                List.of(normal(input)),
                null));
    }

    private void vertices() {
        for (ElementWiseVertex.Op op : ElementWiseVertex.Op.values()) {
            vertex("ElementWiseVertex (" + op + ")", VECTOR, dense(), new ElementWiseVertex(op), head(), "d", "e");
        }
        vertex("MergeVertex", VECTOR, dense(), new MergeVertex(), head(), "d", "e");
        vertex("SubsetVertex", VECTOR, dense(), new SubsetVertex(1, 3), head(), "d");
        vertex("ScaleVertex", VECTOR, dense(), new ScaleVertex(2), head(), "d");
        vertex("ShiftVertex", VECTOR, dense(), new ShiftVertex(2), head(), "d");
        vertex("L2NormalizeVertex", VECTOR, dense(), new L2NormalizeVertex(), head(), "d");
        vertex("L2Vertex", VECTOR, dense(), new L2Vertex(), head(), "d", "e");
        vertex("ReshapeVertex", VECTOR, dense(), new ReshapeVertex(-1, 5), head(), "d");
        vertex(
                "PreprocessorVertex",
                VECTOR,
                dense(),
                new PreprocessorVertex(new FeedForwardToCnnPreProcessor(1, 5, 1)),
                head(),
                "d");
        vertex(
                "PoolHelperVertex",
                IMAGE,
                new ConvolutionLayer.Builder(2, 2).nOut(3).build(),
                new PoolHelperVertex(),
                head(),
                "d");
        vertex("FrozenVertex", VECTOR, dense(), new FrozenVertex(new ScaleVertex(2)), head(), "d");
        vertex(
                "ReverseTimeSeriesVertex",
                SERIES,
                lstm(),
                new ReverseTimeSeriesVertex("in"),
                rnnHead(RNNFormat.NCW),
                "d");
        vertex("LastTimeStepVertex", SERIES, lstm(), new LastTimeStepVertex("in"), head(), "d");
        vertex(
                "AttentionVertex",
                SERIES,
                lstm(),
                new AttentionVertex.Builder()
                        .nHeads(2)
                        .headSize(2)
                        .nInKeys(4)
                        .nInQueries(4)
                        .nInValues(4)
                        .nOut(4)
                        .projectInput(true)
                        .build(),
                rnnHead(RNNFormat.NCW),
                "d",
                "e",
                "e");
        for (Class<?> kind : List.of(StackVertex.class, UnstackVertex.class)) {
            networks.add(new CoveredNetwork(
                    kind,
                    kind.getSimpleName(),
                    base -> Networks.init(graph(base, VECTOR)
                            .addLayer("d", dense(), "in")
                            .addLayer("e", dense(), "in")
                            .addVertex("stack", new StackVertex(), "d", "e")
                            .addLayer("shared", dense(), "stack")
                            .addVertex("one", new UnstackVertex(0, 2), "shared")
                            .addVertex("two", new UnstackVertex(1, 2), "shared")
                            .addVertex("both", new MergeVertex(), "one", "two")
                            .addLayer("out", head(), "both")
                            .setOutputs("out")
                            .build()),
                    List.of(normal(VECTOR)),
                    null));
        }
        networks.add(new CoveredNetwork(
                DuplicateToTimeSeriesVertex.class,
                "DuplicateToTimeSeriesVertex",
                base -> Networks.init(graph(base, SERIES)
                        .addLayer("d", lstm(), "in")
                        .addVertex("last", new LastTimeStepVertex("in"), "d")
                        .addVertex("again", new DuplicateToTimeSeriesVertex("in"), "last")
                        .addLayer("out", rnnHead(RNNFormat.NCW), "again")
                        .setOutputs("out")
                        .build()),
                List.of(normal(SERIES)),
                null));
    }

    private void preprocessors() {
        InputType volume = InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 4, 6, 4, 2);
        INDArray images = normal(InputType.recurrent(48, STEPS, RNNFormat.NCW));
        adapted(CnnToFeedForwardPreProcessor.class, IMAGE, normal(IMAGE), Map.of(), convolution(), dense(), head());
        adapted(Cnn3DToFeedForwardPreProcessor.class, volume, normal(volume), Map.of(), volumes(), dense(), head());
        adapted(
                FeedForwardToCnnPreProcessor.class,
                VECTOR,
                normal(VECTOR),
                Map.of(1, new FeedForwardToCnnPreProcessor(6, 4, 2)),
                new DenseLayer.Builder().nOut(48).build(),
                convolution(),
                head());
        adapted(
                FeedForwardToCnn3DPreProcessor.class,
                VECTOR,
                normal(VECTOR),
                Map.of(1, new FeedForwardToCnn3DPreProcessor(4, 6, 4, 2, true)),
                new DenseLayer.Builder().nOut(192).build(),
                volumes(),
                head());
        adapted(
                FeedForwardToRnnPreProcessor.class,
                SERIES,
                normal(SERIES),
                Map.of(),
                dense(),
                lstm(),
                rnnHead(RNNFormat.NCW));
        adapted(
                RnnToFeedForwardPreProcessor.class,
                SERIES,
                normal(SERIES),
                Map.of(),
                lstm(),
                dense(),
                rnnHead(RNNFormat.NCW));
        for (Class<?> kind : List.of(RnnToCnnPreProcessor.class, CnnToRnnPreProcessor.class)) {
            adapted(
                    kind,
                    InputType.recurrent(48, STEPS, RNNFormat.NCW),
                    images,
                    Map.of(0, new RnnToCnnPreProcessor(6, 4, 2), 1, new CnnToRnnPreProcessor(5, 3, 3)),
                    convolution(),
                    lstm(),
                    rnnHead(RNNFormat.NCW));
        }
        adapted(
                ComposableInputPreProcessor.class,
                VECTOR,
                normal(VECTOR),
                Map.of(
                        1,
                        new ComposableInputPreProcessor(
                                new FeedForwardToCnnPreProcessor(6, 4, 2), new CnnToFeedForwardPreProcessor(6, 4, 2))),
                new DenseLayer.Builder().nOut(48).build(),
                dense(),
                head());
    }

    private static Layer convolution() {
        return new ConvolutionLayer.Builder(2, 2).nIn(2).nOut(3).build();
    }

    private static Layer volumes() {
        return new Convolution3D.Builder(2, 2, 2).nIn(2).nOut(3).build();
    }

    /** Three layers with adapters between them, those that DL4J puts in by itself and those that are given. */
    private void adapted(
            Class<?> kind, InputType input, INDArray features, Map<Integer, InputPreProcessor> given, Layer... layers) {
        networks.add(new CoveredNetwork(
                kind,
                kind.getSimpleName() + ", chain",
                base -> {
                    ListBuilder list = base.list();
                    for (Layer layer : layers) {
                        list.layer(layer.clone());
                    }
                    given.forEach(list::inputPreProcessor);
                    return Networks.init(list.setInputType(input).build());
                },
                List.of(features),
                null));
        networks.add(new CoveredNetwork(
                kind,
                kind.getSimpleName() + ", graph",
                base -> {
                    GraphBuilder graph = graph(base, input);
                    String source = "in";
                    for (int i = 0; i < layers.length; i++) {
                        String name = "l" + i;
                        graph.addLayer(name, layers[i].clone(), source);
                        source = name;
                    }
                    given.forEach((i, adapter) -> graph.inputPreProcessor("l" + i, adapter));
                    return Networks.init(graph.setOutputs(source).build());
                },
                List.of(features),
                null));
    }
}
