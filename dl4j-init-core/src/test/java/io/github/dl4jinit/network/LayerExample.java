package io.github.dl4jinit.network;

import java.util.function.Supplier;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A small layer, run by DL4J itself.
 *
 * @param label its class, and what is special about it
 * @param layer makes its configuration
 * @param input what it gets, without the batch
 */
public record LayerExample(String label, Supplier<? extends Layer> layer, InputType input) {

    public static final int BATCH = 2;
    static final int STEPS = 6;
    static final int VOCABULARY = 9;

    private static final LayerWorkspaceMgr HEAP = LayerWorkspaceMgr.noWorkspaces();

    public Class<? extends Layer> type() {
        return layer.get().getClass();
    }

    public LayerFacts facts() {
        return LayerCatalog.of(layer.get());
    }

    /** A network of nothing but this layer, none of whose parameters is 0. */
    public MultiLayerNetwork alone() {
        MultiLayerNetwork network = Networks.init(Networks.base(DataType.DOUBLE)
                .list()
                .layer(layer.get())
                .setInputType(input)
                .validateOutputLayerConfig(false)
                .build());
        if (network.numParams() > 0) {
            network.params().addi(0.125);
            network.initGradientsView();
        }
        network.setInputMiniBatchSize(BATCH);
        return network;
    }

    public boolean takesIndices() {
        return layer.get() instanceof EmbeddingLayer || layer.get() instanceof EmbeddingSequenceLayer;
    }

    /** Standard normal numbers, or indices. */
    public INDArray features(long seed) {
        if (takesIndices()) {
            int columns = layer.get() instanceof EmbeddingLayer ? 1 : STEPS;
            INDArray indices = Nd4j.create(DataType.DOUBLE, BATCH, columns);
            for (int i = 0; i < indices.length(); i++) {
                indices.putScalar(i, (double) ((5L * i + seed) % VOCABULARY));
            }
            return indices;
        }
        return Networks.normal(seed, DataType.DOUBLE, shape(input));
    }

    /** What a backward pass begins with: a gradient, or labels. */
    public INDArray epsilon(INDArray output) {
        if (layer.get() instanceof Yolo2OutputLayer) {
            boolean channelsLast = output.size(1) == 4;
            // Corners of a box, and two classes.
            INDArray labels = Nd4j.zeros(DataType.DOUBLE, BATCH, 6, 4, 2);
            labels.putSlice(
                    0,
                    Nd4j.create(new double[] {0.2, 0.3, 1.4, 1.7, 1, 0})
                            .reshape(6, 1, 1)
                            .broadcast(6, 4, 2)
                            .castTo(DataType.DOUBLE));
            return channelsLast ? labels.permute(0, 2, 3, 1).dup() : labels;
        }
        return Networks.normal(2, DataType.DOUBLE, output.shape());
    }

    static long[] shape(InputType type) {
        long[] shape = type.getShape(true);
        shape[0] = BATCH;
        return shape;
    }

    static boolean isOutput(MultiLayerNetwork network) {
        return network.getLayer(0) instanceof IOutputLayer;
    }

    /** What the layer makes of an input, which it may overwrite. */
    static INDArray forward(MultiLayerNetwork network, INDArray input, boolean training) {
        network.getLayer(0).setInput(input, HEAP);
        return network.getLayer(0).activate(training, HEAP).dup();
    }

    /** The layer's backward pass from an input, whatever it has computed before. */
    static Pair<Gradient, INDArray> backward(MultiLayerNetwork network, INDArray input, INDArray epsilon) {
        network.getLayer(0).setInput(input, HEAP);
        if (network.getLayer(0) instanceof IOutputLayer output) {
            output.setLabels(epsilon);
            return network.getLayer(0).backpropGradient(null, HEAP);
        }
        return network.getLayer(0).backpropGradient(epsilon.dup(), HEAP);
    }

    @Override
    public String toString() {
        return label;
    }
}
