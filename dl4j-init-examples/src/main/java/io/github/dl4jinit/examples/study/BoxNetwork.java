package io.github.dl4jinit.examples.study;

import io.github.dl4jinit.initializer.Box;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Deep ReLU networks from He's and from Box initialization: a lift to the width, then layers of that width, and a linear output. */
final class BoxNetwork {

    private BoxNetwork() {}

    /** Architecture and initialization. */
    enum Start {
        HE_PLAIN("He, plain"),
        BOX_PLAIN("Box, plain"),
        HE_RESIDUAL("He, residual"),
        /** Biases uniform within 1 / sqrt(inputs), where He's are zero. */
        HE_BIASED("He with biases, residual"),
        BOX_RESIDUAL("Box, residual, additive"),
        BOX_GEOMETRIC("Box, residual, geometric");

        private final String title;

        Start(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        String option() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private boolean isResidual() {
            return this != HE_PLAIN && this != BOX_PLAIN;
        }

        private boolean isBox() {
            return this == BOX_PLAIN || this == BOX_RESIDUAL || this == BOX_GEOMETRIC;
        }
    }

    static ComputationGraph build(Start start, long seed, int inputs, int width, int depth) {
        return build(start, seed, inputs, width, depth, new Sgd());
    }

    static ComputationGraph build(Start start, long seed, int inputs, int width, int depth, IUpdater updater) {
        GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.DOUBLE)
                .updater(updater)
                .activation(Activation.RELU)
                .graphBuilder()
                .addInputs("in");
        String last = "in";
        for (int layer = 1; layer <= depth; layer++) {
            DenseLayer dense = new DenseLayer.Builder()
                    .nIn(layer == 1 ? inputs : width)
                    .nOut(width)
                    .build();
            dense.setWeightInitFn(VarianceScaling.heNormal());
            graph.addLayer("layer" + layer, dense, last);
            if (start.isResidual() && layer > 1) {
                graph.addVertex("add" + layer, new ElementWiseVertex(ElementWiseVertex.Op.Add), last, "layer" + layer);
            }
            last = output(start, layer);
        }
        graph.addLayer(
                        "out",
                        new OutputLayer.Builder(LossFunction.MSE)
                                .nIn(width)
                                .nOut(1)
                                .activation(Activation.IDENTITY)
                                .build(),
                        last)
                .setOutputs("out");
        ComputationGraph network = new ComputationGraph(graph.build());
        network.init();
        if (start == Start.HE_BIASED) {
            drawBiases(network, seed, depth);
        }
        if (start.isBox()) {
            Box.builder()
                    .growth(start == Start.BOX_GEOMETRIC ? Box.Growth.GEOMETRIC : Box.Growth.ADDITIVE)
                    .build()
                    .initialize(network);
        }
        return network;
    }

    private static void drawBiases(ComputationGraph network, long seed, int depth) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int layer = 1; layer <= depth; layer++) {
            INDArray bias = network.getLayer("layer" + layer).getParam("b");
            double bound = 1
                    / Math.sqrt(network.getLayer("layer" + layer).getParam("W").size(0));
            for (long i = 0; i < bias.length(); i++) {
                bias.putScalar(i, random.nextDouble(-bound, bound));
            }
        }
    }

    /** What a layer puts out, the add included. */
    static INDArray image(ComputationGraph network, Start start, int layer, INDArray inputs) {
        return Objects.requireNonNull(network.feedForward(inputs, false).get(output(start, layer)));
    }

    private static String output(Start start, int layer) {
        return (start.isResidual() && layer > 1 ? "add" : "layer") + layer;
    }
}
