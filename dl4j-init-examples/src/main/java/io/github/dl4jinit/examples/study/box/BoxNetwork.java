package io.github.dl4jinit.examples.study.box;

import io.github.dl4jinit.examples.study.RegressionNetwork;
import io.github.dl4jinit.initializer.Box;
import io.github.dl4jinit.scheme.VarianceScaling;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Deep ReLU networks from He's and from Box initialization: a lift to the width, then layers of that width, and a linear output. */
public final class BoxNetwork {

    private BoxNetwork() {}

    /** Architecture and initialization. */
    public enum Start {
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

        public String title() {
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

    public static ComputationGraph build(Start start, long seed, int inputs, int width, int depth) {
        return build(start, seed, inputs, width, depth, new Sgd());
    }

    public static ComputationGraph build(Start start, long seed, int inputs, int width, int depth, IUpdater updater) {
        ComputationGraph network = shape(start, inputs, width, depth).build(seed, updater, VarianceScaling.heNormal());
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

    private static RegressionNetwork shape(Start start, int inputs, int width, int depth) {
        return new RegressionNetwork(Activation.RELU, inputs, width, depth, start.isResidual());
    }

    private static void drawBiases(ComputationGraph network, long seed, int depth) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int layer = 1; layer <= depth; layer++) {
            INDArray bias = network.getLayer("layer" + layer).getParam("b");
            double bound = 1
                    / Math.sqrt(network.getLayer("layer" + layer).getParam("W").rows());
            for (long i = 0; i < bias.length(); i++) {
                bias.putScalar(i, random.nextDouble(-bound, bound));
            }
        }
    }

    /** What a layer puts out, the add included. */
    public static INDArray image(ComputationGraph network, Start start, int layer, INDArray inputs) {
        String output = shape(start, inputs.columns(), 0, layer).output(layer);
        return Objects.requireNonNull(network.feedForward(inputs, false).get(output));
    }
}
